// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels

/// A run put together from test pieces; anything not said is plain.
struct TestRun {
  var market: MarketBlock
  var strategy: any Strategy
  var fill: (any FillModel)?
  var impact: (any ImpactModel)?
  var execution = ExecutionSettings(takerFee: 0, makerFee: 0, latency: .constant(.seconds(0)))
  var cost = 0.001
  var resolution = SimDuration.minutes(1)
  var seed: UInt64 = 7
  var blockSize = 1024
  var recordsSeries = true

  init(_ market: MarketBlock, _ script: [Int: [Wish]]) {
    self.market = market
    strategy = ScriptStrategy(script)
  }

  init(_ market: MarketBlock, strategy: any Strategy) {
    self.market = market
    self.strategy = strategy
  }

  func plan() throws(MMSError) -> RunPlan {
    var (fill, impact) = (fill, impact)
    if fill == nil { fill = try make(TouchFill.self) }
    if impact == nil { impact = try make(NoImpact.self) }
    guard let fill, let impact else { throw MMSError(.modelFailed, "a model is missing") }
    var plan = try RunPlan(
      base: blankBase(steps: market.count, resolution: resolution),
      context: testContext(steps: market.count, resolution: resolution, cost: cost),
      scenario: ColumnsScenario(market), fill: fill, impact: impact,
      strategy: strategy, execution: execution, seed: seed,
      isCentral: true)
    plan.blockSize = blockSize
    plan.recordsFills = true
    plan.recordsSeries = recordsSeries
    plan.keepsStretches = true
    return plan
  }

  func result(path: Int = 0) throws(MMSError) -> PathResult {
    var runner = try PathRunner(plan())
    return try runner.run(path: path)
  }
}

/// Whether two numbers agree to a relative error.
func close(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool {
  (a - b).magnitude <= tolerance * max(1, a.magnitude, b.magnitude)
}
