// SPDX-License-Identifier: Apache-2.0

import GRDB
public import MMSCore

/// Which stored bars a deletion reaches; a nil field matches everything.
public struct BarFilter: Sendable, Hashable {
  /// Only this trading pair.
  public var symbol: String?
  /// Only bars of this origin.
  public var source: String?
  /// Only bars of this length.
  public var resolution: SimDuration?
  /// Only bars that open at or after this instant.
  public var start: SimTime?
  /// Only bars that open before this instant.
  public var end: SimTime?

  /// Describes a set of bars.
  public init(
    symbol: String? = nil, source: String? = nil, resolution: SimDuration? = nil, start: SimTime? = nil,
    end: SimTime? = nil
  ) {
    self.symbol = symbol
    self.source = source
    self.resolution = resolution
    self.start = start
    self.end = end
  }
}

extension Store {
  /// Every series held, ordered by symbol, resolution and origin.
  public func coverage() throws(MMSError) -> [DataCoverage] {
    try read { try BarQueries.coverage($0) }
  }

  /// Reads bars as columns; see ``DataSource/bars(_:)`` for which.
  ///
  /// - Throws: ``MMSError/Code/noData`` naming what there is; ``MMSError/Code/invalidData`` naming an
  ///   unsound row.
  public func bars(_ request: BarRequest) throws(MMSError) -> BarSeries {
    let name = "the database '\(path)'"
    let (series, isStale) = try read { db in
      var held = try BarQueries.coverage(db, symbol: request.symbol)
      if held.isEmpty { held = try BarQueries.coverage(db) }
      let choice = try held.choice(for: request, in: name)
      let key = SeriesKey(symbol: choice.symbol, source: choice.source, resolution: choice.resolution)
      let series = try BarQueries.bars(
        db, key, from: request.start.map { StoredTime.day($0.nanoseconds) },
        to: request.end.map { StoredTime.day($0.nanoseconds) })
      if series.count == 0 {
        throw MMSError.noBars(of: choice.symbol, in: name, held: choice.start, to: choice.end, request)
      }
      return (series, try !BarQueries.staleDays(db, symbol: key.symbol).isEmpty)
    }
    // The cache is a convenience: when it cannot be renewed now, the next reader tries again.
    if isStale, !options.readOnly { try? refreshCache(of: request.symbol) }
    return try series.rows(for: request, in: name)
  }

  /// Brings the column cache of a symbol up to date with its rows.
  func refreshCache(of symbol: String) throws(MMSError) {
    try write { db in
      for (key, day) in try BarQueries.staleDays(db, symbol: symbol) {
        try BarQueries.storeChunk(db, key, day: day, try BarQueries.rows(db, key, day: day))
      }
    }
  }

  /// Writes bars in one transaction: when `body` throws, nothing of it is stored.
  ///
  /// - Parameters:
  ///   - replacing: Whether a bar that is already there with other values is replaced or an error.
  ///   - body: Hands rows to the writer, as many batches as it likes.
  /// - Returns: What `body` returns.
  public func writeBars<Value>(
    replacing: Bool = false, _ body: (BarWriter) throws(MMSError) -> Value
  ) throws(MMSError) -> Value {
    try write { db in
      let writer = BarWriter(db, path: path, replacing: replacing)
      let value = try body(writer)
      try writer.finish()
      return value
    }
  }

  /// Deletes bars in one transaction.
  ///
  /// - Returns: How many were deleted.
  @discardableResult
  public func deleteBars(_ filter: BarFilter) throws(MMSError) -> Int {
    try write { db in
      try db.execute(
        sql: """
          DELETE FROM market_data WHERE (?1 IS NULL OR symbol = ?1) AND (?2 IS NULL OR source = ?2)
          AND (?3 IS NULL OR resolution_ns = ?3) AND (?4 IS NULL OR timestamp >= ?4)
          AND (?5 IS NULL OR timestamp < ?5)
          """,
        arguments: [
          filter.symbol, filter.source, filter.resolution?.nanoseconds, filter.start.map(StoredTime.text),
          filter.end.map(StoredTime.text),
        ])
      let deleted = db.changesCount
      try db.execute(
        sql: """
          DELETE FROM bar_chunks WHERE columns IS NULL AND NOT EXISTS (SELECT 1 FROM market_data m
          WHERE m.symbol = bar_chunks.symbol AND m.source = bar_chunks.source
          AND m.resolution_ns = bar_chunks.resolution_ns AND m.timestamp >= day AND m.timestamp < day || '~')
          """)
      return deleted
    }
  }
}
