// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import MMSStudy
import Testing

/// Orders of ours in a generated book.
struct BookVenueTests {
  private func plan(
    _ strategy: any Strategy, steps: Int = 120, execution: ExecutionSettings? = nil,
    events: (inout RunPlan) -> Void = { _ in }
  ) throws -> RunPlan {
    var rules = ExecutionSettings(tick: 0.01, lot: 0.001)
    if let execution { rules = execution }
    var plan = try HistoryMarket.plan(
      HistoryMarket.bars(steps: steps, seed: 5), strategy: strategy, execution: rules)
    plan.flow = PoissonFlow()
    events(&plan)
    return plan
  }

  private func run(_ plan: RunPlan, path: Int = 0) throws -> PathResult {
    var runner = try PathRunner(plan)
    return try runner.run(path: path)
  }

  @Test(arguments: [
    Latency.zero, .constant(SimDuration(nanoseconds: 100_000_000)),
    .lognormal(median: .seconds(70), sigma: 1),
  ])
  func `blocks of any size, any number of threads and used runners give the same bytes`(latency: Latency)
    throws
  {
    var rules = ExecutionSettings(tick: 0.01, lot: 0.001)
    rules.latency = latency
    var plan = try plan(RandomStrategy(activity: 0.3, size: 2), execution: rules)
    let reference = try MonteCarlo(threads: 1).run(plan, paths: 0..<2)
    #expect(reference[0].fillCount > 10)
    #expect(Set(reference.map(\.totalReturn)).count == 2)
    #expect(try MonteCarlo(threads: 3).run(plan, paths: 0..<2) == reference)
    for size in [1, 4096] {
      plan.blockSize = size
      #expect(try run(plan, path: 1) == reference[1])
    }
  }

  @Test func `every fill moves cash and position by its price, quantity and fee`() throws {
    let result = try run(try plan(RandomStrategy(activity: 0.3, size: 2)))
    var (cash, position) = (100_000.0, 0.0)
    #expect(result.fills.contains { $0.isMaker } && result.fills.contains { !$0.isMaker })
    for fill in result.fills {
      cash -= fill.side.sign * fill.quantity * fill.price + fill.fee
      position += fill.side.sign * fill.quantity
      #expect(abs(cash - fill.cash) < 1e-6)
      #expect(abs(position - fill.position) < 1e-9)
    }
    let costs = result.costs
    #expect(abs(costs.total - result.shortfall.numerator) <= 1e-9 * max(1, abs(costs.total)))
  }

  @Test func `a market order pays the spread, a larger one eats through levels and pays more`() throws {
    func slippage(_ quantity: Double) throws -> (slippage: Double, filled: Double) {
      var sum = 0.0
      var filled = 0.0
      for path in 0..<8 {
        let result = try run(try plan(ScriptStrategy([50: .buy(quantity)]), steps: 60), path: path)
        sum += result.costs.halfSpread + result.costs.temporaryImpact
        filled += result.fills.reduce(0) { $0 + $1.quantity * $1.price }
      }
      return (sum / filled, filled)
    }
    let (small, large) = (try slippage(0.01), try slippage(20))
    #expect(small.slippage > 0)
    #expect(large.slippage > 2 * small.slippage)
  }

  @Test
  func `a resting order far away stays, one at the price waits its turn and fills as a maker at its limit`()
    throws
  {
    let bars = try HistoryMarket.bars(steps: 300, seed: 5)
    let mid = bars.close[HistoryMarket.warmUp + 20]
    let near = ((mid * 0.9995 / 0.01).rounded(.down)) * 0.01
    let result = try run(
      try plan(ScriptStrategy([20: .bid(0.5, at: near) + .bid(0.5, at: mid * 0.5)]), steps: 300))
    #expect(!result.fills.isEmpty)
    for fill in result.fills {
      #expect(fill.isMaker && fill.side == .buy && abs(fill.price - near) < 1e-9)
    }
    #expect(abs(result.fills.reduce(0) { $0 + $1.quantity } - 0.5) < 1e-9)
  }

  @Test func `an order takes effect after its latency and the delay of what it saw`() throws {
    var rules = ExecutionSettings(tick: 0.01, lot: 0.001)
    rules.latency = .constant(.minutes(3))
    let late = try run(try plan(ScriptStrategy([20: .buy(0.1)]), execution: rules))
    #expect(late.fills.map(\.step) == [24])
    rules.dataLatency = .minutes(2)
    let later = try run(try plan(ScriptStrategy([20: .buy(0.1)]), execution: rules))
    #expect(later.fills.map(\.step) == [26])
  }

  @Test func `nothing trades in a halt, and what was sent arrives after it`() throws {
    let halt = ScriptedEvent(
      anchor: .share(0.1), target: .halted, shape: .step, duration: .minutes(10), value: 1)
    let bars = try HistoryMarket.bars(steps: 300, seed: 5)
    let base = try BaseMarket(bars: bars, warmUpRows: HistoryMarket.warmUp, tick: 0.01)
    var plan = try RunPlan(
      base: base, context: testContext(steps: base.steps, cost: 0.0002), scenario: make(HistoryScenario.self),
      events: [halt], fill: make(QueuePositionFill.self), impact: make(SquareRootImpact.self),
      strategy: ScriptStrategy([29: .buy(0.1), 31: .buy(0.2)]),
      execution: ExecutionSettings(tick: 0.01, lot: 0.001), seed: 11, isCentral: true)
    plan.flow = PoissonFlow()
    plan.recordsFills = true
    var runner = try PathRunner(plan)
    let result = try runner.run(path: 0)
    #expect(result.fills.map(\.step) == [40, 40])
    let market = try runner.market(path: 0)
    for step in 30..<40 { #expect(market.volume[step] == 0) }
    #expect(market.volume[50] > 0)
  }

  @Test func `a protective stop sells within the row in which the mid reaches it`() throws {
    let result = try run(try plan(ScriptStrategy([20: .buy(0.1, stopLoss: 0.001)])))
    let stop = try #require(result.fills.first { $0.side == .sell })
    let entry = try #require(result.fills.first)
    #expect(stop.price < entry.price * 0.9995)
    #expect(stop.price > entry.price * 0.99)
    #expect(abs(stop.position) < 1e-12)
  }

  @Test func `an order of ours that would meet another of ours takes it out instead`() throws {
    let bars = try HistoryMarket.bars(steps: 300, seed: 5)
    let mid = bars.close[HistoryMarket.warmUp + 20]
    let near = ((mid * 0.9995 / 0.01).rounded(.down)) * 0.01
    var cancelled = 0
    for path in 0..<6 {
      // Far more than the flow has: the sale reaches whatever rests.
      let result = try run(
        try plan(ScriptStrategy([20: .bid(0.5, at: near), 21: .sell(400)]), steps: 60), path: path)
      let sold = try #require(result.fills.first { $0.side == .sell })
      #expect(!result.fills.contains { $0.side == .buy && $0.step >= sold.step })
      if !result.fills.contains(where: { $0.side == .buy }) { cancelled += 1 }
    }
    // In some paths the market may have come down to the bid before.
    #expect(cancelled >= 3)
  }

  @Test func `a simulation keeps how far its metaorders moved the book, by their size`() throws {
    let steps = Dictionary(
      uniqueKeysWithValues: (0..<40).map { (10 + 10 * $0, [Wish].buy(Double(1 << ($0 % 4)))) })
    let result = try run(try plan(ScriptStrategy(steps), steps: 500))
    let curve = try #require(result.impactCurve)
    #expect(curve.cells.reduce(0) { $0 + $1.count } == 40)
    let lots = curve.cells.reduce(0) { $0 + $1.quantity }
    #expect(abs(lots - 150) < 1e-6, "forty orders of 1, 2, 4 and 8")
    #expect(Set(curve.cells.map(\.power)).count == 4)
  }

  @Test func `a book needs ticks and lots`() throws {
    let plan = try plan(ScriptStrategy([:]), execution: ExecutionSettings(tick: 0.01))
    #expect(throws: MMSError.self) { _ = try PathRunner(plan) }
  }

  @Test func `the market that is shown is around the scenario's price, with its volume and a spread`() throws
  {
    let plan = try plan(ScriptStrategy([:]), steps: 300)
    var runner = try PathRunner(plan)
    let market = try runner.market(path: 0)
    var (gap, volume, recorded) = (0.0, 0.0, 0.0)
    for row in market.rows {
      let fair = plan.base.block.mid[plan.base.warmUpRows + row]
      gap += abs(market.mid[row] / fair - 1)
      volume += market.volume[row]
      recorded += plan.base.block.volume[plan.base.warmUpRows + row]
      #expect(market.halfSpread[row] > 0 && market.bidDepth[row] > 0 && market.askDepth[row] > 0)
      #expect(market.low[row] <= market.mid[row] && market.mid[row] <= market.high[row])
    }
    #expect(gap / Double(market.count) < 0.0005)
    #expect(volume / recorded > 0.8 && volume / recorded < 1.25)
  }
}
