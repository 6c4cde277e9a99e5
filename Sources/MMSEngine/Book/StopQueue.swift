// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Stops that wait, and those that a trade has triggered, first to be triggered first.
struct StopQueue {
  struct Stop: Sendable, Hashable {
    var operation: BookOperation
    var slot: UInt32
    var sequence: UInt64
  }

  /// The next to be triggered is last: buys by falling trigger, sells by rising; the earlier of equals is last.
  private(set) var buys: [Stop] = []
  private(set) var sells: [Stop] = []
  private(set) var triggered: [Stop] = []
  private var nextTriggered = 0
  private var sequence: UInt64 = 0

  /// Whether trades must be looked at.
  private(set) var isWaiting = false
  /// Whether orders must be sent.
  private(set) var hasTriggered = false

  /// Waiting stops, the earliest first.
  var waiting: [Stop] { (buys + sells).sorted { $0.sequence < $1.sequence } }
  var ids: [UInt64] { waiting.map(\.operation.id) }

  /// - Complexity: O(stops of the side).
  mutating func add(_ operation: BookOperation, slot: UInt32) {
    sequence += 1
    let stop = Stop(operation: operation, slot: slot, sequence: sequence)
    if operation.side == .buy {
      let place = buys.firstIndex { $0.operation.trigger <= operation.trigger } ?? buys.count
      buys.insert(stop, at: place)
    } else {
      let place = sells.firstIndex { $0.operation.trigger >= operation.trigger } ?? sells.count
      sells.insert(stop, at: place)
    }
    isWaiting = true
  }

  /// - Complexity: O(stops of the side).
  mutating func remove(_ id: UInt64) -> BookOperation? {
    defer { isWaiting = !buys.isEmpty || !sells.isEmpty }
    if let index = buys.firstIndex(where: { $0.operation.id == id }) {
      return buys.remove(at: index).operation
    }
    if let index = sells.firstIndex(where: { $0.operation.id == id }) {
      return sells.remove(at: index).operation
    }
    return nil
  }

  /// Moves the stops that trades between two prices trigger to the end of the triggered ones, buys first.
  mutating func noteTrades(from first: Int64, to last: Int64) {
    let (low, high) = (min(first, last), max(first, last))
    while let stop = buys.last, stop.operation.trigger <= high { triggered.append(buys.removeLast()) }
    while let stop = sells.last, stop.operation.trigger >= low { triggered.append(sells.removeLast()) }
    isWaiting = !buys.isEmpty || !sells.isEmpty
    hasTriggered = nextTriggered < triggered.count
  }

  /// The next order to send.
  mutating func next() -> Stop? {
    if nextTriggered < triggered.count {
      nextTriggered += 1
      return triggered[nextTriggered - 1]
    }
    triggered.removeAll(keepingCapacity: true)
    nextTriggered = 0
    hasTriggered = false
    return nil
  }
}

extension OrderBook {
  /// Takes a stop, which waits, or is an order at once when the last trade is at or through its trigger.
  mutating func enterStop(_ order: BookOperation, _ events: inout BookEvents) {
    if isHaltedNow { return reject(order, .halted, &events) }
    if !Self.isSound(order.quantity) { return reject(order, .quantityOutOfRange, &events) }
    if directory.slot(of: order.id) != 0 { return reject(order, .duplicateOrder, &events) }
    let isLimit = order.kind == .stopLimit
    if order.trigger < bandLow || order.trigger > bandHigh
      || isLimit && (order.price < bandLow || order.price > bandHigh)
    {
      return reject(order, .priceOutOfBand, &events)
    }
    var slot = freeSlot
    if slot != 0 { freeSlot = slots[slot].next } else { slot = newSlot() }
    if slot == 0 { return reject(order, .bookFull, &events) }
    openOrders += 1
    slots[slot] = OrderSlot(
      id: order.id, quantity: order.quantity, tag: OrderSlot.tag(order.side, order.trigger) | 2)
    directory.insert(order.id, slot: slot)
    var stop = order
    if !isLimit { stop.price = 0 }
    stops.add(stop, slot: slot)
    if events.isComplete {
      events.append(
        BookEvent(.accepted, side: order.side, id: order.id, price: order.trigger, quantity: order.quantity))
    }
    if let last = lastPrice, order.side == .buy ? last >= order.trigger : last <= order.trigger {
      stops.noteTrades(from: last, to: last)
    }
  }

  /// Takes a waiting stop out on request.
  @inline(never)
  mutating func withdrawStop(_ slot: UInt32, _ events: inout BookEvents) {
    guard let stop = stops.remove(slots[slot].id) else { return }
    directory.remove(stop.id)
    release(slot)
    drop(stop, stop.quantity, .requested, &events)
  }

  /// Sends the orders of triggered stops; their trades may trigger more.
  @inline(never)
  mutating func runTriggered(_ events: inout BookEvents) {
    while let stop = stops.next() {
      var order = stop.operation
      order.kind = order.kind == .stopLimit ? .limit : .market
      directory.remove(order.id)
      release(stop.slot)
      if events.isComplete {
        events.append(
          BookEvent(
            .triggered, side: order.side, id: order.id, price: order.trigger, quantity: order.quantity))
      }
      enter(order, &events)
    }
  }
}
