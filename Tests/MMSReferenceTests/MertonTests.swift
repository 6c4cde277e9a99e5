// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSReference
import Testing

struct MertonTests {
  static func run(
    _ inputs: KeyValuePairs<String, Double>, seed: UInt64 = 1, threads: Int = 1
  ) throws -> ExperimentRun {
    try ExperimentRun(
      MertonExperiment.self, inputs: inputs.map { ($0.key, .number($0.value)) }, seed: seed,
      threads: threads)
  }

  @Test(arguments: [(90.0, 18.698316), (100, 12.761289), (110, 8.258349)])
  func `the series has the published digits`(strike: Double, call: Double) throws {
    let run = try Self.run(["strike": strike, "paths": 20_000])
    #expect(abs(run.results[0].expected! - call) < 1e-6)
    #expect(run.pass)
    let names = run.results.map(\.name)
    #expect(names == ["call", "variance", "skewness", "excess_kurtosis"])
    let moments = [0.0725, -0.39700, 0.56480]
    for (result, moment) in zip(run.results.dropFirst(), moments) {
      #expect(abs(result.expected! - moment) < 1e-5)
      #expect(result.standardError! > 0)
    }
  }

  /// Computed with another program from Merton's series over tilted weights; without jumps Black and Scholes.
  static let others: [(inputs: String, call: Double)] = [
    ("s0=80 strike=100 r=-0.02 sigma=0.3 lambda=5 m=0.05 d=0.1 T=2", 10.512400822),
    ("strike=95 r=0.1 sigma=0.15 lambda=60 m=-0.01 d=0.02 T=0.25", 9.044816862),
    ("lambda=0", 10.450584), ("lambda=0 strike=110", 6.040088),
  ]

  @Test(arguments: others)
  func `other parameters have their own price`(inputs: String, call: Double) throws {
    let written = "\(inputs) paths=10000".split(separator: " ").map { text in
      let parts = text.split(separator: "=")
      return (name: String(parts[0]), input: ParameterInput(commandLine: String(parts[1])))
    }
    let run = try ExperimentRun(MertonExperiment.self, inputs: written, seed: 3, threads: 2)
    #expect(abs(run.results[0].expected! - call) < 1e-6)
    #expect(run.pass)
  }

  @Test func `a call struck at next to nothing is the forward less the strike`() throws {
    let run = try Self.run(["strike": 0.01, "paths": 20_000, "lambda": 3, "r": 0.03])
    #expect(abs(run.results[0].expected! - (100 - 0.01 * exp(-0.03))) < 1e-9)
    #expect(run.pass)
  }

  @Test func `threads change nothing, the seed does`() throws {
    let one = try Self.run(["paths": 1_000])
    #expect(try Self.run(["paths": 1_000], threads: 3).results == one.results)
    #expect(try Self.run(["paths": 1_000], seed: 2).results != one.results)
  }

  @Test(arguments: [("sigma", -0.1), ("strike", 0), ("T", 0), ("lambda", -1), ("d", -1), ("paths", 10)])
  func `values out of range are refused by name`(name: String, value: Double) throws {
    let error = #expect(throws: MMSError.self) {
      try ExperimentRun(MertonExperiment.self, inputs: [(name, .number(value))], seed: 1, threads: 1)
    }
    #expect(error?.code == .invalidValue && error?.message.contains("'\(name)'") == true)
  }

  @Test func `a price that never moves is refused`() {
    let error = #expect(throws: MMSError.self) { try Self.run(["sigma": 0, "lambda": 0]) }
    #expect(error?.message.contains("never moves") == true)
  }
}
