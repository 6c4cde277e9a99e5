// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

/// `mms book replay` with what real recordings hold, and what broken ones do.
struct BookRobustnessTests {
  let tool: Tool

  init() throws { tool = try Tool() }

  @Test func `halts, crosses and hidden orders leave the visible book as it is`() throws {
    let messages = """
      34200.0,1,1,6,10000,1
      34200.1,7,0,0,-1,-1
      34200.2,6,-1,500,10050,-1
      34200.3,5,0,10,10040,1
      34200.4,7,0,0,0,-1
      34200.5,7,0,0,1,-1
      34200.6,1,7,3,10010,1

      """
    let rows = String(repeating: "10100,5,10000,6,9999999999,0,-9999999999,0\n", count: 6)
    let outcome = try tool.run(
      "book", "replay", "--messages", tool.write(messages, to: "message_2.csv"), "--orderbook",
      tool.write(rows + "10100,5,10010,3,9999999999,0,10000,6\n", to: "orderbook_2.csv"), "--json")
    #expect(outcome.status == 0, "\(outcome.err)")
    let json = try outcome.json
    #expect(json["exact"] == .integer(6) && json["halts"] == .integer(3) && json["executions"] == .integer(0))
    try tool.run(
      "book", "replay", "--messages", tool.write("34200.0,1,-1,6,10000,1\n", to: "negative.csv"),
      "--orderbook",
      tool.path("orderbook_2.csv")
    ).expectError(65, "negative.csv:1")
  }

  @Test func `a book from nothing counts what it cannot know, and takes away what has left out of sight`()
    throws
  {
    // Order 1 is from before; 3 reaches 2, which must have gone; 4 trades first in its queue.
    let messages = """
      1,3,1,5,10000,1
      2,1,2,5,10100,-1
      3,1,3,5,10200,1
      4,1,4,5,10300,-1
      5,4,4,2,10300,-1
      6,2,4,9,10300,-1

      """
    let path = try tool.write(messages, to: "message.csv")
    let json = try tool.run("book", "replay", "--from-empty", "--messages", path, "--json").json
    #expect(json["rows"] == .integer(6) && json["unknown"] == .integer(2) && json["stale"] == .integer(1))
    #expect(json["executions_at_best"] == .integer(1) && json["executions_at_head"] == .integer(1))
    try tool.run("book", "replay", "--from-empty", "--messages", path, "--orderbook", path)
      .expectError(64, "belong together")
    try tool.run("book", "replay", "--check-messages", path, "--messages", path).expectError(
      64, "--from-empty")
    let twice = try tool.write("1,1,2,5,10100,-1\n2,1,2,5,10100,-1\n", to: "twice.csv")
    try tool.run("book", "replay", "--from-empty", "--messages", twice).expectError(65, "twice.csv:2")
  }

  @Test(
    .enabled(
      if: BookReplayTests.hasData, "the recordings are not beside the repository"))
  func `fifty levels from an empty book are the recorded best prices but for the opening`() throws {
    let folder = "\(BookReplayTests.data)/lobster/AAPL_2012-06-21_34200000_"
    let json = try tool.run(
      "book", "replay", "--from-empty", "--messages", "\(folder)37800000_message_50.csv.gz",
      "--check-messages",
      "\(folder)57600000_message_1.csv.gz", "--orderbook", "\(folder)57600000_orderbook_1.csv.gz", "--json"
    ).json
    #expect(json["rows"] == .integer(25_641) && json["exact"] == .integer(25_541))
    #expect(json["unknown"] == .integer(84))
  }

  static let broken = [
    ("{\"e\":\"depthUpdate\",\"U\":1,\"u\":2,\"b\":[[\"10\",\"-1\"]],\"a\":[]}\n", "stream.jsonl:2"),
    ("{\"e\":\"depthUpdate\",\"U\":7,\"u\":6,\"b\":[],\"a\":[]}\n", "stream.jsonl:2"),
    ("{\"e\":\"depthUpdate\",\"U\":6,\"u\":7,\"b\":[[\"10\"\n", "stream.jsonl:2"),
    ("{\"e\":\"trade\",\"t\":1,\"p\":\"10\",\"q\":\"-2\",\"m\":true}\n", "stream.jsonl:2"),
    ("hello\n", "stream.jsonl:2"),
    ("900 {\"e\":\"other\"}\n", "stream.jsonl:2"),
    ("{\"lastUpdateId\":9223372036854775807,\"bids\":[],\"asks\":[]}\n", "stream.jsonl:2"),
    ("9223372036854775807 {\"e\":\"other\"}\n", "stream.jsonl:2"),
    ("{\"e\":\"trade\",\"t\":-9223372036854775807,\"p\":\"10\",\"q\":\"2\",\"m\":true}\n", "stream.jsonl:2"),
  ]

  @Test(arguments: broken)
  func `a message that cannot be ends with 65 and the line`(line: String, place: String) throws {
    let first = "1000 {\"lastUpdateId\":5,\"bids\":[[\"10\",\"1\"]],\"asks\":[[\"11\",\"1\"]]}\n"
    try tool.run(
      "book", "replay", "--format", "binance-spot", "--messages",
      tool.write(first + line, to: "stream.jsonl")
    ).expectError(65, place)
  }

  @Test func `a second gap in the sequence is counted like the first, and a cut-off file is an error`() throws
  {
    func diff(_ first: Int, _ last: Int) -> String {
      "{\"e\":\"depthUpdate\",\"U\":\(first),\"u\":\(last),\"b\":[[\"10\",\"2\"]],\"a\":[]}\n"
    }
    func snapshot(_ id: Int) -> String {
      "{\"lastUpdateId\":\(id),\"bids\":[[\"10\",\"1\"]],\"asks\":[[\"11\",\"1\"]]}\n"
    }
    let text =
      snapshot(5) + diff(6, 7) + diff(9, 9) + snapshot(9) + diff(10, 11) + diff(10, 11) + diff(14, 15)
      + snapshot(20) + diff(19, 21)
    let path = try tool.write(text, to: "stream.jsonl")
    let json = try tool.run("book", "replay", "--format", "binance-spot", "--messages", path, "--json").json
    #expect(json["gaps"] == .integer(2) && json["resynchronised"] == .integer(2))
    #expect(json["rows"] == .integer(3) && json["mismatches"] == .integer(0))
    let many = (0..<20_000).map { diff($0 + 6, $0 + 6) }.joined()
    try tool.write(snapshot(5) + many, to: "long.jsonl")
    _ = try tool.shell("cd '\(tool.home)' && gzip -c long.jsonl | head -c 20000 > cut.jsonl.gz")
    try tool.run("book", "replay", "--format", "binance-spot", "--messages", tool.path("cut.jsonl.gz"))
      .expectError(65, "truncated")
  }

  @Test(
    .enabled(if: BookReplayTests.hasData, "the recordings are not beside the repository"),
    arguments: [("spot", 6_493, 6_491, 19_904), ("usdm", 6_547, 6_547, 21_313)])
  func `CSV files extracted from a recording give what the recording gives`(
    market: String, rows: Int, exact: Int, trades: Int
  ) throws {
    let folder = "\(BookReplayTests.data)/ticks/binance_2024-08-08/\(market)_BTCUSDT_"
    let json = try tool.run(
      "book", "replay", "--format", "binance-\(market)", "--orderbook", "\(folder)rest_depth_snapshot.json",
      "--messages", "\(folder)depth_updates.csv.gz", "--messages", "\(folder)book_ticker.csv.gz",
      "--messages",
      "\(folder)trades.csv.gz", "--json"
    ).json
    #expect(json["rows"] == .integer(Int64(rows)) && json["exact"] == .integer(Int64(exact)))
    #expect(json["executions"] == .integer(Int64(trades)) && json["gaps"] == .integer(0))
  }

  static let brokenRows = [
    "2,3,7,6,b,10,1\n", "2,3,6,6,c,10,1\n", "2,3,6,6,b,0,1\n", "2,3,6,6,b,10,-1\n", "2,3,6,6,b,10\n",
    "2,3,6,6,b,10,1,9\n", "0,3,6,6,b,10,1\n", "x\n",
  ]

  @Test(arguments: brokenRows)
  func `a row of a CSV file that cannot be ends with 65 and the line`(row: String) throws {
    let header = "local_ns,event_ms,first_id,final_id,side,price,qty\n1,2,6,6,a,11,2\n"
    let snapshot = "{\"lastUpdateId\":5,\"bids\":[[\"10\",\"1\"]],\"asks\":[[\"11\",\"1\"]]}\n"
    try tool.run(
      "book", "replay", "--format", "binance-spot", "--messages", tool.write(header + row, to: "depth.csv"),
      "--orderbook", tool.write(snapshot, to: "snapshot.json")
    ).expectError(65, "depth.csv:3")
  }
}
