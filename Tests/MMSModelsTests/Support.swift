// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

/// A small generator for test inputs, so that references hang on nothing but this file.
struct TestNumbers {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  /// Uniform in [0, 1).
  mutating func next() -> Double {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Double(state >> 11) * 0x1p-53
  }

  mutating func below(_ bound: Int) -> Int { Int(next() * Double(bound)) }

  mutating func bell() -> Double { next() + next() + next() + next() - 2 }
}

/// A random walk of bars, `warmUp` of them before step 0.
func testMarket(
  steps: Int, warmUp: Int = 0, seed: UInt64 = 1, resolution: SimDuration = .minutes(1),
  step size: Double = 0.0006, drift: Double = 0, firstTime: SimTime = SimTime(nanoseconds: 0)
) -> MarketBlock {
  var numbers = TestNumbers(seed)
  var block = MarketBlock(firstStep: -warmUp, count: warmUp + steps)
  var price = 100.0
  for row in block.rows {
    let open = price * (1 + 0.1 * size * numbers.bell())
    let close = open * (1 + drift + size * numbers.bell())
    block.time[row] = firstTime.nanoseconds + Int64(row + 1) * resolution.nanoseconds
    block.open[row] = open
    block.mid[row] = close
    block.high[row] = max(open, close) * (1 + size * 0.5 * numbers.next())
    block.low[row] = min(open, close) * (1 - size * 0.5 * numbers.next())
    block.halfSpread[row] = 1e-5 * (1 + numbers.next())
    block.bidDepth[row] = 2 + numbers.next()
    block.askDepth[row] = 2 + numbers.next()
    block.volatility[row] = 0.01 + 0.02 * numbers.next()
    block.volume[row] = 30 + 40 * numbers.next()
    block.baseVolatility[row] = 0.02
    block.baseVolume[row] = 50_000
    price = close
  }
  return block
}

/// The rows of a block from a row on, as a block of their own.
func part(_ block: MarketBlock, _ rows: Range<Int>) -> MarketBlock {
  var result = MarketBlock(firstStep: block.firstStep + rows.lowerBound, count: rows.count)
  result.copyRows(rows, of: block, to: 0)
  return result
}

/// Every column's bits, so that comparisons see NaN and the sign of zero.
func bits(_ block: MarketBlock, _ rows: Range<Int>? = nil) -> [[UInt64]] {
  MarketColumn.allCases.map { column in
    block[keyPath: column.keyPath][rows ?? block.rows].map(\.bitPattern)
  }
}

/// Makes a model from parameters as somebody would write them.
func make<M: NativeModel>(_ type: M.Type, _ inputs: [(name: String, input: ParameterInput)] = [])
  throws(MMSError)
  -> M
{
  try M(
    ParameterResolver.resolve(
      inputs, schema: M.descriptor.parameters, owner: M.descriptor.id, path: "params"))
}

/// A context of minutes with factor-three volatility and a third of the liquidity.
func testContext(
  steps: Int, resolution: SimDuration = .minutes(1), volatility: Double = 3, liquidity: Double = 0.3
) -> MarketContext {
  MarketContext(
    symbol: "BTCUSDT", resolution: resolution, steps: steps,
    stress: StressRatios(
      scenario: Calibration(baseSlippage: 0.005, volatilityFactor: volatility, liquidityFactor: liquidity),
      normal: Calibration(baseSlippage: 0.001, volatilityFactor: 1, liquidityFactor: 1)))
}

/// Replays a model's stored reference output, text for text; MMS_UPDATE_REFERENCES=1 writes it instead.
func checkReference(
  _ folder: String, header: [String], rows: [[Double]],
  sourceLocation: Testing.SourceLocation = #_sourceLocation
) throws {
  var text = header.joined(separator: ",") + "\n"
  for row in rows { text += row.map { "\($0)" }.joined(separator: ",") + "\n" }
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let file = root.appending(path: "Sources/MMSModels/\(folder)/reference.csv")
  if ProcessInfo.processInfo.environment["MMS_UPDATE_REFERENCES"] == "1" {
    try text.write(to: file, atomically: true, encoding: .utf8)
    return
  }
  let stored = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
  let now = text.split(separator: "\n")
  #expect(stored.count == now.count, sourceLocation: sourceLocation)
  for (index, pair) in zip(stored, now).enumerated() where pair.0 != pair.1 {
    Issue.record(
      "\(folder)/reference.csv, line \(index + 1): stored \(pair.0), now \(pair.1)",
      sourceLocation: sourceLocation)
    return
  }
}

/// A block's columns as rows of numbers, for references.
func table(_ block: MarketBlock, _ rows: some Sequence<Int>) -> [[Double]] {
  rows.map { row in
    [Double(block.firstStep + row)] + MarketColumn.allCases.map { block[keyPath: $0.keyPath][row] }
  }
}

let marketHeader = ["step"] + MarketColumn.allCases.map(\.rawValue)

/// Runs a prepared scenario model over a whole path.
///
/// - Parameters:
///   - recorded: Warm-up rows, then the path's rows.
///   - chunk: The number of rows of the next call, given the step it begins at; calls of one block share it.
///   - flow: Our own trading in the block before, given the step.
func runPath<M: ScenarioModel>(
  _ model: inout M, _ path: PathContext, over recorded: MarketBlock, chunk: (Int) -> Int,
  flow: (Int) -> Double = { _ in 0 }
) throws -> MarketBlock {
  let warmUp = -recorded.firstStep
  var result = part(recorded, warmUp..<recorded.count)
  let steps = result.count
  try model.begin(path)
  var step = 0
  while step < steps {
    let end = min(steps, step + chunk(step))
    // A block of its own, with a few rows of the past in front when there are some.
    let past = min(step, step % 4)
    var block = part(result, (step - past)..<end)
    try model.advance(
      &block, rows: past..<block.count, flow: OwnFlow(netQuantity: flow(step)), random: path.random(.scenario)
    )
    result.copyRows(0..<block.count, of: block, to: step - past)
    step = end
  }
  return result
}

let centralPath = PathContext(seed: 11, path: 0, isCentral: true)
