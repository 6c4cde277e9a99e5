// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

/// Orders of ours in a recorded feed of levels, worked out by hand.
struct L2MarketTests {
  /// One tick is 1, one lot is 1, a feed latency of 1, order latencies of 10 each way.
  static func market(
    _ events: [L2Event], fills: L2Settings.Fills = .partial, n: Double = 1
  ) throws -> L2Market {
    let schema = PowerQueueFill.descriptor.parameters
    let model = try PowerQueueFill(
      ParameterResolver.resolve([("n", .number(n))], schema: schema, owner: "test", path: "params"))
    return try L2Market(
      L2Settings(
        tick: 1, lot: 1, entryLatency: 10, responseLatency: 10, fills: fills, makerFee: -0.01, takerFee: 0.02),
      events: events, model: model, levels: 64)
  }

  static func event(
    _ time: Int64, _ side: Side, _ price: Int64, _ quantity: Int64, trade: Bool = false
  ) -> L2Event {
    L2Event(
      exchangeTime: time, localTime: time + 1,
      DepthUpdate(side, price: price, quantity: quantity, isTrade: trade))
  }

  /// 10 bid at 100 (5 more at 99), 8 asked at 101, 20 at 102; the last event keeps the feed alive.
  static let start = [
    event(0, .buy, 100, 10), event(0, .buy, 99, 5), event(0, .sell, 101, 8), event(0, .sell, 102, 20),
  ]
  static let end = event(100_000, .buy, 90, 1)

  @Test func `an order waits behind what was there, and fills by what trades beyond it`() throws {
    var market = try Self.market(
      Self.start + [
        Self.event(100, .sell, 100, 4, trade: true), Self.event(101, .buy, 100, 6),
        // 6 ahead of us, 4 more come behind, then half of 10 leaves: a = 6, b = 4, p = 0.4; 3 of 5 were ahead.
        Self.event(200, .buy, 100, 10), Self.event(300, .buy, 100, 5),
        // 3 ahead: a trade of 5 leaves 2 for us.
        Self.event(400, .sell, 100, 5, trade: true), Self.event(500, .sell, 100, 9, trade: true), Self.end,
      ])
    market.advance(by: 5)
    let id = market.submit(.buy, price: 100, quantity: 3)
    #expect(market.orders.first?.state == .sent)
    market.advance(by: 19)
    #expect(market.orders.first?.state == .sent, "the answer takes until 25")
    market.advance(by: 1)
    #expect(market.orders.first?.state == .working)
    market.advance(by: 384)
    #expect(market.time == 409 && market.position == 0, "it fills at 400, and we know at 410")
    market.advance(by: 1)
    #expect(market.position == 2 && market.cash == -200 && market.fills == 1)
    #expect(
      market.orders.first == L2Order(id: id, side: .buy, state: .working, price: 100, open: 1, filled: 2))
    market.advance(by: 200)
    #expect(market.position == 3 && market.orders.first?.state == .filled)
    #expect(abs(market.fees + 3) < 1e-12, "a rebate of 1 % of 300")
    market.clearInactive()
    #expect(market.orders.isEmpty)
  }

  @Test func `whole fills take all at once`() throws {
    var market = try Self.market(
      Self.start + [Self.event(100, .sell, 100, 11, trade: true), Self.end], fills: .whole)
    market.advance(by: 5)
    market.submit(.buy, price: 100, quantity: 30)
    market.advance(by: 200)
    #expect(market.position == 30)
  }

  @Test(arguments: [L2Settings.Fills.whole, .partial])
  func `a trade beyond our price and a best price that reaches it fill us`(fills: L2Settings.Fills) throws {
    var passed = try Self.market(
      Self.start + [Self.event(100, .sell, 99, 1, trade: true), Self.end], fills: fills)
    passed.advance(by: 5)
    passed.submit(.buy, price: 100, quantity: 3)
    passed.submit(.buy, price: 99, quantity: 3)
    passed.submit(.sell, price: 103, quantity: 2)
    passed.advance(by: 200)
    #expect(passed.position == 3, "the one at 99 still waits behind 5")
    var crossed = try Self.market(
      Self.start + [
        Self.event(100, .sell, 101, 0), Self.event(100, .sell, 102, 0), Self.event(100, .buy, 103, 1),
        Self.end,
      ], fills: fills)
    crossed.advance(by: 5)
    crossed.submit(.sell, price: 103, quantity: 2)
    crossed.submit(.sell, price: 104, quantity: 2)
    crossed.advance(by: 200)
    #expect(crossed.position == -2 && crossed.cash == 206)
  }

  @Test func `what takes sweeps the levels shown, and they are empty until they are told anew`() throws {
    var market = try Self.market(Self.start + [Self.event(200, .sell, 101, 4), Self.end])
    market.advance(by: 5)
    market.submit(.buy, price: 102, quantity: 10)
    market.submit(.buy, price: 101, quantity: 10, timeInForce: .immediateOrCancel)
    market.submit(.buy, price: 102, quantity: 19, timeInForce: .fillOrKill)
    market.submit(.buy, price: 102, quantity: 18, timeInForce: .fillOrKill)
    market.submit(.buy, price: 102, quantity: 1, timeInForce: .postOnly)
    market.advance(by: 100)
    #expect(market.orders.map(\.state) == [.filled, .cancelled, .rejected, .filled, .rejected])
    #expect(market.position == 28 && market.cash == -Int128(8 * 101 + 20 * 102))
    #expect(abs(market.fees - 0.02 * Double(8 * 101 + 20 * 102)) < 1e-9)
    market.advance(by: 100)
    market.submit(.buy, price: 101, quantity: 9, timeInForce: .immediateOrCancel)
    market.advance(by: 100)
    #expect(market.position == 32, "4 are told at 101 again")
  }

  @Test func `two orders of ours never fill against the same volume`() throws {
    var market = try Self.market(Self.start + [Self.event(100, .sell, 100, 14, trade: true), Self.end])
    market.advance(by: 5)
    market.submit(.buy, price: 100, quantity: 3)
    market.submit(.buy, price: 100, quantity: 3)
    market.advance(by: 200)
    #expect(market.position == 4 && market.orders.map(\.filled) == [3, 1])
  }

  @Test func `a cancellation may come too late, and is known to`() throws {
    var market = try Self.market(Self.start + [Self.event(54, .sell, 100, 20, trade: true), Self.end])
    market.advance(by: 5)
    let id = market.submit(.buy, price: 100, quantity: 3)
    let tooSoon = market.cancel(id)
    #expect(!tooSoon, "it is not known to be working")
    market.advance(by: 40)
    let (first, second) = (market.cancel(id), market.cancel(id))
    #expect(first && !second)
    market.advance(by: 100)
    #expect(market.orders.first?.state == .filled && market.position == 3)
    let other = market.submit(.sell, price: 105, quantity: 1)
    market.advance(by: 100)
    let asked = market.cancel(other)
    #expect(asked)
    market.advance(by: 100)
    #expect(market.orders.last?.state == .cancelled)
  }

  @Test func `the book here is the one of the feed latency ago, and never crosses`() throws {
    var market = try Self.market([
      Self.event(0, .buy, 100, 1), Self.event(0, .sell, 101, 1), Self.event(50, .buy, 102, 1), Self.end,
    ])
    market.advance(by: 50)
    #expect(market.book.bestBid == 100 && market.book.bestAsk == 101)
    market.advance(by: 1)
    #expect(market.book.bestBid == 102 && market.book.bestAsk == nil && !market.book.isCrossed)
    var alive = 0
    while market.advance(by: 10_000) { alive += 1 }
    #expect(alive == 9, "the last event reaches us at 100,001")
  }

  @Test func `a rewound market does the same again`() throws {
    var market = try Self.market(Self.start + [Self.event(100, .sell, 100, 14, trade: true), Self.end])
    var seen: [Int128] = []
    for _ in 0..<2 {
      market.advance(by: 5)
      market.submit(.buy, price: 100, quantity: 3)
      market.submit(.buy, price: 102, quantity: 3)
      market.advance(by: 500)
      seen.append(market.cash)
      market.rewind()
      #expect(market.position == 0 && market.orders.isEmpty && market.book.bestBid == nil)
    }
    #expect(seen[0] == seen[1] && seen[0] == -603)
  }

  @Test func `where orders are known, only what came before us is ahead`() throws {
    // 10 are bid at 100 by the feed's first event; we join after it, 6 come behind us, 4 of the first leave, 5 of
    // the others leave, a trade takes 6 of the first: then ours is next, and 2 of a trade behind us are ours.
    let events =
      Self.start + [
        Self.event(100, .buy, 100, 16), Self.event(110, .buy, 100, 12), Self.event(120, .buy, 100, 7),
        Self.event(130, .sell, 100, 6, trade: true), Self.event(130, .buy, 100, 1),
        Self.event(140, .sell, 100, 2, trade: true), Self.event(140, .buy, 100, 0), Self.end,
      ]
    let births = [0, 1, 2, 3, 4, 0, 4, 0, .max, 4, .max, 11]
    let settings = L2Settings(tick: 1, lot: 1, entryLatency: 10, responseLatency: 10)
    let known = try KnownQueueFill(
      ParameterResolver.resolve([], schema: [], owner: "test", path: "params"))
    var market = try L2Market(settings, events: events, births: births, model: known)
    market.advance(by: 5)
    market.submit(.buy, price: 100, quantity: 3)
    market.advance(by: 144)
    #expect(market.position == 0)
    market.advance(by: 1)
    #expect(market.position == 2)
    let error = #expect(throws: MMSError.self) { _ = try L2Market(settings, events: events, model: known) }
    #expect(error?.code == .invalidValue)
  }

  @Test func `quantities at the end of the numbers fill what is open and no more`() throws {
    for fills in [L2Settings.Fills.whole, .partial] {
      var market = try Self.market(
        Self.start + [
          Self.event(100, .sell, 100, .max, trade: true), Self.event(101, .sell, 100, .max, trade: true),
          Self.end,
        ], fills: fills)
      market.advance(by: 5)
      market.submit(.buy, price: 100, quantity: 3)
      market.advance(by: 200)
      #expect(market.position == 3)
    }
  }

  @Test func `a feed that goes back in time is refused`() throws {
    let error = #expect(throws: MMSError.self) {
      _ = try Self.market([Self.event(5, .buy, 100, 1), Self.event(4, .buy, 100, 1)])
    }
    #expect(error?.code == .invalidData && error?.message.contains("event 2") == true)
  }
}
