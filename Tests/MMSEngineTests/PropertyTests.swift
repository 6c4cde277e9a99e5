// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

/// What must hold for any orders in any market.
struct PropertyTests {
  @Test(arguments: RandomCase.all)
  func `money is conserved step by step`(test: RandomCase) throws {
    for result in test.results {
      let series = try #require(result.series)
      #expect(series.stepsPerBucket == 1)
      let (equity, mid) = (series.columns[0].last, series.columns[2].last)
      var (cash, position, before) = (test.equity, 0.0, test.equity)
      var next = 0
      var charges = result.charges[...]
      for step in equity.indices {
        if result.isLiquidated, equity[step] == 0 { break }
        let moved = step == 0 ? 0 : position * (mid[step] - mid[step - 1])
        var (costs, funding, takeover) = (0.0, 0.0, 0.0)
        while let charge = charges.first, charge.step == step {
          if charge.kind == .funding { funding += charge.amount } else { takeover += charge.amount }
          charges.removeFirst()
        }
        costs += funding + takeover
        while next < result.fills.count, result.fills[next].step == step {
          let fill = result.fills[next]
          let (sign, q) = (fill.side.sign, fill.quantity)
          costs += sign * (fill.price - mid[step]) * q + fill.fee
          let charged = fill.isLiquidation ? takeover : 0
          var expected = cash - sign * fill.price * q - fill.fee - charged
          if !close(fill.cash, expected, 1e-9) {
            // Executed at the close itself, after the row's funding was settled.
            expected -= funding
            funding = 0
          }
          #expect(close(fill.cash, expected, 1e-9))
          #expect((fill.position - (position + sign * q)).magnitude < 1e-9)
          (cash, position) = (fill.cash, fill.position)
          next += 1
        }
        cash -= funding
        #expect(close(equity[step], cash + position * mid[step], 1e-9))
        #expect((equity[step] - before - (moved - costs)).magnitude < 1e-9 * test.equity)
        before = equity[step]
      }
      if !result.isLiquidated { #expect(next == result.fills.count && charges.isEmpty) }
    }
  }

  @Test func `the cases of perpetual contracts meet everything there is`() throws {
    let results = RandomCase.all.filter { $0.perpetual != nil }.flatMap(\.results)
    let outcomes = results.compactMap(\.perpetual)
    #expect(outcomes.count == results.count)
    #expect(outcomes.reduce(0) { $0 + $1.liquidations } > 5)
    #expect(outcomes.reduce(0) { $0 + $1.fundingPayments } > 50)
    #expect(results.contains { $0.funding > 0 })
    for (result, outcome) in zip(results, outcomes) {
      #expect(result.fills.count { $0.isLiquidation } <= outcome.liquidations)
      let sum = result.charges.reduce(0) { $0 + $1.amount }
      let ruin = result.isLiquidated ? outcome.lenderLoss : 0
      #expect(
        (sum - (outcome.funding + outcome.liquidationFees - outcome.lenderLoss)).magnitude <= ruin + 1e-9)
    }
    let shut = RandomCase.all.filter { $0.outage != nil }.flatMap(\.results).compactMap(\.outage)
    #expect(shut.contains { $0.refusedOrders > 0 } && shut.contains { $0.refusedCancels > 0 })
    #expect(shut.contains { $0.delayedOrders > 0 } && shut.contains { $0.delayedCancels > 0 })
  }

  @Test(arguments: RandomCase.all)
  func `the split of costs sums to the shortfall`(test: RandomCase) throws {
    for result in test.results {
      let fees = result.fills.reduce(0) { $0 + $1.fee }
      let shortfall = result.slippage.numerator + fees + result.costs.opportunity
      let scale = result.costs.parts.reduce(1) { $0 + $1.value.magnitude }
      #expect((result.costs.total - shortfall).magnitude < 1e-9 * scale)
      #expect(close(result.shortfall.numerator, result.costs.total, 1e-9))
    }
  }

  @Test(arguments: RandomCase.all)
  func `no row gives more than its cap and no halted row gives anything`(test: RandomCase) throws {
    for result in test.results {
      let run = test.run(path: result.path)
      var used: [Int: Double] = [:]
      for fill in result.fills {
        #expect(fill.quantity > 0)
        #expect(run.market.halted[fill.step] == 0)
        // The cap binds us, not a venue that takes a position over.
        if fill.isLiquidation { continue }
        used[fill.step, default: 0] += fill.quantity
      }
      for (step, quantity) in used {
        #expect(quantity <= run.execution.volumeCap * run.market.volume[step] * (1 + 1e-9))
      }
    }
  }

  @Test(arguments: RandomCase.all)
  func `no number is ever NaN or infinite`(test: RandomCase) throws {
    var (orders, fills) = (0, 0)
    for result in test.results {
      orders += result.orders
      fills += result.fillCount
      let ratios = [
        result.slippage, result.shortfall, result.fillProbability, result.passiveFillProbability,
        result.realisedFill, result.priceImpact, result.priceImpactAfter30Minutes,
      ].map(\.ratio)
      let numbers =
        [
          result.totalReturn, result.maxDrawdown, result.sharpe, result.sharpeDaily, result.finalEquity,
          result.turnover, result.exposure, result.buyAndHold, result.midDrawdown, result.finalPosition,
        ] + ratios + result.costs.parts.map(\.value)
        + result.trades.flatMap {
          [
            $0.entryPrice, $0.exitPrice, $0.profit, $0.fees, $0.quantity, $0.adverseExcursion,
            $0.favourableExcursion,
          ]
        } + result.fills.flatMap { [$0.price, $0.quantity, $0.fee, $0.cash, $0.position] }
        + (result.series?.columns.flatMap { $0.last + $0.low + $0.high } ?? [])
      #expect(numbers.allSatisfy { $0.isFinite })
      #expect(result.maxDrawdown >= -1 && result.maxDrawdown <= 0)
      #expect((0...1).contains(result.fillProbability.ratio))
      #expect(result.realisedFill.ratio >= 0 && result.realisedFill.ratio <= 1 + 1e-9)
      #expect(result.fills.allSatisfy { $0.price > 0 })
    }
    // The case is worth something only when it trades.
    #expect(orders > 100 * test.paths)
    #expect(fills > 50 * test.paths)
  }

  @Test(arguments: RandomCase.all)
  func `the profits of trades add up to the equity of a path that ends flat`(test: RandomCase) throws {
    var flat = 0
    for result in test.results {
      guard result.finalPosition == 0 else { continue }
      flat += 1
      let profit = result.trades.reduce(0) { $0 + $1.profit }
      #expect((result.finalEquity - test.equity - profit).magnitude < 1e-7 * test.equity)
    }
    if test.closeAtEnd { #expect(flat > 0) }
  }
}
