// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

/// A book and the flow's own orders in it: what a FlowModel looks at.
struct FlowDesk: ~Copyable, FlowBook {
  var book: OrderBook
  var register = FlowRegister()

  init(_ settings: BookSettings) { book = OrderBook(settings) }

  var highestBid: Int64 { book.origin &+ Int64(book.best[0]) }
  var lowestAsk: Int64 { book.origin &+ Int64(book.best[1]) }

  /// As ``OrderBook/quantity(_:at:)``, written out: a call behind the protocol would be passed a copy of the book.
  func lots(_ side: Side, at price: Int64) -> Int64 {
    let index = Int(price &- book.origin)
    let isSide = side == .buy ? index <= book.best[0] : index >= book.best[1]
    guard isSide, index >= 0, index < book.levels.count else { return 0 }
    return book.levels[index].quantity
  }

  func orderCount(_ side: Side) -> Int { register.count(side) }

  func order(_ side: Side, _ index: Int) -> FlowOrder {
    let id = register.id(side, index)
    return FlowOrder(
      price: register.price(id), lots: book.slots[book.directory.slot(of: UInt64(id))].quantity)
  }

  /// Whether both sides hold orders.
  var isTwoSided: Bool { book.best[0] >= 0 && book.best[1] < book.levels.count }

  // MARK: - What the flow does

  /// Does what a model has chosen.
  @inline(always)
  mutating func perform(_ event: FlowEvent, _ events: inout BookEvents) {
    switch event.kind {
    case .limit: limit(event.side, event.lots, at: event.price, &events)
    case .market: market(event.side, event.lots, &events)
    case .cancel:
      if event.index >= 0, event.index < register.count(event.side) {
        cancel(register.id(event.side, event.index), event.side, &events)
      }
    case .cancelAt:
      let id = book.flowOrder(event.side, at: event.price, position: event.position)
      if id != 0 { cancel(id, event.side, &events) }
    case .none: break
    }
  }

  @inline(always)
  mutating func limit(_ side: Side, _ lots: Int64, at price: Int64, _ events: inout BookEvents) {
    let id = register.nextID()
    send(.limit(UInt64(id), side, lots, at: price), &events)
    // It may have traded whole, or lie beyond what the book takes.
    if book.directory.slot(of: UInt64(id)) != 0 { register.insert(id, side, at: price) }
  }

  @inline(always)
  private mutating func market(_ side: Side, _ lots: Int64, _ events: inout BookEvents) {
    let other = side.opposite
    if Int64(register.count(other)) <= lots, wouldEmpty(other, lots) { return }
    send(.market(0, side, lots), &events)
  }

  /// Whether the flow has no more lots on a side than an order asks for.
  @inline(never)
  private func wouldEmpty(_ side: Side, _ lots: Int64) -> Bool {
    var open = lots
    for index in 0..<register.count(side) {
      open &-= order(side, index).lots
      if open < 0 { return false }
    }
    return true
  }

  @inline(always)
  private mutating func cancel(_ id: UInt32, _ side: Side, _ events: inout BookEvents) {
    if register.count(side) <= 1 { return }
    book.apply(.cancel(UInt64(id)), into: &events)
    register.remove(id)
  }

  /// Sends anybody's order and takes what it filled of the flow off the register.
  @inline(always)
  mutating func send(_ operation: BookOperation, _ events: inout BookEvents) {
    let first = events.count
    book.apply(operation, into: &events)
    var index = first
    while index < events.count {
      let event = events[index]
      if event.kind == .trade, event.remaining == 0, event.maker < FlowMarket.firstOwnID {
        register.remove(UInt32(truncatingIfNeeded: event.maker))
      }
      index &+= 1
    }
  }

  /// Takes every order of the flow out.
  mutating func withdrawAll(_ events: inout BookEvents) {
    for side in [Side.buy, .sell] {
      while register.count(side) > 0 {
        let id = register.id(side, register.count(side) - 1)
        book.apply(.cancel(UInt64(id)), into: &events)
        register.remove(id)
      }
    }
  }
}

extension OrderBook {
  /// The flow's order nearest to a place in the queue of a price; 0 when it has none there.
  func flowOrder(_ side: Side, at price: Int64, position: Double) -> UInt32 {
    guard let index = level(side, at: price) else { return 0 }
    let level = levels[index]
    var left = Int64(position * Double(level.quantity))
    var slot = level.head
    while slot != level.tail, left >= slots[slot].quantity {
      left &-= slots[slot].quantity
      slot = slots[slot].next
    }
    // Orders of ours are passed over, first toward the end.
    var found = slot
    while found != 0, slots[found].id >= FlowMarket.firstOwnID { found = slots[found].next }
    while found == 0 || slots[found].id >= FlowMarket.firstOwnID {
      slot = slots[slot].previous
      if slot == 0 { return 0 }
      found = slot
    }
    return UInt32(truncatingIfNeeded: slots[found].id)
  }
}
