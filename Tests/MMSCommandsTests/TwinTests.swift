// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSEngine
import MMSRuntime
import MMSStudy
import Testing

/// A model written twice, built in and as a plugin with the host's mathematics, gives the same bytes.
@Suite(
  "Twins of built-in models",
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: "/usr/bin/cc"), "needs a C compiler as /usr/bin/cc"))
struct TwinTests {
  private let tool: Tool
  private let folder: String

  init() throws {
    tool = try Tool()
    folder = try TwinFolder.made.get()
  }

  /// Scenario file, strategy, parameters and data of one side.
  private struct Side {
    let scenario: String
    let strategy: String
    let data: String
  }

  private func side(_ twin: Twin, isPlugin: Bool) throws -> Side {
    var models = twin.models
    var strategy = twin.strategy
    for (builtIn, plugin) in twin.ids where isPlugin && !builtIn.isEmpty {
      models = models.replacing(builtIn, with: plugin)
      if strategy == builtIn { strategy = plugin }
    }
    // What only the built-in law has to be told.
    let more =
      isPlugin ? "" : twin.models.contains("Linear") ? ", permanent: 0" : ", k: 0, convention: linear"
    models = models.replacing("@linear@", with: more)
    let text = """
      apiVersion: mms/v1
      kind: Scenario
      metadata: {name: twin, version: 1, summary: One of two.}
      extends: [normal]
      spec:
        execution: {initial_equity: 2000000}
      \(models.isEmpty ? "" : "  models:\n    \(models)")

      """
    let file = try tool.write(text, to: isPlugin ? "plugin.yaml" : "builtin.yaml")
    let bars = "\(folder)/BTCUSDT-1m-bars.csv"
    return Side(
      scenario: file, strategy: strategy,
      data: isPlugin && twin.readsFile ? "plugin:\(twin.ids[0].plugin)?file=\(bars)" : "csv:\(bars)")
  }

  /// The whole report of a run in the real program; a plugin's runs in a worker.
  private func report(_ twin: Twin, isPlugin: Bool, threads: Int) throws -> (report: String, trades: String) {
    let side = try side(twin, isPlugin: isPlugin)
    let names = ("report-\(isPlugin)-\(threads).json", "trades-\(isPlugin)-\(threads).csv")
    var words = [
      "simulate", "--symbol", "BTCUSDT", "--period", TwinFolder.isSlow ? "3d" : "1d", "--seed", "11",
      "--scenario",
      side.scenario,
      "--strategy", side.strategy, "--paths", String(twin.paths), "--threads", String(threads), "--json",
      "--plugin-path", folder, "--data", side.data, "--report", tool.path(names.0), "--trades",
      tool.path(names.1),
    ]
    for parameter in twin.parameters { words += ["--param", parameter] }
    let outcome = try tool.run(words)
    try #require(outcome.status == 0, "\(outcome.err)")
    let document = try JSONValue(parsing: tool.read(names.0))
    return (Self.plain(document, twin).write(pretty: true), try tool.read(names.1))
  }

  /// Leaves out what must differ: names, digests, addresses, times, and the command that names the files.
  private static func plain(_ value: JSONValue, _ twin: Twin) -> JSONValue {
    switch value {
    case .object(let object):
      var kept = JSONObject()
      let names = ["provenance", "simulation_id", "execution_time", "report_url", "generated_at", "rebuild"]
      for member in object.members where !names.contains(member.key) {
        kept[member.key] = plain(member.value, twin)
      }
      return .object(kept)
    case .array(let items): return .array(items.map { plain($0, twin) })
    case .string(let text):
      return .string(
        twin.ids.reduce(text) {
          $1.builtIn.isEmpty ? $0 : $0.replacing($1.plugin, with: $1.builtIn)
        })
    default: return value
    }
  }

  @Test(
    "Whole reports and trades of a built-in model and of its twin in a worker are the same bytes",
    arguments: Twin.c + Twin.functions + Twin.swift)
  func reportsAreTheSame(_ twin: Twin) throws {
    let expected = try report(twin, isPlugin: false, threads: 1)
    #expect(
      expected.trades.split(separator: "\n").count > 1, "without a trade nothing is told")
    for threads in TwinFolder.isSlow ? [1, 2] : [2] {
      let found = try report(twin, isPlugin: true, threads: threads)
      #expect(found.trades == expected.trades)
      #expect(found.report == expected.report)
    }
  }

  @Test(
    "In this process paths are the same over blocks of any size and any number of threads",
    arguments: Twin.c + Twin.functions)
  func blocksDoNotMatter(_ twin: Twin) throws {
    let expected = try paths(twin, isPlugin: false, blockSize: 1024, threads: 1)
    #expect(expected.contains { $0.orders > 0 })
    for (size, threads) in TwinFolder.isSlow ? [(1024, 2), (1, 1), (16, 1), (777, 2)] : [(16, 1), (777, 2)] {
      #expect(try paths(twin, isPlugin: true, blockSize: size, threads: threads) == expected)
    }
  }

  private func paths(_ twin: Twin, isPlugin: Bool, blockSize: Int, threads: Int) throws -> [PathResult] {
    var plan = try plan(twin, isPlugin: isPlugin, threads: threads)
    plan.blockSize = blockSize
    plan.recordsFills = true
    return try MonteCarlo(threads: threads).run(plan, paths: 0..<twin.paths)
  }

  private func plan(_ twin: Twin, isPlugin: Bool, threads: Int) throws -> RunPlan {
    let side = try side(twin, isPlugin: isPlugin)
    var configuration = RuntimeConfiguration(
      database: nil, scenarioDirectories: ["\(Tool.checkout)/scenarios"],
      dataDirectories: ["\(Tool.checkout)/examples/data"], threads: threads)
    configuration.pluginDirectories = ["\(folder)/c-twins", "\(folder)/function-twins"]
    configuration.mayRunForeignCode = true
    var request = SimulationRequest(
      symbol: "BTCUSDT", period: TwinFolder.isSlow ? "3d" : "1d", scenario: side.scenario)
    request.strategy = side.strategy
    request.strategyParameters = twin.parameters.map { text in
      let sides = text.split(separator: "=", maxSplits: 1).map(String.init)
      return (sides[0], ParameterInput(commandLine: sides[1]))
    }
    request.seed = 11
    request.paths = twin.paths
    request.data = side.data
    return try Runtime(configuration).prepare(request).plan
  }

  @Test("A bare scenario function gives the bytes of the same law in Swift")
  func bareScenario() throws {
    let twin = Twin(
      testDescription: "bare scenario", models: "scenario: {use: function-twins/Thin-v1}",
      ids: [("", "function-twins/Thin-v1")],
      parameters: ["entry_threshold=0.003", "exit_threshold=0.0002", "order_type=limit"])
    let plan = try plan(twin, isPlugin: true, threads: 1)
    var own = try RunPlan(
      base: plan.base, context: plan.context, scenario: ThinScenario(), resampler: plan.resampler,
      fill: plan.fill, impact: plan.impact, strategy: plan.strategy, execution: plan.execution,
      seed: plan.seed, isCentral: plan.isCentral)
    own.recordsFills = true
    let expected = try MonteCarlo(threads: 1).run(own, paths: 0..<twin.paths)
    #expect(expected.contains { $0.orders > 0 })
    for (size, threads) in [(1024, 2), (1, 1), (333, 1)] {
      #expect(try paths(twin, isPlugin: true, blockSize: size, threads: threads) == expected)
    }
  }
}

/// The law of `thin` in functions.c.
private struct ThinScenario: ScenarioModel {
  let descriptor = ModelDescriptor(
    id: "scenario/Thin-v1", kind: .scenario, summary: "Worse.", equations: "", source: "a test",
    parameters: [])

  mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {
    for row in rows {
      block.halfSpread[row] = min(0.5, block.halfSpread[row] * 3)
      block.bidDepth[row] /= 3
      block.askDepth[row] /= 3
    }
  }
}
