// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

/// Orders of ours among recorded ones: a tick and a lot are 1, a step is a second.
struct RecordedExchangeTests {
  private static let second: Int64 = 1_000_000_000

  /// Bids of 6 at 99, of which 2 trade in each of the steps 3, 4 and 5, and then 2 of later ones in step 6; asks of
  /// 10 at 101 and 102.
  private static func flow() -> RecordedFlow {
    var (events, births): ([L2Event], [Int]) = ([], [])
    func add(_ time: Int64, _ update: DepthUpdate, birth: Int = -1) {
      events.append(L2Event(exchangeTime: time, localTime: time, update))
      births.append(birth)
    }
    add(1, DepthUpdate(.buy, price: 99, quantity: 6))
    add(1, DepthUpdate(.sell, price: 101, quantity: 10))
    add(1, DepthUpdate(.sell, price: 102, quantity: 10))
    // What comes behind us.
    let later = events.count
    add(2 * second + 5, DepthUpdate(.buy, price: 99, quantity: 10), birth: .max)
    var left: Int64 = 10
    for step in 3..<7 {
      let time = Int64(step) * second + second / 2
      left -= 2
      add(time, DepthUpdate(.sell, price: 99, quantity: 2, isTrade: true), birth: step < 6 ? -1 : later)
      add(time, DepthUpdate(.buy, price: 99, quantity: left), birth: .max)
    }
    return RecordedFlow(
      events: events, births: births, origin: SimTime(nanoseconds: 0), tick: 1, lot: 1)
  }

  private func run(
    _ script: [Int: [Wish]], fill: (any FillModel)? = nil, impact: (any ImpactModel)? = nil,
    market change: (inout MarketBlock) -> Void = { _ in },
    execution: (inout ExecutionSettings) -> Void = { _ in }
  ) throws -> PathResult {
    var market = MarketBlock(count: 10)
    for row in 0..<10 {
      market.time[row] = Int64(row + 1) * Self.second
      (market.open[row], market.high[row], market.low[row], market.mid[row]) = (100, 100, 100, 100)
      (market.baseVolatility[row], market.baseVolume[row]) = (0.02, 1_000)
    }
    change(&market)
    var test = TestRun(market, script)
    test.resolution = .seconds(1)
    test.execution.tick = 1
    test.execution.lot = 1
    test.execution.minNotional = 0
    execution(&test.execution)
    test.fill = try fill ?? make(KnownQueueFill.self)
    test.impact = impact
    var plan = try test.plan()
    plan.recording = Self.flow()
    var runner = try PathRunner(plan)
    return try runner.run(path: 0)
  }

  @Test("An order waits behind those recorded before it and trades before those recorded after it")
  func queue() throws {
    let result = try run([0: .bid(1, at: 99)])
    #expect(result.fills.map(\.step) == [6])
    #expect(result.fills.allSatisfy { $0.isMaker && $0.price == 99 && $0.quantity == 1 })
    // Later than what came behind, it is last and does not trade.
    #expect(try run([3: .bid(1, at: 99)]).fills.isEmpty)
    // Cancelled in time it does not either.
    #expect(try run([0: .bid(1, at: 99), 4: [.cancelAll]]).fills.isEmpty)
  }

  @Test("Taking walks the recorded levels, and what was taken is gone until the feed tells it anew")
  func takes() throws {
    let result = try run([0: .buy(12), 1: .buy(4)])
    #expect(result.fills.map(\.quantity) == [12, 4])
    #expect(abs(result.fills[0].price - (10 * 101 + 2 * 102) / 12.0) < 1e-12)
    #expect(result.fills[1].price == 102)
    // No more than there is: the rest waits for what never comes.
    #expect(try run([0: .buy(50)]).fills.map(\.quantity) == [20])
  }

  @Test("An impact model moves what we meet later, and resting orders keep their price")
  func impact() throws {
    // 2 % of 100 are two ticks.
    let pushed = FixedImpact(temporary: 0, lasting: 0.02)
    let result = try run([0: .buy(1), 2: .buy(1)], impact: pushed)
    #expect(result.fills.map(\.price) == [101, 103])
    // A bid of ours at 99 is now two ticks behind the market, whose trades are at 101.
    #expect(try run([0: .buy(1) + .bid(1, at: 99)], impact: pushed).fills.map(\.price) == [101])
    // An ask at 101 is reached by the bids that come up to it.
    #expect(
      try run([0: .offer(1, at: 101), 1: .buy(1)], impact: pushed).fills.map(\.isMaker) == [false, true])
  }

  @Test("In a halt nothing of ours trades, places are kept, and what was sent arrives when it ends")
  func halts() throws {
    // Bids of 6 are ahead of ours; what trades in the halt leaves the queue all the same.
    let halted = try run([0: .bid(1, at: 99), 2: .buy(1)], market: { $0.halted[3] = 1 })
    #expect(halted.fills.map(\.step) == [4, 6] && halted.fills.map(\.isMaker) == [false, true])
    // The trade that would have been ours is in the halt.
    #expect(try run([0: .bid(1, at: 99)], market: { $0.halted[6] = 1 }).fills.isEmpty)
  }

  @Test("A band bounds what we take, refuses limits beyond it, and sets orders aside while they are outside")
  func bands() throws {
    let narrow = { (execution: inout ExecutionSettings) in execution.priceBand = PriceBand(width: 0.01) }
    let taken = try run([0: .buy(12)], execution: narrow)
    #expect(taken.fills.map(\.quantity) == [10] && taken.fills[0].price == 101)
    let refused = try run([0: .bid(1, at: 98)], execution: narrow)
    #expect(Array(refused.refusals.values) == [1])
    #expect(try run([0: .bid(1, at: 99)], execution: narrow).fills.map(\.step) == [6])
    // The band is around 90 in the step in which it would have traded.
    let moving = { (execution: inout ExecutionSettings) in
      execution.priceBand = PriceBand(width: 0.02, around: .fair)
    }
    let outside = { (market: inout MarketBlock) in (market.open[6], market.low[6]) = (90, 90) }
    #expect(try run([0: .bid(1, at: 99)], execution: moving).fills.map(\.step) == [6])
    #expect(try run([0: .bid(1, at: 99)], market: outside, execution: moving).fills.isEmpty)
  }

  @Test("A row that a recorded halt touches is halted")
  func haltEvents() throws {
    let flow = RecordedFlow(
      events: [], births: [], origin: SimTime(nanoseconds: 0), tick: 1, lot: 1,
      halts: [3_500_000_000..<5_100_000_000])
    let event = try #require(flow.haltEvents(resolution: .seconds(1)).first)
    #expect(event.target == .halted && event.duration == .seconds(3))
    #expect(event.anchor == .time(SimTime(nanoseconds: 3_000_000_000)))
  }

  @Test("Venues with other ticks and models that follow no queue are refused")
  func refusals() throws {
    #expect(throws: MMSError.self) { try run([:], fill: make(QueuePositionFill.self)) }
    #expect(throws: MMSError.self) { try run([:], execution: { $0.tick = 0.5 }) }
    #expect(throws: MMSError.self) { try run([:], execution: { $0.lot = 0 }) }
  }
}
