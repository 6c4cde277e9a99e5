// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSScenario
import Testing

/// Files of kind Experiment: what they mean, and every fault with its line.
struct ExperimentDefinitionTests {
  static let head = """
    apiVersion: mms/v1
    kind: Experiment
    metadata: {name: thresholds, version: 2}
    spec:
      base: {symbol: BTCUSDT, period: 7d, scenario: normal, seed: 11}

    """

  private func read(_ lines: String...) throws(MMSError) -> ExperimentDesign {
    try ExperimentDefinition(
      text: Self.head + lines.map { "  \($0)\n" }.joined(), file: "x.yaml"
    ).design
  }

  private func failure(_ lines: String...) throws -> MMSError {
    let text = Self.head + lines.map { "  \($0)\n" }.joined()
    return try #require(throws: MMSError.self) { _ = try ExperimentDefinition(text: text, file: "x.yaml") }
  }

  @Test func `every part of a file is read`() throws {
    let design = try read(
      "matrix: {scenario: [normal, black_swan], overrides.models.impact.params.Y: [0.5, 1]}",
      "sobol: {samples: 8, seed: 4, parameters: {strategy_params.entry_threshold: {min: 0.1 %, max: 0.01, scale: log}}}",
      "seeds: [1, \"18446744073709551615\"]", "metrics: [sharpe_ratio, slippage]",
      "constraints: [\"max_drawdown >= -0.1\", \"strategy_params.entry_threshold <= 0.009\"]")
    #expect(design.name == "thresholds" && design.version == 2)
    #expect(design.axes.map(\.key) == ["scenario", "overrides.models.impact.params.Y"])
    #expect(design.sampling?.samples == 8)
    #expect(
      design.sampling?.dimensions.first?.law
        == .range(low: 0.001, high: 0.01, isLogarithmic: true, isWhole: false))
    #expect(design.seeds == [1, .max])
    #expect(design.objective == "sharpe_ratio")
    #expect(design.constraints.map(\.isAboutResult) == [true, false])
  }

  @Test func `walk-forward windows are read`() throws {
    let text =
      Self.head.replacing("period: 7d, ", with: "")
      + "  walk_forward: {start: 2025-07-18, end: 2025-08-10, train: 7d, test: 2d, anchored: true}\n"
    let walk = try #require(try ExperimentDefinition(text: text, file: "x.yaml").design.walkForward)
    #expect(walk.count == 8)
    #expect(walk.step == .days(2) && walk.isAnchored)
  }

  @Test func `what a file says decides its digest, not how it says it`() throws {
    let a = try read("matrix: {scenario: [normal, black_swan]}")
    let b = try read("# another way", "matrix:", "  scenario:", "    - normal", "    - 'black_swan'")
    let c = try read("matrix: {scenario: [black_swan, normal]}")
    #expect(a.digest == b.digest)
    #expect(a.digest != c.digest)
  }

  static let faults: [(line: String, phrases: [String])] = [
    ("matrix: {}", ["x.yaml:6:", "matrix is empty"]),
    ("matrix: {scenario: []}", ["must have at least 1 items"]),
    ("matrix: {scenario: }", ["has no values"]),
    ("matrix: {scenario: [normal, normal]}", ["holds a value twice"]),
    ("matrix: {scenarioo: [normal]}", ["'scenarioo' is no key of a request", "did you mean 'scenario'"]),
    ("matrix: {scenario: normal}", ["must be a list"]),
    ("matrix: {paths: [0]}", ["whole number from 1"]),
    ("repeat: 0", ["spec.repeat"]),
    ("repeet: 2", ["unknown key 'repeet'", "repeat"]),
    ("metrics: [total_returns]", ["total_return"]),
    ("constraints: [\"total_return\"]", ["holds no <"]),
    ("constraints: [\"total_returm > 0\"]", ["total_returm", "did you mean"]),
    ("constraints: [\"1 > 0\"]", ["compares two numbers"]),
    ("constraints: [\"strategy_params.x > 0\"]", ["not always a number"]),
    ("random: {samples: 5, parameters: {}}", ["parameters is empty"]),
    ("random: {samples: 5, parameters: {strategy_params.a: {min: 2, max: 1}}}", ["is not below max"]),
    ("sobol: {samples: 5, parameters: {strategy_params.a: {min: 0, max: 1, scale: log}}}", ["above 0"]),
    ("sobol: {samples: 5, parameters: {strategy_params.a: {min: 0.5, max: 1, integer: true}}}", ["whole"]),
    ("seeds: [1, 1]", ["a seed twice"]),
    ("walk_forward: {start: 2025-07-18, end: 2025-08-10, train: 7d, test: 2d}", ["base gives as well"]),
    ("walk_forward: {start: 2025-07-18, end: 2025-07-20, train: 7d, test: 2d}", ["no window"]),
    ("{}", ["x.yaml:6"]),
  ]

  @Test(arguments: faults.indices)
  func `a fault is named with its place and remedy`(index: Int) throws {
    let (line, phrases) = Self.faults[index]
    let error = try failure(line)
    #expect(error.code == .invalidData)
    for phrase in phrases { #expect(error.description.contains(phrase), "\(error)") }
  }

  @Test func `keys that say two things are refused`() throws {
    let matrix = "matrix: {strategy_params.a: [1, 2], seed: [1, 2]}"
    for (lines, phrase) in [
      (
        [matrix, "random: {samples: 3, parameters: {strategy_params.a: [1]}}"],
        "stands in the matrix and under random"
      ),
      (
        [
          "random: {samples: 3, parameters: {strategy_params.a: [1]}}",
          "sobol: {samples: 3, parameters: {strategy_params.b: [1]}}",
        ], "exclude each other"
      ), ([matrix, "seeds: [1, 2]"], "remove one of the two"),
      ([matrix, "repeat: 2"], "remove one of the two"),
      (["seeds: [1, 2]", "repeat: 2"], "exclude each other"),
    ] {
      let text = Self.head + lines.map { "  \($0)\n" }.joined()
      let error = try #require(throws: MMSError.self) {
        _ = try ExperimentDefinition(text: text, file: "x.yaml")
      }
      #expect(error.description.contains(phrase), "\(error)")
    }
  }

  @Test func `an experiment that varies nothing is refused`() throws {
    #expect(try failure().description.contains("varies nothing"))
  }

  @Test func `a file of another kind is refused`() throws {
    let text = Self.head.replacing("kind: Experiment", with: "kind: Scenario")
    let error = try #require(throws: MMSError.self) {
      _ = try ExperimentDefinition(text: text, file: "x.yaml")
    }
    #expect(error.description.contains("of kind Scenario"))
  }
}
