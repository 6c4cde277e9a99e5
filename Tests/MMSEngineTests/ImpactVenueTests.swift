// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

/// Impact laws and concessions as the venue charges them, on a market that stands still.
struct ImpactVenueTests {
  static func flat(
    _ price: Double, steps: Int, volume: Double = 1_000, resolution: SimDuration = .minutes(1)
  ) -> MarketBlock {
    var market = tinyMarket(
      Array(repeating: Bar(price), count: steps), volume: volume, resolution: resolution)
    for row in market.rows { market.halfSpread[row] = 0 }
    return market
  }

  static func run(_ market: MarketBlock, _ script: [Int: [Wish]], cash: Double = 1e9) -> TestRun {
    var run = TestRun(market, script)
    run.cost = 0
    run.execution.initialEquity = cash
    run.execution.latency = .constant(SimDuration(nanoseconds: 1))
    run.execution.volumeCap = 1
    return run
  }

  static let laws: [@Sendable () throws -> any ImpactModel] = [
    { try make(SquareRootImpact.self) }, { try make(SquareRootImpact.self, [("law", .text("marginal"))]) },
    { try make(LinearImpact.self) }, { try make(Almgren2005Impact.self) },
    { try make(ObizhaevaWangImpact.self) }, { try make(ObizhaevaWangImpact.self, [("q", .number(900))]) },
    { try make(PropagatorImpact.self) },
    {
      try make(
        PropagatorImpact.self,
        [("law", .text("linear")), ("kernel", .text("exponential")), ("permanent", .number(1))])
    },
  ]

  /// Both directions, one order each or several in a row, at once or hours later.
  @Test(arguments: laws.indices, [1, 3, 200])
  func `a round trip through the venue never earns`(law: Int, wait: Int) throws {
    for side in [Side.sell, .buy] {
      let open: [Wish] = side == .buy ? .buy(300) + .buy(200) : .sell(300) + .sell(200)
      let close: [Wish] = side == .buy ? .sell(450) + .sell(50) : .buy(450) + .buy(50)
      var run = Self.run(Self.flat(100, steps: 400), [2: open, 2 + wait: close], cash: 1e6)
      run.impact = try Self.laws[law]()
      let result = try run.result()
      #expect(result.fillCount == 4 && result.finalPosition == 0)
      #expect(result.totalReturn * 1e6 <= 1e-12 * 100 * 1_000)
    }
  }

  @Test(arguments: [Side.sell, .buy]) func `a permanent linear law alone costs a round trip nothing`(
    side: Side
  )
    throws
  {
    let (open, close): ([Wish], [Wish]) = side == .buy ? (.buy(300), .sell(300)) : (.sell(300), .buy(300))
    var run = Self.run(Self.flat(100, steps: 30), [2: open, 9: close], cash: 1e6)
    run.impact = try make(LinearImpact.self, [("temporary", .number(0)), ("permanent", .number(200))])
    let result = try run.result()
    #expect(result.fillCount == 2 && result.costs.temporaryImpact != 0)
    #expect(abs(result.totalReturn) < 1e-12)
  }

  /// Obizhaeva & Wang 2013 with N = 10: trades, transient and permanent cost in quote currency.
  @Test func `the block-shaped book charges the published cost`() throws {
    let market = Self.flat(2_000, steps: 14, volume: 1e9, resolution: .minutes(144))
    let (outer, decay) = (26_317.96, MMSMath.exp(-0.2231))
    let inner = outer * (1 - decay)
    var script: [Int: [Wish]] = [:]
    for trade in 0...10 { script[trade] = .buy(trade % 10 == 0 ? outer : inner) }
    var run = Self.run(market, script, cash: 1e9)
    run.resolution = .minutes(144)
    run.impact = try make(ObizhaevaWangImpact.self, [("q", .number(5_000)), ("rho", .number(2.231))])
    let result = try run.result()
    #expect(result.fillCount == 11)
    let spent = result.fills.reduce(0) { $0 + $1.price * $1.quantity }
    let bought = result.fills.reduce(0) { $0 + $1.quantity }
    #expect(abs(bought - 100_000) < 0.01)
    let cost = spent - 2_000 * bought
    #expect(abs(cost / (500_000 + 236_866.2) - 1) < 1e-6)
  }

  /// zipline: price 3, 2.5 % of the bar's volume, impact .1.
  @Test(arguments: [25.0, 40]) func `a volume share of 2.5 % pays 3.0001875`(quantity: Double) throws {
    var run = Self.run(Self.flat(3, steps: 4), [0: .buy(quantity)])
    run.fill = try make(VolumeShareFill.self)
    let fills = try run.result().fills
    #expect(fills[0].quantity == 25)
    #expect(abs(fills[0].price - 3.0001875) < 1e-12)
    if quantity > 25 {
      #expect(fills[1].quantity == 15)
      #expect(abs(fills[1].price - 3 * (1 + 0.1 * 0.015 * 0.015)) < 1e-12)
    }
  }

  @Test func `the orders of one bar share its volume and its concession`() throws {
    var run = Self.run(Self.flat(3, steps: 4), [0: .sell(10) + .sell(12) + .buy(10)])
    run.fill = try make(VolumeShareFill.self)
    let fills = try run.result().fills
    #expect(fills.map(\.quantity) == [10, 12, 3, 7])
    for (fill, share) in zip(fills, [0.01, 0.022, 0.025, 0.007]) {
      #expect(abs(fill.price - 3 * (1 + fill.side.sign * 0.1 * share * share)) < 1e-12)
    }
  }

  @Test func `a model's remarks are counted by path`() throws {
    // A day's volume is 1,440,000: 1,000 are too few, 7,200 are not.
    var run = Self.run(Self.flat(100, steps: 9, volume: 1_000), [1: .buy(400), 3: .buy(1_000)])
    run.market.baseVolume[4] = 100_000
    run.impact = try make(Almgren2005Impact.self)
    let result = try run.result()
    #expect(result.fillCount == 2)
    #expect(result.remarks.values.map { $0 } == [1])
    #expect(result.remarks.keys.first?.contains("0.25 %") == true)
    run.impact = try make(LinearImpact.self)
    #expect(try run.result().remarks.isEmpty)
  }

  /// The share of a displacement left, for a law that acts only as the step passes.
  @Test func `what a propagator displaced is reported at its peak and half an hour later`() throws {
    var run = Self.run(Self.flat(100, steps: 90), [1: .buy(100)])
    run.impact = try make(
      PropagatorImpact.self,
      [("law", .text("linear")), ("kernel", .text("exponential")), ("rho", .number(24 * 0.6931471805599453))])
    let result = try run.result()
    let share = result.priceImpactAfter30Minutes.ratio / (result.priceImpact.ratio * 2 / 3)
    // Half-life an hour; the order pays half of its peak on average and the peak lasts: 3/2 in all.
    #expect(abs(share - 0.5.squareRoot()) < 0.02)
  }
}
