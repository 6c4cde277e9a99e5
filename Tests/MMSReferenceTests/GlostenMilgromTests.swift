// SPDX-License-Identifier: Apache-2.0

import MMSReference
import Testing

struct GlostenMilgromTests {
  @Test func `the published quotes`() throws {
    let run = try ExperimentRun.of("glosten-milgrom")
    #expect(run.pass)
    for (name, value) in [("ask", 0.65), ("bid", 0.35), ("ask_after_buy", 0.775229), ("bid_after_buy", 0.5)] {
      #expect((try run.result(name).value - value).magnitude < 1e-6)
    }
  }

  @Test(arguments: [(0.0, 0.5), (0.1, 0.9), (0.75, 0.2), (0.999, 0.5)])
  func `other markets keep to Bayes' rule`(mu: Double, prior: Double) throws {
    let run = try ExperimentRun.of("glosten-milgrom", ["mu": mu, "prior": prior, "low": 90, "high": 110])
    #expect(run.pass, "\(run.results)")
    // Informed traders make a spread; a buy and a sell say nothing together.
    #expect(try run.result("ask").value >= run.result("bid").value - 1e-9)
    #expect((try run.result("bid_after_buy").value - (90 + 20 * prior)).magnitude < 1e-9)
  }

  @Test func `values in the wrong order and trades that never happen are refused`() {
    ExperimentRun.expectRefusal("glosten-milgrom", ["low": 2], "low (2.0)", "high (1.0)")
    ExperimentRun.expectRefusal("glosten-milgrom", ["mu": 1, "prior": 1], "mu", "below 1")
    ExperimentRun.expectRefusal("glosten-milgrom", ["mu": 1.2], "mu", "≤ 1")
  }
}
