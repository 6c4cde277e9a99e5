// SPDX-License-Identifier: Apache-2.0

import MMSCore

extension OrderBook {
  /// What must hold between operations; nil when it does, else what does not.
  ///
  /// For tests: nothing calls it where books run.
  ///
  /// - Complexity: O(levels + orders).
  func checkInvariants() -> String? {
    if best[0] >= best[1] { return "the bid's level \(best[0]) is not below the ask's \(best[1])" }
    var resting = 0
    for index in 0..<levels.count {
      let level = levels[index]
      if occupied.contains(index) != (level.head != 0) { return "the bitmap is wrong at level \(index)" }
      if (level.head == 0) != (level.tail == 0) { return "level \(index) has a head or a tail, not both" }
      if level.head == 0 {
        if level.quantity != 0 { return "empty level \(index) holds \(level.quantity)" }
        continue
      }
      if index > best[0], index < best[1] { return "level \(index) is between the best prices" }
      let side: Side = index <= best[0] ? .buy : .sell
      var (slot, before, sum) = (level.head, UInt32(0), Int64(0))
      while slot != 0 {
        let order = slots[slot]
        if order.previous != before { return "order \(order.id) is not behind its predecessor" }
        if order.isStop || order.side != side || order.price != origin + Int64(index) {
          return "order \(order.id) is in the wrong queue"
        }
        if !Self.isSound(order.quantity) { return "order \(order.id) has \(order.quantity) open" }
        if directory.slot(of: order.id) != slot { return "order \(order.id) is not found by its id" }
        if let ahead = tracking.ahead(of: slot, order.price), ahead != sum {
          return "order \(order.id) has \(sum) ahead, not \(ahead)"
        }
        sum += order.quantity
        resting += 1
        if resting > openOrders { return "more orders rest than there are, or a queue is a circle" }
        (before, slot) = (slot, order.next)
      }
      if level.tail != before { return "level \(index) does not end at its tail" }
      if level.quantity != sum { return "level \(index) holds \(sum), not \(level.quantity)" }
    }
    if best[0] >= 0, !occupied.contains(best[0]) { return "the best bid's level is empty" }
    if best[1] < levels.count, !occupied.contains(best[1]) { return "the best ask's level is empty" }
    if resting + stops.waiting.count != openOrders { return "\(openOrders) orders, \(resting) rest" }
    var (free, slot) = (0, freeSlot)
    while slot != 0, free < Int(usedSlots) { (free, slot) = (free + 1, slots[slot].next) }
    if free + openOrders + 1 != Int(usedSlots) { return "\(usedSlots) slots used, \(free) free" }
    return nil
  }
}
