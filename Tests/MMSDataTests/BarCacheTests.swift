// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSData
import MMSStore
import Testing

/// The column cache may never say anything but what `market_data` says.
struct BarCacheTests {
  let space: Workspace
  let path: String
  let store: Store
  let request = BarRequest(symbol: "TEST", resolution: minute)

  init() throws {
    space = try Workspace()
    path = space.path("mms.sqlite")
    store = try Store(path: path)
    _ = try DataImporter(store: store).importFile(space.file("TEST-1m.csv", csv(rows: 3000)))
  }

  /// A change by plain SQL, and a number that tells whether the next read saw it.
  static let changes: [(sql: String, seen: @Sendable (BarSeries) -> Bool)] = [
    (
      "UPDATE market_data SET volume = 7777 WHERE timestamp = '2025-01-02 00:00:00'",
      { $0.volume[1440] == 7777 && $0.count == 3000 }
    ),
    ("DELETE FROM market_data WHERE timestamp = '2025-01-01 00:05:00'", { $0.count == 2999 }),
    ("DELETE FROM market_data WHERE timestamp < '2025-01-02'", { $0.count == 1560 }),
    (
      """
      INSERT INTO market_data (data_id, symbol, timestamp, open_price, high_price, low_price, close_price, volume,
      source) VALUES ('mine', 'TEST', '2024-12-31 23:59:00', 5, 6, 5, 6, 1, 'binance-spot')
      """, { $0.count == 3001 && $0.open[0] == 5 }
    ),
    (
      """
      INSERT OR REPLACE INTO market_data (data_id, symbol, timestamp, open_price, high_price, low_price,
      close_price, volume, source) SELECT data_id, symbol, '2024-12-31 23:59:00', 5, 6, 5, 6, 1, source
      FROM market_data WHERE timestamp = '2025-01-02 00:00:00'
      """, { $0.count == 3000 && $0.open[0] == 5 && $0.gaps().count == 1 }
    ),
    (
      "UPDATE market_data SET timestamp = '2025-02-01 00:00:00' WHERE timestamp = '2025-01-03 01:59:00'",
      { $0.count == 3000 && $0.end == SimTime(iso8601: "2025-02-01T00:01:00Z") }
    ),
    (
      "UPDATE market_data SET bid_price = 90, ask_price = 91 WHERE timestamp = '2025-01-02 00:00:00'",
      { $0.hasQuotes && $0.bid[1440] == 90 && $0.bid[0].isNaN }
    ),
  ]

  @Test(arguments: changes.indices)
  func `a change by plain SQL is seen by the next read`(index: Int) throws {
    let (text, seen) = Self.changes[index]
    #expect(try !seen(store.bars(request)))
    try sql(path, text)
    // Once from the rows, once from the renewed cache, and once by another reader.
    #expect(try seen(store.bars(request)))
    #expect(try integer(path, "SELECT COUNT(*) FROM bar_chunks WHERE columns IS NULL") == 0)
    #expect(try seen(store.bars(request)))
    #expect(try seen(SQLiteSource(path: path).bars(request)))
    let count = try integer(path, "SELECT COUNT(*) FROM market_data")
    #expect(try store.coverage().first?.count == count)
  }

  @Test func `a change is seen through a store that may not write`() throws {
    try sql(path, "UPDATE market_data SET volume = 7777 WHERE timestamp = '2025-01-02 00:00:00'")
    let source = try SQLiteSource(path: path)
    #expect(try source.bars(request).volume[1440] == 7777)
    #expect(try source.coverage().first?.count == 3000)
  }

  /// What another program may have written, and words of the error.
  static let unsound: [(sql: String, words: String)] = [
    ("UPDATE market_data SET high_price = 1 WHERE timestamp = '2025-01-01 00:05:00'", "above high"),
    ("UPDATE market_data SET volume = 'lots' WHERE timestamp = '2025-01-01 00:05:00'", "volume is no number"),
    (
      "UPDATE market_data SET timestamp = '2025-01-01 noon' WHERE timestamp = '2025-01-01 12:00:00'",
      "UTC text"
    ),
    ("UPDATE market_data SET timestamp = 1735689600 WHERE timestamp = '2025-01-01 00:00:00'", "'1735689600'"),
    (
      "UPDATE market_data SET resolution_ns = -1 WHERE timestamp = '2025-01-01 00:00:00'",
      "resolution_ns is -1"
    ),
  ]

  @Test(arguments: unsound.indices)
  func `an unsound row is named, never read`(index: Int) throws {
    let (text, words) = Self.unsound[index]
    try sql(path, text)
    let error = try #require(fault { try store.bars(request) })
    #expect(error.code == .invalidData)
    #expect(error.message.contains(words), "\(error)")
  }

  @Test func `a damaged cache entry is rebuilt from the rows`() throws {
    let before = try store.bars(request).close
    try sql(path, "UPDATE bar_chunks SET columns = zeroblob(10) WHERE day = '2025-01-02'")
    #expect(try store.bars(request).close == before)
  }

  @Test func `a span selects bars that open in it and close in it`() throws {
    var part = request
    part.start = SimTime(iso8601: "2025-01-01T23:59:00Z")
    part.end = SimTime(iso8601: "2025-01-02T00:02:00Z")
    let bars = try store.bars(part)
    #expect(bars.count == 3 && bars.start == part.start && bars.end == part.end)
    part.start = SimTime(iso8601: "2025-01-01T23:59:00.000000001Z")
    #expect(try store.bars(part).count == 2)
    part.start = SimTime(iso8601: "2026-01-01")
    part.end = nil
    let error = fault { try store.bars(part) }
    #expect(error?.code == .noData && error?.message.contains("2025-01-03T02:00:00Z") == true)
  }

  @Test func `what is not there is named with what is`() throws {
    let symbol = fault { try store.bars(BarRequest(symbol: "TSET", resolution: minute)) }
    #expect(symbol?.code == .noData && symbol?.hint == "did you mean 'TEST'?")
    let hours = fault { try store.bars(BarRequest(symbol: "TEST", resolution: .hours(1))) }
    #expect(hours?.message.contains("its resolutions: 1min") == true)
    let origin = fault {
      try store.bars(BarRequest(symbol: "TEST", resolution: minute, source: "binance-spto"))
    }
    #expect(origin?.hint == "did you mean 'binance-spot'?")
    let empty = try Store(path: ":memory:")
    #expect(fault { try empty.bars(request) }?.message.contains("no bars at all") == true)
  }

  @Test func `bars of a hundred milliseconds keep their times`() throws {
    let rows = (0..<20).map { "\(1_735_689_599_000 + $0 * 100),1,2,1,2,3" }.joined(separator: "\n")
    let file = try space.file("FAST-x.csv", "open_time,open,high,low,close,volume\n" + rows)
    _ = try DataImporter(store: store).importFile(file)
    let bars = try store.bars(BarRequest(symbol: "FAST", resolution: SimDuration(nanoseconds: 100_000_000)))
    #expect(bars.count == 20 && bars.gaps().isEmpty)
    #expect(
      try integer(path, "SELECT COUNT(*) FROM market_data WHERE timestamp = '2024-12-31 23:59:59.1'") == 1)
    #expect(try DataImporter(store: store).importFile(file).unchanged == 20)
  }
}
