// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSReference
import Testing

struct AlmgrenChrissExperimentTests {
  static func run(
    _ parameters: [String: Double], paths: Double = 1000, seed: UInt64 = 1, threads: Int = 2
  ) throws -> [String: ExperimentResult] {
    var inputs = parameters.sorted { $0.key < $1.key }.map { ($0.key, ParameterInput.number($0.value)) }
    inputs.append(("paths", .number(paths)))
    let run = try ExperimentRun(AlmgrenChrissExperiment.self, inputs: inputs, seed: seed, threads: threads)
    #expect(run.pass)
    for result in run.results where !result.pass { Issue.record("\(result)") }
    return Dictionary(uniqueKeysWithValues: run.results.map { ($0.name, $0) })
  }

  @Test func `the paper's example, to its digits`() throws {
    let results = try Self.run([:])
    func value(_ name: String) -> Double { results[name]?.value ?? .nan }
    #expect(abs(value("kappa") - 0.607076) < 5e-7)
    for (number, trade) in [458_044.4, 252_101.3, 141_956.7, 85_755.7, 62_141.8].enumerated() {
      #expect(abs(value("trade_\(number + 1)") - trade) < 0.06)
    }
    #expect(abs(value("expected_shortfall") - 911_226.99) < 0.01)
    #expect(abs(value("shortfall_sd") - 603_430.7) < 0.06)
    #expect(results.count == 10)
    #expect(results["simulated.expected_shortfall"]?.standardError ?? 0 > 10_000)
  }

  @Test func `without aversion to risk the schedule is uniform`() throws {
    let results = try Self.run(["lambda": 0])
    #expect(results["kappa"]?.value == 0)
    #expect(abs((results["expected_shortfall"]?.value ?? 0) - 662_500) < 1e-3)
    #expect(abs((results["shortfall_sd"]?.value ?? 0) - 1_040_672.9) < 0.06)
    for trade in 1...5 { #expect(abs((results["trade_\(trade)"]?.value ?? 0) - 200_000) < 1e-6) }
  }

  @Test func `the utmost aversion sells everything at once`() throws {
    let results = try Self.run(["lambda": 1e9], paths: 200)
    #expect(abs((results["trade_1"]?.value ?? 0) - 1e6) < 1e-3)
    #expect(abs((results["expected_shortfall"]?.value ?? 0) - 2_562_500) < 1)
    #expect((results["shortfall_sd"]?.value ?? 1) < 1)
  }

  @Test(
    arguments: [
      ["N": 1], ["N": 2, "T": 1, "lambda": 1e-5], ["N": 60, "T": 3],
      ["gamma": 0, "epsilon": 0], ["sigma": 0], ["lambda": 1e-18], ["lambda": 1e-12], ["lambda": 1e-3],
      ["X": 1000, "eta": 1e-3, "gamma": 1e-4], ["T": 0.02, "N": 20, "eta": 1e-8, "gamma": 1e-8],
      [
        "s0": 60_000, "X": 100, "T": 0.25, "N": 24, "sigma": 1200, "epsilon": 3, "gamma": 0.0075,
        "eta": 0.0086,
      ],
    ] as [[String: Double]])
  func `any other row agrees with the closed forms`(parameters: [String: Double]) throws {
    let results = try Self.run(parameters, paths: parameters["N"] ?? 5 > 10 ? 100 : 400)
    let sold = results.filter { $0.key.hasPrefix("trade_") }.reduce(0) { $0 + $1.value.value }
    let all = parameters["X"] ?? 1e6
    #expect(abs(sold - all) < 1e-9 * all)
  }

  @Test func `results depend on the seed and not on the threads`() throws {
    let (one, two) = (try Self.run([:], paths: 100, threads: 1), try Self.run([:], paths: 100, threads: 2))
    let other = try Self.run([:], paths: 100, seed: 2, threads: 2)
    #expect(one == two)
    let name = "simulated.shortfall_sd"
    #expect(one[name]?.value != other[name]?.value)
    #expect(one["expected_shortfall"] == other["expected_shortfall"])
  }

  @Test(
    arguments: [
      (["eta": 1e-7], "eta", "gamma · tau"), (["gamma": 1e-5], "eta", "gamma · tau"),
      (["s0": 3], "param.s0", "to zero"), (["sigma": 20], "param.s0", "to zero"),
      (["T": 1e-7, "N": 100, "eta": 1], "param.N", "10 ms"), (["X": -1], "X", "out of range"),
      (["lambda": -1e-6], "lambda", "out of range"), (["N": 0], "N", "out of range"),
    ] as [([String: Double], String, String)])
  func `impossible numbers are refused by name`(
    parameters: [String: Double], name: String, reason: String
  ) throws {
    let error = #expect(throws: MMSError.self) {
      try ExperimentRun(
        AlmgrenChrissExperiment.self, inputs: parameters.map { ($0.key, .number($0.value)) }, seed: 1,
        threads: 1)
    }
    #expect(error?.path?.hasSuffix(name) == true)
    #expect(error?.message.contains(reason) == true)
    #expect(error?.hint != nil)
  }
}
