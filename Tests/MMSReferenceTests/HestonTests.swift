// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSReference
import Testing

struct HestonTests {
  static func run(
    _ inputs: [(String, Double)], seed: UInt64 = 1, threads: Int = 1
  ) throws -> ExperimentRun {
    try ExperimentRun(
      HestonExperiment.self, inputs: inputs.map { ($0.0, .number($0.1)) }, seed: seed, threads: threads)
  }

  @Test func `closed forms have the published digits, and the simulation meets them`() throws {
    let run = try Self.run([("paths", 2_000)])
    #expect(
      run.results.map(\.name) == ["call", "mean_v", "var_v", "mean_integrated_v", "mean_log_return"])
    let published = [9.510705, 0.04676676, 0.00114681, 0.06161662, -0.03080831]
    for (result, number) in zip(run.results, published) {
      #expect(abs(result.expected! - number) < max(1e-8, abs(number) * 1e-7))
      #expect(result.standardError! > 0)
      // What is allowed for the length of the step is small beside the sampling error.
      #expect(result.tolerance! < 5 * result.standardError!)
    }
    #expect(run.pass)
  }

  /// Computed with another program from Heston's two integrals.
  static let others: [(inputs: String, call: Double)] = [
    ("strike=90 r=0.03 q=0.01 T=2 kappa=10 xi=2 rho=0.8 v0=0.2", 17.714671950),
    ("strike=130 r=0.05 q=0.02 T=0.5 kappa=1.5 theta=0.09 xi=0.6 rho=-0.4 v0=0.04", 0.328911312),
    ("s0=50 strike=45 r=-0.01 T=3 kappa=0.5 xi=1 rho=-0.9 v0=0.04", 6.197602887),
    ("r=0.02 xi=0.001", 10.801108716),
  ]

  @Test(arguments: others)
  func `other parameters have their own price`(inputs: String, call: Double) throws {
    let written = "\(inputs) paths=200".split(separator: " ").map { text in
      let parts = text.split(separator: "=")
      return (name: String(parts[0]), input: ParameterInput(commandLine: String(parts[1])))
    }
    let run = try ExperimentRun(HestonExperiment.self, inputs: written, seed: 3, threads: 2)
    #expect(abs(run.results[0].expected! - call) < 1e-6)
    #expect(run.pass)
  }

  @Test func `a certain variance gives the price of Black and Scholes`() throws {
    let none = try Self.run([("xi", 0), ("paths", 500)])
    let little = try Self.run([("xi", 1e-7), ("paths", 500)])
    #expect(abs(none.results[0].expected! - little.results[0].expected!) < 1e-6)
    #expect(none.pass && little.pass)
  }

  @Test func `a call struck at next to nothing is the forward less the strike`() throws {
    let run = try Self.run([("strike", 0.01), ("paths", 1_000), ("r", 0.03), ("q", 0.02)])
    #expect(abs(run.results[0].expected! - (100 * exp(-0.02) - 0.01 * exp(-0.03))) < 1e-8)
    #expect(run.pass)
  }

  @Test func `threads change nothing, the seed does`() throws {
    let one = try Self.run([("paths", 200)])
    #expect(try Self.run([("paths", 200)], threads: 3).results == one.results)
    #expect(try Self.run([("paths", 200)], seed: 2).results != one.results)
  }

  @Test(arguments: [("rho", 1.5), ("kappa", 0), ("theta", 0), ("v0", -1), ("strike", -1), ("T", 0)])
  func `values out of range are refused by name`(name: String, value: Double) throws {
    let error = #expect(throws: MMSError.self) { try Self.run([(name, value)]) }
    #expect(error?.code == .invalidValue && error?.message.contains("'\(name)'") == true)
  }

  @Test func `variance too fast to follow is refused by name`() throws {
    let error = #expect(throws: MMSError.self) { try Self.run([("kappa", 1e9)]) }
    #expect(error?.code == .invalidValue && error?.message.contains("kappa") == true)
  }
}
