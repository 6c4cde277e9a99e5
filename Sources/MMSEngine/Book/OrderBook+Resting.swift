// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

extension OrderBook {
  /// Puts what is open of an order at the end of its price's queue.
  @inline(always)
  mutating func rest(_ order: BookOperation, _ open: Int64, _ events: inout BookEvents) {
    var index = Int(order.price &- origin)
    if UInt(bitPattern: index) >= UInt(bitPattern: levels.count) {
      if !reach(order.price) { return drop(order, open, .priceOutOfReach, &events) }
      index = Int(order.price &- origin)
    }
    var slot = freeSlot
    if slot != 0 {
      freeSlot = slots[slot].next
    } else {
      slot = newSlot()
      if slot == 0 { return drop(order, open, .bookFull, &events) }
    }
    openOrders &+= 1
    var level = levels[index]
    slots[slot] = OrderSlot(
      id: order.id, quantity: open, tag: OrderSlot.tag(order.side, order.price), next: 0,
      previous: level.tail)
    if settings.selfTrade != .allow { owners[slot] = order.owner }
    if settings.tracksQueues { track(order, slot, ahead: level.quantity) }
    // Slot 0 is none's: writing its link is harmless and saves a branch that is hard to predict.
    slots[level.tail].next = slot
    if level.tail == 0 {
      level.head = slot
      occupied.insert(index)
      let side = Int(order.side.rawValue)
      let mask = 0 &- side
      best[side] = max(best[side] ^ mask, index ^ mask) ^ mask
    }
    level.tail = slot
    level.quantity &+= open
    levels[index] = level
    directory.insert(order.id, slot: slot)
  }

  /// Takes an order out on request.
  @inline(always)
  mutating func cancel(_ operation: BookOperation, _ events: inout BookEvents) {
    let slot = directory.slot(of: operation.id)
    if slot == 0 { return reject(operation, .unknownOrder, &events) }
    if slots[slot].isStop { return withdrawStop(slot, &events) }
    withdraw(slot, reason: .requested, &events)
  }

  /// Takes a resting order out.
  @inline(always)
  mutating func withdraw(_ slot: UInt32, reason: BookReason, _ events: inout BookEvents) {
    let order = slots[slot]
    if events.isComplete {
      events.append(
        BookEvent(
          .cancelled, side: order.side, reason: reason, id: order.id, price: order.price,
          quantity: order.quantity))
    }
    remove(slot, order)
  }

  /// Takes a resting order out without a word.
  @inline(always)
  mutating func remove(_ slot: UInt32, _ order: OrderSlot) {
    if tracking.isActive {
      tracking.noteRemoval(slot, order.price, order.quantity)
      tracking.forget(slot, order.price)
    }
    directory.remove(order.id)
    unlink(slot, order)
    release(slot)
  }

  /// Closes the gap an order leaves in its queue, and finds the next best price when it was the last one.
  @inline(always)
  private mutating func unlink(_ slot: UInt32, _ order: OrderSlot) {
    let index = Int(order.price &- origin)
    var level = levels[index]
    level.quantity &-= order.quantity
    slots[order.previous].next = order.next
    slots[order.next].previous = order.previous
    level.head = order.previous == 0 ? order.next : level.head
    level.tail = order.next == 0 ? order.previous : level.tail
    levels[index] = level
    if level.head == 0 { vacate(index, order.side) }
  }

  @inline(always)
  private mutating func vacate(_ index: Int, _ side: Side) {
    occupied.remove(index)
    if index == best[Int(side.rawValue)] { worsen(index, side) }
  }

  @inline(never)
  private mutating func worsen(_ index: Int, _ side: Side) {
    best[Int(side.rawValue)] =
      side == .buy ? occupied.previous(before: index) : occupied.next(after: index)
  }

  /// Gives a slot back.
  @inline(always)
  mutating func release(_ slot: UInt32) {
    slots[slot].next = freeSlot
    freeSlot = slot
    openOrders &-= 1
  }

  /// A slot never used before, or 0 when there can be no more.
  @inline(never)
  mutating func newSlot() -> UInt32 {
    if Int(usedSlots) == slots.count {
      if slots.count > BookSettings.orderLimit { return 0 }
      let larger = min(slots.count * 2, BookSettings.orderLimit + 1)
      slots.grow(to: larger, filling: OrderSlot())
      if owners.count > 0 { owners.grow(to: larger, filling: 0) }
    }
    usedSlots += 1
    return usedSlots - 1
  }
}
