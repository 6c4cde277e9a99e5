// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

struct AccountTests {
  @Test func `takers pay and makers earn by their own fee`() throws {
    var run = TestRun(
      tinyMarket([Bar(100), Bar(100), Bar(100, 103, 100, 101), Bar(101)]),
      [0: .buy(2), 1: .offer(2, at: 102)])
    run.execution.takerFee = 0.001
    run.execution.makerFee = -0.0002
    let result = try run.result()
    #expect(close(result.fills[0].fee, 2 * 100.1 * 0.001))
    #expect(close(result.fills[1].fee, -2 * 102 * 0.0002))
    #expect(close(result.finalEquity, 100_000 + 2 * (102 - 100.1) - 0.2002 + 0.0408))
    #expect(close(result.trades[0].profit, result.finalEquity - 100_000, 1e-9))
    #expect(close(result.costs.fees, 0.2002 - 0.0408))
  }

  @Test func `a short earns when the price falls`() throws {
    var run = TestRun(
      tinyMarket([Bar(100), Bar(100), Bar(100, 101, 90, 90), Bar(90), Bar(90)]), [0: .sell(3), 2: .buy(3)])
    run.cost = 0
    for row in run.market.rows { run.market.halfSpread[row] = 0 }
    let result = try run.result()
    #expect(close(result.finalEquity, 100_030))
    let trade = try #require(result.trades.first)
    #expect(trade.side == .sell)
    #expect(close(trade.profit, 30, 1e-9))
    #expect(close(trade.favourableExcursion, 0.1))
    #expect(close(trade.adverseExcursion, -0.01))
  }

  @Test(arguments: [1, 2, 3, 64])
  func `an account without equity is closed at minus one and trades no more`(blockSize: Int) throws {
    var run = TestRun(
      tinyMarket([Bar(100), Bar(100), Bar(100), Bar(40), Bar(60), Bar(80), Bar(80)]),
      [0: .buy(20), 4: .buy(1), 5: .sell(1)])
    run.execution.initialEquity = 1000
    run.blockSize = blockSize
    let result = try run.result()
    #expect(result.isLiquidated)
    #expect(result.totalReturn == -1)
    #expect(result.maxDrawdown == -1)
    #expect(result.finalPosition == 0)
    #expect(result.fills.count == 1)
    #expect(result.orders == 1)
    #expect(result.series?.columns[0].last.suffix(4) == [0, 0, 0, 0])
    #expect(result.trades.count == 1)
    #expect(close(result.trades[0].profit, -1000, 1e-9))
    #expect(
      result
        == {
          var other = run; other.blockSize = 5; return try? other.result()
        }())
  }

  @Test func `close at end sells out through the venue at the last close`() throws {
    var run = TestRun(tinyMarket([Bar(100), Bar(100), Bar(100), Bar(100, 104, 100, 103)]), [0: .buy(2)])
    run.execution.closeAtEnd = true
    run.execution.takerFee = 0.001
    let result = try run.result()
    #expect(result.finalPosition == 0)
    #expect(result.fills.map(\.step) == [1, 3])
    #expect(close(result.fills[1].price, 103 * 0.999))
    #expect(close(result.finalEquity, result.fills[1].cash))
    run.execution.closeAtEnd = false
    #expect(try run.result().finalPosition == 2)
  }

  @Test func `close at end respects the volume cap and halts`() throws {
    var run = TestRun(tinyMarket(Array(repeating: Bar(100), count: 4)), [0: .buy(2)])
    run.execution.closeAtEnd = true
    run.market.volume[3] = 15
    #expect(close(try run.result().finalPosition, 0.5))
    run.market.halted[3] = 1
    #expect(try run.result().finalPosition == 2)
  }

  @Test func `a fill through zero closes one trade and opens the next`() throws {
    let market = tinyMarket([Bar(100), Bar(100), Bar(110), Bar(110), Bar(90), Bar(90)])
    var run = TestRun(market, [0: .buy(1), 1: .sell(3), 3: .buy(2)])
    run.cost = 0
    for row in market.rows { run.market.halfSpread[row] = 0 }
    let trades = try run.result().trades
    #expect(trades.map(\.side) == [.buy, .sell])
    #expect(close(trades[0].profit, 10, 1e-9))
    #expect(close(trades[1].profit, 40, 1e-9))
  }

  @Test func `rounding at flat opens no trade`() throws {
    let market = tinyMarket(Array(repeating: Bar(100), count: 14), volume: 1)
    // 0.1 + 0.2 is a little more than 0.3.
    let script: [Int: [Wish]] = [
      0: .buy(0.1), 1: .buy(0.2), 3: .sell(0.3), 6: .buy(0.3), 9: .sell(0.1) + .sell(0.2),
    ]
    var run = TestRun(market, script)
    run.execution.volumeCap = 1
    let result = try run.result()
    #expect(result.finalPosition == 0)
    #expect(result.trades.map(\.entryStep) == [1, 7])
  }

  @Test func `a position from before is part of the equity and is sold like any other`() throws {
    let market = tinyMarket([Bar(100), Bar(100), Bar(110), Bar(120), Bar(120)])
    var run = TestRun(market, [2: .sell(2)])
    run.execution.initialEquity = 1000
    run.execution.initialPosition = 2
    run.cost = 0
    for row in market.rows { run.market.halfSpread[row] = 0 }
    let result = try run.result()
    // 800 in cash and 2 at 100; sold at 120.
    #expect(close(result.finalEquity, 1040) && result.finalPosition == 0)
    #expect(result.trades.count == 1 && close(result.trades[0].profit, 40, 1e-9))
    #expect(result.trades.first?.entryStep == 0)
    run.execution.initialPosition = -1
    run.strategy = ScriptStrategy([2: .buy(1)])
    let short = try run.result()
    #expect(close(short.finalEquity, 980) && short.finalPosition == 0)
  }
}
