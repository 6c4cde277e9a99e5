// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// What a flow looks like by itself, measured on a book, and how it is made the size of a market.
struct FlowScale: Sendable {
  /// Time-averaged, ticks of the flow.
  private(set) var spread = 1.0
  /// Time-averaged lots of the flow at the best prices.
  private(set) var bestLots = 1.0
  /// Lots of the flow that trade in a second.
  private(set) var tradedPerSecond = 0.0
  /// Events in a second.
  private(set) var eventsPerSecond = 0.0

  /// Events that are watched: enough for a per cent.
  private static let events = 30_000

  /// Watches a flow; the same numbers for every seed of a simulation, since they are part of its scenario.
  init(_ model: any FlowModel) throws(MMSError) {
    var exchange = try BookExchange(model, unit: 1, marketUnit: 1)
    exchange.begin(PathContext(seed: 0, path: 0, isCentral: true), reference: FlowConditions())
    (spread, bestLots, tradedPerSecond, eventsPerSecond) = exchange.measure(events: Self.events)
  }

  /// Ticks of the market in a tick of the flow, so that its spread is the column's; at least one.
  func ticks(halfSpread: Double, mid: Double, tick: Double) -> Double {
    let wanted = 2 * halfSpread * mid / tick / spread
    return wanted > 1 ? min(wanted, 1e6) : 1
  }

  /// Lots of the market in a lot of the flow, so that the depth at the best price is the reference's.
  func unit(depth: Double, lot: Double) -> Int64 { Self.lots(depth / lot / bestLots) }

  /// Lots of the market that a market order has for each of the flow's, so that the volume is the reference's.
  func marketUnit(volumePerSecond: Double, lot: Double) -> Int64 {
    tradedPerSecond > 0 ? Self.lots(volumePerSecond / lot / tradedPerSecond) : 1
  }

  private static func lots(_ count: Double) -> Int64 {
    count.isFinite ? Int64(max(1, min(count.rounded(), 1e9))) : 1
  }
}

extension BookExchange {
  /// Runs a flow by itself.
  mutating func measure(
    events: Int
  ) -> (spread: Double, bestLots: Double, tradedPerSecond: Double, eventsPerSecond: Double) {
    let first = eventCount
    var (time, spread, best, last) = (0.0, 0.0, 0.0, now)
    core.traded = 0
    while eventCount - first < events {
      let (gap, lots) = (
        core.lowestAsk - core.highestBid, bestDepth(.buy) + bestDepth(.sell)
      )
      if !step() { break }
      let held = now - last
      last = now
      time += held
      spread += Double(gap) * held
      best += 0.5 * Double(lots) * held
    }
    guard time > 0 else { return (1, 1, 0, 0) }
    return (spread / time, best / time, Double(core.traded) / time, Double(events) / time)
  }
}
