// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSData
import Testing

/// Folders of LOBSTER files as a source of bars.
struct LobsterSourceTests {
  private func folder(_ files: [String: String]) throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "lobster-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)")) }
    return path
  }

  private static let messages = """
    34200.5,1,1,100,1000000,1
    34201.25,1,2,50,1000400,-1
    34201.75,4,2,20,1000400,-1
    34201.8,5,0,7,1000200,1
    34204.0,3,1,100,1000000,1

    """
  private static let rows = """
    1001000,30,1000000,100
    1000400,50,1000000,100
    1000400,30,1000000,100
    1000400,30,1000000,100
    1000400,30,999000,10

    """

  @Test("Bars are of the mid, with quotes at the close, hidden volume, and seconds without a message")
  func bars() throws {
    let path = try folder([
      "XYZ_2012-06-21_34200000_34206000_message_1.csv": Self.messages,
      "XYZ_2012-06-21_34200000_34206000_orderbook_1.csv": Self.rows,
    ])
    defer { try? FileManager.default.removeItem(atPath: path) }
    let source = try DataSourceFactory().open("lobster:\(path)")
    let series = try source.bars(BarRequest(symbol: "XYZ", resolution: .seconds(1)))
    #expect(series.start?.description == "2012-06-21T13:30:00Z")
    #expect(series.count == 6)
    #expect(series.close == [100.05, 100.02, 100.02, 100.02, 99.97, 99.97])
    #expect(series.open[1] == 100.02 && series.high[0] == 100.05 && series.low[4] == 99.97)
    #expect(series.volume == [0, 27, 0, 0, 0, 0])
    #expect(series.bid[1] == 100 && series.ask[1] == 100.04 && series.bid[4] == 99.9)
    try series.validate()
    let held = try source.coverage().filter { $0.resolution == .seconds(1) }
    #expect(held.map(\.count) == [6] && held[0].end.description == "2012-06-21T13:30:06Z")
    // A coarser bar holds the finer ones.
    let whole = try source.bars(BarRequest(symbol: "XYZ", resolution: .minutes(1)))
    #expect(whole.open == [100.05] && whole.low == [99.97] && whole.volume == [27])
  }

  @Test(
    "A day in New York begins four hours after Greenwich's in summer, else five",
    arguments: [
      ("2012-06-21", 4), ("2012-01-03", 5), ("2012-03-09", 5), ("2012-03-12", 4), ("2012-11-02", 4),
      ("2012-11-05", 5), ("2005-04-01", 5), ("2005-04-04", 4), ("2005-10-28", 4), ("2005-10-31", 5),
    ])
  func midnight(day: String, hours: Int64) throws {
    let path = try folder([
      "XYZ_\(day)_34200000_34206000_message_1.csv": Self.messages,
      "XYZ_\(day)_34200000_34206000_orderbook_1.csv": Self.rows,
    ])
    defer { try? FileManager.default.removeItem(atPath: path) }
    let recording = try LobsterSource(folder: path).recordings[0]
    #expect(recording.midnight - (try #require(SimTime(iso8601: day))) == .hours(hours))
  }

  @Test("The deepest recording of a day is taken, or the level asked for; messages alone are none")
  func levels() throws {
    var files: [String: String] = ["XYZ_2012-06-21_34200000_34206000_message_50.csv": Self.messages]
    for level in [1, 5] {
      files["XYZ_2012-06-21_34200000_34206000_message_\(level).csv"] = Self.messages
      files["XYZ_2012-06-21_34200000_34206000_orderbook_\(level).csv"] = Self.rows
    }
    let path = try folder(files)
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try LobsterSource(folder: path).recordings.map(\.level) == [5])
    #expect(try LobsterSource(folder: path, level: 1).recordings.map(\.level) == [1])
    #expect(throws: MMSError.self) { try DataSourceFactory().open("lobster:\(path)?level=50") }
  }

  @Test("What is no folder, holds nothing or names a wrong level is refused by name")
  func refusals() throws {
    let path = try folder([:])
    defer { try? FileManager.default.removeItem(atPath: path) }
    for (uri, code, text) in [
      ("lobster:", MMSError.Code.invalidValue, "names no file"),
      ("lobster:\(path)/none", .notFound, "none"),
      ("lobster:\(path)", .noData, "no LOBSTER recording"),
      ("lobster:\(path)?level=x", .invalidValue, "level"),
    ] {
      let error = #expect(throws: MMSError.self) { try DataSourceFactory().open(uri) }
      #expect(error?.code == code && error?.message.contains(text) == true)
    }
  }
}
