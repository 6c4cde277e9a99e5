// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine

/// A bar of a tiny market; a bar without a range has NaN for high and low.
struct Bar {
  var open: Double
  var high: Double
  var low: Double
  var close: Double

  init(_ open: Double, _ high: Double, _ low: Double, _ close: Double) {
    (self.open, self.high, self.low, self.close) = (open, high, low, close)
  }

  /// A bar that stands still.
  init(_ price: Double) { self.init(price, price, price, price) }
}

/// A market of a few bars with plain columns: half spread 2 bp, depth 5, volatility 2 %/√day.
func tinyMarket(_ bars: [Bar], volume: Double = 1000, resolution: SimDuration = .minutes(1)) -> MarketBlock {
  var block = MarketBlock(count: bars.count)
  for (row, bar) in bars.enumerated() {
    block.time[row] = Int64(row + 1) * resolution.nanoseconds
    block.open[row] = bar.open
    block.high[row] = bar.high
    block.low[row] = bar.low
    block.mid[row] = bar.close
    block.halfSpread[row] = 0.0002
    block.bidDepth[row] = 5
    block.askDepth[row] = 5
    block.volatility[row] = 0.02
    block.volume[row] = volume
    block.baseVolatility[row] = 0.02
    block.baseVolume[row] = volume * 1440
  }
  return block
}

/// A recorded market of as many rows as a block, for scenarios that bring their own prices.
func blankBase(steps: Int, resolution: SimDuration = .minutes(1)) throws(MMSError) -> BaseMarket {
  var bars = BarSeries(symbol: "TEST", resolution: resolution, source: "test")
  for row in 0..<steps {
    bars.append(
      time: Int64(row + 1) * resolution.nanoseconds, open: 100, high: 100, low: 100, close: 100, volume: 1)
  }
  return try BaseMarket(bars: bars, warmUpRows: 0, tick: 0)
}

/// Brings columns of its own, whatever was recorded.
struct ColumnsScenario: ScenarioModel, NativeModel {
  static let descriptor = ModelDescriptor(
    id: "scenario/TestColumns-v1", kind: .scenario, summary: "", equations: "", source: "", parameters: [])
  var columns = MarketBlock()

  init(_ parameters: ParameterValues) throws(MMSError) {}
  init(_ columns: MarketBlock) { self.columns = columns }

  mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {
    let first = block.firstStep + rows.lowerBound
    block.copyRows(first..<first + rows.count, of: columns, to: rows.lowerBound)
  }
}

/// A context whose small marketable order costs 10 bp in normal and 50 bp at full stress.
func testContext(steps: Int, resolution: SimDuration = .minutes(1), cost: Double = 0.001) -> MarketContext {
  MarketContext(
    symbol: "TEST", resolution: resolution, steps: steps,
    stress: StressRatios(
      scenario: Calibration(baseSlippage: 5 * cost, volatilityFactor: 3, liquidityFactor: 0.3),
      normal: Calibration(baseSlippage: cost, volatilityFactor: 1, liquidityFactor: 1)))
}

/// Makes a model from parameters as somebody would write them.
func make<M: NativeModel>(
  _ type: M.Type, _ inputs: [(name: String, input: ParameterInput)] = []
) throws(MMSError) -> M {
  try M(
    ParameterResolver.resolve(inputs, schema: M.descriptor.parameters, owner: M.descriptor.id, path: ""))
}
