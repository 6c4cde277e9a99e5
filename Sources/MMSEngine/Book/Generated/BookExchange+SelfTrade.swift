// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

extension BookExchange {
  /// Takes the next order of ours out that an order of ours would meet; nil when it would meet none.
  mutating func preventSelfTrade(_ side: Side, _ lots: Int64, upTo limit: Int64?) -> UInt64? {
    if own.isEmpty { return nil }
    let bound = limit.map { level(side, $0) }
    for index in own.indices where own[index].side != side && own[index].level != Self.parked {
      let order = own[index]
      if let bound, side == .buy ? order.level > bound : order.level < bound { continue }
      // What stands before it is taken first.
      var ahead = core.queueAhead(of: order.key)
      var price = side == .buy ? core.lowestAsk : core.highestBid
      while price != order.level, ahead < lots {
        ahead &+= core.depth(order.side, at: price)
        price = side == .buy ? price &+ 1 : price &- 1
      }
      if ahead >= lots { continue }
      remove(at: index)
      return order.key
    }
    return nil
  }
}
