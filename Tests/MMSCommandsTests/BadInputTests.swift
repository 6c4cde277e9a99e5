// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSStore
import Testing

struct BadInputTests {
  let tool: Tool

  init() throws { tool = try Tool() }

  /// Arguments after a sound request, the exit status, and what the error must say.
  static let requests: [([String], Int32, [String])] = [
    (["--scenario", "black_swam"], 64, ["black_swam", "'black_swan'"]),
    (["--scenario", "nowhere.yaml"], 66, ["nowhere.yaml"]),
    (["--strategy", "treshold"], 64, ["treshold", "'threshold'"]),
    (["--param", "entry_treshold=0.1"], 64, ["entry_treshold", "'entry_threshold'"]),
    (["--param", "entry_threshold=nan"], 64, ["entry_threshold", "nan"]),
    (["--param", "entry_threshold=inf"], 64, ["entry_threshold", "inf"]),
    (["--param", "entry_threshold=-1"], 64, ["entry_threshold", "out of range"]),
    (["--param", "position_size=2"], 64, ["position_size", "≤ 1"]),
    (["--param", "mode=revert"], 64, ["mode", "reversion"]),
    (["--param", "entry_threshold"], 64, ["NAME=VALUE"]),
    (["--period", "banana"], 64, ["banana", "30d"]),
    (["--period", "0d"], 64, ["0d"]),
    (["--period=-3d"], 64, ["-3d"]),
    (["--period", "400d"], 66, ["400d", "32d"]),
    (["--start", "2025-07-20", "--end", "2025-07-19"], 64, ["2025-07-19", "not after"]),
    (["--start", "2025-07-20", "--end", "2025-07-25"], 64, ["5d", "period"]),
    (["--start", "yesterday"], 64, ["yesterday", "ISO 8601"]),
    (["--start", "2024-01-01"], 66, ["2024-01-01", "2025-07-17"]),
    (["--symbol", "BTCUSD"], 66, ["BTCUSD", "'BTCUSDT'"]),
    (["--seed", "-1"], 64, ["'-1'", "0 to 18446744073709551615"]),
    (["--seed", "18446744073709551616"], 64, ["--seed"]),
    (["--seed", "1.5"], 64, ["--seed"]),
    (["--paths", "0"], 64, ["'0'", "--paths"]),
    (["--paths", "-5"], 64, ["'-5'"]),
    (["--paths", "4000000000"], 64, ["paths", "fewer"]),
    (["--threads", "0"], 64, ["--threads"]),
    (["--target-se", "0"], 64, ["--target-se"]),
    (["--target-metric", "total_return"], 64, ["target_se"]),
    (["--target-se", "1", "--target-metric", "retrn"], 64, ["retrn"]),
    (["--set", "models.impact.params.Z=1"], 64, ["'Z'", "--set"]),
    (["--set", "execution.latency"], 64, ["PATH=VALUE"]),
    (["--set", "models.impact.use=impact/SquareRot-v1"], 64, ["SquareRot", "impact/SquareRoot-v1"]),
    (["--data", "foo:bar"], 64, ["foo", "csv:FILE"]),
    (["--data", "csv:nowhere.csv"], 66, ["nowhere.csv"]),
    (["--report", "run.pdf"], 64, [".html or .json", "'.pdf' is not available"]),
    (["--report", "run.html", "--chart-path", "nowhere"], 69, ["dygraphs", "libjs-dygraphs", "nowhere"]),
    (["--report", "nowhere/run.json"], 69, ["nowhere"]),
    (["--trades", "run.txt"], 64, [".csv"]),
    (["surplus"], 64, ["surplus"]),
  ]

  @Test(arguments: requests)
  func `a wrong request is refused with its name and the remedy`(
    arguments: [String], status: Int32, phrases: [String]
  ) throws {
    let sound = ["--symbol", "BTCUSDT", "--period", "1d", "--scenario", "normal"]
    let outcome = try tool.run(["simulate"] + sound + arguments)
    outcome.expectError(status)
    for phrase in phrases { #expect(outcome.err.contains(phrase), "no '\(phrase)' in: \(outcome.err)") }
    let database = tool.path("mms.sqlite")
    if FileManager.default.fileExists(atPath: database) {
      #expect(try Store(path: database).recentSimulations().isEmpty)
    }
  }

  @Test func `a required option that is missing is named`() throws {
    try tool.run("simulate", "--symbol", "BTCUSDT", "--period", "1d").expectError(64, "--scenario")
  }

  @Test func `unknown ids are refused`() throws {
    try tool.run("model", "show", "impact/SquareRot-v1").expectError(64, "'impact/SquareRoot-v1'")
    try tool.run("model", "list", "--kind", "fil").expectError(64, "'fill'")
    try tool.run("strategy", "show", "treshold").expectError(64, "'threshold'")
    try tool.run("schema", "--kind", "Senario").expectError(64, "'Scenario'")
    try tool.run("bench", "quotes/treshold").expectError(64, "'quotes/threshold'")
    try tool.run("replay", "sim_20200101_001").expectError(66, "sim_20200101_001")
    try tool.run("report", "sim_20200101_001").expectError(66, "sim_20200101_001")
  }

  @Test func `every fault of a scenario file is named with its place`() throws {
    let file = try tool.write(
      """
      apiVersion: mms/v1
      kind: Scenario
      metadata: {name: bad}
      spec:
        modles: {}
        market: quoats
      """, to: "bad.yaml")
    let outcome = try tool.run("scenario", "validate", file, "\(Tool.checkout)/scenarios/normal.yaml")
    #expect(outcome.status == 65)
    #expect(outcome.err.contains("bad.yaml:5:3: unknown key 'modles'"))
    #expect(outcome.err.contains("bad.yaml:6:11:"))
    #expect(outcome.out.contains("normal v1 is valid"))
    let json = try tool.run("scenario", "validate", file, "--json")
    #expect(json.status == 65)
    #expect(try json.json["files"]?.arrayValue?.first?["errors"]?.arrayValue?.count == 3)
  }

  @Test func `a target that is missed ends with 65`() throws {
    let text = """
      apiVersion: mms/v1
      kind: Scenario
      extends: [normal]
      metadata: {name: wild, version: 1, summary: none}
      spec: {targets: [{statistic: volatility_ratio, between: [5, 6]}]}
      """
    let file = try tool.write(text, to: "wild.yaml")
    let outcome = try tool.run("scenario", "validate", file, "--targets", "--period", "1d", "--paths", "4")
    #expect(outcome.status == 65, "\(outcome.err)")
    #expect(outcome.out.contains("MISSED"))
  }

  // MARK: The database

  @Test func `a file that is no database is left as it was`() throws {
    let file = try tool.write(String(repeating: "not a database ", count: 100), to: "x.sqlite")
    try tool.simulate("--database", file).expectError(69, "x.sqlite")
    #expect(try tool.read("x.sqlite").hasPrefix("not a database"))
    #expect(try tool.run("doctor", "--database", file).status == 69)
  }

  @Test func `a database of a newer version is refused`() throws {
    #expect(try tool.run("data", "list").status == 0)
    // PRAGMA user_version is a big-endian integer at byte 60 of the file (sqlite.org/fileformat2.html).
    let handle = try FileHandle(forUpdating: URL(filePath: tool.path("mms.sqlite")))
    try handle.seek(toOffset: 60)
    try handle.write(contentsOf: Data([0, 0, 0, 99]))
    try handle.close()
    try tool.simulate().expectError(69, "schema version 99")
  }

  @Test(.disabled(if: getuid() == 0, "root may read everything"))
  func `a database that may not be read is refused`() throws {
    #expect(try tool.run("data", "list").status == 0)
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: tool.path("mms.sqlite"))
    try tool.simulate().expectError(69, "mms.sqlite")
  }

  @Test(.disabled(if: getuid() == 0, "root may write everywhere"))
  func `a folder that may not be written is refused`() throws {
    let locked = tool.path("locked")
    try FileManager.default.createDirectory(atPath: locked, withIntermediateDirectories: true)
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: locked)
    try tool.simulate("--database", "\(locked)/mms.sqlite").expectError(69, "locked")
    try tool.simulate("--report", "\(locked)/run.json").expectError(69, "not writable")
  }

  @Test func `a full disk stores nothing and says so`() throws {
    #expect(try tool.run("data", "list").status == 0)
    // RLIMIT_FSIZE in blocks of 1,024 bytes: enough for the tables, not for the bars.
    let outcome = try tool.shell("ulimit -f 400; $MMS data import '\(Tool.bars)'")
    outcome.expectError(69, "mms.sqlite", "Nothing of this change was stored")
    let held = try tool.run("data", "list", "--json").json["series"]?.arrayValue ?? []
    #expect(!held.contains { $0["held_in"]?.stringValue == "database" })
    #expect(try tool.run("data", "import", Tool.bars).status == 0)
  }

  @Test func `a report without room leaves no file and keeps the result`() throws {
    #expect(try tool.run("data", "list").status == 0)
    let outcome = try tool.shell(
      "ulimit -f 300; $MMS simulate --symbol BTCUSDT --period 7d --scenario normal --report big.json")
    outcome.expectError(69, "big.json", "stored as sim_", "mms report sim_")
    let names = try FileManager.default.contentsOfDirectory(atPath: tool.home)
    #expect(!names.contains { $0.hasPrefix("big.json") })
  }
}
