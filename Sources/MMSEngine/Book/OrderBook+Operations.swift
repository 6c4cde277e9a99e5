// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

extension OrderBook {
  /// Does one thing; what comes of it is appended to the events.
  ///
  /// - Complexity: O(1) for every order that trades; a waiting stop costs O(stops).
  public mutating func apply(_ operation: BookOperation, into events: inout BookEvents) {
    perform(operation, &events)
  }

  /// Does many things in order.
  public mutating func apply(_ operations: Span<BookOperation>, into events: inout BookEvents) {
    for index in operations.indices { perform(operations[index], &events) }
  }

  @inline(always)
  private mutating func perform(_ operation: BookOperation, _ events: inout BookEvents) {
    switch operation.kind {
    case .limit: enterLimit(operation, &events)
    case .cancel: cancel(operation, &events)
    case .market: enterMarket(operation, &events)
    default: performRare(operation, &events)
    }
    if stops.hasTriggered { runTriggered(&events) }
  }

  /// Sends a triggered stop's order.
  mutating func enter(_ order: BookOperation, _ events: inout BookEvents) {
    if order.kind == .market { enterMarket(order, &events) } else { enterLimit(order, &events) }
  }

  @inline(never)
  private mutating func performRare(_ operation: BookOperation, _ events: inout BookEvents) {
    switch operation.kind {
    case .modify: modify(operation, &events)
    case .reduce: reduce(operation, &events)
    case .execute: execute(operation, &events)
    case .stop, .stopLimit: enterStop(operation, &events)
    case .limit, .market, .cancel: break
    }
  }

  // MARK: - New orders

  @inline(always)
  private mutating func enterLimit(_ order: BookOperation, _ events: inout BookEvents) {
    guard order.price >= gateLow, order.price <= gateHigh, Self.isSound(order.quantity),
      directory.slot(of: order.id) == 0
    else { return refuse(order, &events) }
    if order.timeInForce != .goodTilCancelled { return enterConditional(order, &events) }
    if events.isComplete {
      events.append(
        BookEvent(
          .accepted, side: order.side, id: order.id, price: order.price, quantity: order.quantity))
    }
    var open = order.quantity
    if crosses(order.side, order.price) {
      open = take(order, upTo: order.price, &events)
      if open == 0 { return }
    }
    rest(order, open, &events)
  }

  /// Immediate-or-cancel, fill-or-kill and post-only orders.
  @inline(never)
  private mutating func enterConditional(_ order: BookOperation, _ events: inout BookEvents) {
    let crosses = wouldTake(order.side, order.price)
    if order.timeInForce == .postOnly, crosses { return reject(order, .wouldTake, &events) }
    if order.timeInForce == .fillOrKill, !canFill(order) { return reject(order, .notFillable, &events) }
    accept(order, &events)
    let open = crosses ? take(order, upTo: order.price, &events) : order.quantity
    if open == 0 { return }
    if order.timeInForce == .postOnly { return rest(order, open, &events) }
    drop(order, open, .unfilled, &events)
  }

  @inline(never)
  private mutating func enterMarket(_ order: BookOperation, _ events: inout BookEvents) {
    guard !isHaltedNow, Self.isSound(order.quantity), directory.slot(of: order.id) == 0
    else { return refuse(order, &events) }
    let limit = order.side == .buy ? bandHigh : bandLow
    if order.timeInForce == .fillOrKill {
      var bounded = order
      bounded.price = limit
      if !canFill(bounded) { return reject(order, .notFillable, &events) }
    }
    accept(order, &events)
    let open = take(order, upTo: limit, &events)
    if open > 0 { drop(order, open, .unfilled, &events) }
  }

  /// Whether a limit reaches the other side's best price.
  func wouldTake(_ side: Side, _ price: Int64) -> Bool {
    (side == .buy ? best[1] < levels.count : best[0] >= 0) && crosses(side, price)
  }

  /// Whether a limit may reach the other side's best price; beyond the window also when there is none.
  @inline(always)
  func crosses(_ side: Side, _ price: Int64) -> Bool {
    // Complementing turns the order of prices around, so that one comparison serves both sides without a
    // branch that half of all orders would mispredict.
    let mask = 0 &- Int(side.rawValue)
    return Int(price &- origin) ^ mask >= best[Int(side.rawValue ^ 1)] ^ mask
  }

  /// Whether a quantity is in 1 … 2⁴⁰.
  @inline(always)
  static func isSound(_ quantity: Int64) -> Bool {
    UInt64(bitPattern: quantity &- 1) < UInt64(BookSettings.quantityLimit)
  }

  // MARK: - What is not done

  /// Says why an order cannot be taken.
  @inline(never)
  private mutating func refuse(_ order: BookOperation, _ events: inout BookEvents) {
    let reason: BookReason =
      if isHaltedNow {
        .halted
      } else if !Self.isSound(order.quantity) {
        .quantityOutOfRange
      } else if directory.slot(of: order.id) != 0 {
        .duplicateOrder
      } else {
        .priceOutOfBand
      }
    reject(order, reason, &events)
  }

  @inline(never)
  mutating func reject(_ operation: BookOperation, _ reason: BookReason, _ events: inout BookEvents) {
    events.append(
      BookEvent(
        .rejected, side: operation.side, reason: reason, id: operation.id, price: operation.price,
        quantity: operation.quantity))
  }

  @inline(always)
  mutating func accept(_ order: BookOperation, _ events: inout BookEvents) {
    if !events.isComplete { return }
    events.append(
      BookEvent(.accepted, side: order.side, id: order.id, price: order.price, quantity: order.quantity))
  }

  /// Says that what is open of an incoming order is cancelled; self-trade prevention may have done so.
  mutating func drop(_ order: BookOperation, _ open: Int64, _ reason: BookReason, _ events: inout BookEvents)
  {
    if !events.isComplete { return }
    events.append(
      BookEvent(
        .cancelled, side: order.side, reason: reason, id: order.id, price: order.price, quantity: open))
  }
}
