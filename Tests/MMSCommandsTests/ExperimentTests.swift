// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

/// `mms experiment`, as its users meet it: the built program and real files.
@Suite(.serialized)
struct ExperimentTests {
  static let grid = """
    apiVersion: mms/v1
    kind: Experiment
    metadata: {name: grid}
    spec:
      base: {symbol: BTCUSDT, period: 6h, scenario: normal, seed: 11}
      matrix:
        scenario: [normal, black_swan]
        strategy_params.entry_threshold: [0.002, 0.003, 0.004]
      repeat: 2
      metrics: [total_return, slippage]
      constraints: ["max_drawdown >= -0.02"]

    """

  /// `results.csv` and `experiment.json` of a folder.
  private func bytes(_ tool: Tool, _ folder: String) throws -> [String] {
    [try tool.read("\(folder)/results.csv"), try tool.read("\(folder)/experiment.json")]
  }

  @Test func `antithetic paths of trials have the errors that simulate gives, and can be an axis`() throws {
    let tool = try Tool()
    try tool.write(
      """
      apiVersion: mms/v1
      kind: Experiment
      metadata: {name: pairs}
      spec:
        base: {symbol: BTCUSDT, period: 3d, scenario: normal, strategy: buy_and_hold, seed: 11, paths: 16}
        matrix: {antithetic: [false, true]}
        metrics: [total_return]

      """, to: "pairs.yaml")
    let run = try tool.run("experiment", "run", "pairs.yaml", "--output", "pairs")
    #expect(run.status == 0, "\(run.err)")
    let rows = try tool.read("pairs/results.csv").split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(rows.map { $0[1] } == ["false", "true"])
    for (row, more) in zip(rows, [[], ["--antithetic"]]) {
      let one = try tool.run(
        [
          "simulate", "--symbol", "BTCUSDT", "--period", "3d", "--scenario", "normal", "--strategy",
          "buy_and_hold", "--seed", "11", "--paths", "16", "--json",
        ] + more
      ).json
      #expect(one["se_method"] == (more.isEmpty ? "paths" : "pairs"))
      #expect(Double(row[3]) == one["total_return"]?.doubleValue)
      #expect(Double(row[4]) == one["standard_errors"]?["total_return"]?.doubleValue)
    }
    #expect(rows[0][4] != rows[1][4])
    // The same file with an odd number of paths says so of every trial that has pairs.
    try tool.write(tool.read("pairs.yaml").replacing("paths: 16", with: "paths: 17"), to: "odd.yaml")
    let odd = try tool.run("experiment", "run", "odd.yaml", "--output", "odd")
    #expect(odd.status != 0 && odd.err.contains("17") && odd.err.contains("pairs"), "\(odd.err)")
  }

  @Test func `threads, shards and running again change no byte`() throws {
    let tool = try Tool()
    try tool.write(Self.grid, to: "grid.yaml")
    let one = try tool.run("experiment", "run", "grid.yaml", "--output", "one", "--jobs", "1", "--json")
    #expect(one.status == 0, "\(one.err)")
    #expect(try one.json["trials"] == 12)
    let whole = try bytes(tool, "one")
    let lines = whole[0].split(separator: "\n")
    #expect(lines.count == 13)
    #expect(
      lines[0]
        == "trial,scenario,strategy_params.entry_threshold,seed,status,total_return,total_return_se,slippage,slippage_se,trades,error"
    )
    #expect(lines[1].hasPrefix("0,normal,0.002,11,"))
    #expect(
      Set(
        try FileManager.default.contentsOfDirectory(atPath: tool.path("one")).filter { $0.hasSuffix(".csv") })
        == ["results.csv"])

    #expect(try tool.run("experiment", "run", "grid.yaml", "--output", "two", "--jobs", "3").status == 0)
    #expect(try bytes(tool, "two") == whole)
    // Again: nothing is left to do, and nothing changes.
    #expect(try tool.run("experiment", "run", "grid.yaml", "--output", "two").status == 0)
    #expect(try bytes(tool, "two") == whole)

    for shard in ["1/3", "2/3", "3/3"] {
      let part = try tool.run(
        "experiment", "run", "grid.yaml", "--shard", shard, "--output", "s\(shard.first ?? "0")")
      #expect(part.status == 0, "\(part.err)")
    }
    try tool.run("experiment", "merge", "s1", "s2", "--output", "m").expectError(
      64, "not complete", "no folder of shard 3/3")
    #expect(try tool.run("experiment", "merge", "s3", "s1", "s2", "--output", "m").status == 0)
    #expect(try bytes(tool, "m") == whole)

    let status = try tool.run("experiment", "status", "s2", "--json").json
    #expect(status["trials"] == 4 && status["done"] == 4 && status["complete"] == true)
    #expect(status["shard"] == "2/3")
  }

  @Test func `what changed since is named and refused`() throws {
    let tool = try Tool()
    let scenarios = "\(tool.home)/own"
    try FileManager.default.createDirectory(atPath: scenarios, withIntermediateDirectories: true)
    let own = """
      apiVersion: mms/v1
      kind: Scenario
      metadata: {name: own}
      extends: [normal]

      """
    try tool.write(own, to: "own.yaml")
    let file = Self.grid.replacing("[normal, black_swan]", with: "[own.yaml]").replacing(
      "scenario: normal", with: "scenario: own.yaml")
    try tool.write(file, to: "grid.yaml")
    let first = try tool.run("experiment", "run", "grid.yaml", "--output", "o")
    #expect(first.status == 0, "\(first.err)")
    try tool.write(file.replacing("0.004", with: "0.005"), to: "grid.yaml")
    try tool.run("experiment", "run", "grid.yaml", "--output", "o").expectError(
      64, "the file has changed since", "--output")
    try tool.write(file.replacing("name: grid", with: "name: other"), to: "grid.yaml")
    try tool.run("experiment", "run", "grid.yaml", "--output", "o").expectError(
      64, "holds experiment 'grid', not 'other'")
    try tool.write(file, to: "grid.yaml")
    try tool.run("experiment", "run", "grid.yaml", "--output", "o", "--shard", "1/2").expectError(
      64, "shard 1/1")
    try tool.write(own + "spec: {execution: {taker_fee: 0.002}}\n", to: "own.yaml")
    try tool.run("experiment", "run", "grid.yaml", "--output", "o").expectError(
      64, "changed since: scenario own.yaml", "remove 'o'")
  }

  @Test func `a process that is killed loses nothing that was done`() throws {
    let tool = try Tool()
    let file = Self.grid.replacing("repeat: 2", with: "repeat: 20")
    try tool.write(file, to: "grid.yaml")
    #expect(try tool.run("experiment", "run", "grid.yaml", "--output", "calm").status == 0)
    // Killed as soon as something is stored, twice; what was stored then is never lost.
    var done: Int64 = 0
    for _ in 0..<2 {
      let line = """
        "$MMS" experiment run grid.yaml --output hurt --jobs 2 2>/dev/null & child=$!
        for i in $(seq 400); do
          kill -0 $child 2>/dev/null || exit 3
          n=$(wc -l <hurt/results.csv 2>/dev/null || echo 0)
          [ "$n" -gt \(done + 6) ] && break
          sleep 0.02
        done
        kill -9 $child; wait $child; exit 0
        """
      let outcome = try tool.shell(line)
      #expect(outcome.status == 0, "it was done before it was killed")
      let status = try tool.run("experiment", "status", "hurt", "--json").json
      let now = try #require(status["done"]?.integerValue)
      #expect(now >= done + 5)
      #expect(status["complete"] == false)
      done = now
    }
    #expect(try tool.run("experiment", "run", "grid.yaml", "--output", "hurt").status == 0)
    #expect(try bytes(tool, "hurt") == bytes(tool, "calm"))
  }

  @Test func `shards of different experiments are not merged`() throws {
    let tool = try Tool()
    try tool.write(Self.grid, to: "a.yaml")
    try tool.write(Self.grid.replacing("name: grid", with: "name: other"), to: "b.yaml")
    for (name, shard) in [("a", "1/2"), ("b", "2/2")] {
      #expect(
        try tool.run("experiment", "run", "\(name).yaml", "--shard", shard, "--output", name).status == 0)
    }
    try tool.run("experiment", "merge", "a", "b", "--output", "m").expectError(
      64, "'a' is of experiment 'grid' and 'b' of 'other'")
    try tool.run("experiment", "merge", "a", "a", "--output", "m").expectError(64, "both hold shard 1/2")
    try tool.run("experiment", "merge", "nowhere", "--output", "m").expectError(66, "no experiment was begun")
    try tool.run("experiment", "status", "nowhere").expectError(66, "no experiment was begun")
  }

  @Test func `a million cells say what they cost, and wrong values are found before anything runs`() throws {
    let tool = try Tool()
    let values = (0..<1000).map { "\(0.001 + Double($0) / 1e6)" }.joined(separator: ", ")
    let large = Self.grid.replacing(
      "    strategy_params.entry_threshold: [0.002, 0.003, 0.004]",
      with:
        "    strategy_params.entry_threshold: [\(values)]\n    strategy_params.exit_threshold: [\(values)]")
    try tool.write(large, to: "large.yaml")
    try tool.run("experiment", "run", "large.yaml", "--output", "o").expectError(
      64, "4000000 trials: about", "--yes")
    #expect(!FileManager.default.fileExists(atPath: tool.path("o")))

    try tool.write(Self.grid.replacing("0.004", with: "7"), to: "wrong.yaml")
    try tool.run("experiment", "run", "wrong.yaml", "--output", "o").expectError(64, "entry_threshold", "7")
    try tool.write(Self.grid.replacing("black_swan", with: "blackswan"), to: "wrong.yaml")
    try tool.run("experiment", "run", "wrong.yaml", "--output", "o").expectError(64, "black_swan")
    try tool.write(Self.grid.replacing("repeat", with: "repeet"), to: "wrong.yaml")
    try tool.run("experiment", "run", "wrong.yaml", "--output", "o").expectError(
      65, "wrong.yaml:9:", "repeat")
    try tool.run("experiment", "run", "none.yaml").expectError(66, "none.yaml")
    try tool.run("experiment", "run", "wrong.yaml", "--shard", "3/2").expectError(64, "K/N")
    #expect(!FileManager.default.fileExists(atPath: tool.path("o")))
  }

  @Test func `the schema of experiments knows every key`() throws {
    let tool = try Tool()
    let schema = try tool.run("schema", "--kind", "Experiment").json
    let spec = try #require(schema["properties"]?["spec"]?["properties"]?.objectValue)
    for key in [
      "base", "matrix", "random", "sobol", "seeds", "repeat", "metrics", "constraints", "walk_forward",
    ] {
      #expect(spec[key] != nil, "\(key)")
    }
  }
}
