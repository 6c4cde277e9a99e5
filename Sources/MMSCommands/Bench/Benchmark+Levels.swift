// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import MMSRuntime

extension Benchmark {
  /// Market making in a feed of levels: the feed alone, and quotes looked at every so often.
  static var levelFeed: [Benchmark] {
    [
      levels("book/l2_feed", every: nil, sent: 0, fills: 0),
      levels("book/l2_quoting_100ms", every: 100_000_000, sent: 200_441, fills: 93_961),
      levels("book/l2_quoting_10ms", every: 10_000_000, sent: 263_448, fills: 113_063),
    ]
  }

  /// The feed twice, at the exchange and a millisecond later here, and orders that take a millisecond each way.
  ///
  /// - Parameters:
  ///   - sent: Orders that the quoter must have sent in every run.
  ///   - fills: Fills it must know of.
  private static func levels(_ name: String, every step: Int64?, sent: UInt64, fills: Int) -> Benchmark {
    Benchmark(name: name) { (_) throws(MMSError) in
      let schema = PowerQueueFill.descriptor.parameters
      let model = try PowerQueueFill(
        ParameterResolver.resolve([("n", .number(2))], schema: schema, owner: name, path: "params"))
      let settings = L2Settings(
        tick: LevelFeed.tick, lot: LevelFeed.lot, entryLatency: 1_000_000, responseLatency: 1_000_000,
        fills: .whole, makerFee: -0.00005, takerFee: 0.0007)
      let events = LevelFeed.events()
      var market = try L2Market(settings, events: events, model: model)
      let reading = try Stopwatch.nanoseconds(per: events.count, "event") { () throws(MMSError) in
        market.rewind()
        if let step {
          LevelQuoter().run(&market, every: opaque(step))
        } else {
          while market.advance(by: opaque(1_000_000_000_000)) {}
        }
        sink(market.book.isCrossed)
        guard market.sent == sent, market.fills == fills else {
          throw MMSError(
            .internal, "\(market.sent) orders and \(market.fills) fills, not \(sent) and \(fills)")
        }
      }
      let balance = Double(market.cash) * settings.tick * settings.lot
      return Reading(
        value: (1e9 / reading.value).rounded(), unit: "events/s",
        detail: "one core, \(Figures.plain(reading.value, 2)) ns/event; "
          + (step == nil
            ? "no orders; "
            : "\(Figures.count(Int(sent), "order")), \(Figures.count(fills, "fill")), balance"
              + " \(Figures.plain(balance, 3)), position \(Figures.plain(Double(market.position) * settings.lot, 3));")
          + " " + reading.detail)
    }
  }
}
