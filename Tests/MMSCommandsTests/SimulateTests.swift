// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

struct SimulateTests {
  let tool: Tool

  init() throws { tool = try Tool() }

  @Test func `the human answer has every metric, the cost split and where it is stored`() throws {
    let outcome = try tool.simulate()
    #expect(outcome.status == 0, "\(outcome.err)")
    for phrase in [
      "BTCUSDT  1d  normal  threshold", "slippage", "fill probability", "price impact", "total return",
      "max drawdown", "sharpe ratio", "half spread", "opportunity", "sum", "Stored as sim_",
      "the bundled ones are used",
    ] {
      #expect(outcome.out.contains(phrase), "no '\(phrase)'")
    }
    #expect(!outcome.out.contains("\u{1B}"))
  }

  @Test func `JSON is one document with the fields of the answer`() throws {
    let answer = try tool.simulate("--json").json
    for key in [
      "simulation_id", "slippage", "fill_probability", "price_impact", "total_return", "max_drawdown",
      "sharpe_ratio", "report_url", "execution_time", "seed", "paths", "trades", "standard_errors",
      "se_method",
      "dispersion", "details", "cached", "provenance", "warnings",
    ] {
      #expect(answer[key] != nil, "no '\(key)'")
    }
    #expect(answer["simulation_id"]?.stringValue?.hasPrefix("sim_") == true)
  }

  /// The parts of an answer that depend on nothing but the request.
  private func numbers(_ outcome: Tool.Outcome) throws -> [JSONValue?] {
    let answer = try outcome.json
    return ["total_return", "standard_errors", "dispersion", "details", "trades"].map { answer[$0] }
      + [answer["provenance"]?["result_digest"]]
  }

  @Test func `the same bits come out where the C library has no FMA`() throws {
    // glibc picks other exp and log without FMA; none of them may be on the path of a result.
    let masked = "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F,-AVX2_Usable,-FMA_Usable"
    let tool = try Tool()
    func digest(_ environment: [String: String]) throws -> JSONValue? {
      try tool.run(
        [
          "simulate", "--symbol", "BTCUSDT", "--period", "2d", "--scenario", "black_swan", "--paths", "3",
          "--param", "entry_threshold=0.005", "--seed", "5", "--json",
        ], environment: environment
      ).json["provenance"]?["result_digest"]
    }
    let plain = try #require(try digest([:]))
    #expect(try digest(["GLIBC_TUNABLES": masked]) == plain)
  }

  @Test func `the same request twice and on other threads gives the same numbers`() throws {
    let first = try numbers(
      tool.simulate(
        "--period", "3d", "--strategy", "buy_and_hold", "--paths", "9", "--json", "--threads", "1"))
    #expect(!first.contains(nil))
    #expect(
      try numbers(
        tool.simulate(
          "--period", "3d", "--strategy", "buy_and_hold", "--paths", "9", "--json", "--threads", "1"))
        == first)
    #expect(
      try numbers(
        tool.simulate(
          "--period", "3d", "--strategy", "buy_and_hold", "--paths", "9", "--json", "--threads", "4"))
        == first)
  }

  @Test(arguments: ["0", "1", "9223372036854775808", "18446744073709551615"])
  func `every seed of 64 bits is accepted and told back`(seed: String) throws {
    let outcome = try tool.simulate("--seed", seed, "--json")
    let answer = try outcome.json
    #expect(answer["seed"]?.stringValue ?? answer["seed"]?.integerValue.map { "\($0)" } == seed)
    let id = answer["simulation_id"]?.stringValue ?? ""
    #expect(try tool.run("replay", id).status == 0)
  }

  @Test func `different seeds give different resamples`() throws {
    let buy = ["--strategy", "buy_and_hold", "--paths", "2", "--json"]
    let base = ["simulate", "--symbol", "BTCUSDT", "--period", "3d", "--scenario", "normal"]
    let first = try numbers(tool.run(base + buy + ["--seed", "0"]))
    let second = try numbers(tool.run(base + buy + ["--seed", "1"]))
    #expect(first.last != second.last)
  }

  @Test func `report and trades are written whole and named`() throws {
    let outcome = try tool.run(
      "simulate", "--symbol", "BTCUSDT", "--period", "30d", "--scenario", "black_swan", "--report",
      "run.json",
      "--trades", "run.csv")
    #expect(outcome.status == 0, "\(outcome.err)")
    #expect(outcome.out.contains("Report written to run.json"))
    let report = try JSONValue(parsing: tool.read("run.json"))
    let id = report["answer"]?["simulation_id"]?.stringValue ?? ""
    #expect(outcome.out.contains("Stored as \(id)"))
    #expect(report["series"]?["columns"]?["equity"] != nil)
    let trades = try tool.read("run.csv").split(separator: "\n")
    #expect(trades.first?.hasPrefix("path,side,entry_time") == true)
    #expect(trades.count - 1 == report["trades"]?.arrayValue?.count)
    #expect(trades.count > 1)
    #expect(report["answer"]?["execution_time"] == nil, "a wall time differs from run to run")
    let names = try FileManager.default.contentsOfDirectory(atPath: tool.home)
    #expect(!names.contains { $0.hasSuffix(".part") })
  }

  @Test func `a stored simulation replays bit for bit and reports again`() throws {
    let id = try tool.simulate("--paths", "3", "--json").json["simulation_id"]?.stringValue ?? ""
    let replay = try tool.run("replay", id, "--json")
    #expect(replay.status == 0, "\(replay.err)")
    #expect(try replay.json["identical"]?.boolValue == true)
    let report = try tool.run("report", id, "--output", "again.json", "--json")
    #expect(report.status == 0, "\(report.err)")
    #expect(try JSONValue(parsing: tool.read("again.json"))["answer"]?["simulation_id"]?.stringValue == id)
  }

  @Test func `a replay in another market says what changed and ends with 65`() throws {
    let text = """
      apiVersion: mms/v1
      kind: Scenario
      extends: [normal]
      metadata: {name: dear, version: 1, summary: dearer}
      spec: {execution: {taker_fee: 0.01}}
      """
    let file = try tool.write(text, to: "dear.yaml")
    let outcome = try tool.run(
      "simulate", "--symbol", "BTCUSDT", "--period", "1d", "--scenario", file, "--strategy", "buy_and_hold",
      "--set", "execution.latency=0", "--json")
    #expect(outcome.status == 0, "\(outcome.err)")
    let answer = try outcome.json
    #expect(answer["provenance"]?["scenario"]?["name"]?.stringValue == "dear")
    #expect(
      answer["warnings"]?.arrayValue?.contains { $0.stringValue?.contains("latency 0") == true } == true)
    try tool.write(text.replacing("0.01", with: "0.02"), to: "dear.yaml")
    let id = answer["simulation_id"]?.stringValue ?? ""
    try tool.run("replay", id).expectError(65, id, "scenario.digest was")
  }

  @Test func `paths stop at the target error`() throws {
    let answer = try tool.simulate(
      "--period", "3d", "--strategy", "buy_and_hold", "--paths", "500", "--target-se", "1", "--json"
    ).json
    #expect(answer["paths"]?.integerValue == 64)
  }
}
