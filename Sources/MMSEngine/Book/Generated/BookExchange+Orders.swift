// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

/// Our orders.
extension BookExchange {
  /// The level of an order of ours that the band has left: it waits outside the book.
  static let parked = Int64.min

  /// Hands over the fills of our resting orders.
  mutating func takeFills(into fills: inout [(key: UInt64, lots: Int64)]) {
    if !core.ownTrades.isEmpty { collect() }
    swap(&fills, &filled)
    filled.removeAll(keepingCapacity: true)
  }

  /// Takes liquidity.
  ///
  /// - Parameter limit: The worst price, in ticks of the market; nil for any.
  /// - Returns: The lots taken and what they cost, in lots × ticks of the market.
  mutating func take(_ side: Side, _ lots: Int64, upTo limit: Int64?) -> (lots: Int64, cost: Double) {
    changing()
    let (anchor, scale, band) = (anchor, scale, band)
    var limit = limit
    if band.isOn {
      limit = band.reach(side, upTo: limit)
      if limit == nil { return (0, 0) }
    }
    var cost = 0.0
    let taken = core.take(side, lots, upTo: limit.map { level(side, $0) }) { level, lots in
      let price = anchor &+ Int64(((Double(level) - 0.5) * scale).rounded(.up))
      cost += Double(band.clamp(price)) * Double(lots)
    }
    return (taken, cost)
  }

  /// Whether a limit would take at once.
  func crosses(_ side: Side, _ limit: Int64) -> Bool {
    side == .buy ? level(.buy, limit) >= core.lowestAsk : level(.sell, limit) <= core.highestBid
  }

  /// Lets an order rest.
  mutating func rest(_ key: UInt64, _ side: Side, _ lots: Int64, at limit: Int64) {
    changing()
    own.append(OwnOrder(key: key, side: side, price: limit, level: .min, lots: lots))
    _ = place(own.count - 1, at: level(side, limit))
  }

  /// Takes the order at an index of ``own`` out.
  mutating func remove(at index: Int) {
    changing()
    core.remove(own[index].key)
    own.remove(at: index)
  }

  /// Leaves a resting order fewer lots.
  mutating func reduce(at index: Int, to lots: Int64) {
    changing()
    core.reduce(own[index].key, by: own[index].lots &- lots)
    own[index].lots = lots
  }
}
