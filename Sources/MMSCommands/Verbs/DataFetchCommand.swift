// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSRuntime
import MMSStore

#if Service
  import MMSExchange
#endif

extension DataCommand {
  /// `mms data fetch`.
  struct Fetch: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "fetch", abstract: "Fetch bars from an exchange; running again goes on where it stopped.",
      discussion: """
        Examples:
          mms data fetch --source binance --symbol BTCUSDT --from 2025-07-01 --to 2025-08-01
          mms data fetch --source binance --symbol ETHUSDT --from 2025-07-01 --to 2025-08-01 \\
            --interval 1h --base-url https://data-api.binance.vision

        Each page is stored as it comes, so an interrupt loses nothing that is stored. Only
        what the database lacks is asked for, holes included. Waits that the exchange asks
        for are kept. Needs a build with the service.
        """)

    @Option(help: ArgumentHelp("The exchange: binance (its spot market).", valueName: "name")) var source:
      String
    @Option(help: ArgumentHelp("The trading pair, such as BTCUSDT.", valueName: "symbol")) var symbol: String
    @Option(help: ArgumentHelp("The first bar opens at or after this time.", valueName: "time")) var from:
      String
    @Option(help: ArgumentHelp("The last bar closes at or before this time.", valueName: "time")) var to:
      String
    @Option(help: ArgumentHelp("The length of a bar, 1s to 1d. (default: 1m)", valueName: "time"))
    var interval: String?
    @Option(
      name: .customLong("base-url"),
      help: ArgumentHelp("Where to ask. (default: https://api.binance.com)", valueName: "url"))
    var baseURL: String?
    @OptionGroup var global: GlobalOptions

    func run() throws {
      guard source == "binance" else {
        throw MMSError(
          .invalidValue, "there is no exchange '\(source)'; bars can be fetched from binance", path: "source",
          hint: Suggestion.hint(for: source, among: ["binance"]))
      }
      let (start, end) = (try instant(from, option: "--from"), try instant(to, option: "--to"))
      guard start < end else {
        throw MMSError(.invalidValue, "--from \(from) does not come before --to \(to)", path: "from")
      }
      #if Service
        try fetch(start, end)
      #else
        throw MMSError(
          .unavailable,
          "this mms is built without the service, which 'data fetch' needs; build it with the default traits,"
            + " or download bars and bring them in with 'mms data import'")
      #endif
    }
  }
}

#if Service
  extension DataCommand.Fetch {
    private func fetch(_ start: SimTime, _ end: SimTime) throws {
      let length = try BinanceInterval(name: interval ?? "1m")
      var options = BinanceOptions(baseURL: baseURL ?? BinanceOptions.defaultBaseURL)
      let bar = ProgressBar("Fetching \(symbol)", isOn: !global.quiet)
      defer { bar.end() }
      let global = global
      options.notice = { text in
        bar.end()
        global.remark(text)
      }
      guard let store = try global.runtime().store() else { return }
      let fetcher = BarFetcher(client: try BinanceClient(options), store: store)
      let began = ContinuousClock.now
      let summary = try fetcher.fetch(symbol: symbol, interval: length, from: start, to: end) {
        progress throws(MMSError) in
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        let rate = Double(progress.done) / max(seconds, 1e-3)
        let left = Double(progress.total - progress.done) / max(rate, 1e-3)
        bar.show(
          progress.done, of: progress.total,
          detail: "\(Figures.count(Int(rate))) bars/s, \(Figures.count(Int(left.rounded(.up)))) s left")
      }
      bar.end()
      try Standard.write(global.json ? summary.json.write(pretty: true) + "\n" : summary.text)
    }
  }

  extension BarFetcher.Summary {
    /// What was fetched, for people.
    fileprivate var text: String {
      var text =
        "\(symbol) (\(source), \(resolution)), \(from) to \(to): \(Figures.count(stored, "bar")) stored,"
        + " \(Figures.count(held)) held before, in \(Figures.count(requests, "request"))"
      if retries > 0 { text += ", \(Figures.count(retries)) of them again after a fault" }
      if missing > 0 { text += "; \(Figures.count(missing, "bar")) the exchange does not have" }
      return text + "\n"
    }

    /// What was fetched, for programs.
    fileprivate var json: JSONValue {
      [
        "symbol": .string(symbol), "resolution": .string(resolution.description), "source": .string(source),
        "from": .string(from.description), "to": .string(to.description),
        "bars_fetched": .integer(Int64(fetched)), "bars_stored": .integer(Int64(stored)),
        "bars_held": .integer(Int64(held)), "bars_missing": .integer(Int64(missing)),
        "requests": .integer(Int64(requests)), "retries": .integer(Int64(retries)),
      ]
    }
  }
#endif
