// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels

/// The exponential of a driftless Brownian motion, without ranges.
///
/// Step 0 stands at 100, so that what is decided at its close is bought at 100; the last step stands too, so
/// that a stop seen at the close before it is still executed.
struct BrownianScenario: ScenarioModel, NativeModel {
  static let descriptor = ModelDescriptor(
    id: "scenario/TestBrownian-v1", kind: .scenario, summary: "", equations: "", source: "", parameters: [])
  /// Standard deviation of a step.
  var deviation: Double
  var volatility: Double
  var steps: Int
  private var level = 0.0

  init(_ parameters: ParameterValues) throws(MMSError) { self.init(deviation: 0, volatility: 0, steps: 0) }
  init(deviation: Double, volatility: Double, steps: Int) {
    (self.deviation, self.volatility, self.steps) = (deviation, volatility, steps)
  }

  mutating func begin(_ path: PathContext) throws(MMSError) { level = 0 }

  mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {
    for row in rows {
      let step = block.firstStep + row
      block.open[row] = 100 * MMSMath.exp(level)
      if step > 0, step <= steps { level += deviation * random.normal(step: Int64(step)) }
      block.mid[row] = 100 * MMSMath.exp(level)
      block.high[row] = .nan
      block.low[row] = .nan
      block.halfSpread[row] = 0
      block.volatility[row] = volatility
      block.volume[row] = 1e9
    }
  }
}

/// One unit bought at 100 without any cost and held, perhaps with a stop.
struct BrownianCase {
  /// Steps of the motion; the run has two more.
  var steps: Int
  /// 2 % per √day.
  var resolution = SimDuration.days(1)
  var stopLoss = 0.0
  var stop = StopMode.intrabar
  var seed: UInt64 = 1

  var deviation: Double { 0.02 * resolution.days.squareRoot() }

  func results(_ paths: Int, _ see: (PathResult) -> Void) throws(MMSError) {
    var runner = try PathRunner(try plan())
    for path in 0..<paths { see(try runner.run(path: path)) }
  }

  func plan() throws(MMSError) -> RunPlan {
    let execution = ExecutionSettings(
      initialEquity: 100, takerFee: 0, makerFee: 0, latency: .constant(.seconds(0)), stop: stop)
    return try RunPlan(
      base: blankBase(steps: steps + 2, resolution: resolution),
      context: testContext(steps: steps + 2, resolution: resolution, cost: 0),
      scenario: BrownianScenario(deviation: deviation, volatility: 0.02, steps: steps),
      fill: make(TouchFill.self), impact: make(NoImpact.self),
      strategy: ScriptStrategy([0: .buy(1, stopLoss: stopLoss)]), execution: execution, seed: seed,
      isCentral: false)
  }
}
