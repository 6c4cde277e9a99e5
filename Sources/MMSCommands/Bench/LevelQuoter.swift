// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine

/// A market maker that shows one bid and one ask around the mid, shifted against what it holds.
///
/// It looks every so often, moves a quote only when its price changes, and never waits for an answer.
struct LevelQuoter {
  /// Half the distance of the quotes, in ticks.
  var half = 0.5
  /// Ticks a quote is shifted for each base unit held.
  var skew = 1.0
  /// Lots held at most.
  var most: Int64 = 1_000
  /// Lots of a quote.
  var size: Int64 = 50

  /// Quotes until the feed ends.
  func run(_ market: inout L2Market, every step: Int64) {
    while market.advance(by: step) { quote(&market) }
  }

  private func quote(_ market: inout L2Market) {
    market.clearInactive()
    guard let bestBid = market.bestBid, let bestAsk = market.bestAsk else { return }
    let mid = Double(bestBid + bestAsk) / 2
    let shift = -skew * Double(market.position) * market.settings.lot
    let bid = min(Int64((mid - half + shift).rounded(.down)), bestBid)
    let ask = max(Int64((mid + half + shift).rounded(.up)), bestAsk)
    var (hasBid, hasAsk) = (false, false)
    for index in market.orders.indices {
      let order = market.orders[index]
      if order.price == (order.side == .buy ? bid : ask) {
        if order.side == .buy { hasBid = true } else { hasAsk = true }
      } else {
        market.cancel(order.id)
      }
    }
    if !hasBid, market.position < most {
      market.submit(.buy, price: bid, quantity: size, timeInForce: .postOnly)
    }
    if !hasAsk, market.position > -most {
      market.submit(.sell, price: ask, quantity: size, timeInForce: .postOnly)
    }
  }
}
