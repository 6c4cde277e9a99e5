// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSModels
import Testing

struct ThresholdStrategyTests {
  typealias Inputs = [(name: String, input: ParameterInput)]

  /// A block whose mids are given; open, high and low follow them.
  static func market(_ mids: [Double]) -> MarketBlock {
    var block = MarketBlock(count: mids.count)
    block.mid = mids
    block.open = mids
    block.high = mids
    block.low = mids
    block.halfSpread = mids.map { _ in 0.001 }
    return block
  }

  static func strategy(_ inputs: Inputs, steps: Int = 1000) throws -> ThresholdStrategy {
    var strategy = try make(ThresholdStrategy.self, inputs)
    strategy.begin(PathContext(seed: 1, path: 0, isCentral: true), context: testContext(steps: steps))
    return strategy
  }

  /// Trades at the decision's mid, at once: enough of an engine to see what is decided.
  struct Desk {
    var account = Account(cash: 100_000)
    var orders = OrderSink()
    var log: [(row: Int, request: OrderRequest)] = []
    var fills = true

    mutating func run(_ strategy: inout ThresholdStrategy, _ market: MarketBlock, rows: Range<Int>) {
      var row = rows.lowerBound
      while row < rows.upperBound {
        let acted = strategy.decide(market, rows: row..<rows.upperBound, account: account, orders: &orders)
        account.events.removeAll()
        for action in orders.actions {
          guard case .submit(let id, let request) = action else { continue }
          log.append((acted, request))
          let quantity = request.side.sign * request.quantity
          if fills {
            account.position += quantity
            if abs(account.position) < 1e-12 { account.position = 0 }
            account.cash -= quantity * market.mid[acted]
            account.events.append(
              OrderEvent(
                kind: .fill, order: id, parent: 1, side: request.side, quantity: request.quantity,
                price: market.mid[acted], remaining: 0))
          }
        }
        orders.removeAll()
        row = acted + 1
      }
    }
  }

  static let short: Inputs = [("window", .number(3))]

  @Test func `nothing is decided until the window is full`() throws {
    var strategy = try Self.strategy(Self.short)
    var desk = Desk()
    desk.run(&strategy, Self.market([100, 50]), rows: 0..<2)
    #expect(desk.log.isEmpty)
    #expect(strategy.idleReason == "the signal's window of 3 steps never filled: only 2 were seen")
  }

  @Test func `reversion buys below the mean, sells when back, and sizes by equity`() throws {
    var strategy = try Self.strategy(Self.short)
    var desk = Desk()
    // Signals: 0, −2/3 %, −2.01 %, … then back above −1 %.
    desk.run(&strategy, Self.market([100, 100, 100, 99, 96.5, 95, 95.5]), rows: 0..<7)
    #expect(desk.log.map(\.row) == [4, 6])
    let buy = desk.log[0].request
    #expect(buy.side == .buy && buy.type == .market && buy.stopLoss == 0.05 && buy.timeToLive == 0)
    #expect(buy.quantity == 0.1 * 100_000 / 96.5)
    let sell = desk.log[1].request
    #expect(sell.side == .sell && sell.reduceOnly && sell.quantity == buy.quantity)
  }

  @Test func `momentum buys above the mean and sells when the move is over`() throws {
    var strategy = try Self.strategy(Self.short + [("mode", .text("momentum"))])
    var desk = Desk()
    desk.run(&strategy, Self.market([100, 100, 100, 104, 108, 108, 108]), rows: 0..<7)
    #expect(desk.log.map(\.row) == [3, 6])
    #expect(desk.log.map(\.request.side) == [.buy, .sell])
  }

  @Test func `shorts mirror longs when allowed, and only then`() throws {
    let mids = Self.market([100, 100, 100, 104, 104, 104, 104])
    var strategy = try Self.strategy(Self.short + [("allow_short", .flag(true))])
    var desk = Desk()
    desk.run(&strategy, mids, rows: 0..<7)
    #expect(desk.log.map(\.row) == [3, 5])
    #expect(desk.log.map(\.request.side) == [.sell, .buy])
    var longOnly = try Self.strategy(Self.short)
    var other = Desk()
    other.run(&longOnly, mids, rows: 0..<7)
    #expect(other.log.isEmpty)
  }

  @Test func `after a stop nothing is bought until the signal was back through the exit level`() throws {
    let mids = [100, 100, 100, 96, 92, 88, 84, 84, 84, 84, 80, 80.0]
    var strategy = try Self.strategy(Self.short)
    var desk = Desk()
    desk.run(&strategy, Self.market(mids), rows: 0..<5)
    #expect(desk.log.map(\.row) == [3])
    desk.account.cash += desk.account.position * 91
    desk.account.position = 0
    desk.account.events = [
      OrderEvent(kind: .stopFill, order: 9, parent: 2, side: .sell, quantity: 1, price: 91, remaining: 0)
    ]
    desk.run(&strategy, Self.market(mids), rows: 5..<12)
    // Rows 5 and 6 are far below the mean; rows 7 to 9 are back at it; row 10 is a new fall.
    #expect(desk.log.map(\.row) == [3, 10])
  }

  @Test func `no order is sent while one is working`() throws {
    var strategy = try Self.strategy(Self.short)
    var desk = Desk()
    desk.account.orders = [
      WorkingOrder(
        id: 1, parent: 1, side: .buy, type: .market, status: .working, price: .nan, remaining: 1)
    ]
    desk.run(&strategy, Self.market([100, 100, 100, 90, 80, 70]), rows: 0..<6)
    #expect(desk.log.isEmpty)
  }

  @Test func `limit orders stand at the touch and live for their time`() throws {
    var strategy = try Self.strategy(Self.short + [("order_type", .text("limit"))])
    var desk = Desk()
    desk.run(&strategy, Self.market([100, 100, 100, 96, 100, 100]), rows: 0..<6)
    let (buy, sell) = (desk.log[0].request, desk.log[1].request)
    #expect(buy.type == .limit && buy.price == 96 * (1 - 0.001) && buy.timeToLive == 5)
    #expect(sell.type == .limit && sell.price == 100 * (1 + 0.001) && sell.reduceOnly)
  }

  @Test func `an exit that expires goes to the market under its parent`() throws {
    var strategy = try Self.strategy(Self.short + [("order_type", .text("limit"))])
    var desk = Desk()
    desk.account.position = 5
    desk.account.events = [
      OrderEvent(kind: .expired, order: 3, parent: 7, side: .sell, quantity: 0, price: .nan, remaining: 5)
    ]
    desk.run(&strategy, Self.market([100, 100, 100]), rows: 0..<1)
    let request = try #require(desk.log.first?.request)
    #expect(request.type == .market && request.parent == 7 && request.reduceOnly && request.quantity == 5)
  }

  @Test func `an entry that expires is reposted under its parent while its signal lasts`() throws {
    var strategy = try Self.strategy(Self.short + [("order_type", .text("limit"))])
    let market = Self.market([100, 100, 100, 90, 80, 100, 100, 80])
    var desk = Desk()
    desk.fills = false
    func expired(_ parent: ParentID) -> [OrderEvent] {
      [
        OrderEvent(
          kind: .expired, order: 1, parent: parent, side: .buy, quantity: 0, price: .nan, remaining: 5)
      ]
    }
    desk.run(&strategy, market, rows: 0..<4)
    desk.account.events = expired(1)
    desk.run(&strategy, market, rows: 4..<5)
    desk.account.events = expired(1)
    desk.run(&strategy, market, rows: 5..<8)
    #expect(desk.log.map(\.row) == [3, 4, 7])
    #expect(desk.log.map(\.request.parent) == [0, 1, 0])
  }

  @Test func `scaling in adds entries while the signal lasts, never beyond the equity`() throws {
    let inputs: Inputs = [
      ("window", .number(50)), ("entry_mode", .text("scale_in")), ("position_size", .number(0.4)),
    ]
    var strategy = try Self.strategy(inputs)
    var desk = Desk()
    desk.run(
      &strategy, Self.market(Array(repeating: 100, count: 50) + Array(repeating: 90, count: 10)), rows: 0..<60
    )
    #expect(desk.log.map(\.row) == [50, 51])
  }

  @Test func `the reason for idleness is told in figures`() throws {
    var strategy = try Self.strategy(Self.short)
    var desk = Desk()
    desk.run(&strategy, Self.market([100, 100, 100, 97.3, 100, 100]), rows: 0..<6)
    #expect(strategy.idleReason == "the signal reached −1.82 %, entry needs −2.00 %")
    var near = try Self.strategy([("window", .number(1)), ("entry_threshold", .number(0.00001))])
    desk.run(&near, Self.market([100, 100]), rows: 0..<2)
    #expect(near.idleReason == "the signal reached +0.000 %, entry needs −0.001 %")
  }

  @Test(arguments: 1...12)
  func `any split of the rows gives the same decisions`(seed: UInt64) throws {
    var numbers = TestNumbers(seed + 40)
    let market = testMarket(steps: 3000, seed: seed, step: 0.004)
    let inputs: Inputs = [
      ("window", .number(Double(20 + numbers.below(200)))), ("entry_threshold", .number(0.008)),
      ("exit_threshold", .number(0.003)), ("mode", .text(seed % 2 == 0 ? "momentum" : "reversion")),
      ("allow_short", .flag(seed % 3 == 0)), ("entry_mode", .text(seed % 4 == 0 ? "scale_in" : "once")),
    ]
    var whole = try Self.strategy(inputs, steps: 3000)
    var expected = Desk()
    expected.run(&whole, market, rows: 0..<3000)
    #expect(expected.log.count > 10)
    for longest in [1, 7, 700] {
      var split = try Self.strategy(inputs, steps: 3000)
      var desk = Desk()
      var row = 0
      while row < 3000 {
        let end = min(3000, row + 1 + numbers.below(longest))
        // Rows restart with each block, steps do not.
        let block = part(market, row..<end)
        var log: [(row: Int, request: OrderRequest)] = []
        swap(&log, &desk.log)
        desk.run(&split, block, rows: 0..<block.count)
        log += desk.log.map { ($0.row + row, $0.request) }
        swap(&log, &desk.log)
        row = end
      }
      #expect(desk.log.map(\.row) == expected.log.map(\.row))
      #expect(desk.log.map { "\($0.request)" } == expected.log.map { "\($0.request)" })
    }
  }

  @Test func `the future does not change what was decided`() throws {
    let market = testMarket(steps: 2000, seed: 9, step: 0.004)
    var permuted = market
    permuted.mid[1000...].reverse()
    var logs: [[Int]] = []
    for block in [market, permuted] {
      var strategy = try Self.strategy([("window", .number(100))])
      var desk = Desk()
      desk.run(&strategy, block, rows: 0..<2000)
      logs.append(desk.log.map(\.row).filter { $0 < 1000 })
    }
    #expect(logs[0] == logs[1] && logs[0].count > 3)
  }

  @Test func `a path forgets the one before`() throws {
    let market = testMarket(steps: 2000, seed: 9, step: 0.004)
    var fresh = try Self.strategy([("window", .number(100))])
    var used = fresh
    var (first, again, expected) = (Desk(), Desk(), Desk())
    first.run(&used, testMarket(steps: 777, seed: 3, step: 0.01), rows: 0..<777)
    used.begin(PathContext(seed: 1, path: 3, isCentral: false), context: testContext(steps: 2000))
    again.run(&used, market, rows: 0..<2000)
    expected.run(&fresh, market, rows: 0..<2000)
    #expect(again.log.map(\.row) == expected.log.map(\.row))
    #expect(used.idleReason == fresh.idleReason)
  }

  @Test func `the mean stays exact over a long path`() throws {
    // After a spike the running sum must not keep its rounding: the last signals are those of a fresh start.
    var mids = [Double](repeating: 1e12, count: 500)
    mids += testMarket(steps: 5000, seed: 2).mid
    var long = try Self.strategy([("window", .number(97)), ("entry_threshold", .number(0.0008))])
    var fresh = long
    var (a, b) = (Desk(), Desk())
    a.fills = false
    b.fills = false
    a.run(&long, Self.market(mids), rows: 0..<5500)
    b.run(&fresh, Self.market(Array(mids[500...])), rows: 0..<5000)
    let late = a.log.map(\.row).filter { $0 > 1000 }
    #expect(late == b.log.map { $0.row + 500 }.filter { $0 > 1000 } && late.count > 10)
  }

  @Test func `the warm-up fills the window`() throws {
    var strategy = try Self.strategy([("window", .text("2 h"))])
    #expect(strategy.warmUpDuration(resolution: .minutes(1)) == .hours(2))
    let market = Self.market(Array(repeating: 100, count: 119) + [90])
    strategy.warmUp(market, rows: 0..<119)
    var desk = Desk()
    desk.run(&strategy, market, rows: 119..<120)
    #expect(desk.log.map(\.row) == [119])
  }

  @Test(arguments: [
    ("entry_threshold", ParameterInput.number(-0.1)), ("position_size", .number(0)),
    ("position_size", .number(2)),
    ("stop_loss", .number(1)), ("window", .number(0)), ("window", .text("0 h")), ("mode", .text("revert")),
    ("order_ttl", .number(0)), ("exit_threshold", .number(.infinity)),
  ])
  func `a parameter that makes no sense is refused`(name: String, input: ParameterInput) {
    #expect(throws: MMSError.self) { _ = try make(ThresholdStrategy.self, [(name, input)]) }
  }

  @Test func `the reference output is met`() throws {
    let market = testMarket(steps: 4000, seed: 21, step: 0.003)
    var strategy = try Self.strategy([("window", .number(120))])
    var desk = Desk()
    desk.run(&strategy, market, rows: 0..<4000)
    try checkReference(
      "Strategy/Threshold", header: ["row", "mid", "side", "quantity", "stop_loss"],
      rows: desk.log.map {
        [Double($0.row), market.mid[$0.row], $0.request.side.sign, $0.request.quantity, $0.request.stopLoss]
      })
  }
}
