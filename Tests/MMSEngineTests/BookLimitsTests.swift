// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

/// Halts and price bands of a generated book: a tick is 0.01, a step a minute.
struct BookLimitsTests {
  /// A market whose closes are given; it goes straight from one to the next.
  private func plan(
    _ closes: [Double], _ strategy: any Strategy, band: PriceBand? = nil, halt: Range<Int>? = nil
  ) throws -> RunPlan {
    var bars = BarSeries(symbol: "TEST", resolution: .minutes(1), source: "test")
    var last = closes[0]
    for (row, close) in ([Double](repeating: last, count: HistoryMarket.warmUp) + closes).enumerated() {
      bars.append(
        time: Int64(row + 1) * 60_000_000_000, open: last, high: max(last, close), low: min(last, close),
        close: close, volume: 20)
      last = close
    }
    var execution = ExecutionSettings(tick: 0.01, lot: 0.001)
    execution.priceBand = band
    let base = try BaseMarket(bars: bars, warmUpRows: HistoryMarket.warmUp, tick: 0.01)
    let events = halt.map { halt in
      let begin = Int64(HistoryMarket.warmUp + halt.lowerBound) * 60_000_000_000
      return ScriptedEvent(
        anchor: .time(SimTime(nanoseconds: begin)), target: .halted, shape: .step,
        duration: .minutes(Int64(halt.count)), value: 1)
    }
    var plan = try RunPlan(
      base: base, context: testContext(steps: base.steps, cost: 0.0002), scenario: make(HistoryScenario.self),
      events: events.map { [$0] } ?? [], fill: make(QueuePositionFill.self),
      impact: make(SquareRootImpact.self), strategy: strategy, execution: execution, seed: 11,
      isCentral: true)
    plan.flow = PoissonFlow()
    plan.recordsFills = true
    return plan
  }

  private func run(_ plan: RunPlan, path: Int = 0) throws -> PathResult {
    var runner = try PathRunner(plan)
    return try runner.run(path: path)
  }

  /// 100, down to 80 within twenty minutes, there for an hour, and back.
  private static let crash: [Double] =
    [Double](repeating: 100, count: 30) + (1...20).map { 100 - Double($0) }
    + [Double](repeating: 80, count: 60) + (1...20).map { 80 + Double($0) }
    + [Double](repeating: 100, count: 30)

  @Test("In a halt a resting order waits though the fair price passes it, and trades when it ends")
  func halt() throws {
    let closes =
      [Double](repeating: 100, count: 33) + [Double](repeating: 98, count: 27)
    let script = ScriptStrategy([20: .bid(0.5, at: 99), 32: .sell(0.2)])
    let free = try run(try plan(closes, script))
    #expect(free.fills.map(\.step) == [33, 33])
    let halted = try plan(closes, script, halt: 30..<40)
    let result = try run(halted)
    #expect(result.fills.map(\.step) == [40, 40])
    let bought = try #require(result.fills.first { $0.side == .buy })
    #expect(bought.isMaker && abs(bought.price - 99) < 1e-9)
    var runner = try PathRunner(halted)
    let market = try runner.market(path: 0)
    for step in 30..<40 {
      #expect(market.volume[step] == 0 && market.mid[step] == market.mid[29], "step \(step)")
    }
    #expect(abs(market.mid[40] - 98) < 0.2)
  }

  @Test("Nothing trades beyond a band around the start, whatever is sent; without it much does")
  func fixed() throws {
    let strategy = RandomStrategy(activity: 0.3, size: 2)
    let (low, high) = (95.0 - 1e-9, 105.0 + 1e-9)
    var (outside, inside) = (0, 0)
    for path in 0..<4 {
      outside += try run(try plan(Self.crash, strategy), path: path).fills.count {
        !(low...high).contains($0.price)
      }
      let bound = try run(try plan(Self.crash, strategy, band: PriceBand(width: 0.05)), path: path)
      inside += bound.fills.count
      for fill in bound.fills { #expect((low...high).contains(fill.price), "\(fill.price) at \(fill.step)") }
      #expect(bound.refusals["the limit is outside the price band", default: 0] > 0)
    }
    #expect(outside > 20 && inside > 20, "\(outside) outside, \(inside) inside")
  }

  @Test("Beyond the band the market stands at its edge: what is bought and sold there costs the edge")
  func locked() throws {
    let script = ScriptStrategy([
      60: .buy(0.01), 70: .sell(0.005), 80: .offer(0.005, at: 94), 81: .bid(0.01, at: 95),
    ])
    let free = try run(try plan(Self.crash, script))
    #expect(free.fills.count { abs($0.price - 80) < 0.2 } == 3)
    let plan = try plan(Self.crash, script, band: PriceBand(width: 0.05))
    let result = try run(plan)
    #expect(result.fills.map(\.side) == [.buy, .sell, .buy])
    for fill in result.fills { #expect(fill.price > 95 - 1e-9 && fill.price < 95.05, "\(fill.price)") }
    // Sellers are there at once; a buyer at the edge has to come by.
    #expect(result.fills[0].step == 61 && result.fills[1].step > 71 && result.fills[2].step >= 82)
    #expect(Array(result.refusals.values) == [1])
    var runner = try PathRunner(plan)
    let market = try runner.market(path: 0)
    for step in 60..<110 { #expect(abs(market.mid[step] - 95) < 1, "\(market.mid[step]) at \(step)") }
    #expect(abs(market.mid[150] - 100) < 0.2)
  }

  @Test("An order that a moving band leaves waits outside the book, and comes back with the band")
  func moving() throws {
    // 100, then 90 from step 30 on, and 103 from step 60 on.
    let closes =
      [Double](repeating: 100, count: 30) + [Double](repeating: 90, count: 30)
      + [Double](repeating: 103, count: 20)
    let script = ScriptStrategy([10: .offer(0.01, at: 101)])
    #expect(try run(try plan(closes, script)).fills.map(\.step) == [60])
    let bound = try run(try plan(closes, script, band: PriceBand(width: 0.05, around: .fair)))
    #expect(bound.fills.map(\.step) == [61])
    #expect(bound.fills.allSatisfy { $0.isMaker && abs($0.price - 101) < 1e-9 })
    // Cancelled while it waits, it never comes.
    let cancelled = ScriptStrategy([10: .offer(0.01, at: 101), 40: [.cancelAll]])
    #expect(try run(try plan(closes, cancelled, band: PriceBand(width: 0.05, around: .fair))).fills.isEmpty)
  }

  @Test("A band that nothing reaches changes no bit")
  func wide() throws {
    let strategy = RandomStrategy(activity: 0.3, size: 2)
    let reference = try run(try plan(Self.crash, strategy))
    #expect(reference.fillCount > 20)
    #expect(try run(try plan(Self.crash, strategy, band: PriceBand(width: 0.9))) == reference)
  }

  @Test("A band is whole ticks, inward; one without a tick lets nothing be")
  func ticks() {
    #expect(PriceBand(width: 0.05).ticks(around: 100, tick: 0.01) == 9_500...10_500)
    #expect(PriceBand(width: 0.01).ticks(around: 100.005, tick: 0.01) == 9_901...10_100)
    #expect(PriceBand(width: 0.01).ticks(around: 1.5, tick: 1) == nil)
  }
}
