// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

/// Bands and halts of a recorded market: they bind our orders, not the recorded ones.
extension RecordedExchange {
  /// Bounds what we trade at; our orders outside leave the book, and join the end of the queue when they are back.
  mutating func setBand(_ price: Double) {
    band.open(at: price, tick: flow.tick)
    for order in own where band.admits(order.price) == parked.contains(order.key) {
      if parked.remove(order.key) != nil {
        join(order)
      } else {
        parked.insert(order.key)
        withdraw(order)
      }
    }
    exchange.meet(clock)
    collect()
  }

  /// Begins or ends a halt: orders of ours wait, places in queues are followed on.
  mutating func setHalt(_ halts: Bool) {
    isHalted = halts
    exchange.isHalted = halts
    exchange.meet(clock)
    collect()
  }

  mutating func join(_ order: BookExchange.OwnOrder) {
    exchange.join(
      L2Request(
        arrival: clock, id: order.key, side: order.side, isCancel: false, timeInForce: .goodTilCancelled,
        price: order.price, quantity: order.lots), after: next)
  }

  mutating func withdraw(_ order: BookExchange.OwnOrder) {
    exchange.receive(
      L2Request(
        arrival: clock, id: order.key, side: order.side, isCancel: true, timeInForce: .goodTilCancelled,
        price: order.price, quantity: 0), after: next)
  }
}
