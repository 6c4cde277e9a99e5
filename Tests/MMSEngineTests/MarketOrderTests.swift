// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

struct MarketOrderTests {
  @Test(arguments: [Side.buy, .sell])
  func `a market order meets the next open and pays spread, excess and impact`(side: Side) throws {
    let market = tinyMarket([Bar(100), Bar(101, 103, 98, 102), Bar(102)])
    var run = TestRun(market, [0: [.order(OrderRequest(side, quantity: 2))]])
    run.impact = FixedImpact(temporary: 0.0005)
    let result = try run.result()
    // h = 2 bp, b = 10 bp, so x = 8 bp; I = 5 bp.
    #expect(result.fills.count == 1)
    #expect(result.fills[0].step == 1)
    #expect(close(result.fills[0].price, 101 * (1 + side.sign * 0.0015)))
    #expect(close(result.costs.halfSpread, 2 * 101 * 0.0002))
    #expect(close(result.costs.calibratedExcess, 2 * 101 * 0.0008))
    #expect(close(result.costs.temporaryImpact, 2 * 101 * 0.0005))
    #expect(close(result.costs.delay, side.sign * 2))
    #expect(result.realisedFill.ratio == 1)
    #expect(result.fillProbability.ratio == 1)
  }

  @Test func `beyond one percent of the volume an order meets the bar's average price`() throws {
    var market = tinyMarket([Bar(100), Bar(101, 105, 98, 102), Bar(102)], volume: 100)
    let cost = 1.001
    #expect(close(try TestRun(market, [0: .buy(1)]).result().fills[0].price, 101 * cost))
    #expect(close(try TestRun(market, [0: .buy(1.01)]).result().fills[0].price, 101.5 * cost))
    market.high[1] = .nan
    market.low[1] = .nan
    #expect(close(try TestRun(market, [0: .buy(1.01)]).result().fills[0].price, 101.5 * cost))
    market.mid[1] = 104
    #expect(close(try TestRun(market, [0: .buy(1.01)]).result().fills[0].price, 102.5 * cost))
  }

  @Test func `without latency an order executes at the decision's own mid`() throws {
    var run = TestRun(tinyMarket([Bar(100), Bar(101, 103, 98, 102), Bar(110)]), [1: .buy(2)])
    run.execution.latency = .zero
    let fill = try run.result().fills[0]
    #expect(fill.step == 1)
    #expect(close(fill.price, 102 * 1.001))
  }

  @Test func `without latency a limit order through the touch executes at once and another rests`() throws {
    let market = tinyMarket([Bar(100), Bar(110, 110, 99, 110), Bar(110)])
    var run = TestRun(market, [0: .bid(1, at: 101) + .bid(1, at: 99.5) + .bid(1, at: 101, postOnly: true)])
    run.execution.latency = .zero
    let result = try run.result()
    #expect(result.fills.map(\.step) == [0, 1])
    #expect(close(result.fills[0].price, 100.1))
    #expect(result.fills[1].price == 99.5)
    #expect(result.refusals == ["post-only order would have taken liquidity": 1])
  }

  @Test func `without latency orders of one row share its volume cap`() throws {
    var run = TestRun(tinyMarket(Array(repeating: Bar(100), count: 4), volume: 100), [1: .buy(6) + .buy(6)])
    run.execution.latency = .zero
    let fills = try run.result().fills
    #expect(fills.map(\.step) == [1, 1, 2])
    #expect(close(fills[1].quantity, 4))
    #expect(close(fills[2].quantity, 2))
  }

  @Test(arguments: [(0, 1), (30, 1), (60, 2), (90, 2), (210, 4)])
  func `a constant latency ends in the bar at whose open the order executes`(seconds: Int64, step: Int) throws
  {
    var run = TestRun(tinyMarket((0..<8).map { Bar(100 + Double($0)) }), [0: .buy(1)])
    run.execution.latency = .constant(.seconds(seconds))
    let fill = try run.result().fills[0]
    #expect(fill.step == step)
    #expect(close(fill.price, (100 + Double(step)) * 1.001))
  }

  @Test(arguments: [0.0, 0.5, 1.0])
  func `a lognormal latency takes its own draw and grows with stress`(stress: Double) throws {
    var market = tinyMarket(Array(repeating: Bar(100), count: 900))
    for row in market.rows { market.stress[row] = stress }
    let decisions = [0, 3, 40, 77, 200]
    var run = TestRun(market, [:])
    run.strategy = ScriptStrategy(Dictionary(uniqueKeysWithValues: decisions.map { ($0, [Wish].buy(1)) }))
    run.execution.latency = .lognormal(median: .seconds(90), sigma: 0.8)
    let fills = try run.result().fills
    let draws = RandomSource(seed: run.seed, path: 0, role: .latency)
    for (index, step) in decisions.enumerated() {
      let seconds =
        90 * MMSMath.exp(0.8 * draws.normal(step: Int64(step), lane: index + 1)) * (1 + 9 * stress)
      let fill = try #require(fills.first { $0.order == OrderID(index + 1) })
      #expect(fill.step == step + 1 + Int(seconds / 60))
    }
  }

  @Test func `the volume cap carries the rest over until the time to live`() throws {
    let market = tinyMarket(Array(repeating: Bar(100), count: 9), volume: 10)
    let request = OrderRequest(.buy, quantity: 5, timeToLive: 3)
    let result = try TestRun(market, [1: [.order(request)]]).result()
    #expect(result.fills.map(\.step) == [2, 3, 4])
    #expect(result.fills.allSatisfy { $0.quantity == 1 })
    #expect(close(result.realisedFill.ratio, 0.6))
    #expect(close(result.fillProbability.ratio, 0.6))
  }

  @Test func `a cancelled order fills no further`() throws {
    let market = tinyMarket(Array(repeating: Bar(100), count: 9), volume: 10)
    let one = try TestRun(market, [1: .buy(5), 3: [.cancel(1)]]).result()
    #expect(one.fills.map(\.step) == [2, 3])
    let all = try TestRun(market, [1: .buy(5) + .buy(1), 2: [.cancelAll]]).result()
    #expect(all.fills.map(\.step) == [2])
  }

  @Test func `what is decided at the last close is never traded`() throws {
    let market = tinyMarket(Array(repeating: Bar(100), count: 3))
    let result = try TestRun(market, [2: .buy(1)]).result()
    #expect(result.fills.isEmpty)
    #expect(result.orders == 0)
    #expect(result.finalPosition == 0)
    let pending = try TestRun(market, [1: .buy(1)]).result()
    #expect(pending.fills.map(\.step) == [2])
  }

  @Test func `a halted row fills nothing`() throws {
    var market = tinyMarket([Bar(100), Bar(100), Bar(100), Bar(103), Bar(103)])
    market.halted[1] = 1
    market.halted[2] = 1
    let result = try TestRun(market, [0: .buy(1) + .bid(1, at: 101)]).result()
    #expect(result.fills.map(\.step) == [3])
    #expect(close(result.fills[0].price, 103 * 1.001))
  }

  @Test func `quantities round down to lots and small orders are refused`() throws {
    var run = TestRun(tinyMarket(Array(repeating: Bar(100), count: 4)), [:])
    run.execution.lot = 0.1
    run.execution.minNotional = 15
    run.strategy = ScriptStrategy([0: .buy(0.3) + .buy(0.49) + .buy(0.05) + .buy(0.1) + .buy(-1) + .buy(.nan)]
    )
    let result = try run.result()
    #expect(result.fills.count == 2)
    #expect(close(result.fills[0].quantity, 0.3))
    #expect(close(result.fills[1].quantity, 0.4))
    #expect(result.refusals.values.reduce(0, +) == 4)
    #expect(result.refusals["quantity is below one lot of 0.1"] == 1)
    #expect(result.refusals["notional is below the minimum of 15.0"] == 1)
  }

  @Test func `a cap between two lots fills whole lots only, and says so in the probability`() throws {
    var run = TestRun(tinyMarket(Array(repeating: Bar(100), count: 5), volume: 25), [0: .buy(5)])
    run.execution.lot = 1
    let result = try run.result()
    #expect(result.fills.map(\.quantity) == [2, 2, 1])
    var small = TestRun(tinyMarket(Array(repeating: Bar(100), count: 5), volume: 5), [0: .buy(5)])
    small.execution.lot = 1
    #expect(try small.result().fillProbability.ratio == 0)
  }
}
