// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

struct DataTests {
  let tool: Tool

  init() throws { tool = try Tool() }

  private static let header = "open_time,open,high,low,close,volume\n"

  private static func rows(_ count: Int) -> String {
    (0..<count).map { "\(1_700_000_040_000 + $0 * 60_000),10,12,9,11,5\n" }.joined()
  }

  /// Whether the database holds any bars.
  private func hasBars() throws -> Bool {
    let held = try tool.run("data", "list", "--json").json["series"]?.arrayValue ?? []
    return held.contains { $0["held_in"]?.stringValue == "database" }
  }

  @Test func `importing twice changes nothing`() throws {
    let first = try tool.run("data", "import", Tool.bars, "--json")
    #expect(first.status == 0, "\(first.err)")
    #expect(try first.json["imports"]?.arrayValue?.first?["new"]?.integerValue == 46_080)
    let second = try tool.run("data", "import", Tool.bars, "--json").json["imports"]?.arrayValue?.first
    #expect(second?["new"]?.integerValue == 0)
    #expect(second?["unchanged"]?.integerValue == 46_080)
  }

  @Test func `what is exported imports to the same series`() throws {
    #expect(try tool.run("data", "import", Tool.bars).status == 0)
    #expect(
      try tool.run("data", "export", "--symbol", "BTCUSDT", "--output", "BTCUSDT-out.csv.gz").status == 0)
    let again = try tool.run("data", "import", "BTCUSDT-out.csv.gz", "--json").json["imports"]?.arrayValue?
      .first
    #expect(again?["unchanged"]?.integerValue == 46_080)
    let one = try tool.simulate("--json").json["provenance"]?["data"]?["digest"]
    let other = try Tool()
    #expect(try other.run("data", "import", tool.path("BTCUSDT-out.csv.gz")).status == 0)
    #expect(try other.simulate("--json").json["provenance"]?["data"]?["digest"] == one)
  }

  @Test func `export goes to standard output as CSV`() throws {
    #expect(
      try tool.run("data", "import", tool.write(Self.header + Self.rows(5), to: "ABC-1m.csv")).status == 0)
    let outcome = try tool.run("data", "export", "--symbol", "ABC")
    #expect(outcome.out == Self.header + Self.rows(5), "\(outcome.err)")
    try tool.run("data", "export", "--symbol", "ABD").expectError(66, "ABD")
    try tool.run("data", "export").expectError(64, "--symbol")
    try tool.run("data", "export", "--symbol", "ABC", "--json").expectError(64, "--output")
  }

  @Test func `prune deletes what it is told and refuses to delete all by accident`() throws {
    #expect(
      try tool.run("data", "import", tool.write(Self.header + Self.rows(5), to: "ABC-1m.csv")).status == 0)
    try tool.run("data", "prune").expectError(64, "--all")
    let outcome = try tool.run(
      "data", "prune", "--symbol", "ABC", "--before", "2023-11-14T22:16:00Z", "--json")
    #expect(try outcome.json["deleted"]?.integerValue == 2)
    #expect(try tool.run("data", "prune", "--all", "--json").json["deleted"]?.integerValue == 3)
    #expect(try !hasBars())
  }

  @Test func `a bad row is named by its line and nothing of the file is stored`() throws {
    let text = Self.header + Self.rows(3) + "1700000220000,10,9,12,11,5\n"
    try tool.run("data", "import", tool.write(text, to: "ABC-1m.csv")).expectError(65, "ABC-1m.csv:5")
    #expect(try !hasBars())
  }

  @Test func `empty, truncated and missing files are refused`() throws {
    try tool.run("data", "import", tool.write("", to: "ABC-1m.csv")).expectError(65, "empty")
    let whole = try Data(contentsOf: URL(filePath: Tool.bars))
    try whole.prefix(whole.count / 2).write(to: URL(filePath: tool.path("BTCUSDT-1m.csv.gz")))
    try tool.run("data", "import", "BTCUSDT-1m.csv.gz").expectError(65, "BTCUSDT-1m.csv.gz")
    #expect(try !hasBars())
    try tool.run("data", "import", "nowhere.csv").expectError(66, "nowhere.csv")
    try tool.run("data", "import").expectError(64, "files")
  }

  @Test func `a format that is asked for must be there`() throws {
    let plain = try tool.write(Self.rows(5), to: "ABC-1m.csv")
    try tool.run("data", "import", plain, "--format", "csv").expectError(65, "header")
    #expect(try tool.run("data", "import", plain, "--format", "binance").status == 0)
    let named = try tool.write("time,bid,ask,open,high,low,close,volume\n", to: "ABD-1m.csv")
    try tool.run("data", "import", named, "--format", "binance").expectError(65, "Binance")
    try tool.run("data", "import", plain, "--format", "binanc").expectError(64, "'binance'")
    try tool.run("data", "import", plain, "--resolution", "soon").expectError(64, "soon")
  }
}
