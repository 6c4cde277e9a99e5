// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

/// Recorded flow does not react to what we take; an impact model moves what we meet.
struct L2ImpactTests {
  /// Bids of 10 at 1000, 999 and 998, asks of 10 at 1001 … 1004; a trade of one lot at the best bid each second.
  static func market(_ model: (any ImpactModel)?, volatility: Double = 0.01) throws -> L2Market {
    var events: [L2Event] = []
    for level in 0..<4 {
      events.append(L2MarketTests.event(0, .buy, 1000 - Int64(level), 10))
      events.append(L2MarketTests.event(0, .sell, 1001 + Int64(level), 10))
    }
    for second in 1..<100 {
      events.append(
        L2MarketTests.event(Int64(second) * 1_000_000_000, .sell, 1000, 1, trade: true))
      events.append(L2MarketTests.event(Int64(second) * 1_000_000_000, .buy, 1000, 10))
    }
    var market = try L2MarketTests.market(events)
    if let model {
      // A day's volume of 1000 at 1 % a day: with `permanent` 1, 100 lots move the mid by 0.1 %, a tick.
      market.push(
        model,
        in: ImpactConditions(
          volatility: volatility, volume: 1000, liquidity: 1, price: 1000, resolution: .seconds(1)))
    }
    return market
  }

  static func linear(_ permanent: Double) throws -> LinearImpact {
    let schema = LinearImpact.descriptor.parameters
    return try LinearImpact(
      ParameterResolver.resolve(
        [("permanent", .number(permanent)), ("temporary", .number(permanent))], schema: schema, owner: "test",
        path: "params"))
  }

  @Test func `what we take moves the best prices we meet, for us a latency later`() throws {
    var market = try Self.market(try Self.linear(10))
    market.advance(by: 5)
    market.submit(.buy, price: 1001, quantity: 10)
    market.advance(by: 19)
    #expect(market.bestAsk == 1001 && market.bestBid == 1000)
    market.advance(by: 1)
    // 10 lots · 10 · 1 % ÷ 1000 = 0.1 % of 1000.5.
    #expect(market.shift == 1 && market.bestAsk == 1002 && market.bestBid == 1001)
    #expect(market.book.bestAsk == 1001, "the recorded book is as recorded")
    market.submit(.buy, price: 1002, quantity: 5)
    market.advance(by: 100)
    #expect(market.cash == -Int128(10 * 1001), "1002 is 1001 of the recording: swept by us")
    market.submit(.buy, price: 1003, quantity: 5)
    market.advance(by: 100)
    #expect(market.cash == -Int128(10 * 1001 + 5 * 1003))
  }

  @Test func `a market that moves to a resting order fills it, and one that moves away leaves it behind`()
    throws
  {
    var market = try Self.market(try Self.linear(10))
    market.advance(by: 5)
    let resting = market.submit(.sell, price: 1002, quantity: 1)
    let behind = market.submit(.buy, price: 1000, quantity: 1)
    market.advance(by: 50)
    market.submit(.buy, price: 1002, quantity: 20)
    market.advance(by: 50)
    #expect(market.shift == 2)
    let states = Dictionary(uniqueKeysWithValues: market.orders.map { ($0.id, $0.state) })
    #expect(states[resting] == .filled, "1000 bid has become 1002")
    #expect(states[behind] == .working)
    // Trades at 1000 of the recording are at 1002 now: ours at 1000 sees none.
    market.advance(by: 90_000_000_000)
    #expect(market.orders.first { $0.id == behind }?.state == .working)
    var without = try Self.market(nil)
    without.advance(by: 5)
    without.submit(.buy, price: 1000, quantity: 1)
    without.advance(by: 90_000_000_000)
    #expect(without.position == 1, "without impact 10 trades ahead of it and the 11th is its own")
  }

  @Test func `what fades comes back`() throws {
    let schema = ObizhaevaWangImpact.descriptor.parameters
    let model = try ObizhaevaWangImpact(
      ParameterResolver.resolve([], schema: schema, owner: "test", path: "params"))
    var market = try Self.market(model, volatility: 1)
    market.advance(by: 5)
    market.submit(.buy, price: 1004, quantity: 40)
    market.advance(by: 1_000_000_100)
    let first = market.shift
    #expect(first > 0)
    var shifts: [Int64] = []
    while market.advance(by: 1_000_000_000) { shifts.append(market.shift) }
    #expect(zip(shifts, shifts.dropFirst()).allSatisfy { $0 >= $1 } && shifts.last ?? first <= first)
    market.rewind()
    #expect(market.shift == 0)
  }

  @Test func `no impact is the recording`() throws {
    var none = try Self.market(try NoImpact(Self.nothing))
    var plain = try Self.market(nil)
    none.advance(by: 5)
    plain.advance(by: 5)
    none.submit(.buy, price: 1004, quantity: 15)
    plain.submit(.buy, price: 1004, quantity: 15)
    none.advance(by: 1_000)
    plain.advance(by: 1_000)
    #expect(none.cash == plain.cash && none.shift == 0)
  }

  private static var nothing: ParameterValues {
    get throws { try ParameterResolver.resolve([], schema: [], owner: "test", path: "params") }
  }
}
