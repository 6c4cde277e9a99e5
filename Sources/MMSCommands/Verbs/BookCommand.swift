// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSRuntime

/// `mms book`: recorded and generated order flow in the matching engine.
struct BookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "book", abstract: "Recorded and generated order flow in the matching engine.",
    discussion: """
      Examples:
        mms book replay --messages message_5.csv.gz --orderbook orderbook_5.csv.gz
        mms book facts
      """,
    subcommands: [Replay.self, Queue.self, Calibrate.self, Facts.self])

  /// Whose recording it is.
  enum Format: String, CaseIterable {
    case lobster
    case binanceSpot = "binance-spot"
    case binanceUSDM = "binance-usdm"
  }

  /// `mms book replay`.
  struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "replay", abstract: "Replay a recording and check every row of the book.",
      discussion: """
        Examples:
          mms book replay --messages message_5.csv.gz --orderbook orderbook_5.csv.gz
          mms book replay --format binance-spot --messages monday.jsonl.gz --messages tuesday.jsonl.gz

        lobster: a message file and the orderbook file of the same rows. binance-spot, binance-usdm: recorded
        messages of the combined stream, one in a line (diffs, book tickers, trades, the depth snapshot), in
        one or more files in order of time; --orderbook names the snapshot where the recording has none.
        """)

    @Option(help: ArgumentHelp("lobster, binance-spot or binance-usdm.", valueName: "format"))
    var format = "lobster"
    @Option(
      help: ArgumentHelp(
        "The recorded messages, plain or .gz; of Binance more than once.", valueName: "file"),
      completion: .file())
    var messages: [String] = []
    @Option(
      help: ArgumentHelp("The orderbook file (lobster) or a depth snapshot (binance).", valueName: "file"),
      completion: .file())
    var orderbook: String?
    @Flag(help: "Begin with an empty book: lobster's messages from the opening on, without rows of the book.")
    var fromEmpty = false
    @Option(
      help: ArgumentHelp(
        "With --from-empty: the messages whose rows --orderbook has, of a shallower recording.",
        valueName: "file"),
      completion: .file())
    var checkMessages: String?
    @OptionGroup var global: GlobalOptions

    private func replayLobster(
      _ messages: String, _ progress: (Int, Int) -> Void
    ) throws(MMSError) -> BookReplaySummary {
      if fromEmpty {
        if (checkMessages == nil) != (orderbook == nil) {
          throw MMSError(.usage, "--check-messages and --orderbook belong together; give both or none")
        }
        var check: (messages: String, orderbook: String)?
        if let checkMessages, let orderbook { check = (checkMessages, orderbook) }
        return try LobsterReplay.run(messages: messages, check: check, progress: progress)
      }
      if checkMessages != nil { throw MMSError(.usage, "--check-messages needs --from-empty; add it") }
      guard let orderbook else {
        throw MMSError(
          .usage,
          "--orderbook is missing; LOBSTER's file of the same rows checks the book (--from-empty does without)"
        )
      }
      return try LobsterReplay.run(messages: messages, orderbook: orderbook, progress: progress)
    }

    func run() throws {
      guard let format = Format(rawValue: format) else {
        throw MMSError(
          .invalidValue, "there is no format '\(format)'", path: "format",
          hint: Suggestion.hint(for: format, among: Format.allCases.map(\.rawValue)))
      }
      guard let first = messages.first else {
        throw MMSError(.usage, "--messages is missing; it names the file of recorded messages")
      }
      let bar = ProgressBar("Replaying \(first)", isOn: !global.quiet)
      defer { bar.end() }
      let clock = ContinuousClock()
      let start = clock.now
      let summary: BookReplaySummary
      switch format {
      case .lobster:
        if messages.count > 1 {
          throw MMSError(
            .usage, "LOBSTER's rows are one file of messages; --messages is given \(messages.count) times")
        }
        summary = try replayLobster(first) { bar.show($0, of: $1) }
      case .binanceSpot, .binanceUSDM:
        summary = try BinanceReplay.run(
          messages: messages, snapshot: orderbook, market: format == .binanceSpot ? .spot : .usdm
        ) { bar.show($0, of: $1) }
      }
      let seconds = (clock.now - start) / .seconds(1)
      bar.end()
      let rate = seconds > 0 ? Double(summary.rows) / seconds : 0
      if global.json {
        try Standard.write(summary.json(eventsPerSecond: rate))
      } else {
        try Standard.write(summary.table(eventsPerSecond: rate))
        if let note = summary.remark { global.remark("warning: \(note)") }
      }
    }
  }
}

extension BookReplaySummary {
  /// For programs.
  fileprivate func json(eventsPerSecond: Double) -> JSONValue {
    func number(_ value: Int?) -> JSONValue { value.map { .integer(Int64($0)) } ?? .null }
    return [
      "rows": number(rows), "exact": number(exact), "adopted": number(adopted),
      "mismatches": number(mismatches),
      "executions": number(executions), "executions_at_best": number(executionsAtBest),
      "executions_at_head": number(executionsAtHead), "executions_of_known": number(executionsOfKnown),
      "gaps": number(gaps), "resynchronised": number(resynchronised), "skipped": number(skipped),
      "missing_trades": number(missingTrades), "unknown": number(unknown), "stale": number(stale),
      "halts": number(halts),
      "mismatch_places": .array(mismatchPlaces.map { .string($0) }),
      "events_per_second": .number(eventsPerSecond.rounded()),
    ]
  }

  /// For people.
  fileprivate func table(eventsPerSecond: Double) -> String {
    var table = TextTable(.left, .right, .left)
    func share(_ part: Int, _ whole: Int) -> String {
      whole > 0 ? Figures.percent(Double(part) / Double(whole)) : ""
    }
    table.add("rows", Figures.count(rows), "")
    table.add("exact", Figures.count(exact), share(exact, rows))
    table.add("adopted", Figures.count(adopted), share(adopted, rows))
    table.add("mismatches", Figures.count(mismatches), share(mismatches, rows))
    table.add("executions", Figures.count(executions), "")
    if let best = executionsAtBest {
      table.add("  at the best price", Figures.count(best), share(best, executions))
    }
    if let known = executionsOfKnown, let head = executionsAtHead {
      table.add("  of orders seen to come", Figures.count(known), share(known, executions))
      table.add("    first in their queue", Figures.count(head), share(head, known))
    }
    if unknown > 0 { table.add("of orders from before", Figures.count(unknown), "") }
    if stale > 0 { table.add("levels gone out of sight", Figures.count(stale), "") }
    if halts > 0 { table.add("halts and resumptions", Figures.count(halts), "") }
    if gaps > 0 { table.add("gaps in the sequence", Figures.count(gaps), "") }
    if resynchronised > 0 { table.add("snapshots taken after a gap", Figures.count(resynchronised), "") }
    if skipped > 0 { table.add("diffs left out", Figures.count(skipped), "") }
    if missingTrades > 0 { table.add("trades missing", Figures.count(missingTrades), "") }
    table.add("events per second", Figures.plain(eventsPerSecond, 0), "")
    return table.text
  }

  /// What a reader should know.
  fileprivate var remark: String? {
    if gaps > 0 {
      return "the sequence of diffs broke \(Figures.count(gaps, "time")); the book was taken from a snapshot"
        + " again \(Figures.count(resynchronised, "time")), and \(Figures.count(skipped, "diff")) in between"
        + " could not be used"
    }
    guard let first = mismatchPlaces.first else { return nil }
    return
      "\(Figures.count(mismatches, "row")) \(mismatches == 1 ? "differs" : "differ") from the recorded book;"
      + " the first is \(first)"
  }
}
