// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels

extension Benchmark {
  /// Books whose other participants are generated: drawing, choosing, matching, and a strategy of ours among them.
  static var generatedFlow: [Benchmark] {
    [
      generated("book/generated", ZeroIntelligenceFlow.self, isQuoting: true),
      generated("book/generated_alone", ZeroIntelligenceFlow.self),
      generated("book/generated_queues", QueueReactiveFlow.self),
      generated("book/generated_distances", ContStoikovTalrejaFlow.self),
      generated("book/generated_hawkes", HawkesFlow.self),
      generated("book/generated_latent", LatentLiquidityFlow.self, isQuoting: true),
    ]
  }

  private static let events = 500_000

  /// Events of one flow with default parameters; every trade is looked at.
  ///
  /// - Parameter isQuoting: Whether a lot of ours waits at both best prices, looked at every 100 ms of the book.
  private static func generated<M: FlowModel & NativeModel>(
    _ name: String, _ type: M.Type, isQuoting: Bool = false
  ) -> Benchmark {
    Benchmark(name: name) { (_) throws(MMSError) in
      let values = try ParameterResolver.resolve(
        [], schema: M.descriptor.parameters, owner: "model '\(M.descriptor.id)'", path: "params")
      let model = try M(values)
      var trades = BookEvents(.trades, capacity: 4096)
      var market = try FlowMarket(
        model: model, path: PathContext(seed: 1, path: 0, isCentral: false),
        reference: FlowConditions(fairPrice: 1e6), into: &trades)
      var (quotes, lots, fills) = (TouchQuotes(), Int64(0), 0)
      let reading = try Stopwatch.nanoseconds(per: events, "event") { () throws(MMSError) in
        for _ in 0..<events {
          trades.removeAll()
          let limit = isQuoting ? quotes.nextLook : .infinity
          if market.next(before: limit, into: &trades) == nil {
            guard isQuoting else {
              throw MMSError(.internal, "the flow of '\(M.descriptor.id)' has ended")
            }
            quotes.look(at: &market, into: &trades)
            _ = market.next(before: .infinity, into: &trades)
          }
          for index in 0..<trades.count where trades[index].kind == .trade {
            lots &+= trades[index].quantity
            if trades[index].maker >= FlowMarket.firstOwnID { fills &+= 1 }
          }
        }
      }
      sink(lots)
      return Reading(
        value: (1e9 / reading.value).rounded(), unit: "events/s",
        detail: "one core, \(M.descriptor.id), matched; \(Figures.plain(reading.value, 2)) ns/event; "
          + (isQuoting
            ? "\(Figures.count(quotes.sent, "quote")) of ours, \(Figures.count(fills, "fill")); " : "")
          + reading.detail)
    }
  }
}

/// A bid and an ask of ours at the best prices, put anew where those have gone or ours were filled.
private struct TouchQuotes {
  private static let interval = 0.1
  private(set) var nextLook = interval
  private(set) var sent = 0
  private var ids: (bid: UInt64, ask: UInt64) = (0, 0)
  private var nextID = FlowMarket.firstOwnID

  mutating func look(at market: inout FlowMarket, into events: inout BookEvents) {
    let now = max(market.time, nextLook)
    ids.bid = requote(ids.bid, .buy, at: &market, now, into: &events)
    ids.ask = requote(ids.ask, .sell, at: &market, now, into: &events)
    nextLook = now + Self.interval
  }

  private mutating func requote(
    _ id: UInt64, _ side: Side, at market: inout FlowMarket, _ now: Double, into events: inout BookEvents
  ) -> UInt64 {
    guard let best = side == .buy ? market.book.bestBid : market.book.bestAsk else { return id }
    if let order = market.book.order(id) {
      if order.price == best { return id }
      market.apply(.cancel(id), at: now, into: &events)
    }
    let fresh = nextID
    nextID += 1
    sent += 1
    market.apply(.limit(fresh, side, 1, at: best), at: now, into: &events)
    return fresh
  }
}
