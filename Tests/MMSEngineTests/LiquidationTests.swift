// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

/// 50 units at 100 with an equity of 1,000, a maintenance margin of 0.5 % and no costs but a fee of 0.2 %.
struct LiquidationTests {
  /// −4000 + 50 p = 0.005 · 50 p.
  let longPrice = 4000 / (50 * 0.995)
  /// 6000 − 50 p = 0.005 · 50 p.
  let shortPrice = 6000 / (50 * 1.005)

  func run(
    _ bars: [Bar], _ script: [Int: [Wish]] = [0: .buy(50)], change: (inout TestRun) -> Void = { _ in }
  ) throws -> TestRun {
    var run = TestRun(tinyMarket([Bar(100), Bar(100)] + bars), script)
    run.execution.initialEquity = 1000
    run.execution.perpetual = PerpetualRules(
      maintenanceMargin: 0.005, liquidationFee: 0.002, leverageCap: 20)
    run.cost = 0
    for row in run.market.rows { run.market.halfSpread[row] = 0 }
    change(&run)
    return run
  }

  @Test(arguments: [1, 2, 1024])
  func `a long is taken over where its equity meets the margin`(blockSize: Int) throws {
    let bars = [Bar(90), Bar(90, 91, 81, 85), Bar(85, 85, 80, 84), Bar(84), Bar(84)]
    let result = try run(bars) { $0.blockSize = blockSize }.result()
    #expect(result.fills.map(\.step) == [1, 4])
    let last = result.fills[1]
    #expect(last.isLiquidation && last.quantity == 50)
    #expect(close(last.price, longPrice))
    let fee = 0.002 * 50 * longPrice
    let left = -4000 + 50 * longPrice
    #expect(close(left, 0.005 * 50 * longPrice, 1e-9))
    #expect(close(result.finalEquity, left - fee, 1e-9))
    #expect(result.perpetual?.liquidations == 1 && result.perpetual?.lenderLoss == 0)
    #expect(close(result.perpetual?.liquidationFees ?? 0, fee))
    // The account lives on.
    #expect(!result.isLiquidated && result.finalPosition == 0)
    let trade = try #require(result.trades.first)
    #expect(trade.liquidated && !trade.stopped)
    #expect(close(trade.profit, result.finalEquity - 1000, 1e-9))
    // The venue's fee is a figure of its own, beside the split.
    #expect(result.costs.fees == 0)
    #expect(close(result.costs.total, result.shortfall.numerator))
  }

  @Test func `a short is taken over above`() throws {
    let result = try run([Bar(110, 119.3, 110, 119), Bar(119, 119.5, 118, 118)], [0: .sell(50)]).result()
    #expect(result.fills.map(\.step) == [1, 3])
    #expect(close(result.fills[1].price, shortPrice))
    #expect(close(result.finalEquity, 6000 - 50 * shortPrice * 1.002, 1e-9))
  }

  @Test func `a gap past the price is the lender's loss and the end of the account`() throws {
    let result = try run([Bar(95), Bar(75, 76, 70, 76), Bar(80)], [0: .buy(50), 3: .buy(1)]).result()
    #expect(result.fills.map(\.step) == [1, 3])
    #expect(result.fills[1].price == 75)
    #expect(close(result.perpetual?.lenderLoss ?? 0, 250))
    #expect(result.perpetual?.liquidationFees == 0)
    #expect(result.isLiquidated && result.finalEquity == 0 && result.totalReturn == -1)
    #expect(close(result.trades[0].profit, -1000, 1e-9))
  }

  @Test func `a small gap is met at the open`() throws {
    let result = try run([Bar(95), Bar(80.2, 80.3, 80.1, 80.2), Bar(80)]).result()
    #expect(result.fills[1].price == 80.2)
    // 10 are left; the fee takes most of it.
    #expect(close(result.finalEquity, 10 - 0.002 * 50 * 80.2, 1e-9))
  }

  @Test func `a fee never takes more than is left`() throws {
    let result = try run([Bar(95), Bar(80.02), Bar(80)]) { $0.execution.perpetual?.liquidationFee = 0.01 }
      .result()
    #expect(close(result.perpetual?.liquidationFees ?? 0, 1, 1e-9))
    #expect(result.perpetual?.lenderLoss == 0)
    #expect(result.isLiquidated && result.finalEquity == 0)
  }

  @Test(arguments: [(0.1, 90.0, false), (0.25, 75.0, true)])
  func `whichever of stop and margin is met first on the way wins`(
    stop: Double, trigger: Double, isLiquidated: Bool
  ) throws {
    let bars = [Bar(95, 95, 70, 72), Bar(72)]
    let long = try run(bars, [0: .buy(50, stopLoss: stop)]).result()
    #expect(long.fills.map(\.step) == [1, 2])
    #expect(close(long.fills[1].price, isLiquidated ? longPrice : trigger))
    #expect(long.fills[1].isLiquidation == isLiquidated)
    #expect(long.trades[0].stopped == !isLiquidated)
    let short = try run([Bar(105, 140, 105, 130), Bar(130)], [0: .sell(50, stopLoss: stop)]).result()
    #expect(close(short.fills[1].price, isLiquidated ? shortPrice : 200 - trigger))
    // A stop order of the strategy's own is no different.
    let order = try run(bars, [0: .buy(50), 1: .stop(.sell, 50, at: trigger)]).result()
    #expect(order.fills.map(\.isLiquidation) == [false, isLiquidated])
    #expect(order.finalPosition == 0)
  }

  @Test func `a gap past both is the worse of them`() throws {
    let result = try run([Bar(95), Bar(80.3, 81, 80, 81), Bar(81)], [0: .buy(50, stopLoss: 0.1)]).result()
    #expect(result.fills[1].isLiquidation && result.fills[1].price == 80.3)
  }

  @Test func `what a stop could not sell is taken over farther down`() throws {
    // The stop at 90 sells 20, the most the row gives: 30 are left with a debt of 2200.
    let result = try run([Bar(95, 95, 70, 72), Bar(72)], [0: .buy(50, stopLoss: 0.1)]) { run in
      run.market.volume[2] = 200
    }.result()
    #expect(result.fills.map(\.quantity) == [50, 20, 30])
    #expect(result.fills.map(\.isLiquidation) == [false, false, true])
    #expect(close(result.fills[2].price, 2200 / (30 * 0.995)))
  }

  @Test func `a takeover pays the venue's costs and ends every order`() throws {
    let bars = [Bar(90), Bar(85, 85, 80, 84), Bar(84, 84, 60, 70), Bar(70)]
    let script: [Int: [Wish]] = [0: .buy(50), 1: .bid(1, at: 70) + .offer(50, at: 130, reduceOnly: true)]
    let result = try run(bars, script) { run in
      run.cost = 0.001
      run.execution.takerFee = 0.0001
    }.result()
    let bought = 50 * 100 * 1.001
    let debt = bought * 1.0001 - 1000
    let last = try #require(result.fills.last)
    #expect(result.fills.count == 2)
    #expect(close(last.price, debt / (50 * 0.995) * 0.999, 1e-9))
    #expect(close(last.fee, 0.0001 * 50 * last.price, 1e-9))
    #expect(close(result.finalEquity, 50 * last.price * (1 - 0.0001 - 0.002) - debt, 1e-9))
    let fees = result.fills.reduce(0) { $0 + $1.fee }
    #expect(close(result.costs.total, result.slippage.numerator + fees + result.costs.opportunity, 1e-9))
  }

  @Test func `the account may trade on after a takeover`() throws {
    let bars = [Bar(85, 85, 80, 84), Bar(84), Bar(84), Bar(90)]
    let result = try run(bars, [0: .buy(50), 3: .buy(1)]).result()
    #expect(result.fills.map(\.step) == [1, 2, 4])
    #expect(result.finalPosition == 1)
    #expect(result.trades.count == 1)
  }

  @Test func `without a range the worse end of the row counts, and a halted row waits`() throws {
    func steps(_ change: (inout TestRun) -> Void) throws -> [Int] {
      try run([Bar(95), Bar(82, 82, 78, 82), Bar(80.3), Bar(80.3)]) { run in
        change(&run)
      }.result().fills.map(\.step)
    }
    #expect(try steps { _ in } == [1, 3])
    #expect(
      try steps { run in
        run.market.low[3] = .nan
        run.market.high[3] = .nan
      } == [1, 4])
    #expect(try steps { $0.market.halted[3] = 1 } == [1, 4])
  }

  @Test func `an entry can be taken over in the row it filled in`() throws {
    var run = try run([])
    run.market = tinyMarket([Bar(100), Bar(100, 100, 80, 90), Bar(90)], volume: 1e6)
    for row in run.market.rows { run.market.halfSpread[row] = 0 }
    #expect(try run.result().fills.map(\.step) == [1, 1])
  }

  @Test func `funding brings the price closer`() throws {
    let result = try run([Bar(82), Bar(82), Bar(82), Bar(82)]) { run in
      run.execution.perpetual?.funding = FundingRule(rate: 0.015, interval: .minutes(4))
    }.result()
    // Due at the close of step 3: 50 · 82 · 1.5 % = 61.5 leaves 38.5; the margin of 20.5 holds. The price is
    // 4061.5 ÷ 49.75 = 81.64 now.
    #expect(result.perpetual?.liquidations == 0)
    let lower = try run([Bar(82), Bar(82), Bar(81.6), Bar(81.6)]) { run in
      run.execution.perpetual?.funding = FundingRule(rate: 0.015, interval: .minutes(4))
    }.result()
    #expect(lower.perpetual?.liquidations == 1)
  }

  @Test func `a spot account is closed by ruin alone`() throws {
    let result = try run([Bar(85, 85, 80, 84), Bar(84)]) { $0.execution.perpetual = nil }.result()
    #expect(result.fills.count == 1 && result.finalPosition == 50 && !result.isLiquidated)
  }

  @Test func `equity gone in a halted row ends the account and the rest is the lender's`() throws {
    let result = try run([Bar(95), Bar(70), Bar(70)]) { $0.market.halted[3] = 1 }.result()
    #expect(result.isLiquidated && result.fills.count == 1)
    #expect(result.perpetual?.liquidations == 1)
    #expect(close(result.perpetual?.lenderLoss ?? 0, 500))
    #expect(result.trades[0].liquidated)
  }
}

struct LeverageTests {
  func refusals(_ script: [Int: [Wish]], prices: [Double] = [100, 100, 100, 100]) throws -> PathResult {
    var run = TestRun(tinyMarket(prices.map { Bar($0) }, volume: 1e6), script)
    run.execution.initialEquity = 1000
    run.execution.perpetual = PerpetualRules(maintenanceMargin: 0.005, leverageCap: 20)
    run.cost = 0
    for row in run.market.rows { run.market.halfSpread[row] = 0 }
    return try run.result()
  }

  @Test func `an order beyond the cap is refused with its reason, one of just the cap is not`() throws {
    let result = try refusals([0: .buy(200.01), 1: .sell(200)])
    #expect(result.refusals == ["position would exceed 20.0 times the equity": 1])
    #expect(result.fills.map(\.quantity) == [200])
  }

  @Test func `orders on the way count, and those that shrink the position pass`() throws {
    let crowded = try refusals([0: .buy(150) + .buy(100)])
    #expect(crowded.fills.map(\.quantity) == [150])
    // At 96 the equity of 400 carries 83; selling is welcome, reversing to no more than before too.
    let fallen = try refusals(
      [0: .buy(150), 2: .sell(1) + .buy(1) + .sell(200)], prices: [100, 100, 96, 96])
    #expect(fallen.refusals.values.reduce(0, +) == 1)
    #expect(fallen.fills.map(\.quantity) == [150, 1, 200])
  }

  @Test func `without equity nothing is lent`() throws {
    #expect(
      PerpetualRules(maintenanceMargin: 0.01, leverageCap: 5).liquidationPrice(cash: 10, position: 1) < 0)
  }
}
