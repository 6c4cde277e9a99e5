// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

extension OrderBook {
  /// Trades an incoming order against the other side.
  ///
  /// - Returns: The lots left; 0 also when self-trade prevention cancelled the rest.
  @inline(never)
  mutating func take(_ order: BookOperation, upTo limit: Int64, _ events: inout BookEvents) -> Int64 {
    if order.side == .buy {
      let last = min(Int(limit &- origin), levels.count &- 1)
      return sweep(order, isBuy: true, last: last, &events)
    }
    return sweep(order, isBuy: false, last: max(Int(limit &- origin), 0), &events)
  }

  /// Walks levels from the best one to the last one reached, and each queue from its head.
  @inline(always)
  private mutating func sweep(
    _ order: BookOperation, isBuy: Bool, last: Int, _ events: inout BookEvents
  ) -> Int64 {
    let other = isBuy ? 1 : 0
    var open = order.quantity
    var index = best[other]
    var firstPrice: Int64?
    let checksOwner = settings.selfTrade != .allow && order.owner != 0
    while open > 0, isBuy ? index <= last : index >= last {
      let price = origin &+ Int64(index)
      var level = levels[index]
      repeat {
        let slot = level.head
        let maker = slots[slot]
        if checksOwner, owners[slot] == order.owner {
          if settings.selfTrade != .cancelIncoming {
            levels[index] = level
            withdraw(slot, reason: .selfTrade, &events)
            level = levels[index]
          }
          if settings.selfTrade != .cancelResting {
            drop(order, open, .selfTrade, &events)
            open = 0
          }
          continue
        }
        let traded = min(open, maker.quantity)
        open &-= traded
        level.quantity &-= traded
        events.append(
          BookEvent(
            .trade, side: isBuy ? .buy : .sell, id: order.id, maker: maker.id, price: price,
            quantity: traded, remaining: maker.quantity &- traded))
        lastPrice = price
        firstPrice = firstPrice ?? price
        if tracking.isActive { tracking.noteRemoval(slot, price, traded) }
        if traded < maker.quantity {
          slots[slot].quantity = maker.quantity &- traded
          break
        }
        if tracking.isActive { tracking.forget(slot, price) }
        directory.remove(maker.id)
        release(slot)
        level.head = maker.next
        if level.head == 0 { break }
        slots[level.head].previous = 0
      } while open > 0 && level.head != 0
      if level.head != 0 {
        levels[index] = level
        break
      }
      // Withdrawing the last order has already emptied the level.
      if occupied.contains(index) {
        levels[index] = BookLevel()
        occupied.remove(index)
      }
      index = isBuy ? occupied.next(after: index) : occupied.previous(before: index)
      best[other] = index
    }
    if stops.isWaiting, let first = firstPrice, let last = lastPrice {
      stops.noteTrades(from: first, to: last)
    }
    return open
  }

  /// Whether a fill-or-kill order could trade whole.
  ///
  /// - Complexity: O(levels reached), with self-trade prevention O(orders reached).
  @inline(never)
  mutating func canFill(_ order: BookOperation) -> Bool {
    var open = order.quantity
    let checksOwner = settings.selfTrade != .allow && order.owner != 0
    var price = nextPrice(order.side.opposite, behind: nil)
    while let reached = price, order.side == .buy ? reached <= order.price : reached >= order.price {
      let level = levels[Int(reached &- origin)]
      if !checksOwner {
        open &-= level.quantity
      } else {
        var slot = level.head
        while slot != 0, open > 0 {
          if owners[slot] != order.owner {
            open &-= slots[slot].quantity
          } else if settings.selfTrade != .cancelResting {
            return false
          }
          slot = slots[slot].next
        }
      }
      if open <= 0 { return true }
      price = nextPrice(order.side.opposite, behind: reached)
    }
    return false
  }
}
