// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSModels
import Testing

struct JumpCascadeScenarioTests {
  typealias Inputs = [(name: String, input: ParameterInput)]
  static let recorded = testMarket(steps: 4000, warmUp: 200, seed: 13)

  /// A market that never moves: what remains is the jump alone.
  static let still: MarketBlock = {
    var market = testMarket(steps: 4000, warmUp: 200, seed: 13)
    for row in market.rows {
      market.open[row] = 100
      market.high[row] = 100
      market.low[row] = 100
      market.mid[row] = 100
    }
    return market
  }()

  static func prepared(
    _ inputs: Inputs = [], _ market: MarketBlock = recorded, volatility: Double = 3
  ) throws -> JumpCascadeScenario {
    var model = try make(JumpCascadeScenario.self, inputs)
    try model.prepare(
      history: market, context: testContext(steps: market.count + market.firstStep, volatility: volatility))
    return model
  }

  static func run(
    _ model: inout JumpCascadeScenario, _ path: PathContext = centralPath, _ market: MarketBlock = recorded,
    flow: (Int) -> Double = { _ in 0 }
  ) throws -> MarketBlock {
    try runPath(&model, path, over: market, chunk: { _ in 10 }, flow: flow)
  }

  static func path(_ number: Int, seed: UInt64 = 5) -> PathContext {
    PathContext(seed: seed, path: number, isCentral: false)
  }

  @Test func `rows before the crash are the recorded ones, to the bit`() throws {
    // 0.5003 · 4000 = 2001.2: the crash falls inside a block.
    var model = try Self.prepared([("centre", .number(0.5003))])
    let path = try Self.run(&model)
    #expect(model.anchors == [ScenarioAnchor(name: "crash", step: 2001)])
    #expect(bits(path, 0..<2001) == bits(Self.recorded, 200..<2201))
    #expect(path.stress[2000] == 0 && path.stress[2001] == 1)
    #expect(path.event[2001] == MarketEvent.crash && path.event.filter { $0 != 0 }.count == 1)
  }

  @Test func `a path shown from its untouched steps on has the bits of one shown whole`() throws {
    var model = try Self.prepared()
    let whole = try Self.run(&model)
    #expect(model.untouchedSteps > 1900 && model.untouchedSteps < 2000)
    let skipped = model.untouchedSteps / 10 * 10
    var late = try Self.prepared()
    try late.begin(centralPath)
    var rest = part(Self.recorded, 200 + skipped..<4200)
    var row = 0
    while row < rest.count {
      let end = min(rest.count, row + 10)
      try late.advance(&rest, rows: row..<end, flow: OwnFlow(), random: centralPath.random(.scenario))
      row = end
    }
    #expect(bits(rest) == bits(whole, skipped..<4000))
  }

  @Test func `the jump gaps, ramps front-loaded to the drop, and comes back by its share`() throws {
    let inputs: Inputs = [
      ("drop", .number(0.25)), ("recovery", .number(0.4)), ("leverage", .number(0)), ("gap", .number(0.03)),
    ]
    var model = try Self.prepared(inputs, Self.still)
    let path = try Self.run(&model, centralPath, Self.still)
    #expect(abs(path.open[2000] / 97 - 1) < 1e-12)
    func ramp(_ u: Double) -> Double {
      let (gap, total) = (log(0.97), log(0.75))
      return 100 * exp(gap + (total - gap) * (1 - exp(-3 * u)) / (1 - exp(-3)))
    }
    for minute in [1, 2, 10, 39, 40] {
      #expect(abs(path.mid[1999 + minute] / ramp(Double(minute) / 40) - 1) < 1e-12)
      #expect(path.open[2000 + minute] == path.mid[1999 + minute])
      #expect(path.low[1999 + minute] == path.mid[1999 + minute])
    }
    #expect(abs(path.mid[2039] / 75 - 1) < 1e-12)
    // One half-life of 90 minutes after the ramp, half of 40 % of the log fall is back.
    #expect(abs(path.mid[2129] / (100 * exp(log(0.75) * 0.8)) - 1) < 1e-10)
    #expect(abs(path.mid[3999] / (100 * exp(log(0.75) * 0.6)) - 1) < 1e-5)
  }

  @Test func `stress halves every 36 hours and depth recovers within the hour`() throws {
    var model = try Self.prepared()
    let path = try Self.run(&model)
    #expect(abs(path.stress[2000 + 720] - pow(2, -1.0 / 3)) < 1e-12)
    let (bid, ask) = (Self.recorded.bidDepth, Self.recorded.askDepth)
    #expect(abs(path.bidDepth[2000] / bid[2200] - 0.1) < 1e-12)
    #expect(abs(path.askDepth[2000] / ask[2200] - 0.3) < 1e-12)
    let half = pow(0.3, path.stress[2030])
    #expect(abs(path.bidDepth[2030] / bid[2230] - (0.1 + (half - 0.1) / 2)) < 1e-12)
    let late = pow(0.3, path.stress[2100])
    #expect(abs(path.bidDepth[2100] / bid[2300] - late) < 1e-12)
    #expect(abs(path.askDepth[2100] / ask[2300] - late) < 1e-12)
  }

  @Test func `the crash makes volume and spread jump, within their limits`() throws {
    var model = try Self.prepared([("drop", .number(0.3))])
    let path = try Self.run(&model)
    let volume = path.volume[2005] / Self.recorded.volume[2205]
    let spread = path.halfSpread[2005] / Self.recorded.halfSpread[2205]
    #expect(volume == 25 && spread > 5 && spread <= 50)
    #expect(path.baseVolatility == Array(Self.recorded.baseVolatility[200...]))
    #expect(path.baseVolume == Array(Self.recorded.baseVolume[200...]))
  }

  @Test func `the central path is the middle of every interval`() throws {
    var centre = try Self.prepared()
    var fixed = try Self.prepared([("drop", .number(0.25)), ("recovery", .number(0.35))])
    #expect(try bits(Self.run(&centre)) == bits(Self.run(&fixed)))
  }

  @Test func `crash times spread evenly over their interval, whatever the number of paths`() throws {
    var model = try Self.prepared()
    var shares: [Double] = []
    for number in 0..<64 {
      try model.begin(Self.path(number))
      shares.append(Double(model.anchors[0].step) / 4000)
    }
    #expect(shares.allSatisfy { $0 >= 0.0999 && $0 <= 0.8001 })
    for count in [8, 16, 64] {
      let sorted = [0.1] + shares.prefix(count).sorted() + [0.8]
      let widest = zip(sorted, sorted.dropFirst()).map { $1 - $0 }.max() ?? 1
      #expect(widest < 0.7 * 2.7 / Double(count))
    }
    try model.begin(Self.path(0, seed: 6))
    #expect(Double(model.anchors[0].step) / 4000 != shares[0])
  }

  @Test func `paths draw their own drop and recovery within the intervals`() throws {
    var model = try Self.prepared([("leverage", .number(0))], Self.still)
    var lows: Set<Double> = []
    for number in 0..<12 {
      let path = try Self.run(&model, Self.path(number), Self.still)
      let drop = 1 - (path.mid.min() ?? 0) / 100
      #expect(drop >= 0.15 - 1e-9 && drop <= 0.35 + 1e-9)
      lows.insert(drop)
    }
    #expect(lows.count == 12)
  }

  @Test func `our own selling deepens the fall, our buying does not`() throws {
    var model = try Self.prepared([], Self.still)
    let alone = try Self.run(&model, centralPath, Self.still)
    let selling = try Self.run(&model, centralPath, Self.still, flow: { $0 > 2000 && $0 < 2030 ? -500 : 0 })
    let buying = try Self.run(&model, centralPath, Self.still, flow: { $0 > 2000 && $0 < 2030 ? 500 : 0 })
    let earlier = try Self.run(&model, centralPath, Self.still, flow: { $0 <= 2000 ? -500 : 0 })
    #expect(bits(alone) == bits(buying))
    #expect(bits(alone) == bits(earlier))
    #expect(selling.mid[2060] < alone.mid[2060] * 0.997)
    #expect(bits(selling, 0..<2005) == bits(alone, 0..<2005))
    // What is added arrives without a jump of its own.
    let extra = zip(selling.mid, alone.mid).map { log($0 / $1) }
    #expect(zip(extra, extra.dropFirst()).allSatisfy { abs($1 - $0) < 0.01 })
  }

  @Test func `forced selling is bounded by half of the planned fall`() throws {
    let inputs: Inputs = [("leverage", .number(0.99)), ("drop", .number(0.2)), ("recovery", .number(0))]
    var model = try Self.prepared(inputs, Self.still)
    let path = try Self.run(&model, centralPath, Self.still, flow: { $0 > 2000 ? -1e6 : 0 })
    #expect(abs((path.mid.min() ?? 0) / (100 * exp(1.5 * log(0.8))) - 1) < 1e-9)
    #expect(path.fault(in: path.rows) == nil)
  }

  @Test func `a market that falls with the crash sets off a cascade that leverage alone amplifies`() throws {
    var falling = Self.recorded
    for row in 2200..<2260 {
      let factor = exp(-0.002 * Double(row - 2199))
      for column in [MarketColumn.open, .high, .low, .mid] { falling[keyPath: column.keyPath][row] *= factor }
    }
    for row in 2260..<falling.count {
      for column in [MarketColumn.open, .high, .low, .mid] {
        falling[keyPath: column.keyPath][row] *= exp(-0.12)
      }
    }
    for row in falling.rows {
      falling.high[row] = max(falling.high[row], falling.open[row], falling.mid[row])
      falling.low[row] = min(falling.low[row], falling.open[row], falling.mid[row])
    }
    var lows: [Double] = []
    for leverage in [0, 0.4, 0.8] {
      var model = try Self.prepared([("leverage", .number(leverage))], falling, volatility: 1)
      let path = try Self.run(&model, centralPath, falling)
      #expect(path.fault(in: path.rows) == nil)
      lows.append(path.mid.min() ?? 0)
    }
    #expect(lows[0] > lows[1] && lows[1] > lows[2])
  }

  @Test func `rows may stand anywhere in the block they come in`() throws {
    // runPath puts up to three rows of the past before each block; here there are none.
    var model = try Self.prepared()
    let expected = try Self.run(&model)
    try model.begin(centralPath)
    for step in stride(from: 0, to: 4000, by: 5) {
      var block = part(Self.recorded, (200 + step)..<(205 + step))
      try model.advance(&block, rows: 0..<5, flow: OwnFlow(), random: centralPath.random(.scenario))
      #expect(bits(block) == bits(expected, step..<step + 5))
    }
  }

  @Test(arguments: 0...5)
  func `the columns keep their contract on every path`(number: Int) throws {
    var bare = Self.recorded
    for row in stride(from: 0, to: bare.count, by: 4) {
      bare.high[row] = .nan
      bare.low[row] = .nan
    }
    for market in [Self.recorded, bare] {
      var model = try Self.prepared([], market)
      let path = try Self.run(&model, Self.path(number), market, flow: { _ in -50 })
      #expect(path.fault(in: path.rows) == nil)
    }
  }

  @Test func `a path forgets the one before`() throws {
    var used = try Self.prepared()
    var fresh = used
    _ = try Self.run(&used, Self.path(7), flow: { _ in -100 })
    let again = try Self.run(&used, Self.path(3))
    #expect(try bits(again) == bits(Self.run(&fresh, Self.path(3))))
  }

  @Test func `an hour's resolution puts the ramp into one step`() throws {
    var market = testMarket(steps: 200, warmUp: 30, seed: 3, resolution: .hours(1))
    market.firstStep = -30
    var model = try make(JumpCascadeScenario.self)
    try model.prepare(history: market, context: testContext(steps: 200, resolution: .hours(1)))
    let path = try Self.run(&model, centralPath, market)
    #expect(path.fault(in: path.rows) == nil)
    #expect(path.mid[100] < path.mid[99] * 0.85)
  }

  @Test(arguments: [
    ("gap", ParameterInput.number(0.2)), ("leverage", .number(1)),
    ("drop", .list([.number(0.3), .number(0.2)])),
    ("over", .text("0 min")), ("recovery", .number(1.5)), ("exponent", .number(0)), ("centre", .number(-0.1)),
  ])
  func `a parameter that makes no sense is refused`(name: String, input: ParameterInput) {
    #expect(throws: MMSError.self) { _ = try make(JumpCascadeScenario.self, [(name, input)]) }
  }

  @Test func `the reference output is met`() throws {
    let market = testMarket(steps: 600, warmUp: 70, seed: 6)
    var model = try Self.prepared([], market)
    let path = try Self.run(&model, Self.path(2), market, flow: { -Double($0 % 7) })
    try checkReference(
      "Scenario/JumpCascade", header: marketHeader, rows: table(path, stride(from: 0, to: 600, by: 4)))
  }
}
