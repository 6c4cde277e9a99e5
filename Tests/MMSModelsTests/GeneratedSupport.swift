// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSModels
import Testing

/// Whether the long forms of statistical tests run, too: MMS_SLOW=1.
let runsSlowTests = ProcessInfo.processInfo.environment["MMS_SLOW"] == "1"

/// A model made, prepared on a recorded market and run over one path of it.
func generated<M: ScenarioModel & NativeModel>(
  _ type: M.Type, _ inputs: [(name: String, input: ParameterInput)], over market: MarketBlock,
  resolution: SimDuration = .minutes(1), path: Int = 0
) throws -> MarketBlock {
  var model = try make(type, inputs)
  try model.prepare(
    history: market, context: testContext(steps: market.count + market.firstStep, resolution: resolution))
  return try runPath(
    &model, PathContext(seed: 7, path: path, isCentral: false), over: market, chunk: { _ in 4_096 })
}

/// A recorded market that does not move, for models whose every parameter is given.
func flatMarket(steps: Int, resolution: SimDuration = .minutes(1)) -> MarketBlock {
  var block = MarketBlock(firstStep: 0, count: steps)
  for row in block.rows {
    block.time[row] = Int64(row + 1) * resolution.nanoseconds
    (block.open[row], block.high[row], block.low[row], block.mid[row]) = (100, 100, 100, 100)
    block.halfSpread[row] = 1e-5
    (block.bidDepth[row], block.askDepth[row], block.volume[row]) = (2, 2, 50)
    (block.volatility[row], block.baseVolatility[row], block.baseVolume[row]) = (0.02, 0.02, 72_000)
  }
  return block
}

/// Log returns of closes, `every` rows apart, the first from the first open.
func logReturns(_ block: MarketBlock, every: Int = 1) -> [Double] {
  var before = block.open[0]
  return stride(from: every - 1, to: block.count, by: every).map { row in
    defer { before = block.mid[row] }
    return MMSMath.log(block.mid[row] / before)
  }
}

func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

/// The mean of even powers of values.
func meanPower(_ values: [Double], _ power: Int) -> Double {
  var sum = 0.0
  for value in values {
    let square = value * value
    sum += power == 4 ? square * square : square
  }
  return sum / Double(values.count)
}

/// The largest distance between a sample's distribution function and a given one, times √n.
func kolmogorov(_ sample: [Double], _ law: (Double) -> Double) -> Double {
  let n = Double(sample.count)
  var distance = 0.0
  for (index, value) in sample.sorted().enumerated() {
    let share = law(value)
    distance = max(distance, max(share - Double(index) / n, Double(index + 1) / n - share))
  }
  return distance * n.squareRoot()
}

/// The largest distance between two samples' distribution functions, times √(n·m ÷ (n + m)).
func kolmogorov(_ first: [Double], _ second: [Double]) -> Double {
  let (a, b) = (first.sorted(), second.sorted())
  var (i, j, distance) = (0, 0, 0.0)
  while i < a.count, j < b.count {
    let value = min(a[i], b[j])
    while i < a.count, a[i] == value { i += 1 }
    while j < b.count, b[j] == value { j += 1 }
    distance = max(distance, (Double(i) / Double(a.count) - Double(j) / Double(b.count)).magnitude)
  }
  let (n, m) = (Double(a.count), Double(b.count))
  return distance * (n * m / (n + m)).squareRoot()
}

/// What every generating model must keep: any split gives the same bits, a path forgets the one before.
func checkSplits<M: ScenarioModel & NativeModel>(
  _ type: M.Type, _ inputs: [(name: String, input: ParameterInput)], over market: MarketBlock,
  resolution: SimDuration = .minutes(1)
) throws {
  var model = try make(type, inputs)
  let steps = market.count + market.firstStep
  try model.prepare(history: market, context: testContext(steps: steps, resolution: resolution))
  let path = PathContext(seed: 3, path: 5, isCentral: false)
  let whole = try runPath(&model, path, over: market, chunk: { _ in steps })
  #expect(whole.fault(in: whole.rows) == nil)
  var numbers = TestNumbers(8)
  for longest in [1, 7, 300] {
    let other = PathContext(seed: 3, path: longest, isCentral: false)
    let before = try runPath(&model, other, over: market, chunk: { _ in 100 })
    #expect(bits(before) != bits(whole))
    let split = try runPath(&model, path, over: market, chunk: { _ in 1 + numbers.below(longest) })
    #expect(bits(split) == bits(whole))
  }
}
