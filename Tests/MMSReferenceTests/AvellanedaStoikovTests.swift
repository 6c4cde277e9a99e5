// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSReference
import Testing

struct AvellanedaStoikovTests {
  static func run(_ inputs: [(name: String, input: ParameterInput)]) throws -> [String: ExperimentResult] {
    let run = try ExperimentRun(AvellanedaStoikovExperiment.self, inputs: inputs, seed: 1, threads: 2)
    return Dictionary(uniqueKeysWithValues: run.results.map { ($0.name, $0) })
  }

  /// The published example: what the formula expects is the figure of 400,000 independent paths (their
  /// standard errors: .010 and .021 of the profit), and the sample agrees with it at n = 1,000, 4 s.e.
  @Test func `the paper's table`() throws {
    let results = try Self.run([("paths", .number(1000))])
    for (name, value, tolerance) in [
      ("inventory.spread", 1.491770, 1e-6), ("symmetric.spread", 1.491770, 1e-6),
      ("inventory.profit", 64.904, 0.04), ("inventory.profit_sd", 6.543, 0.03),
      ("inventory.q_mean", 0.006, 0.02), ("inventory.q_sd", 2.930, 0.015),
      ("symmetric.profit", 68.032, 0.085), ("symmetric.profit_sd", 13.285, 0.06),
      ("symmetric.q_mean", 0.030, 0.053), ("symmetric.q_sd", 8.398, 0.038),
    ] {
      let result = try #require(results[name])
      let expected = try #require(result.expected)
      #expect((expected - value).magnitude <= tolerance, "\(name)")
      #expect(result.pass, "\(name): \(result.value), \(expected)")
    }
  }

  /// Other rows of the table and beyond.
  ///
  /// n = 300 each, within four standard errors of ten numbers.
  @Test(
    arguments: [
      [("gamma", 0.01)], [("gamma", 0.5)], [("gamma", 0.0)], [("sigma", 0.5), ("dt", 0.02)],
      [("A", 20), ("k", 0.5), ("T", 0.5)], [("q0", 4)], [("q0", 300), ("s0", 1)], [("gamma", 1e-12)],
    ] as [[(String, Double)]])
  func `other parameters agree with their exact law`(changes: [(String, Double)]) throws {
    let results = try Self.run(changes.map { ($0.0, .number($0.1)) } + [("paths", .number(300))])
    #expect(results.count == 10)
    for result in results.values {
      #expect(result.pass, "\(result.name): \(result.value) against \(result.expected ?? .nan)")
    }
  }

  @Test func `a step that does not divide the session is refused by name`() {
    let error = #expect(throws: MMSError.self) { try Self.run([("dt", .number(0.3))]) }
    #expect(error?.path == "param.dt")
  }
}
