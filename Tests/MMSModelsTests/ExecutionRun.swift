// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels

/// One path of a strategy in given columns, through the engine, at no cost unless something is said.
struct ExecutionRun {
  var market: MarketBlock
  var execution = ExecutionSettings(
    initialEquity: 1e9, takerFee: 0, makerFee: 0, latency: .constant(.seconds(0)), volumeCap: 1)
  var impact: (any ImpactModel)?
  var resolution = SimDuration.minutes(1)
  var blockSize = 1024
  var seed: UInt64 = 7

  /// A market that stands still.
  static func flat(_ steps: Int, price: Double = 100, volume: Double = 1e6) -> MarketBlock {
    var block = MarketBlock(count: steps)
    for row in block.rows {
      block.time[row] = Int64(row + 1) * 60_000_000_000
      block.volume[row] = volume
      block.baseVolume[row] = volume * 1440
      block.baseVolatility[row] = 0.02
      (block.open[row], block.high[row], block.low[row], block.mid[row]) = (price, price, price, price)
    }
    return block
  }

  func result(_ strategy: any Strategy, path: Int = 0) throws(MMSError) -> PathResult {
    let warmUp = -market.firstStep
    var bars = BarSeries(symbol: "TEST", resolution: resolution, source: "test")
    for row in market.rows {
      bars.append(
        time: market.time[row], open: market.open[row], high: market.high[row], low: market.low[row],
        close: market.mid[row], volume: market.volume[row])
    }
    let none = Calibration(baseSlippage: 0, volatilityFactor: 1, liquidityFactor: 1)
    var impact = impact
    if impact == nil { impact = try make(NoImpact.self) }
    guard let impact else { throw MMSError(.modelFailed, "no impact model") }
    var plan = try RunPlan(
      base: BaseMarket(bars: bars, warmUpRows: warmUp, tick: 0),
      context: MarketContext(
        symbol: "TEST", resolution: resolution, steps: market.count - warmUp,
        stress: StressRatios(scenario: none, normal: none)),
      scenario: FixedColumns(columns: part(market, warmUp..<market.count)), fill: make(TouchFill.self),
      impact: impact, strategy: strategy, execution: execution, seed: seed, isCentral: true)
    plan.recordsFills = true
    plan.blockSize = blockSize
    var runner = try PathRunner(plan)
    return try runner.run(path: path)
  }
}

/// Brings columns of its own, whatever was recorded.
struct FixedColumns: ScenarioModel, NativeModel {
  static let descriptor = ModelDescriptor(
    id: "scenario/TestColumns-v1", kind: .scenario, summary: "", equations: "", source: "", parameters: [])
  let columns: MarketBlock

  init(_ parameters: ParameterValues) throws(MMSError) { columns = MarketBlock() }
  init(columns: MarketBlock) { self.columns = columns }

  mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {
    let first = block.firstStep + rows.lowerBound
    block.copyRows(first..<first + rows.count, of: columns, to: rows.lowerBound)
  }
}
