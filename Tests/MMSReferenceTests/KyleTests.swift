// SPDX-License-Identifier: Apache-2.0

import MMSReference
import Testing

struct KyleTests {
  @Test(arguments: [
    (sigma0: 4.0, sigmaU: 100.0, beta: 50.0, lambda: 0.01, left: 2.0, profit: 100.0),
    (sigma0: 1, sigmaU: 50, beta: 50, lambda: 0.01, left: 0.5, profit: 25),
    (sigma0: 1e-6, sigmaU: 1e6, beta: 1e9, lambda: 5e-10, left: 5e-7, profit: 500),
  ])
  func `trader and market maker find the equilibrium`(
    _ row: (sigma0: Double, sigmaU: Double, beta: Double, lambda: Double, left: Double, profit: Double)
  ) throws {
    let run = try ExperimentRun.of("kyle", ["sigma0": row.sigma0, "sigma_u": row.sigmaU, "paths": 4_000])
    #expect(run.pass, "\(run.results)")
    for (name, value) in [
      ("beta", row.beta), ("lambda", row.lambda), ("posterior_variance", row.left), ("profit", row.profit),
    ] {
      #expect((try run.result(name).value / value - 1).magnitude < 1e-6, "\(name)")
    }
    // A plain mean of 4,000 products of normal numbers is known to 2 or 3 %.
    let plain = try run.result("simulated.profit")
    #expect((plain.standardError ?? 0) / row.profit > 0.01)
  }

  @Test func `threads change nothing`() throws {
    let one = try ExperimentRun.of("kyle", ["paths": 3_000], threads: 1)
    #expect(try ExperimentRun.of("kyle", ["paths": 3_000], threads: 3).results == one.results)
    #expect(try ExperimentRun.of("kyle", ["paths": 3_000], seed: 2).results != one.results)
  }

  @Test func `a variance of nothing is refused`() {
    ExperimentRun.expectRefusal("kyle", ["sigma0": 0], "sigma0", "0")
  }
}
