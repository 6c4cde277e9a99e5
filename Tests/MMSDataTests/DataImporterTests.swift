// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSData
import MMSStore
import Testing

struct DataImporterTests {
  let space: Workspace
  let path: String
  let store: Store

  init() throws {
    space = try Workspace()
    path = space.path("mms.sqlite")
    store = try Store(path: path)
  }

  var importer: DataImporter { DataImporter(store: store) }
  let request = BarRequest(symbol: "TEST", resolution: minute)

  @Test func `importing twice changes nothing`() throws {
    let file = try space.file("TEST-1m.csv", csv(rows: 5000))
    let first = try importer.importFile(file)
    #expect(first.rows == 5000 && first.new == 5000 && first.unchanged == 0 && first.gaps.isEmpty)
    #expect(first.source == "binance-spot" && first.start == SimTime(iso8601: "2025-01-01"))
    let before = try sql(path, "SELECT * FROM market_data ORDER BY rowid")
    let second = try importer.importFile(file)
    #expect(second.rows == 5000 && second.new == 0 && second.unchanged == 5000)
    #expect(try sql(path, "SELECT * FROM market_data ORDER BY rowid") == before)
  }

  @Test func `a longer file adds only its new rows`() throws {
    try _ = importer.importFile(space.file("TEST-1m.csv", csv(rows: 2000)))
    let summary = try importer.importFile(space.file("TEST-1m-b.csv", csv(rows: 3000)))
    #expect(summary.new == 1000 && summary.unchanged == 2000)
    #expect(try store.bars(request).count == 3000)
  }

  @Test func `a bad row at the end leaves nothing of the file`() throws {
    let text = csv(rows: 9000) + "1736229600000,1,1,2,1,1\n"
    let error = fault { try importer.importFile(space.file("TEST-1m.csv", text)) }
    #expect(error?.code == .invalidData && error?.location?.line == 9002)
    #expect(try integer(path, "SELECT COUNT(*) FROM market_data") == 0)
    #expect(try store.coverage().isEmpty)
  }

  @Test func `an import stopped by its progress leaves nothing`() throws {
    let file = try space.file("TEST-1m.csv", csv(rows: 20_000))
    var calls = 0
    let error = fault {
      try importer.importFile(file) { progress throws(MMSError) in
        calls += 1
        if progress.rows > 8000 { throw MMSError(.interrupted, "stopped") }
      }
    }
    #expect(error?.code == .interrupted && calls > 1)
    #expect(try integer(path, "SELECT COUNT(*) FROM market_data") == 0)
    #expect(try importer.importFile(file).new == 20_000)
  }

  @Test func `a row that contradicts a stored one is an error unless it replaces it`() throws {
    try _ = importer.importFile(space.file("TEST-1m.csv", csv(rows: 100)))
    let changed = csv(rows: 100).replacingOccurrences(of: ",30.5", with: ",31.5")
    let file = try space.file("TEST-1m-b.csv", changed)
    let error = try #require(fault { try importer.importFile(file) })
    #expect(error.code == .invalidData && error.location?.line == 22)
    #expect(error.message.contains("volume is 30.5 there, 31.5 here") && error.message.contains("--replace"))
    #expect(try store.bars(request).volume[20] == 30.5)
    let summary = try importer.importFile(file, replace: true)
    #expect(summary.replaced == 1 && summary.unchanged == 99 && summary.new == 0)
    #expect(try store.bars(request).volume[20] == 31.5)
  }

  @Test func `spot and futures, minutes and hours never mix`() throws {
    let file = try space.file("TEST-1m.csv", csv(rows: 60))
    try _ = importer.importFile(file)
    try _ = importer.importFile(file, options: CSVOptions(source: "other"))
    let hour = "open_time,open,high,low,close,volume\n1735689600000,1,2,1,2,3\n"
    try _ = importer.importFile(space.file("TEST-1h.csv", hour))
    #expect(
      try store.coverage().map { "\($0.source) \($0.resolution) \($0.count)" } == [
        "binance-spot 1min 60", "other 1min 60", "binance-spot 1h 1",
      ])
    // Equal ends: the name that sorts first.
    #expect(try store.bars(request).source == "binance-spot")
    var other = request
    other.source = "other"
    #expect(try store.bars(other).source == "other")
  }

  @Test func `gaps are reported, also between batches`() throws {
    var lines = csv(rows: 6000).split(separator: "\n")
    lines.remove(at: 4097)
    lines.remove(at: 100)
    lines.removeSubrange(10..<20)
    let summary = try importer.importFile(space.file("TEST-1m.csv", lines.joined(separator: "\n")))
    #expect(summary.gaps.map(\.missingBars) == [10, 1, 1])
    #expect(try store.bars(request).gaps() == summary.gaps)
  }

  @Test func `progress ends at the file's size`() throws {
    var last: DataImporter.Progress?
    _ = try importer.importFile(Folders.bundled("ETHUSDT")) { progress throws(MMSError) in last = progress }
    #expect(last?.rows == 46_080)
    #expect(last?.byteCount ?? 0 > 800_000 && last?.bytesRead == last?.byteCount)
  }

  @Test(arguments: ["out.csv", "out.csv.gz"])
  func `an exported file imports as the same rows`(name: String) throws {
    try _ = importer.importFile(
      space.file("TEST-1m.csv", csv(rows: 3000)), options: CSVOptions(source: "odd"))
    let bars = try store.bars(request)
    try DataExporter.write(bars, to: space.path(name))
    let summary = try importer.importFile(space.path(name), options: CSVOptions(symbol: "TEST"))
    #expect(summary.source == "odd" && summary.new == 0 && summary.unchanged == 3000)
  }

  @Test func `quotes survive the way out and in`() throws {
    let text = """
      time,open,high,low,close,volume,bid,ask
      1735689600000,1,2,1,2,3,1.99,2.01
      1735689660000,1,2,1,2,3,,
      1735689720000,1,2,1,2,3,1.5,2.5

      """
    try _ = importer.importFile(space.file("q.csv", text), options: CSVOptions(symbol: "TEST"))
    let bars = try store.bars(request)
    #expect(bars.bid[0] == 1.99 && bars.bid[1].isNaN && bars.ask[2] == 2.5)
    try DataExporter.write(bars, to: space.path("out.csv"))
    #expect(
      try importer.importFile(space.path("out.csv"), options: CSVOptions(symbol: "TEST")).unchanged == 3)
  }

  @Test func `an export that cannot be written says so`() throws {
    try _ = importer.importFile(space.file("TEST-1m.csv", csv(rows: 10)))
    let bars = try store.bars(request)
    #expect(
      fault { try DataExporter.write(bars, to: space.path("no/such/folder.csv")) }?.code == .unavailable)
  }

  @Test func `deleting reaches exactly the bars named`() throws {
    try _ = importer.importFile(space.file("TEST-1m.csv", csv(rows: 4000)))
    try _ = importer.importFile(space.file("OTHER-1m.csv", csv(rows: 10)))
    let day2 = try #require(SimTime(iso8601: "2025-01-02"))
    #expect(try store.deleteBars(BarFilter(symbol: "TEST", end: day2)) == 1440)
    #expect(try store.bars(request).start == day2)
    #expect(try store.deleteBars(BarFilter(symbol: "TEST", source: "none")) == 0)
    #expect(try store.deleteBars(BarFilter(symbol: "TEST")) == 2560)
    #expect(try store.coverage().map(\.symbol) == ["OTHER"])
    #expect(try integer(path, "SELECT COUNT(*) FROM bar_chunks") == 1)
  }
}
