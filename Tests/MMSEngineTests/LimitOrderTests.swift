// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

struct LimitOrderTests {
  @Test func `a limit through the touch takes at the open and never pays beyond its limit`() throws {
    let market = tinyMarket([Bar(100), Bar(100, 104, 99, 101), Bar(101)], volume: 100)
    let cheap = try TestRun(market, [0: .bid(1, at: 101)]).result().fills[0]
    #expect(!cheap.isMaker)
    #expect(close(cheap.price, 100.1))
    let tight = try TestRun(market, [0: .bid(1, at: 100.05)]).result().fills[0]
    #expect(!tight.isMaker)
    #expect(tight.price == 100.05)
    // The bar's average is 101; the limit holds all the same.
    var large = TestRun(market, [0: .bid(5, at: 100.2)])
    large.impact = FixedImpact(temporary: 0.01)
    let result = try large.result()
    #expect(result.fills[0].price == 100.2)
    #expect(close(result.costs.total, 5 * 0.2))
    let sale = try TestRun(market, [0: .offer(1, at: 99.95)]).result().fills[0]
    #expect(sale.price == 99.95)
  }

  @Test func `a post-only order that would take liquidity is refused`() throws {
    let market = tinyMarket([Bar(100), Bar(100, 101, 98, 99), Bar(99)])
    let result = try TestRun(market, [0: .bid(1, at: 100.5, postOnly: true)]).result()
    #expect(result.fills.isEmpty)
    #expect(result.refusals == ["post-only order would have taken liquidity": 1])
    // Its intention ended there: it misses nothing of what the market does later.
    #expect(close(result.costs.opportunity, 99 - 100))
    let resting = try TestRun(market, [0: .bid(1, at: 99.5, postOnly: true)]).result()
    #expect(resting.fills.map(\.price) == [99.5])
  }

  @Test func `a refused order's opportunity ends with the refusal`() throws {
    let market = tinyMarket([Bar(100), Bar(100), Bar(150), Bar(200)])
    let result = try TestRun(market, [0: .bid(1, at: 100.5, postOnly: true)]).result()
    #expect(result.costs.opportunity == 0)
  }

  @Test func `a passive fill is at its limit without spread or excess`() throws {
    let market = tinyMarket([Bar(100), Bar(100, 100.5, 98, 99), Bar(99)])
    var run = TestRun(market, [0: .bid(1, at: 99)])
    run.impact = FixedImpact(temporary: 0.01)
    let result = try run.result()
    #expect(result.fills.map(\.price) == [99])
    #expect(result.fills[0].isMaker)
    #expect(result.costs.halfSpread == 0)
    #expect(result.costs.calibratedExcess == 0)
    #expect(result.costs.temporaryImpact == 0)
    #expect(close(result.slippage.ratio, -0.01))
  }

  @Test func `with a queue a touch is not a fill`() throws {
    let market = tinyMarket([Bar(100), Bar(100, 101, 99, 100), Bar(100)], volume: 8)
    var run = TestRun(market, [0: .bid(0.5, at: 99)])
    run.execution.volumeCap = 1
    #expect(try run.result().fills.count == 1)
    run.fill = try make(QueuePositionFill.self)
    #expect(try run.result().fills.isEmpty)
  }

  @Test func `the queue is eaten first and then the order`() throws {
    // 5 before us; half of 8 trades at the limit or beyond in each row: 4, then 1 is left, then 3 reach us.
    let row = Bar(99.5, 99.5, 98, 98.5)
    var run = TestRun(tinyMarket([Bar(100), row, row, row], volume: 8), [0: .bid(10, at: 99.5)])
    run.execution.volumeCap = 1
    run.execution.tick = 0.1
    run.fill = try make(QueuePositionFill.self)
    let result = try run.result()
    #expect(result.fills.map(\.step) == [2, 3])
    #expect(close(result.fills[0].quantity, 3))
    #expect(close(result.fills[1].quantity, 4))
  }

  @Test func `two orders never fill against the same volume`() throws {
    let market = tinyMarket([Bar(100), Bar(99.5, 99.5, 98, 98.5), Bar(98.5)], volume: 20)
    var run = TestRun(market, [0: .bid(6, at: 99) + .bid(6, at: 99) + .buy(6)])
    run.execution.volumeCap = 0.5
    let fills = try run.result().fills.filter { $0.step == 1 }
    #expect(close(fills.reduce(0) { $0 + $1.quantity }, 10))
    run.fill = try make(QueuePositionFill.self)
    run.execution.volumeCap = 1
    run.market.bidDepth[1] = 0
    run.strategy = ScriptStrategy([0: .bid(6, at: 99.5) + .bid(6, at: 99.5)])
    run.execution.tick = 0.1
    // Half of the volume is sold into bids: 10, once.
    #expect(close(try run.result().fills.reduce(0) { $0 + ($1.step == 1 ? $1.quantity : 0) }, 10))
  }

  @Test func `a limit order lives its steps and no longer`() throws {
    let bars = [Bar(100), Bar(100), Bar(100), Bar(100, 100, 98, 99), Bar(99)]
    #expect(try TestRun(tinyMarket(bars), [0: .bid(1, at: 99, for: 2)]).result().fills.isEmpty)
    #expect(try TestRun(tinyMarket(bars), [0: .bid(1, at: 99, for: 3)]).result().fills.count == 1)
    #expect(try TestRun(tinyMarket(bars), [0: .bid(1, at: 99, for: .max)]).result().fills.count == 1)
  }

  @Test func `a reduce-only order is cut to the position and cancelled when flat`() throws {
    let market = tinyMarket([
      Bar(100), Bar(100), Bar(100), Bar(100, 102, 100, 101), Bar(101), Bar(101, 103, 101, 101),
    ])
    let flat = try TestRun(market, [0: .offer(5, at: 102, reduceOnly: true)]).result()
    #expect(flat.fills.isEmpty)
    #expect(flat.finalPosition == 0)
    let held = try TestRun(market, [0: .buy(2), 1: .offer(5, at: 102, reduceOnly: true)]).result()
    #expect(held.fills.map(\.quantity) == [2, 2])
    #expect(held.finalPosition == 0)
  }

  @Test func `a buyer's limit rounds down to the tick and a seller's up`() throws {
    var run = TestRun(tinyMarket([Bar(100), Bar(100, 103, 97, 100), Bar(100)]), [:])
    run.execution.tick = 0.25
    run.strategy = ScriptStrategy([0: .bid(1, at: 98.6) + .offer(1, at: 101.3) + .bid(1, at: 98.75)])
    #expect(try Set(run.result().fills.map(\.price)) == [98.5, 101.5, 98.75])
  }
}
