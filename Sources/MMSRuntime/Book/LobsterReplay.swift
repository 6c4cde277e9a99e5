// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSData
public import MMSEngine

/// What a replay of recorded flow found.
public struct BookReplaySummary: Sendable, Hashable {
  /// Rows checked: of LOBSTER the orderbook file's, the first included; of Binance the diffs applied.
  public var rows = 0
  /// Rows that the book had exactly.
  public var exact = 0
  /// Rows that the book had once the last shown level was adopted from the row.
  public var adopted = 0
  /// Rows that differ.
  public var mismatches = 0
  /// Where the first rows that differ stand.
  public var mismatchPlaces: [String] = []
  /// Executions of visible orders; of Binance, trades.
  public var executions = 0
  /// Those at the best price; nil where the order of trades and book updates is not known.
  public var executionsAtBest: Int?
  /// Those of orders that were seen to come; nil where orders are not known.
  public var executionsOfKnown: Int?
  /// Those of the first such order at its price; nil where orders are not known.
  public var executionsAtHead: Int?
  /// Times the sequence of diffs broke.
  public var gaps = 0
  /// Times the book was made anew from a snapshot after a gap.
  public var resynchronised = 0
  /// Diffs that no book could take: before the snapshot, or after a gap.
  public var skipped = 0
  /// Messages about orders from before the recording, where it is replayed from an empty book.
  public var unknown = 0
  /// Levels that a new order showed to have left out of sight, where a recording is replayed from an empty book.
  public var stale = 0
  /// Halts and resumptions of trading in the recording.
  public var halts = 0
  /// Trade ids missing between two trades.
  public var missingTrades = 0

  /// Makes an empty summary.
  public init() {}

  mutating func noteMismatch(_ place: String) {
    mismatches += 1
    if mismatchPlaces.count < 10 { mismatchPlaces.append(place) }
  }
}

/// Replays a LOBSTER recording through the matching engine and checks every row of the book.
public enum LobsterReplay {
  /// Replays a message file beside its orderbook file.
  ///
  /// - Parameters:
  ///   - messages: The message file, plain or gzip.
  ///   - orderbook: The orderbook file of the same rows.
  ///   - progress: Called now and then with bytes read and their total.
  /// - Throws: ``MMSCore/MMSError/Code/invalidData`` with the line of a row that cannot be.
  public static func run(
    messages: String, orderbook: String, progress: (Int, Int) -> Void = { _, _ in }
  ) throws(MMSError) -> BookReplaySummary {
    try replay(messages, orderbook, keepsOperations: false, progress).summary
  }

  /// The operations that a recording sends to the book, and how many rows it has.
  public static func operations(
    messages: String, orderbook: String
  ) throws(MMSError) -> (operations: [BookOperation], rows: Int) {
    let (summary, operations) = try replay(messages, orderbook, keepsOperations: true) { _, _ in }
    return (operations, summary.rows)
  }

  /// The recording's tick in 1/10,000 of the currency, by its visible prices.
  static func tick(messages: String, orderbook: String) throws(MMSError) -> Int64 {
    var reader = try LobsterMessageReader(path: messages)
    while let message = try reader.next() {
      switch message.kind {
      case .submission, .reduction, .deletion, .execution: if message.price % 100 != 0 { return 1 }
      case .hiddenExecution, .cross, .halt: break
      }
    }
    var rows = try LobsterBookReader(path: orderbook)
    var row = LobsterRow()
    while try rows.next(into: &row) {
      if (row.bids + row.asks).contains(where: { $0.price % 100 != 0 }) { return 1 }
    }
    return 100
  }

  private static func replay(
    _ messages: String, _ orderbook: String, keepsOperations: Bool, _ progress: (Int, Int) -> Void
  ) throws(MMSError) -> (summary: BookReplaySummary, operations: [BookOperation]) {
    // A tick is a cent of the currency; recordings of shares below 1 have finer ones.
    for tick in [Int64(100), 1] {
      if let found = try attempt(messages, orderbook, tick, keepsOperations, progress) { return found }
    }
    throw MMSError(.internal, "every price is a multiple of 1")
  }

  /// Nil when a price is between two ticks.
  private static func attempt(
    _ messagePath: String, _ bookPath: String, _ tick: Int64, _ keepsOperations: Bool,
    _ progress: (Int, Int) -> Void
  ) throws(MMSError) -> (summary: BookReplaySummary, operations: [BookOperation])? {
    var messages = try LobsterMessageReader(path: messagePath)
    var rows = try LobsterBookReader(path: bookPath)
    var row = LobsterRow()
    var summary = BookReplaySummary()
    guard try rows.next(into: &row), try messages.next() != nil else {
      throw MMSError(.noData, "'\(messagePath)' or '\(bookPath)' has no rows; there is nothing to replay")
    }
    // The first row is the book after the first message: it is where the replay begins.
    var recorded = RecordedBook(tick: tick, depth: rows.depth, keepsOperations: keepsOperations)
    if !recorded.seed(row) { return nil }
    summary.rows = 1
    while let message = try messages.next() {
      guard try rows.next(into: &row) else {
        throw MMSError(
          .invalidData, "'\(bookPath)' ends before '\(messagePath)': they must have the same rows",
          location: messages.location)
      }
      if message.kind == .halt { summary.halts += 1 }
      switch recorded.apply(message) {
      case .offTick: return nil
      case .text(let text): throw MMSError(.invalidData, text, location: messages.location)
      case nil: break
      }
      summary.rows += 1
      switch recorded.settle(row) {
      case .exact: summary.exact += 1
      case .adopted: summary.adopted += 1
      case .offTick: return nil
      case .mismatch:
        summary.noteMismatch("\(rows.location)")
        // One fault is counted once: the replay goes on from what the row says.
        if !recorded.seed(row) { return nil }
      }
      if summary.rows & 0x3FFF == 0 { progress(messages.progress.read, messages.progress.total) }
    }
    if try rows.next(into: &row) {
      throw MMSError(
        .invalidData, "'\(messagePath)' ends before '\(bookPath)': they must have the same rows",
        location: rows.location)
    }
    summary.executions = recorded.executions
    summary.executionsAtBest = recorded.executionsAtBest
    summary.executionsOfKnown = recorded.executionsOfKnown
    summary.executionsAtHead = recorded.executionsAtHead
    return (summary, recorded.operations)
  }
}
