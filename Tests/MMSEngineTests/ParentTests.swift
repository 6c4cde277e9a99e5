// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

/// Fills only what has no limit.
private struct UnlimitedFill: FillModel, NativeModel {
  static let descriptor = CoinFill.descriptor
  init() {}
  init(_ parameters: ParameterValues) throws(MMSError) {}
  func fill(_ query: FillQuery, in row: MarketRow, random: RandomSource) -> FillDecision {
    query.limitPrice.isNaN ? takeAvailable(query) : .none(queueAhead: 0)
  }
}

struct ParentTests {
  @Test func `reposts belong to one parent and keep its first decision`() throws {
    let market = tinyMarket([Bar(100), Bar(101), Bar(102), Bar(103), Bar(104), Bar(104)])
    var second = OrderRequest(.buy, quantity: 2)
    second.parent = 1
    var run = TestRun(market, [0: .bid(2, at: 99, for: 2), 3: [.order(second)]])
    run.cost = 0
    for row in market.rows { run.market.halfSpread[row] = 0 }
    let result = try run.result()
    #expect(result.fills.map(\.parent) == [1])
    #expect(result.slippage.count == 1)
    // m₀ = 100, filled at 104.
    #expect(close(result.slippage.numerator, 8))
    #expect(close(result.slippage.denominator, 200))
    #expect(result.realisedFill.count == 1)
    #expect(result.realisedFill.ratio == 1)
    #expect(result.fillProbability.ratio == 1)
  }

  @Test func `two children alive at once add up to the intention`() throws {
    let market = tinyMarket(Array(repeating: Bar(100), count: 5), volume: 10)
    var child = OrderRequest(.buy, quantity: 1)
    child.parent = 1
    let result = try TestRun(market, [0: .buy(2), 1: [.order(child)]]).result()
    #expect(close(result.realisedFill.denominator, 3))
    #expect(close(result.realisedFill.ratio, 1))
  }

  @Test func `a slice counts as its share of the whole, and what is never sent as not filled`() throws {
    let market = tinyMarket(Array(repeating: Bar(100), count: 8), volume: 100)
    let first = OrderRequest(.buy, quantity: 2, parentQuantity: 8)
    let second = OrderRequest(.buy, quantity: 3, parent: 1, parentQuantity: 8)
    let result = try TestRun(market, [0: [.order(first)], 3: [.order(second)]]).result()
    #expect(result.realisedFill.count == 1)
    #expect(result.realisedFill.denominator == 8 && result.realisedFill.numerator == 5)
    #expect(close(result.fillProbability.ratio, 5.0 / 8))
    #expect(close(result.shortfall.denominator, 800))
    // A whole that is no more than its first order says nothing.
    for whole in [0, 1, 2, -3, .nan, .infinity] {
      let order = OrderRequest(.buy, quantity: 2, parentQuantity: whole)
      let plain = try TestRun(market, [0: [.order(order)]]).result()
      #expect(plain.realisedFill.ratio == 1 && plain.fillProbability.ratio == 1)
    }
  }

  @Test func `slippage is weighed with the decision's mid over what filled`() throws {
    let market = tinyMarket([Bar(100), Bar(102), Bar(102)], volume: 10)
    let result = try TestRun(market, [0: [.order(OrderRequest(.buy, quantity: 4, timeToLive: 1))]]).result()
    let price = 102 * 1.001
    #expect(close(result.slippage.numerator, price - 100))
    #expect(close(result.slippage.denominator, 100))
    #expect(close(result.shortfall.denominator, 400))
    #expect(close(result.shortfall.numerator, price - 100 + 3 * 2))
    #expect(close(result.costs.opportunity, 6))
  }

  @Test(arguments: [1, 4, 10])
  func `fill probability follows an order to its time to live even after its fill`(steps: Int) throws {
    let market = tinyMarket(Array(repeating: Bar(100), count: 20))
    var run = TestRun(market, [1: .bid(2, at: 90, for: steps)])
    run.fill = CoinFill(chance: 0.3)
    var survival = 1.0
    for _ in 0..<steps { survival *= 1 - 0.3 }
    var filled = 0
    for path in 0..<200 {
      let result = try run.result(path: path)
      #expect(close(result.fillProbability.ratio, 1 - survival))
      #expect(close(result.passiveFillProbability.ratio, 1 - survival))
      #expect(result.fillCount <= 1)
      filled += result.fillCount
    }
    let expected = 200 * (1 - survival)
    #expect((Double(filled) - expected).magnitude < 3 * (expected * survival).squareRoot() + 1)
  }

  @Test func `following ends with a cancel`() throws {
    let market = tinyMarket(Array(repeating: Bar(100), count: 20))
    var run = TestRun(market, [1: .bid(2, at: 90, for: 10), 4: [.cancel(1)]])
    run.fill = CoinFill(chance: 0.3)
    for path in 0..<30 {
      #expect(close(try run.result(path: path).fillProbability.ratio, 1 - 0.7 * 0.7 * 0.7))
    }
  }

  @Test func `a followed order is gone for the strategy and takes no volume`() throws {
    let market = tinyMarket(Array(repeating: Bar(100), count: 12), volume: 10)
    var run = TestRun(market, [1: .bid(1, at: 90, for: 8), 5: .buy(1)])
    run.fill = CoinFill(chance: 0.9)
    let result = try run.result()
    #expect(result.fills.map(\.quantity) == [1, 1])
    #expect(result.fills[1].step == 6)
  }

  @Test func `price impact is temporary plus what is left of the lasting part at the last fill`() throws {
    let market = tinyMarket(Array(repeating: Bar(100), count: 200), volume: 30)
    var run = TestRun(market, [0: .buy(6)])
    run.impact = try make(SquareRootImpact.self, [("halfLife", .text("1 min"))])
    let result = try run.result()
    #expect(result.fillCount == 2)
    // By hand: each fill of 3 from E, the displacement halving each minute.
    let scale = 0.7 * 0.02 / (30 * 1440.0).squareRoot()
    let first = scale * 3.0.squareRoot()
    let start = first / 2
    let effective = (start / scale) * (start / scale)
    let end = scale * (effective + 3).squareRoot()
    func area(_ x: Double) -> Double { 2.0 / 3 * scale * x * x.squareRoot() }
    let temporary = ((area(effective + 3) - area(effective)) / 3 - start) / (1 + start)
    #expect(close(result.priceImpact.ratio, temporary + first / 2 + (end - start), 1e-9))
    #expect(result.priceImpactAfter30Minutes.ratio < 1e-8)
  }

  @Test(arguments: [1, 6, 60])
  func `half an hour after the last fill is half an hour at any resolution`(seconds: Int64) throws {
    let market = tinyMarket(Array(repeating: Bar(100), count: 4), resolution: .seconds(seconds))
    var run = TestRun(market, [0: .buy(2)])
    run.resolution = .seconds(seconds)
    run.impact = try make(SquareRootImpact.self, [("halfLife", .text("15 min"))])
    let peak = 0.7 * 0.02 * (2 / market.baseVolume[0]).squareRoot()
    let result = try run.result()
    #expect(close(result.priceImpactAfter30Minutes.ratio, peak / 4, 1e-12))
    // The displacement's lasting part and two thirds of it on average.
    #expect(close(result.priceImpact.ratio, peak * 5 / 3, 1e-12))
  }

  @Test func `a stop order asks the fill model without a limit`() throws {
    let market = tinyMarket([Bar(100), Bar(100), Bar(100, 103, 100, 102), Bar(102)])
    var run = TestRun(market, [0: .stop(.buy, 1, at: 101)])
    run.fill = UnlimitedFill()
    #expect(try run.result().fills.count == 1)
  }

  @Test func `a second order of one row meets the mid the first has moved`() throws {
    let market = tinyMarket(Array(repeating: Bar(100), count: 4))
    func cost(_ script: [Wish]) throws -> Double {
      var run = TestRun(market, [0: script])
      run.impact = try make(SquareRootImpact.self)
      run.cost = 0
      for row in market.rows { run.market.halfSpread[row] = 0 }
      return try run.result().slippage.numerator
    }
    // Splitting an order changes nothing but terms of second order in the displacement.
    let (whole, split) = (try cost(.buy(4)), try cost(.buy(1) + .buy(1) + .buy(2)))
    #expect(whole > 0.005)
    #expect((split / whole - 1).magnitude < 1e-4)
  }

  @Test func `the parts of a parent's cost sum to its shortfall`() throws {
    var market = tinyMarket([Bar(100), Bar(101, 102, 99, 100.5), Bar(100.7), Bar(99), Bar(98)], volume: 30)
    market.stress[1] = 0.5
    var run = TestRun(market, [0: [.order(OrderRequest(.buy, quantity: 8, timeToLive: 2))], 1: .sell(1)])
    run.impact = try make(SquareRootImpact.self)
    run.execution.takerFee = 0.002
    let result = try run.result()
    let buys = result.fills.filter { $0.parent == 1 }
    #expect(buys.count == 2)
    #expect(result.costs.lastingImpact != 0)
    #expect(result.costs.temporaryImpact > 0)
    #expect(result.costs.opportunity != 0)
    let paid = result.slippage.numerator + result.fills.reduce(0) { $0 + $1.fee } + result.costs.opportunity
    #expect(close(result.costs.total, paid, 1e-9))
  }
}
