// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

struct SettingsTests {
  let tool: Tool

  init() throws { tool = try Tool() }

  /// The seed a run ends up with.
  private func seed(_ arguments: String..., environment: [String: String] = [:]) throws -> Int64? {
    let base = ["simulate", "--symbol", "BTCUSDT", "--period", "1d", "--scenario", "normal", "--json"]
    return try tool.run(base + arguments, environment: environment).json["seed"]?.integerValue
  }

  @Test func `a flag wins over a variable, a variable over the file, the file over the default`() throws {
    let derived = try seed() ?? 0
    #expect(derived > 3)
    try tool.write("seed: 1\n", to: "config.yaml")
    #expect(try seed() == 1)
    #expect(try seed(environment: ["MMS_SEED": "2"]) == 2)
    #expect(try seed("--seed", "3", environment: ["MMS_SEED": "2"]) == 3)
    #expect(try seed("--seed=3", environment: ["MMS_SEED": "2"]) == 3)
  }

  @Test func `another file is named by option or variable`() throws {
    let file = try tool.write("seed: 7\n", to: "other.yaml")
    #expect(try seed("--config", file) == 7)
    #expect(try seed(environment: ["MMS_CONFIG": file]) == 7)
    try tool.run("doctor", "--config", "nowhere.yaml").expectError(66, "nowhere.yaml")
  }

  @Test func `a file can make a whole request, lists and switches included`() throws {
    let text = """
      # defaults of this project
      symbol: BTCUSDT
      period: 1d
      scenario: normal
      json: true
      param: {entry_threshold: 0.003, window: 2h}
      set: [execution.latency=0]
      """
    try tool.write(text, to: "config.yaml")
    let parameters = try tool.run("simulate").json["provenance"]?["models"]?["strategy"]?["parameters"]
    #expect(parameters?["entry_threshold"]?.doubleValue == 0.003)
    #expect(parameters?["window"]?.stringValue == "2h")
    #expect(try tool.run("simulate", "--no-json").out.contains("BTCUSDT  1d  normal"))
    #expect(try tool.run(["simulate"], environment: ["MMS_JSON": "0"]).out.contains("BTCUSDT  1d  normal"))
  }

  @Test func `the database is where option, variable or file say`() throws {
    let manager = FileManager.default
    #expect(try tool.run(["data", "list"], environment: ["MMS_DATABASE": tool.path("a.sqlite")]).status == 0)
    #expect(manager.fileExists(atPath: tool.path("a.sqlite")))
    #expect(!manager.fileExists(atPath: tool.path("mms.sqlite")))
    try tool.write("database: \(tool.path("b.sqlite"))\n", to: "config.yaml")
    #expect(try tool.run("data", "list").status == 0)
    #expect(manager.fileExists(atPath: tool.path("b.sqlite")))
  }

  @Test func `folders of a variable stand between colons, the first wins`() throws {
    for (folder, summary) in [("one", "from one"), ("two", "from two")] {
      try FileManager.default.createDirectory(atPath: tool.path(folder), withIntermediateDirectories: true)
      try tool.write(
        "apiVersion: mms/v1\nkind: Scenario\nextends: [normal]\n"
          + "metadata: {name: mine, version: 1, summary: \(summary)}\n", to: "\(folder)/mine.yaml")
    }
    let paths = [tool.path("one"), tool.path("two")]
    let show = try tool.run(
      ["scenario", "show", "mine", "--json"], environment: ["MMS_SCENARIO_PATH": paths.joined(separator: ":")]
    )
    #expect(try show.json["summary"]?.stringValue == "from one", "\(show.err)")
    let flag = try tool.run(
      ["scenario", "show", "mine", "--json", "--scenario-path", paths[1]],
      environment: ["MMS_SCENARIO_PATH": paths[0]])
    #expect(try flag.json["summary"]?.stringValue == "from two")
  }

  @Test func `an unknown key is refused with its place and the nearest key`() throws {
    try tool.write("threads: 1\ndatabse: x\nscenari: y\n", to: "config.yaml")
    try tool.run("doctor").expectError(65, "config.yaml:2:1", "'database'", "config.yaml:3:1", "'scenario'")
  }

  @Test(arguments: ["threads: [", "- a\n- b", "threads: {a: {b: 1}}"])
  func `a broken file is refused`(text: String) throws {
    try tool.write(text, to: "config.yaml")
    try tool.run("doctor").expectError(65, "config.yaml:")
  }

  @Test func `a wrong value says where it comes from`() throws {
    try tool.run(["doctor"], environment: ["MMS_THREADS": "many"]).expectError(64, "MMS_THREADS", "many")
    try tool.run(["doctor"], environment: ["MMS_JSON": "perhaps"]).expectError(64, "MMS_JSON")
    try tool.write("threads: many\n", to: "config.yaml")
    try tool.run("doctor").expectError(64, "config.yaml:1:10", "many")
  }

  @Test func `help needs neither variables nor a sound file`() throws {
    try tool.write("nonsense: 1\n", to: "config.yaml")
    #expect(try tool.run("simulate", "--help").status == 0)
    #expect(try tool.run(["--version"], environment: ["MMS_JSON": "perhaps"]).status == 0)
  }
}
