// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels

/// Recorded minutes with two hours of warm-up, and plans over them.
enum HistoryMarket {
  static let warmUp = 120

  static func bars(steps: Int, seed: UInt64) throws(MMSError) -> BarSeries {
    let market = randomMarket(steps: warmUp + steps, seed: seed)
    var bars = BarSeries(symbol: "TEST", resolution: .minutes(1), source: "test")
    for row in market.rows {
      let (open, close) = (market.open[row], market.mid[row])
      bars.append(
        time: market.time[row], open: open, high: Double.maximum(market.high[row], max(open, close)),
        low: Double.minimum(market.low[row], min(open, close)), close: close, volume: market.volume[row])
    }
    return bars
  }

  static func threshold() throws(MMSError) -> ThresholdStrategy {
    try make(
      ThresholdStrategy.self,
      [
        ("entry_threshold", .number(0.004)), ("exit_threshold", .number(0.001)), ("window", .text("1 h")),
        ("stop_loss", .number(0.01)), ("allow_short", .flag(true)),
      ])
  }

  static func plan(
    _ bars: BarSeries, strategy: any Strategy, scenario: (any ScenarioModel)? = nil,
    fill: (any FillModel)? = nil, execution: ExecutionSettings = ExecutionSettings(tick: 0.01)
  ) throws(MMSError) -> RunPlan {
    let base = try BaseMarket(bars: bars, warmUpRows: warmUp, tick: 0.01)
    var (scenario, fill) = (scenario, fill)
    if scenario == nil { scenario = try make(HistoryScenario.self) }
    if fill == nil { fill = try make(QueuePositionFill.self) }
    guard let scenario, let fill else { throw MMSError(.modelFailed, "a model is missing") }
    var plan = try RunPlan(
      base: base, context: testContext(steps: base.steps, cost: 0.0002), scenario: scenario, fill: fill,
      impact: make(SquareRootImpact.self), strategy: strategy, execution: execution,
      seed: 11, isCentral: true)
    plan.recordsFills = true
    plan.recordsSeries = true
    return plan
  }
}

/// Takes part in the block loop and changes nothing.
struct UntouchedScenario: ScenarioModel, NativeModel {
  static let descriptor = ModelDescriptor(
    id: "scenario/TestUntouched-v1", kind: .scenario, summary: "", equations: "", source: "", parameters: [])
  init(_ parameters: ParameterValues) throws(MMSError) {}
  init(_ nothing: [Int]) {}
  mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {}
}
