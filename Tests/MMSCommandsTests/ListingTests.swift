// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

struct ListingTests {
  let tool: Tool

  init() throws { tool = try Tool() }

  @Test func `scenarios are listed, shown and rendered`() throws {
    let list = try tool.run("scenario", "list", "--json").json["scenarios"]?.arrayValue ?? []
    let names = list.compactMap { $0["name"]?.stringValue }
    for name in ["normal", "black_swan", "high_volatility"] { #expect(names.contains(name)) }
    // Beside a checkout its plugins are found; elsewhere their scenarios say what they need.
    #expect(
      list.allSatisfy { $0["error"] == .null || $0["error"]?.stringValue?.contains("needs a plugin") == true }
    )
    let shown = try tool.run("scenario", "show", "black_swan", "--json").json
    #expect(shown["calibration"]?["base_slippage"]?.doubleValue == 0.005)
    let rendered = try tool.run("scenario", "render", "black_swan")
    #expect(rendered.out.contains("# normal.yaml:"))
    let file = try tool.write(rendered.out, to: "copy.yaml")
    #expect(try tool.run("scenario", "show", file, "--json").json["digest"] == shown["digest"])
    let changed = try tool.run("scenario", "render", "black_swan", "--set", "calibration.base_slippage=0.001")
    #expect(changed.out.contains("# --set"))
  }

  @Test func `models and strategies are listed and shown with their parameters`() throws {
    let models = try tool.run("model", "list", "--json").json["models"]?.arrayValue ?? []
    #expect(models.contains { $0["id"]?.stringValue == "impact/SquareRoot-v1" })
    let fills = try tool.run("model", "list", "--kind", "fill", "--json").json["models"]?.arrayValue ?? []
    #expect(!fills.isEmpty && fills.allSatisfy { $0["kind"]?.stringValue == "fill" })
    #expect(try tool.run("model", "show", "impact/SquareRoot-v1").out.contains("0 ≤ Y ≤ 10"))
    let strategies = try tool.run("strategy", "list", "--json").json["strategies"]?.arrayValue ?? []
    #expect(strategies.contains { $0["id"]?.stringValue == "threshold" })
    let card = try tool.run("strategy", "show", "threshold", "--json").json
    let names = card["parameters"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
    for name in ["entry_threshold", "exit_threshold", "position_size", "stop_loss"] {
      #expect(names.contains(name))
    }
  }

  @Test func `the schema is a JSON Schema that knows the registered models`() throws {
    let outcome = try tool.run("schema")
    #expect(try outcome.json["$schema"]?.stringValue?.contains("json-schema.org") == true)
    #expect(outcome.out.contains("impact/SquareRoot-v1"))
  }

  @Test func `the doctor is content with a sound installation`() throws {
    let outcome = try tool.run("doctor", "--json")
    #expect(outcome.status == 0)
    let checks = try outcome.json["checks"]?.arrayValue ?? []
    #expect(checks.allSatisfy { $0["status"]?.stringValue == "ok" }, "\(outcome.out)")
    #expect(checks.contains { $0["detail"]?.stringValue?.contains("SQLite 3.") == true })
  }

  @Test func `the doctor names a broken scenario and what to do`() throws {
    try tool.write("kind: [", to: "x.yaml")
    let outcome = try tool.run("doctor", "--scenario-path", tool.home)
    #expect(outcome.status == 69)
    #expect(outcome.out.contains("x.yaml") && outcome.out.contains("mms scenario validate"))
  }

  @Test func `a simulation of one's own is measured by exactly as many runs as are wanted`() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "request-\(UUID().uuidString).json")
      .path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let request = """
      {"symbol": "BTCUSDT", "period": "1d", "scenario": "normal", "strategy": "buy_and_hold", "seed": 1}
      """
    try "[\(request), \(request)]".write(toFile: path, atomically: true, encoding: .utf8)
    let found = try tool.run("bench", "--request", path, "--runs", "2", "--json").json["benchmarks"]?
      .arrayValue?.first
    #expect(found?["unit"]?.stringValue == "ns/step")
    let detail = found?["detail"]?.stringValue ?? ""
    #expect(detail.hasPrefix("best of 2 runs of 2,880 steps;"), "\(detail)")
    #expect(detail.contains("2 requests, the first: 1 fill, equity "), "\(detail)")
    try tool.run("bench", "math", "--request", path).expectError(64, "leave out the names")
    try tool.run("bench", "--request", "nowhere.json").expectError(
      66, "cannot read the request 'nowhere.json'")
  }

  @Test func `a benchmark answers with name, value, unit and detail`() throws {
    let benchmarks = try tool.run("bench", "math", "--json").json["benchmarks"]?.arrayValue ?? []
    #expect(benchmarks.compactMap { $0["name"]?.stringValue } == ["math/exp", "math/log"])
    #expect(benchmarks.allSatisfy { ($0["value"]?.doubleValue ?? 0) > 0 })
    #expect(benchmarks.allSatisfy { $0["unit"]?.stringValue == "ns/element" })
  }
}
