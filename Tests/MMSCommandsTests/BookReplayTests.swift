// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

/// `mms book replay`: recordings and the counts published beside them, and recordings that are wrong.
struct BookReplayTests {
  let tool: Tool

  init() throws { tool = try Tool() }

  static let data = "\(Tool.checkout)/../shared/data"
  static let hasData = FileManager.default.fileExists(atPath: "\(data)/lobster")

  struct Recording: Sendable, CustomTestStringConvertible {
    var name: String
    var level: Int
    var exact: Int
    var adopted: Int
    var executions: Int
    var atHead: Int
    var testDescription: String { "\(name) level \(level)" }
  }

  static let recordings = [
    Recording(name: "AMZN", level: 5, exact: 122_094, adopted: 33_840, executions: 8_974, atHead: 7_298),
    Recording(name: "AMZN", level: 1, exact: 43_561, adopted: 13_953, executions: 8_974, atHead: 4_478),
    Recording(name: "AAPL", level: 1, exact: 88_425, adopted: 30_071, executions: 23_658, atHead: 10_915),
  ]

  @Test(.enabled(if: hasData, "the recordings are not beside the repository"), arguments: recordings)
  func `a LOBSTER day is reproduced row by row`(recording: Recording) throws {
    let stem = "\(Self.data)/lobster/\(recording.name)_2012-06-21_34200000_57600000_"
    let outcome = try tool.run(
      "book", "replay", "--format", "lobster", "--messages", "\(stem)message_\(recording.level).csv.gz",
      "--orderbook", "\(stem)orderbook_\(recording.level).csv.gz", "--json")
    #expect(outcome.status == 0, "\(outcome.err)")
    let json = try outcome.json
    #expect(json["rows"] == .integer(Int64(recording.exact + recording.adopted + 1)))
    #expect(json["exact"] == .integer(Int64(recording.exact)))
    #expect(json["adopted"] == .integer(Int64(recording.adopted)))
    #expect(json["mismatches"] == .integer(0))
    #expect(json["executions"] == .integer(Int64(recording.executions)))
    #expect(json["executions_at_best"] == .integer(Int64(recording.executions)))
    #expect(json["executions_at_head"] == .integer(Int64(recording.atHead)))
    #expect(json["events_per_second"] != nil)
  }

  @Test(.enabled(if: hasData, "the recordings are not beside the repository"))
  func `Binance's diffs give the best prices its tickers have`() throws {
    let raw = "\(Self.data)/ticks/binance_2024-08-08/raw"
    let spot = try tool.run(
      "book", "replay", "--format", "binance-spot", "--messages", "\(raw)/spot_btcusdt_20240808.jsonl.gz",
      "--messages", "\(raw)/spot_btcusdt_20240809.jsonl.gz", "--json"
    ).json
    #expect(spot["rows"] == .integer(6_493) && spot["exact"] == .integer(6_491))
    #expect(spot["mismatches"] == .integer(2) && spot["gaps"] == .integer(0))
    #expect(spot["executions"] == .integer(19_904) && spot["missing_trades"] == .integer(0))
    let usdm = try tool.run(
      "book", "replay", "--format", "binance-usdm", "--messages", "\(raw)/usdm_btcusdt_20240808.jsonl.gz",
      "--json"
    ).json
    #expect(usdm["rows"] == .integer(6_547) && usdm["exact"] == .integer(6_547))
  }

  // MARK: - Small LOBSTER recordings

  private static let seedMessage = "34200.0,5,0,1,10050,1\n"
  private static let seedRow = "10100,5,10000,6\n"

  private func replay(_ messages: String, _ rows: String, _ more: String...) throws -> Tool.Outcome {
    try tool.run(
      [
        "book", "replay", "--messages", tool.write(Self.seedMessage + messages, to: "message_1.csv"),
        "--orderbook", tool.write(Self.seedRow + rows, to: "orderbook_1.csv"),
      ] + more)
  }

  @Test func `levels come in, go out and are traded away`() throws {
    // A better bid pushes the seed out; it trades away, and the old level comes back from the file.
    let outcome = try replay(
      "34200.1,1,7,3,10020,1\n34200.2,4,7,1,10020,1\n34200.3,3,7,2,10020,1\n34200.4,2,99,2,10000,1\n",
      "10100,5,10020,3\n10100,5,10020,2\n10100,5,10000,6\n10100,5,10000,4\n", "--json")
    let json = try outcome.json
    #expect(json["rows"] == .integer(5) && json["exact"] == .integer(3) && json["adopted"] == .integer(1))
    #expect(json["executions_at_head"] == .integer(1) && json["mismatches"] == .integer(0))
  }

  @Test func `a price of less than a cent makes the tick finer`() throws {
    let outcome = try replay("34200.1,1,7,3,10021,1\n", "10100,5,10021,3\n", "--json")
    #expect(try outcome.json["exact"] == .integer(1), "\(outcome.err)")
  }

  @Test func `a row that differs is counted and named, and the replay goes on from it`() throws {
    let outcome = try replay(
      "34200.1,1,7,3,10020,1\n34200.2,1,8,3,10020,1\n", "10100,5,10020,4\n10100,5,10020,7\n", "--json")
    let json = try outcome.json
    #expect(json["mismatches"] == .integer(1) && json["exact"] == .integer(1))
    let text = try replay("34200.1,1,7,3,10020,1\n", "10100,5,10020,4\n")
    #expect(text.status == 0 && text.out.contains("mismatches") && text.err.contains("orderbook_1.csv:2"))
  }

  static let broken = [
    ("34200.1,3,7,3,9900,1\n", "10100,5,10000,6\n", "message_1.csv:2: order 7 is not in the book"),
    ("34200.1,1,7,3,10100,1\n", "10100,5,10000,6\n", "message_1.csv:2: order 7 to buy at 10100 crosses"),
    ("34200.1,4,7,9,10000,1\n", "10100,5,10000,6\n", "message_1.csv:2: order 7 has 6 left"),
    (
      "34200.1,1,7,3,10000,1\n34200.2,1,7,3,10000,1\n", "10100,5,10000,9\n10100,5,10000,9\n",
      "message_1.csv:3: order 7 is in the book already"
    ),
    ("34199.9,1,7,3,9900,1\n", "10100,5,10000,6\n", "message_1.csv:2: the time"),
    ("34200.1,1,7,-3,9900,1\n", "10100,5,10000,6\n", "message_1.csv:2: the size is -3"),
    ("34200.1,1,7,3,9900,1\n", "", "orderbook_1.csv' ends before"),
    ("", "10100,5,10000,6\n", "message_1.csv' ends before"),
  ]

  @Test(arguments: broken)
  func `a recording that cannot be ends with 65 and the line`(
    messages: String, rows: String, phrase: String
  ) throws {
    try replay(messages, rows).expectError(65, phrase)
  }

  @Test func `a truncated file, a missing one and wrong options are refused`() throws {
    _ = try replay("", "")
    let many = (0..<3000).map { "34200.\(1_000_000 + $0),5,\($0),1,\(10_000 + $0 % 97),1\n" }.joined()
    try tool.write(Self.seedMessage + many, to: "long.csv")
    _ = try tool.shell("cd '\(tool.home)' && gzip -c long.csv | head -c 5000 > cut.csv.gz")
    let rows = tool.path("orderbook_1.csv")
    try tool.write(String(repeating: Self.seedRow, count: 3001), to: "orderbook_1.csv")
    try tool.run("book", "replay", "--messages", tool.path("cut.csv.gz"), "--orderbook", rows)
      .expectError(65, "truncated")
    try tool.run("book", "replay", "--messages", tool.path("none.csv"), "--orderbook", rows)
      .expectError(66, "none.csv")
    try tool.run("book", "replay", "--messages", rows).expectError(64, "--orderbook")
    try tool.run("book", "replay", "--orderbook", rows).expectError(64, "--messages")
    try tool.run("book", "replay", "--format", "lobstr", "--messages", rows).expectError(64, "'lobster'")
  }

  // MARK: - Small Binance recordings

  private func diff(_ first: Int, _ last: Int, _ bid: String, previous: Int? = nil) -> String {
    let previous = previous.map { ",\"pu\":\($0)" } ?? ""
    return
      "{\"e\":\"depthUpdate\",\"U\":\(first),\"u\":\(last)\(previous),\"b\":[[\"10\",\"\(bid)\"]],\"a\":[]}\n"
  }

  private func snapshot(_ id: Int) -> String {
    "{\"lastUpdateId\":\(id),\"bids\":[[\"10\",\"1\"]],\"asks\":[[\"11.5\",\"1\"]]}\n"
  }

  private func ticker(_ id: Int, _ bid: String) -> String {
    "{\"u\":\(id),\"b\":\"10\",\"B\":\"\(bid)\",\"a\":\"11.5\",\"A\":\"1\"}\n"
  }

  private func stream(_ text: String, _ market: String = "binance-spot") throws -> Tool.Outcome {
    try tool.run(
      "book", "replay", "--format", market, "--messages", tool.write(text, to: "stream.jsonl"), "--json")
  }

  @Test func `diffs before the snapshot are kept, and the first one used reaches over it`() throws {
    let json = try stream(
      ticker(9, "4") + diff(1, 4, "2") + diff(5, 9, "4") + snapshot(6) + diff(10, 12, "5") + ticker(12, "5")
        + ticker(13, "6")
    ).json
    #expect(json["rows"] == .integer(2) && json["exact"] == .integer(2) && json["gaps"] == .integer(0))
  }

  @Test func `a gap is counted, and the book comes back with the next snapshot`() throws {
    let gap = snapshot(5) + diff(6, 7, "2") + diff(9, 10, "3") + diff(11, 12, "4")
    let lost = try stream(gap).json
    #expect(lost["rows"] == .integer(1) && lost["gaps"] == .integer(1) && lost["skipped"] == .integer(2))
    let found = try stream(gap + snapshot(10) + diff(13, 14, "5") + ticker(14, "5")).json
    #expect(found["rows"] == .integer(3) && found["resynchronised"] == .integer(1))
    #expect(found["mismatches"] == .integer(0) && found["skipped"] == .integer(0))
    let text = try tool.run(
      "book", "replay", "--format", "binance-spot", "--messages", tool.path("stream.jsonl"))
    #expect(text.err.contains("broke 1 time"))
  }

  @Test func `futures chain by the id of the diff before`() throws {
    let whole = snapshot(5) + diff(4, 7, "2", previous: 3) + diff(20, 30, "3", previous: 7)
    #expect(try stream(whole, "binance-usdm").json["rows"] == .integer(2))
    let broken = whole + diff(31, 40, "3", previous: 29)
    #expect(try stream(broken, "binance-usdm").json["gaps"] == .integer(1))
    try stream(diff(1, 2, "2")).expectError(66, "there is no depth snapshot")
  }
}

/// `mms book queue`: estimates of places beside known ones.
struct BookQueueTests {
  @Test func `known places and their estimates are printed`() throws {
    let tool = try Tool()
    // Two sells at 1.02: ours joins behind 4, 4 are cancelled behind it, a trade takes 4 and the next one is ours.
    var (messages, rows) = ("0,6,0,1,10050,1\n", "10200,4,10000,6\n")
    for second in 1..<200 {
      messages += "\(second).5,1,\(second),1,10000,1\n\(second).6,3,\(second),1,10000,1\n"
      rows += "10200,4,10000,7\n10200,4,10000,6\n"
    }
    let outcome = try tool.run(
      "book", "queue", "--messages", tool.write(messages, to: "message_1.csv"), "--orderbook",
      tool.write(rows, to: "orderbook_1.csv"), "--every", "10s", "--lifetime", "20s", "--json")
    #expect(outcome.status == 0, "\(outcome.err)")
    let json = try outcome.json
    #expect(json["orders"] == .integer(36) && json["filled"] == .number(0))
    try tool.run(
      "book", "queue", "--messages", tool.path("message_1.csv"), "--orderbook", tool.path("orderbook_1.csv"),
      "--every", "0s"
    ).expectError(64, "no span of time")
  }
}

/// `mms book calibrate`: rates of recorded flow.
struct BookCalibrateTests {
  @Test func `rates are printed as a table, as JSON and for a scenario`() throws {
    let tool = try Tool()
    var (messages, rows) = ("0,6,0,1,10050,1\n", "10100,4,10000,6\n")
    for second in 1..<100 {
      messages += "\(second).5,1,\(second),2,10000,1\n\(second).6,3,\(second),2,10000,1\n"
      rows += "10100,4,10000,8\n10100,4,10000,6\n"
    }
    let path = try tool.write(messages, to: "message_1.csv")
    try tool.run("book", "calibrate", path).expectError(66, "no orderbook file")
    try tool.write(rows, to: "orderbook_1.csv")
    let json = try tool.run("book", "calibrate", path, "--distances", "1", "--json").json
    #expect(json["model"] == .string("ContStoikovTalreja-v1") && json["limit_orders"] == .integer(99))
    #expect(json["seconds"] == .number(99.6))
    let yaml = try tool.run("book", "calibrate", path, "--model", "flow/QueueReactive-v1", "--yaml")
    #expect(yaml.out.contains("use: flow/QueueReactive-v1") && yaml.out.contains("limit_1_"), "\(yaml.err)")
    let table = try tool.run("book", "calibrate", path, "--model", "ZeroIntelligence-v1")
    #expect(table.out.contains("cancel_rate") && table.status == 0)
    try tool.run("book", "calibrate", path, "--model", "ZeroInteligence-v1").expectError(
      64, "ZeroIntelligence-v1")
    try tool.run("book", "calibrate", path, "--distances", "0").expectError(64, "distances")
    try tool.run("book", "calibrate").expectError(64, "one message file")
  }

  @Test(
    "What is calibrated goes into a scenario as it is, and the scenario runs",
    .enabled(if: BookReplayTests.hasData, "the recordings are not beside the repository"),
    arguments: [("ContStoikovTalreja-v1", 12), ("ZeroIntelligence-v1", 5), ("QueueReactive-v1", 11)])
  func calibrated(model: String, parameters: Int) throws {
    let tool = try Tool()
    let messages = "\(BookReplayTests.data)/lobster/AMZN_2012-06-21_34200000_57600000_message_1.csv.gz"
    let yaml = try tool.run("book", "calibrate", messages, "--model", model, "--yaml").out
    let lines = yaml.split(separator: "\n")
    #expect(
      lines.filter { $0.hasPrefix("      ") && !$0.hasPrefix("      #") }.count == parameters, "\(yaml)")
    let head =
      "apiVersion: mms/v1\nkind: Scenario\nmetadata: {name: calibrated}\nextends: [normal_book]\nspec:\n"
    let scenario = try tool.write(head + lines.map { "  \($0)\n" }.joined(), to: "calibrated.yaml")
    #expect(try tool.run("scenario", "validate", scenario).status == 0)
    let outcome = try tool.run(
      "simulate", "--symbol", "BTCUSDT", "--period", "1h", "--scenario", scenario, "--strategy", "twap",
      "--json")
    #expect(outcome.status == 0, "\(outcome.err)")
  }

  @Test(
    "A recorded hour is simulated from the command line, twice the same; without data the command says what to name",
    .enabled(if: BookReplayTests.hasData, "the recordings are not beside the repository"))
  func replayed() throws {
    let tool = try Tool()
    let plain = ["simulate", "--symbol", "AMZN", "--period", "1h", "--scenario", "lobster_replay"]
    let arguments =
      plain + ["--strategy", "twap", "--data", "lobster:\(BookReplayTests.data)/lobster?level=1", "--json"]
    let digests = try (0..<2).map { _ in
      try tool.run(arguments).json["provenance"]?["result_digest"]?.stringValue
    }
    #expect(digests[0] != nil && digests[0] == digests[1])
    try tool.run(plain).expectError(66, "--data lobster:DIR")
  }
}
