// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSModels
import Testing

struct AvellanedaStoikovStrategyTests {
  static let paper: [(name: String, input: ParameterInput)] = [
    ("gamma", .number(0.1)), ("k", .number(1.5)), ("sigma", .number(2)), ("units", .text("price")),
    ("quantity", .number(1)), ("horizon", .text("0 s")),
  ]

  /// What the strategy quotes at a row for a position: bid and ask, NaN where it does not quote.
  static func quote(
    _ strategy: inout AvellanedaStoikovStrategy, _ market: MarketBlock, row: Int, position: Double
  ) -> (bid: Double, ask: Double) {
    var account = Account(cash: 1000)
    account.position = position
    var sink = OrderSink()
    strategy.decide(market, row: row, account: account, orders: &sink)
    var quote = (bid: Double.nan, ask: Double.nan)
    for case .submit(_, let request) in sink.actions {
      #expect(request.type == .limit && request.timeToLive == 1)
      if request.side == .buy { quote.bid = request.price } else { quote.ask = request.price }
    }
    return quote
  }

  static let days = testContext(steps: 101, resolution: SimDuration(nanoseconds: 864_000_000_000))

  /// r = s − qγσ²τ and spread γσ²τ + (2/γ) ln(1 + γ/k), at the start of the paper's session: 0.4 + 1.2908.
  @Test func `quotes are those of the paper`() throws {
    var strategy = try make(AvellanedaStoikovStrategy.self, Self.paper)
    strategy.begin(centralPath, context: Self.days)
    let market = testMarket(steps: 101)
    let quote = Self.quote(&strategy, market, row: 0, position: 3)
    let spread = 0.4 + 20 * MMSMath.log1p(0.1 / 1.5)
    #expect((quote.ask - quote.bid - spread).magnitude < 1e-12)
    #expect(((quote.ask + quote.bid) / 2 - (market.mid[0] - 3 * 0.4)).magnitude < 1e-12)
    // Nothing is left of the risk at the last close.
    let last = Self.quote(&strategy, market, row: 100, position: 3)
    #expect((last.ask - last.bid - 20 * MMSMath.log1p(0.1 / 1.5)).magnitude < 1e-12)
    #expect(((last.ask + last.bid) / 2 - market.mid[100]).magnitude < 1e-12)
  }

  @Test func `without skew quotes stand around the mid whatever is held`() throws {
    var strategy = try make(AvellanedaStoikovStrategy.self, Self.paper + [("skew", .flag(false))])
    strategy.begin(centralPath, context: Self.days)
    let market = testMarket(steps: 101)
    let quote = Self.quote(&strategy, market, row: 10, position: -9)
    #expect(((quote.ask + quote.bid) / 2 - market.mid[10]).magnitude < 1e-12)
  }

  @Test func `a full inventory quotes one side only`() throws {
    var strategy = try make(AvellanedaStoikovStrategy.self, Self.paper + [("max_inventory", .number(3))])
    strategy.begin(centralPath, context: Self.days)
    let market = testMarket(steps: 101)
    #expect(!Self.quote(&strategy, market, row: 0, position: 2).bid.isNaN)
    #expect(Self.quote(&strategy, market, row: 0, position: 3).bid.isNaN)
    #expect(Self.quote(&strategy, market, row: 0, position: -2.5).ask.isNaN)
    #expect(throws: MMSError.self) {
      try make(AvellanedaStoikovStrategy.self, Self.paper + [("max_inventory", .number(0.5))])
    }
  }

  /// Relative units follow the market's own volatility, and risk counts in lots.
  @Test func `relative units scale with price and quantity`() throws {
    var strategy = try make(
      AvellanedaStoikovStrategy.self,
      [("gamma", .number(2)), ("k", .number(1000)), ("quantity", .number(0.05)), ("horizon", .text("12 h"))])
    strategy.begin(centralPath, context: Self.days)
    let market = testMarket(steps: 20)
    let quote = Self.quote(&strategy, market, row: 7, position: 0.1)
    let (mid, sigma) = (market.mid[7], market.volatility[7])
    let risk = 2 * sigma * sigma * 0.5
    #expect(((quote.ask - quote.bid) / mid - (risk + MMSMath.log1p(2 / 1000))).magnitude < 1e-12)
    #expect((mid - (quote.ask + quote.bid) / 2 - mid * 2 * risk).magnitude < 1e-10)
  }

  @Test func `stored reference`() throws {
    var rows: [[Double]] = []
    let market = testMarket(steps: 101)
    for parameters in [Self.paper, []] {
      var strategy = try make(AvellanedaStoikovStrategy.self, parameters)
      strategy.begin(centralPath, context: Self.days)
      for row in stride(from: 0, to: 101, by: 4) {
        let quote = Self.quote(&strategy, market, row: row, position: Double(row % 7 - 3) * 0.02)
        rows.append([Double(row), quote.bid, quote.ask])
      }
    }
    try checkReference("Strategy/AvellanedaStoikov", header: ["step", "bid", "ask"], rows: rows)
  }
}
