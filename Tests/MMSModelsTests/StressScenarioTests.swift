// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSModels
import Testing

struct StressScenarioTests {
  static let recorded = testMarket(steps: 3000, warmUp: 200, seed: 3, drift: 2e-5)

  static func prepared(
    _ market: MarketBlock, w: Double = 1, volatility: Double = 3, liquidity: Double = 0.3
  ) throws -> StressScenario {
    var model = try make(StressScenario.self, [("w", .number(w))])
    let context = testContext(
      steps: market.count + market.firstStep, volatility: volatility, liquidity: liquidity)
    try model.prepare(history: market, context: context)
    return model
  }

  static func returns(_ closes: [Double]) -> [Double] { zip(closes, closes.dropFirst()).map { log($1 / $0) } }

  static func sd(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
  }

  @Test func `level 0 leaves history unchanged, to the bit`() throws {
    var model = try Self.prepared(Self.recorded, w: 0)
    let path = try runPath(&model, centralPath, over: Self.recorded, chunk: { _ in 500 })
    #expect(bits(path) == bits(part(Self.recorded, 200..<3200)))
    #expect(model.requirements.leavesHistory)
  }

  @Test func `level 1 multiplies the volatility of returns by V and keeps their sum`() throws {
    var model = try Self.prepared(Self.recorded)
    let path = try runPath(&model, centralPath, over: Self.recorded, chunk: { _ in 500 })
    let before = Self.returns(Array(Self.recorded.mid[199...]))
    let after = Self.returns([Self.recorded.mid[199]] + path.mid)
    #expect(abs(Self.sd(after) / Self.sd(before) - 3) < 1e-9)
    #expect(abs(after.reduce(0, +) - before.reduce(0, +)) < 1e-10)
    #expect(model.requirements.wholeHistory && !model.requirements.leavesHistory)
  }

  @Test(arguments: [1.0, 0.37])
  func `every column follows its equation`(w: Double) throws {
    let recorded = Self.recorded
    var model = try Self.prepared(recorded, w: w)
    let path = try runPath(&model, centralPath, over: recorded, chunk: { _ in 333 })
    let (k, l) = (pow(3, w), pow(0.3, w))
    let mean = log(recorded.mid[3199] / recorded.mid[199]) / 3000
    var stressed = Array(recorded.mid[0..<200])
    var before = recorded.mid[199]
    for step in 0..<3000 {
      let row = step + 200
      let from = stressed[row - 1]
      func moved(_ x: Double) -> Double { from * exp(mean + k * (log(x / before) - mean)) }
      stressed.append(moved(recorded.mid[row]))
      func hour(_ closes: [Double]) -> Double {
        Self.returns(Array(closes[(row - 60)...row])).reduce(0) { $0 + $1 * $1 }.squareRoot()
      }
      let ratio = hour(stressed) / hour(recorded.mid)
      let expected: [(MarketColumn, Double)] = [
        (.open, moved(recorded.open[row])), (.high, moved(recorded.high[row])),
        (.low, moved(recorded.low[row])), (.mid, stressed[row]),
        (.volume, recorded.volume[row] * pow(ratio, 1.14)), (.halfSpread, recorded.halfSpread[row] * ratio),
        (.volatility, recorded.volatility[row] * ratio), (.bidDepth, recorded.bidDepth[row] * l),
        (.askDepth, recorded.askDepth[row] * l), (.stress, w), (.halted, 0), (.event, 0),
        (.baseVolatility, recorded.baseVolatility[row]), (.baseVolume, recorded.baseVolume[row]),
      ]
      for (column, value) in expected {
        let got = path[keyPath: column.keyPath][step]
        #expect(abs(got - value) <= 1e-9 * abs(value), "\(column) at \(step)")
      }
      before = recorded.mid[row]
    }
  }

  @Test(arguments: [0.0003, 0.004, 0.05])
  func `with the calibration of normal, prices come back within rounding`(size: Double) throws {
    // The three sizes go through the short series, both forms, and the general functions.
    let market = testMarket(steps: 2000, warmUp: 100, seed: 31, step: size)
    var model = try Self.prepared(market, volatility: 1, liquidity: 1)
    let path = try runPath(&model, centralPath, over: market, chunk: { _ in 500 })
    for column in [MarketColumn.open, .high, .low, .mid, .volume, .halfSpread] {
      let pairs = zip(path[keyPath: column.keyPath], market[keyPath: column.keyPath][100...])
      #expect(pairs.allSatisfy { abs($0 / $1 - 1) < 1e-12 })
    }
  }

  @Test func `volume rises at most 25 times and the spread at most 50 times`() throws {
    var model = try Self.prepared(Self.recorded, volatility: 80)
    let path = try runPath(&model, centralPath, over: Self.recorded, chunk: { _ in 500 })
    let last = 2999
    #expect(path.volume[last] == Self.recorded.volume[last + 200] * 25)
    #expect(path.halfSpread[last] == Self.recorded.halfSpread[last + 200] * 50)
  }

  @Test(arguments: 1...6)
  func `any split of the rows gives the same bits`(seed: UInt64) throws {
    var numbers = TestNumbers(seed)
    var model = try Self.prepared(Self.recorded)
    let whole = try runPath(&model, centralPath, over: Self.recorded, chunk: { _ in 3000 })
    for longest in [1, 9, 200, 1500] {
      let split = try runPath(
        &model, centralPath, over: Self.recorded, chunk: { _ in 1 + numbers.below(longest) })
      #expect(bits(split) == bits(whole))
    }
  }

  @Test func `the columns keep their contract, with and without a range`() throws {
    var bare = Self.recorded
    for row in stride(from: 0, to: bare.count, by: 3) {
      bare.high[row] = .nan
      bare.low[row] = .nan
    }
    for market in [Self.recorded, bare] {
      var model = try Self.prepared(market, volatility: 7)
      let path = try runPath(&model, centralPath, over: market, chunk: { _ in 500 })
      #expect(path.fault(in: path.rows) == nil)
      #expect(zip(path.high, market.high[200...]).allSatisfy { $0.isNaN == $1.isNaN })
    }
  }

  @Test func `a market that stands still keeps its volume and spread`() throws {
    var still = Self.recorded
    for row in 1200..<1600 {
      let price = still.mid[1199]
      still.open[row] = price
      still.high[row] = price
      still.low[row] = price
      still.mid[row] = price
    }
    var model = try Self.prepared(still)
    let path = try runPath(&model, centralPath, over: still, chunk: { _ in 100 })
    for step in 1100..<1400 { #expect(path.volume[step] == still.volume[step + 200]) }
    #expect(path.fault(in: path.rows) == nil)
  }

  @Test func `later rows do not change earlier ones once the window is measured`() throws {
    var model = try Self.prepared(Self.recorded)
    var permuted = Self.recorded
    for column in MarketColumn.allCases { permuted[keyPath: column.keyPath][1700...].reverse() }
    let a = try runPath(&model, centralPath, over: Self.recorded, chunk: { _ in 100 })
    let b = try runPath(&model, centralPath, over: permuted, chunk: { _ in 100 })
    #expect(bits(a, 0..<1500) == bits(b, 0..<1500))
    #expect(bits(a) != bits(b))
  }

  @Test func `a path forgets the one before`() throws {
    var used = try Self.prepared(Self.recorded)
    var fresh = used
    _ = try runPath(
      &used, PathContext(seed: 1, path: 7, isCentral: false), over: Self.recorded, chunk: { _ in 77 })
    let three = PathContext(seed: 1, path: 3, isCentral: false)
    let again = try runPath(&used, three, over: Self.recorded, chunk: { _ in 500 })
    #expect(try bits(again) == bits(runPath(&fresh, three, over: Self.recorded, chunk: { _ in 500 })))
  }

  @Test func `without a warm-up the first row starts from its own open`() throws {
    let market = testMarket(steps: 500, seed: 5)
    var model = try Self.prepared(market)
    let path = try runPath(&model, centralPath, over: market, chunk: { _ in 500 })
    #expect(abs(path.open[0] / market.open[0] - 1) < 1e-4)
    #expect(path.fault(in: path.rows) == nil)
  }

  @Test func `a window without rows is refused`() throws {
    var model = try make(StressScenario.self)
    #expect(throws: MMSError.self) {
      try model.prepare(history: testMarket(steps: 0, warmUp: 10), context: testContext(steps: 10))
    }
    #expect(throws: MMSError.self) { _ = try make(StressScenario.self, [("w", .number(1.5))]) }
  }

  @Test func `the reference output is met`() throws {
    let market = testMarket(steps: 300, warmUp: 70, seed: 6)
    var model = try Self.prepared(market)
    let path = try runPath(&model, centralPath, over: market, chunk: { _ in 64 })
    try checkReference(
      "Scenario/Stress", header: marketHeader, rows: table(path, stride(from: 0, to: 300, by: 3)))
  }
}
