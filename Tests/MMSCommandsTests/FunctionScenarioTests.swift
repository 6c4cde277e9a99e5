// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

/// C functions that a scenario file describes itself, through the real program and real libraries.
@Suite(
  "Functions in scenario files",
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: "/usr/bin/cc"), "needs a C compiler as /usr/bin/cc"))
struct FunctionScenarioTests {
  private let tool: Tool
  private let digest: String

  private static let source = """
    #include <math.h>
    #include <stdint.h>
    double impact(double quantity, double volatility, double adv) {
      return 0.7 * volatility * sqrt(fabs(quantity) / adv); }
    void impact_n(int64_t n, const double *quantity, const double *volatility, const double *adv, double *out) {
      for (int64_t i = 0; i < n; i++) out[i] = impact(quantity[i], volatility[i], adv[i]); }
    void widen(int64_t rows, double factor, double *half_spread) {
      for (int64_t i = 0; i < rows; i++) half_spread[i] = fmin(0.5, half_spread[i] * factor); }
    double reach(double low, double limit) { return low <= limit ? 0.8 : 0.1; }
    double late(double quantity) { return quantity == 1 ? 0 : *(volatile double *)0; }
    """

  private static let models = """
        scenario:
          use: scenario/CFunction-v1
          library: {name: my-functions}
          function: "void widen(int64_t rows, double factor, double *half_spread)"
          bind: {rows: block.rows, factor: 3, half_spread: market.half_spread}
          tests: [{bind: {rows: 2, factor: 3, half_spread: [0.001, 0.4]}, expect: {half_spread: [0.003, 0.5]}}]
        fill:
          use: fill/CFunction-v1
          library: {name: my-functions}
          function: "double reach(double low, double limit)"
          bind: {low: market.low, limit: order.limit_price}
          result: {unit: probability}
          tests: [{bind: {low: 1, limit: 2}, expect: 0.8}]
        impact:
          use: impact/CFunction-v1
          library: {name: my-functions, sha256: DIGEST}
          function: "double impact(double quantity, double volatility, double adv)"
          batch: "void impact_n(int64_t n, const double *quantity, const double *volatility, const double *adv, double *out)"
          bind: {quantity: order.quantity, volatility: market.volatility, adv: market.adv}
          result: {unit: fraction, range: [0, 0.5]}
          params: {lasting: 0.25}
          tests: [{bind: {quantity: 10000, volatility: 0.02, adv: 1000000}, expect: 0.0014, rtol: 1e-9}]
    """

  init() throws {
    tool = try Tool()
    try FileManager.default.createDirectory(
      atPath: tool.path("plugins/my-functions"), withIntermediateDirectories: true)
    try tool.write(
      """
      apiVersion: mms/v1
      kind: Plugin
      metadata: {name: my-functions, version: 1.2.0, summary: Functions that scenario files describe.}
      spec: {library: libmy-functions.so}

      """, to: "plugins/my-functions/plugin.yaml")
    try tool.write(Self.source, to: "functions.c")
    let build = try tool.shell(
      "cc -std=c11 -O2 -ffp-contract=off -shared -fPIC -o plugins/my-functions/libmy-functions.so functions.c -lm"
        + " && sha256sum plugins/my-functions/libmy-functions.so | cut -c 1-64")
    #expect(build.status == 0, "\(build.err)")
    digest = build.out.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Writes the scenario, changed, and gives its path.
  private func scenario(_ edit: (String) -> String = { $0 }, more: String = "") throws -> String {
    try tool.write(
      """
      apiVersion: mms/v1
      kind: Scenario
      metadata: {name: mine, version: 1, summary: Functions in C.}
      extends: [normal]
      spec:
        models:
      \(edit(Self.models).replacing("DIGEST", with: digest))
      \(more)

      """, to: "mine.yaml")
  }

  private func simulate(_ file: String, _ more: String...) throws -> Tool.Outcome {
    try tool.run(
      [
        "simulate", "--symbol", "BTCUSDT", "--period", "1d", "--scenario", file, "--json", "--param",
        "entry_threshold=0.002", "--param", "exit_threshold=0.001", "--plugin-path", tool.path("plugins"),
      ] + more)
  }

  @Test("All three kinds run in a worker, twice the same, with one thread and with two, locked and not")
  func run() throws {
    let file = try scenario()
    let first = try simulate(file, "--paths", "3", "--threads", "1")
    #expect(first.status == 0, "\(first.err)")
    let provenance = try first.json["provenance"]
    for kind in ["scenario", "fill", "impact"] {
      let model = provenance?["models"]?[kind]
      #expect(model?["id"]?.stringValue == "\(kind)/CFunction-v1")
      #expect(model?["origin"]?.stringValue == "my-functions 1.2.0")
      #expect(model?["digest"]?.stringValue == digest)
    }
    let second = try simulate(file, "--paths", "3", "--threads", "2")
    #expect(try second.json["provenance"]?["result_digest"] == provenance?["result_digest"])
    // A scenario's digest does what the manifest leaves out, for those functions that state one.
    try simulate(file, "--locked").expectError(65, "plugin my-functions", "--locked demands")
    let locked = try scenario {
      $0.replacing("{name: my-functions}", with: "{name: my-functions, sha256: DIGEST}")
    }
    #expect(try simulate(locked, "--locked").status == 0)
  }

  @Test("Without a batch form the same bytes come out")
  func withoutBatch() throws {
    let with = try simulate(scenario())
    let without = try simulate(
      scenario { text in
        text.split(separator: "\n").filter { !$0.contains("batch:") }.joined(separator: "\n")
      })
    #expect(with.status == 0, "\(with.err)")
    for key in ["slippage", "price_impact", "total_return", "max_drawdown"] {
      let value = try with.json[key]
      #expect(value != nil)
      #expect(try value == without.json[key])
    }
  }

  @Test(
    "render shows the function with its places, and what it prints runs; validate checks targets in a worker")
  func renderAndValidate() throws {
    let file = try scenario(
      more: "  targets: [{statistic: max_drawdown_of_mid, between: [-0.5, 0], paths: 0.9}]")
    let place = ["--plugin-path", tool.path("plugins")]
    let rendered = try tool.run(["scenario", "render", file] + place)
    #expect(rendered.status == 0, "\(rendered.err)")
    #expect(rendered.out.contains("function: double reach(double low, double limit)"))
    #expect(rendered.out.contains("# mine.yaml:"))
    let copy = try tool.write(rendered.out, to: "copy.yaml")
    let checked = try tool.run(
      ["scenario", "validate", copy, "--targets", "--paths", "2", "--period", "1d", "--json"] + place)
    #expect(checked.status == 0, "\(checked.err)")
    let target = try checked.json["files"]?.arrayValue?.first?["targets"]?.arrayValue?.first
    #expect(target?["met"]?.boolValue == true)
    let mean = try #require(target?["mean"]?.doubleValue)
    #expect(mean < 0 && mean > -0.5)
  }

  @Test("A function that crashes where targets are checked ends that check only, and is named")
  func crash() throws {
    let file = try scenario(
      { text in
        text.replacing("{rows: block.rows, factor: 3, ", with: "{rows: block.rows, factor: 4, ")
          .replacing("void widen(int64_t rows, double factor", with: "void crash(int64_t rows, double factor")
      }, more: "  targets: [{statistic: max_drawdown_of_mid, between: [-0.5, 0], paths: 0.9}]")
    try tool.write(
      Self.source
        + "\nvoid crash(int64_t rows, double factor, double *half_spread) {"
        + " if (factor == 4) *(volatile double *)0 = 1; widen(rows, factor, half_spread); }\n",
      to: "functions.c")
    let build = try tool.shell(
      "cc -std=c11 -O2 -ffp-contract=off -shared -fPIC -o plugins/my-functions/libmy-functions.so functions.c -lm"
    )
    #expect(build.status == 0, "\(build.err)")
    let text = try tool.read("mine.yaml").replacing(", sha256: \(digest)", with: "")
    try tool.write(text, to: "mine.yaml")
    let outcome = try tool.run(
      "scenario", "validate", file, "--targets", "--paths", "2", "--period", "1d", "--plugin-path",
      tool.path("plugins"))
    #expect(outcome.status == 65)
    #expect(outcome.err.contains("plugin my-functions 1.2.0, model scenario/CFunction-v1"), "\(outcome.err)")
    #expect(outcome.err.contains("SIGSEGV"), "\(outcome.err)")
  }

  @Test(
    "A wrong function is told with its place",
    arguments: [
      ("{name: my-functions, sha256", "{name: ../my-functions, sha256", "never by a path", "mine.yaml:22:"),
      (
        "{name: my-functions, sha256", "{name: libmy-functions.so, sha256", "never by a path", "mine.yaml:22:"
      ),
      (
        "{name: my-functions, sha256", "{name: my-funktions, sha256", "did you mean 'my-functions'",
        "mine.yaml:22:"
      ),
      (
        "sha256: DIGEST", "sha256: \(String(repeating: "0", count: 64))", "the scenario demands 000",
        "mine.yaml:22:"
      ),
      ("sha256: DIGEST", "sha256: abc", "64 lower-case hexadecimal", "mine.yaml:22:"),
      ("sha256: DIGEST", "path: /tmp", "unknown key 'path'", "mine.yaml:22:"),
      ("double impact(double quantity,", "int impact(double quantity,", "write int32_t", "mine.yaml:23:"),
      (", adv: market.adv}", "}", "bind lacks the argument 'adv'", "mine.yaml:25:"),
      (", adv: market.adv}", ", adv: market.adv, x: 1}", "bind names 'x'", "mine.yaml:25:"),
      (
        ", adv: market.adv}", ", adv: {from: market.adv, unit: days}}", "'days' does not measure",
        "mine.yaml:25:"
      ),
      ("params: {lasting: 0.25}", "params: {lastng: 0.25}", "did you mean 'lasting'", "mine.yaml:27:"),
      ("fill/CFunction-v1", "impact/CFunction-v1", "there is no fill model", "mine.yaml:14:"),
      ("result: {unit: probability}", "result: {unit: bps}", "result.unit must be one of", "mine.yaml:18:"),
      (", expect: 0.8}]", "}]", "expect", "mine.yaml:19:"),
      (
        "tests: [{bind: {low: 1, limit: 2}, expect: 0.8}]", "tests: []", "at least one test row", "mine.yaml:"
      ),
    ])
  func faults(old: String, new: String, words: String, place: String) throws {
    let file = try scenario { text in
      #expect(text.contains(old))
      return text.replacing(old, with: new)
    }
    let outcome = try tool.run("scenario", "validate", file, "--plugin-path", tool.path("plugins"))
    #expect(outcome.status == 65, "\(outcome.out)")
    #expect(outcome.err.lowercased().contains(words.lowercased()), "\(outcome.err)")
    #expect(outcome.err.contains(place), "\(outcome.err)")
  }

  @Test(
    "What only the library can tell is told when the simulation loads it",
    arguments: [
      ("expect: 0.8", "expect: 0.9", "test row 1: expected 0.9, got 0.8"),
      ("double reach(double low", "double rich(double low", "does not export the function 'rich'"),
      ("void impact_n(", "void impact_m(", "does not export the function 'impact_m'"),
      ("half_spread: [0.003, 0.5]", "half_spread: [0.003, 0.6]", "element 1: expected 0.6, got 0.5"),
    ])
  func faultsAtLoad(old: String, new: String, words: String) throws {
    let file = try scenario { $0.replacing(old, with: new) }
    try simulate(file).expectError(65, words, "plugin my-functions")
  }

  @Test(
    "No override reaches what says which code is loaded",
    arguments: [
      "spec.models.impact.library.name=other", "models.impact.library={name: other}",
      "models.fill.function=double f(double a)", "models.impact.batch=x", "models.impact.bind.adv=1",
      "models.fill.tests=[]", "plugins=[{name: other}]",
      "models.impact={use: impact/CFunction-v1, library: {name: other}}",
      "models={impact: {library: {name: other}}}", "spec={plugins: [{name: other}]}",
    ])
  func overrides(text: String) throws {
    let file = try scenario()
    try simulate(file, "--set", text).expectError(64, "which no override may change")
  }

  @Test("Parameters can be overridden, and another model drops the function")
  func otherOverrides() throws {
    let file = try scenario()
    let place = ["--plugin-path", tool.path("plugins"), "--json"]
    let other = try tool.run(["scenario", "show", file, "--set", "models.impact.params.lasting=0.5"] + place)
    #expect(try other.json["models"]?["impact"]?["params"]?["lasting"]?.doubleValue == 0.5)
    let none = try tool.run(["scenario", "show", file, "--set", "models.impact.use=impact/None-v1"] + place)
    #expect(try none.json["models"]?["impact"]?["use"]?.stringValue == "impact/None-v1")
  }
}
