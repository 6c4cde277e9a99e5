// SPDX-License-Identifier: Apache-2.0

import GRDB
public import MMSCore

/// Writes bars into `market_data` inside the transaction of ``Store/writeBars(replacing:_:)``.
///
/// Only valid during that call, on its thread. Bars that are already there with the same values are
/// left alone, so writing twice changes nothing.
public final class BarWriter {
  /// What became of the rows handed in.
  public struct Counts: Sendable, Hashable {
    /// Rows handed in.
    public var rows = 0
    /// Rows that were not there before.
    public var new = 0
    /// Rows that were there with the same values.
    public var unchanged = 0
    /// Rows that were there with other values, and are replaced.
    public var replaced = 0

    /// Makes counts of nothing.
    public init() {}
  }

  /// What became of the rows so far.
  public private(set) var counts = Counts()

  private let db: Database
  private let path: String
  private let replacing: Bool
  private var day: OpenDay?
  // Values of rows not yet handed to SQLite. A statement on a table with triggers costs a savepoint, so
  // many rows go in one: an import takes half the time.
  private var pending: [(any DatabaseValueConvertible)?] = []
  private static let rowsPerInsert = 240
  private static let insertColumns = 12

  /// The day being written: rows come in order of time, so one day is open at a time.
  private struct OpenDay {
    var key: SeriesKey
    var number: Int64
    var text: String
    var stored: BarSeries
    var added: BarSeries
    var hasReplaced = false
  }

  init(_ db: Database, path: String, replacing: Bool) {
    self.db = db
    self.path = path
    self.replacing = replacing
  }

  /// Writes rows.
  ///
  /// - Parameters:
  ///   - bars: Rows in order of time.
  ///   - location: Where a row of `bars` came from, for the error that names it.
  /// - Throws: ``MMSError/Code/invalidData`` for an unsound row, and for one that contradicts a stored
  ///   bar unless replacing; ``MMSError/Code/unavailable`` when it cannot be written.
  public func write(
    _ bars: BarSeries, location: (_ row: Int) -> SourceLocation? = { _ in nil }
  ) throws(MMSError) {
    do {
      for row in 0..<bars.count {
        do { try write(bars, row) } catch var error as MMSError {
          error.location = location(row)
          throw error
        }
      }
    } catch {
      throw StoreFault.explain(error, path: path)
    }
  }

  private func write(_ bars: BarSeries, _ row: Int) throws {
    if let fault = bars.fault(inRow: row) {
      throw MMSError(.invalidData, "\(fault); correct or remove the row")
    }
    let open = bars.time[row] - bars.resolution.nanoseconds
    let number = StoredTime.dayNumber(open)
    if day?.number != number || day?.key.symbol != bars.symbol || day?.key.source != bars.source
      || day?.key.resolution != bars.resolution || bars.time[row] <= day?.added.time.last ?? .min
    {
      try finish()
      try begin(SeriesKey(symbol: bars.symbol, source: bars.source, resolution: bars.resolution), number)
    }
    counts.rows += 1
    guard let today = day else { return }
    let place = today.stored.firstRow(atOrAfter: SimTime(nanoseconds: bars.time[row]))
    if place == today.stored.count || today.stored.time[place] != bars.time[row] {
      try insert(bars, row, today, open)
      counts.new += 1
      day?.added.appendRow(row, of: bars)
    } else if today.stored.row(place, equals: row, of: bars) {
      counts.unchanged += 1
    } else if replacing {
      try update(bars, row, today, open)
      counts.replaced += 1
      day?.hasReplaced = true
    } else {
      throw MMSError(
        .invalidData,
        "the bar of \(bars.symbol) that opens at \(SimTime(nanoseconds: open)) contradicts the one stored"
          + " from \(bars.source): \(today.stored.difference(place, from: row, of: bars)); replace it"
          + " (--replace), or import under another --source")
    }
  }

  private func begin(_ key: SeriesKey, _ number: Int64) throws {
    let text = String(describing: CivilDate(daysSinceEpoch: number))
    let stored = try BarQueries.bars(db, key, from: text, to: text)
    let added = BarSeries(symbol: key.symbol, resolution: key.resolution, source: key.source)
    day = OpenDay(key: key, number: number, text: text, stored: stored, added: added)
  }

  /// Closes the open day and renews its cache.
  func finish() throws {
    guard let today = day else { return }
    day = nil
    try insertPending()
    if today.added.count == 0, !today.hasReplaced { return }
    let bars =
      today.stored.count == 0 ? today.added : try BarQueries.rows(db, today.key, day: today.text)
    try BarQueries.storeChunk(db, today.key, day: today.text, bars)
  }

  private func insert(_ bars: BarSeries, _ row: Int, _ today: OpenDay, _ open: Int64) throws {
    let (bid, ask) = bars.quotes(row)
    pending += [
      "\(bars.symbol):\(bars.source):\(bars.resolution):\(instant(open))", bars.symbol,
      StoredTime.text(open, day: today.text), bars.open[row], bars.high[row], bars.low[row], bars.close[row],
      bars.volume[row], bid, ask, bars.resolution.nanoseconds, bars.source,
    ]
    if pending.count == Self.rowsPerInsert * Self.insertColumns { try insertPending() }
  }

  private func insertPending() throws {
    let rows = pending.count / Self.insertColumns
    if rows == 0 { return }
    try db.cachedStatement(sql: Self.insertStatement(rows: rows)).execute(
      arguments: StatementArguments(pending))
    pending.removeAll(keepingCapacity: true)
  }

  private static func insertStatement(rows: Int) -> String {
    let row = "(" + repeatElement("?", count: insertColumns).joined(separator: ",") + ")"
    return """
      INSERT INTO market_data (data_id, symbol, timestamp, open_price, high_price, low_price, close_price,
      volume, bid_price, ask_price, resolution_ns, source) VALUES \(repeatElement(row, count: rows).joined(separator: ","))
      """
  }

  private func update(_ bars: BarSeries, _ row: Int, _ today: OpenDay, _ open: Int64) throws {
    let (bid, ask) = bars.quotes(row)
    try db.cachedStatement(
      sql: """
        UPDATE market_data SET open_price = ?, high_price = ?, low_price = ?, close_price = ?, volume = ?,
        bid_price = ?, ask_price = ?
        WHERE symbol = ? AND source = ? AND resolution_ns = ? AND timestamp = ?
        """
    ).execute(arguments: [
      bars.open[row], bars.high[row], bars.low[row], bars.close[row], bars.volume[row], bid, ask, bars.symbol,
      bars.source, bars.resolution.nanoseconds, StoredTime.text(open, day: today.text),
    ])
    if db.changesCount != 1 {
      throw MMSError(
        .invalidData,
        "the bar of \(bars.symbol) that opens at \(SimTime(nanoseconds: open)) has an unusual timestamp in"
          + " market_data, so it cannot be replaced; write it as \(StoredTime.text(open, day: today.text))")
    }
  }

  /// Seconds since the epoch, with a fraction only when there is one: the short end of a row's id.
  private func instant(_ nanoseconds: Int64) -> String {
    nanoseconds % 1_000_000_000 == 0 ? String(nanoseconds / 1_000_000_000) : "\(nanoseconds)ns"
  }
}

extension BarSeries {
  fileprivate func quotes(_ row: Int) -> (bid: Double?, ask: Double?) {
    hasQuotes && !bid[row].isNaN ? (bid[row], ask[row]) : (nil, nil)
  }

  fileprivate mutating func appendRow(_ row: Int, of other: BarSeries) {
    append(
      time: other.time[row], open: other.open[row], high: other.high[row], low: other.low[row],
      close: other.close[row], volume: other.volume[row])
    let (bid, ask) = other.quotes(row)
    if bid == nil, !hasQuotes { return }
    // The first quote of the day: the rows before it have none.
    while self.bid.count < count - 1 {
      self.bid.append(.nan)
      self.ask.append(.nan)
    }
    self.bid.append(bid ?? .nan)
    self.ask.append(ask ?? .nan)
  }

  fileprivate func values(_ row: Int) -> [(name: String, value: Double?)] {
    let (bid, ask) = quotes(row)
    return [
      ("open", open[row]), ("high", high[row]), ("low", low[row]), ("close", close[row]),
      ("volume", volume[row]), ("bid", bid), ("ask", ask),
    ]
  }

  fileprivate func row(_ row: Int, equals otherRow: Int, of other: BarSeries) -> Bool {
    open[row] == other.open[otherRow] && high[row] == other.high[otherRow] && low[row] == other.low[otherRow]
      && close[row] == other.close[otherRow] && volume[row] == other.volume[otherRow]
      && quotes(row) == other.quotes(otherRow)
  }

  fileprivate func difference(_ row: Int, from otherRow: Int, of other: BarSeries) -> String {
    zip(values(row), other.values(otherRow)).filter { $0.value != $1.value }.map { stored, new in
      "\(stored.name) is \(stored.value.map(String.init(describing:)) ?? "unknown") there,"
        + " \(new.value.map(String.init(describing:)) ?? "unknown") here"
    }.joined(separator: "; ")
  }
}
