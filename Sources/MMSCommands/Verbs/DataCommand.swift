// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSData
import MMSRuntime
import MMSStore

/// `mms data`: market data into and out of the database.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Bring market data into the database and out of it.",
    discussion: """
      Examples:
        mms data import BTCUSDT-1m-2025-07.csv.gz
        mms data list
        mms data fetch --source binance --symbol BTCUSDT --from 2025-07-01 --to 2025-08-01
        mms data export --symbol BTCUSDT --output bars.csv.gz
        mms data prune --symbol BTCUSDT --before 2024-01-01
      """,
    subcommands: [Import.self, Fetch.self, List.self, Export.self, Prune.self])

  /// `mms data list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the bars in the database and the bundled ones.",
      discussion: "Example:\n  mms data list")

    @OptionGroup var global: GlobalOptions

    func run() throws {
      let runtime = try global.runtime()
      var held = try (runtime.store()?.coverage() ?? []).map { ($0, "database") }
      for symbol in runtime.bundled.symbols {
        held += try (runtime.bundled.source(for: symbol)?.coverage() ?? []).map { ($0, "bundled") }
      }
      if global.json {
        try Standard.write(["series": .array(held.map { $0.0.json(place: $0.1) })])
        return
      }
      var table = TextTable(.left, .right, .left, .left, .left, .right, .left)
      table.head("symbol", "bar", "source", "from", "to", "bars", "held in")
      for (series, place) in held {
        table.add(
          series.symbol, series.resolution.description, series.source, series.start.description,
          series.end.description, Figures.count(series.count), place)
      }
      try Standard.write(
        held.isEmpty ? "There are no bars; import some with 'mms data import FILE'.\n" : table.text)
    }
  }

  /// `mms data prune`.
  struct Prune: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "prune", abstract: "Delete bars from the database.",
      discussion: "Example:\n  mms data prune --symbol BTCUSDT --before 2024-01-01")

    @OptionGroup var series: SeriesOptions
    @Option(help: ArgumentHelp("Only bars that open before this time.", valueName: "time")) var before:
      String?
    @Flag(help: "Really delete when neither --symbol nor --before limits it.") var all = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
      guard all || series.symbol != nil || before != nil else {
        throw MMSError(
          .usage, "nothing limits what is deleted; give --symbol or --before, or --all to delete every bar")
      }
      let filter = BarFilter(
        symbol: series.symbol, source: series.source, resolution: try series.span(),
        end: try before.map { text throws(MMSError) in try instant(text, option: "--before") })
      let deleted = try global.runtime().store()?.deleteBars(filter) ?? 0
      if global.json {
        try Standard.write(["deleted": .integer(Int64(deleted))])
      } else {
        try Standard.write("\(Figures.count(deleted, "bar")) deleted.\n")
      }
    }
  }
}

/// Which series of bars.
struct SeriesOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The trading pair.", valueName: "symbol")) var symbol: String?
  @Option(help: ArgumentHelp("The origin, such as binance-spot.", valueName: "name")) var source: String?
  @Option(help: ArgumentHelp("The length of a bar, such as 1m.", valueName: "time")) var resolution: String?

  /// The length of a bar.
  func span() throws(MMSError) -> SimDuration? {
    guard let resolution else { return nil }
    guard let span = SimDuration(resolution), span.nanoseconds > 0 else {
      throw MMSError(
        .invalidValue, "resolution '\(resolution)' is no length of a bar; write 1m, 1h or 1d",
        path: "resolution")
    }
    return span
  }
}

/// Reads an instant of an option.
func instant(_ text: String, option: String) throws(MMSError) -> SimTime {
  guard let time = SimTime(iso8601: text) else {
    throw MMSError(
      .invalidValue, "\(option) '\(text)' is not an ISO 8601 time such as 2025-07-19 or 2025-07-19T12:00Z")
  }
  return time
}

extension DataCoverage {
  /// The series as JSON.
  func json(place: String) -> JSONValue {
    [
      "symbol": .string(symbol), "resolution": .string(resolution.description), "source": .string(source),
      "start": .string(start.description), "end": .string(end.description), "bars": .integer(Int64(count)),
      "held_in": .string(place),
    ]
  }
}
