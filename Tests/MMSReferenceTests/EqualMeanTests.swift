// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import MMSStudy
import Testing

@testable import MMSReference

/// Verdicts about models that differ in everything but the mean.
struct EqualMeanTests {
  #if DEBUG
  static let isOptimised = false
  #else
  static let isOptimised = true
  #endif

  /// Holding for a day in ten steps, on 40 paths of a model.
  private func sample(_ model: any ScenarioModel, seed: UInt64) throws(MMSError) -> ComparisonSample {
    let market = try ExperimentMarket(steps: 10, days: 0.1, price: 100)
    let plan = try market.plan(
      scenario: model, fill: ExperimentMarket.make(TouchFill.self),
      impact: ExperimentMarket.make(NoImpact.self), strategy: ExperimentMarket.make(BuyAndHoldStrategy.self),
      seed: seed)
    return ComparisonSample(try MonteCarlo(threads: 1).run(plan, paths: 0..<40))
  }

  /// How often each verdict is given in 1,000 comparisons of Brownian motion with one that jumps, mostly down.
  private func verdicts(drift: Double) throws -> [Verdict: Int] {
    let found = try OrderedWork.map(1000, threads: 2, tool: { () throws(MMSError) in }) {
      (_, seed) throws(MMSError) -> Verdict in
      let still = try ExperimentMarket.make(BrownianScenario.self, ["sigma": .number(0.04)])
      let jumping = try ExperimentMarket.make(
        MertonScenario.self,
        [
          "sigma": .number(0.02), "lambda": .number(4), "m": .number(-0.02), "d": .number(0.02),
          "mu": .number(drift),
        ])
      return try Comparison(
        sample(still, seed: UInt64(seed)), sample(jumping, seed: UInt64(seed)), metrics: [.totalReturn]
      ).verdict
    }
    return Dictionary(grouping: found) { $0 }.mapValues(\.count)
  }

  @Test(
    "Of different models of equal mean, at most 5 ± 1.5 % of comparisons name a winner",
    .enabled(if: isOptimised, "2,000 times 40 paths and 1,999 resamples are counted in optimised code"))
  func falseVerdicts() throws {
    let found = try verdicts(drift: 0)
    let named = (found[.a] ?? 0) + (found[.b] ?? 0)
    #expect(named <= 65, "\(found)")
    // A test that never names anybody is none.
    #expect(named >= 25, "\(found)")
    let drifting = try verdicts(drift: -0.05)
    #expect((drifting[.a] ?? 0) >= 950, "\(drifting)")
  }
}
