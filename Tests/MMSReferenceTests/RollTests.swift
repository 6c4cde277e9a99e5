// SPDX-License-Identifier: Apache-2.0

import MMSReference
import Testing

struct RollTests {
  @Test(arguments: [(0.05, 0.02), (0.05, 0), (1, 3)])
  func `the bounce has Roll's covariance`(c: Double, sigma: Double) throws {
    // Four standard errors at 20,000 trades.
    let run = try ExperimentRun.of("roll", ["c": c, "sigma_u": sigma, "n": 20_000])
    #expect(run.pass, "\(run.results)")
    for result in run.results { #expect((result.standardError ?? 0) > 0) }
  }

  @Test func `the published numbers are what is expected`() throws {
    let run = try ExperimentRun.of("roll", ["n": 1_000])
    for (name, value) in [
      ("covariance", -0.0025), ("variance", 0.0054), ("first_autocorrelation", -0.462963), ("spread", 0.1),
    ] {
      #expect((try #require(run.result(name).expected) - value).magnitude < 1e-6)
    }
  }

  @Test func `a spread of .002 is found in 200,000 trades to two percent`() throws {
    // The standard error is 0.3 % where the value moves .0005 between trades.
    let run = try ExperimentRun.of("roll", ["c": 0.001, "sigma_u": 0.0005, "n": 200_000])
    #expect((try run.result("spread").value / 0.002 - 1).magnitude < 0.02)
  }
}
