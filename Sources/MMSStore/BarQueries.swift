// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import MMSCore

/// One series of bars in the database: rows that differ in any of these never mix.
struct SeriesKey: Hashable {
  var symbol: String
  var source: String
  var resolution: SimDuration

  var arguments: StatementArguments { [symbol, source, resolution.nanoseconds] }
}

/// The statements on market data and its cache, inside a transaction of the caller.
enum BarQueries {
  private static let seriesIs = "symbol = ? AND source = ? AND resolution_ns = ?"

  /// The bars of one day from the rows themselves, checked.
  static func rows(_ db: Database, _ key: SeriesKey, day: String) throws -> BarSeries {
    guard SimTime(iso8601: day) != nil else {
      throw MMSError(
        .invalidData,
        "market_data holds a bar of \(key.symbol) whose timestamp begins with '\(day)'; a timestamp is UTC"
          + " text, YYYY-MM-DD HH:MM:SS: correct the row")
    }
    var bars = BarSeries(symbol: key.symbol, resolution: key.resolution, source: key.source)
    var quoted = false
    let cursor = try Row.fetchCursor(
      db,
      sql: """
        SELECT timestamp, open_price, high_price, low_price, close_price, volume, bid_price, ask_price, data_id
        FROM market_data WHERE \(seriesIs) AND timestamp >= ? AND timestamp < ? || '~' ORDER BY timestamp
        """, arguments: key.arguments + [day, day])
    while let row = try cursor.next() {
      guard let text = String.fromDatabaseValue(row[0]), let open = SimTime(iso8601: text),
        StoredTime.day(open.nanoseconds) == day
      else {
        throw fault(row, "its timestamp \(row[0] as DatabaseValue) is not UTC text, YYYY-MM-DD HH:MM:SS")
      }
      var values: [Double] = []
      for column in 1...5 {
        guard let value = Double.fromDatabaseValue(row[column]) else {
          throw fault(row, "\(row.columnNames[row.index(row.startIndex, offsetBy: column)]) is no number")
        }
        values.append(value)
      }
      bars.append(
        time: (open + key.resolution).nanoseconds, open: values[0], high: values[1], low: values[2],
        close: values[3], volume: values[4])
      let bid = Double.fromDatabaseValue(row[6]) ?? .nan
      let ask = Double.fromDatabaseValue(row[7]) ?? .nan
      bars.bid.append(bid)
      bars.ask.append(ask)
      quoted = quoted || !bid.isNaN || !ask.isNaN
      if let found = bars.fault(inRow: bars.count - 1) { throw fault(row, found) }
    }
    if !quoted {
      bars.bid = []
      bars.ask = []
    }
    return bars
  }

  private static func fault(_ row: Row, _ text: String) -> MMSError {
    let id = String.fromDatabaseValue(row[8]) ?? "?"
    return MMSError(.invalidData, "the bar '\(id)' in market_data is unsound: \(text); correct or remove it")
  }

  /// Stores the cache of one day, or drops it when the day has no rows left.
  static func storeChunk(_ db: Database, _ key: SeriesKey, day: String, _ bars: BarSeries) throws {
    if bars.count == 0 {
      try db.cachedStatement(sql: "DELETE FROM bar_chunks WHERE \(seriesIs) AND day = ?")
        .execute(arguments: key.arguments + [day])
      return
    }
    try db.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO bar_chunks (symbol, source, resolution_ns, day, bars, first_ns, last_ns, columns)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(
      arguments: key.arguments + [
        day, bars.count, bars.time[0], bars.time[bars.count - 1], BarChunk.encode(bars),
      ])
  }

  /// The days of a series whose cache is out of date.
  static func staleDays(_ db: Database, symbol: String) throws -> [(key: SeriesKey, day: String)] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT symbol, source, resolution_ns, day FROM bar_chunks
        WHERE symbol = ? AND columns IS NULL ORDER BY source, resolution_ns, day
        """, arguments: [symbol]
    ).map { row in (try Self.key(row), try row.required("day")) }
  }

  /// What is held: every series, or those of one symbol.
  ///
  /// Days whose cache is out of date are counted from their rows.
  static func coverage(_ db: Database, symbol: String? = nil) throws -> [DataCoverage] {
    let whole = try Row.fetchAll(
      db,
      sql: """
        SELECT symbol, source, resolution_ns, SUM(bars) AS bars, MIN(first_ns) AS first, MAX(last_ns) AS last
        FROM bar_chunks
        WHERE columns IS NOT NULL AND (?1 IS NULL OR symbol = ?1) GROUP BY symbol, source, resolution_ns
        """, arguments: [symbol])
    var spans: [SeriesKey: (count: Int, first: Int64, last: Int64)] = [:]
    for row in whole {
      spans[try key(row)] = try (row.required("bars"), row.required("first"), row.required("last"))
    }
    let stale = try Row.fetchAll(
      db,
      sql: """
        SELECT symbol, source, resolution_ns, day FROM bar_chunks
        WHERE columns IS NULL AND (?1 IS NULL OR symbol = ?1)
        """, arguments: [symbol])
    for row in stale {
      let key = try key(row)
      let bars = try rows(db, key, day: row.required("day"))
      guard let first = bars.time.first, let last = bars.time.last else { continue }
      let known = spans[key] ?? (0, first, last)
      spans[key] = (known.count + bars.count, min(known.first, first), max(known.last, last))
    }
    return spans.map { key, span in
      DataCoverage(
        symbol: key.symbol, resolution: key.resolution, source: key.source,
        start: SimTime(nanoseconds: span.first) - key.resolution, end: SimTime(nanoseconds: span.last),
        count: span.count)
    }.sorted { ($0.symbol, $0.resolution, $0.source) < ($1.symbol, $1.resolution, $1.source) }
  }

  private enum Part {
    case cached(Data, count: Int)
    case fresh(BarSeries)

    var count: Int {
      switch self {
      case .cached(_, let count): count
      case .fresh(let bars): bars.count
      }
    }
  }

  /// The bars of the days from one to another, in order of time.
  static func bars(_ db: Database, _ key: SeriesKey, from first: String?, to last: String?) throws
    -> BarSeries
  {
    let cursor = try Row.fetchCursor(
      db,
      sql: """
        SELECT day, bars, columns FROM bar_chunks
        WHERE \(seriesIs) AND day >= ? AND day <= ? ORDER BY day
        """, arguments: key.arguments + [first ?? "", last ?? "~"])
    var parts: [Part] = []
    while let row = try cursor.next() {
      let count: Int = try row.optional("bars") ?? 0
      if let data = Data.fromDatabaseValue(row[2]), BarChunk.fits(byteCount: data.count, bars: count) {
        parts.append(.cached(data, count: count))
      } else {
        parts.append(.fresh(try rows(db, key, day: row.required("day"))))
      }
    }
    let total = parts.reduce(0) { $0 + $1.count }
    var series = BarChunk.blank(key.symbol, key.resolution, key.source, count: total)
    var row = 0
    for part in parts where part.count > 0 {
      switch part {
      case .cached(let data, let count): BarChunk.decode(data, bars: count, into: &series, at: row)
      case .fresh(let bars):
        BarChunk.decode(BarChunk.encode(bars), bars: bars.count, into: &series, at: row)
      }
      // Each day was checked when its cache was made; what is left is the step from day to day.
      if let found = series.fault(inRow: row) {
        throw MMSError(.invalidData, "bars of \(key.symbol) in market_data are unsound: \(found)")
      }
      row += part.count
    }
    return series
  }

  private static func key(_ row: Row) throws -> SeriesKey {
    let resolution: Int64 = try row.required("resolution_ns")
    // A hundred days, so that a close stays within the years SimTime can hold.
    guard (1...100 * StoredTime.nanosecondsPerDay).contains(resolution) else {
      throw MMSError(
        .invalidData, "market_data holds a bar whose resolution_ns is \(resolution); correct the row")
    }
    return try SeriesKey(
      symbol: row.required("symbol"), source: row.required("source"),
      resolution: SimDuration(nanoseconds: resolution))
  }
}
