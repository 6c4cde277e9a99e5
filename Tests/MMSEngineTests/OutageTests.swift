// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

/// Ten bars of a minute with the venue out of reach in steps 3, 4 and 5.
struct OutageTests {
  func run(
    _ script: [Int: [Wish]], mode: Outage.Mode = .refuse, cancels: Bool = true,
    change: (inout TestRun) -> Void = { _ in }
  ) throws -> PathResult {
    var run = TestRun(tinyMarket((0..<10).map { Bar(100 + Double($0)) }), script)
    run.execution.outage = Outage(
      anchor: .share(0.3), duration: .minutes(3), mode: mode, coversCancels: cancels)
    change(&run)
    return try run.result()
  }

  @Test func `what would arrive in the outage is refused with its reason`() throws {
    // Sent at the closes of steps 1 to 6, each arriving at the next open.
    let script = Dictionary(uniqueKeysWithValues: (1...6).map { ($0, [Wish].buy(1)) })
    let result = try run(script)
    #expect(result.fills.map(\.step) == [2, 6, 7])
    #expect(result.refusals == ["the venue takes no orders during its outage": 3])
    #expect(result.outage?.refusedOrders == 3 && result.outage?.delayedOrders == 0)
  }

  @Test func `delayed, it arrives when the outage ends`() throws {
    let script = Dictionary(uniqueKeysWithValues: (1...6).map { ($0, [Wish].buy(1)) })
    let result = try run(script, mode: .delay)
    #expect(result.fills.map(\.step) == [2, 6, 6, 6, 6, 7])
    #expect(result.refusals.isEmpty)
    #expect(result.outage?.delayedOrders == 3)
  }

  @Test(arguments: Outage.Mode.allCases)
  func `an order under way when the outage begins is caught by it`(mode: Outage.Mode) throws {
    // Sent at the close of step 0, it takes three bars and a half to arrive.
    let result = try run([0: .buy(1), 4: .buy(1)], mode: mode) {
      $0.execution.latency = .constant(.seconds(210))
    }
    // What is sent during the outage and would arrive after it is refused all the same.
    #expect(result.fills.map(\.step) == (mode == .delay ? [6, 8] : []))
    #expect(result.outage?.refusedOrders == (mode == .delay ? 0 : 2))
  }

  @Test(arguments: Outage.Mode.allCases)
  func `without latency a decision at the close before the outage is late already`(mode: Outage.Mode) throws {
    let result = try run([1: .buy(1), 2: .buy(1), 4: .buy(1), 5: .buy(1)], mode: mode) {
      $0.execution.latency = .zero
    }
    #expect(result.fills.map(\.step) == (mode == .delay ? [1, 5, 6, 6] : [1, 5]))
  }

  @Test func `what rests at the venue goes on filling`() throws {
    #expect(try run([0: .offer(1, at: 104)]).fills.map(\.step) == [4])
  }

  @Test func `cancels fail with the orders, unless the scenario lets them through`() throws {
    let script: [Int: [Wish]] = [
      0: .offer(1, at: 104) + .offer(1, at: 107), 2: [.cancel(1)], 3: [.cancelAll],
    ]
    let refused = try run(script)
    #expect(refused.fills.map(\.step) == [4, 7])
    #expect(refused.outage?.refusedCancels == 3)
    let delayed = try run(script, mode: .delay)
    #expect(delayed.fills.map(\.step) == [4])
    #expect(delayed.outage?.delayedCancels == 2)
    #expect(try run(script, cancels: false).fills.isEmpty)
    #expect(try run([0: .offer(1, at: 107), 5: [.cancelAll]]).fills.isEmpty)
  }

  @Test(arguments: Outage.Mode.allCases, [StopMode.intrabar, .close])
  func `the engine's stops are sent again until the venue takes them`(mode: Outage.Mode, stop: StopMode)
    throws
  {
    // Hit in step 4; the price is back when the outage ends, and the stop sells all the same.
    let result = try run([0: .buy(1, stopLoss: 0.05)], mode: mode) { run in
      run.market.low[4] = 90
      run.market.mid[4] = 91
      run.execution.stop = stop
    }
    #expect(result.fills.map(\.step) == [1, 6])
    #expect(close(result.fills[1].price, 106 * 0.999))
    #expect(result.trades[0].stopped)
    #expect(result.outage?.delayedOrders == 1)
  }

  @Test func `a stop order is held by the engine, so it is placed and cancelled without the venue`() throws {
    let placed = try run([3: .stop(.buy, 1, at: 104.5), 4: .stop(.buy, 1, at: 107.5)])
    #expect(placed.fills.map(\.step) == [6, 8])
    #expect(placed.refusals.isEmpty)
    #expect(try run([2: .stop(.buy, 1, at: 107), 4: [.cancelAll]]).fills.isEmpty)
  }

  @Test func `a takeover is the venue's own and works all the same`() throws {
    let result = try run([0: .buy(50, stopLoss: 0.05)]) { run in
      run.execution.initialEquity = 1000
      run.execution.perpetual = PerpetualRules(maintenanceMargin: 0.005, leverageCap: 20)
      run.market.low[4] = 70
    }
    #expect(result.fills.map(\.isLiquidation) == [false, true])
    // The stop, hit on the way down, could not be sent; the takeover ends it.
    #expect(result.fills[1].step == 4)
    #expect(result.finalPosition == 0)
  }

  @Test func `an account is not sold out while the venue is out of reach`() throws {
    let result = try run([0: .buy(1)]) { run in
      run.execution.closeAtEnd = true
      run.execution.outage?.anchor = .share(0.9)
    }
    #expect(result.finalPosition == 1)
    #expect(result.outage?.refusedOrders == 1)
  }

  @Test func `an outage begins where events would, and an unknown name is an error`() throws {
    let time = SimTime(nanoseconds: 3 * 60_000_000_000)
    #expect(try run([2: .buy(1)]) { $0.execution.outage?.anchor = .time(time) }.fills.isEmpty)
    #expect(try run([2: .buy(1)]) { $0.execution.outage?.anchor = .share(0.5) }.fills.count == 1)
    let error = #expect(throws: MMSError.self) {
      try run([:]) { $0.execution.outage?.anchor = .named("crash", offset: .minutes(2)) }
    }
    #expect(error?.message.contains("the outage is anchored at 'crash'") == true)
    #expect(error?.hint?.contains("50 %") == true)
  }

  @Test(arguments: [1, 3, 1024])
  func `blocks change nothing`(blockSize: Int) throws {
    let script: [Int: [Wish]] = [
      0: .buy(2, stopLoss: 0.01) + .offer(1, at: 107), 2: .buy(1), 3: [.cancelAll], 4: .sell(1),
    ]
    for mode in Outage.Mode.allCases {
      let one = try run(script, mode: mode)
      #expect(try run(script, mode: mode) { $0.blockSize = blockSize } == one)
    }
  }
}
