// SPDX-License-Identifier: Apache-2.0

public import MMSCore

extension OrderBook {
  /// A smaller quantity at the same price keeps the order's place; all else is a new place at the end.
  mutating func modify(_ operation: BookOperation, _ events: inout BookEvents) {
    guard let slot = resting(operation, &events) else { return }
    guard Self.isSound(operation.quantity) else { return reject(operation, .quantityOutOfRange, &events) }
    let order = slots[slot]
    if operation.price == order.price, operation.quantity <= order.quantity {
      return shrink(slot, by: order.quantity &- operation.quantity, &events)
    }
    // All that could refuse the new order is asked before the old one goes.
    if isHaltedNow { return reject(operation, .halted, &events) }
    if operation.price < gateLow || operation.price > gateHigh {
      return reject(operation, .priceOutOfBand, &events)
    }
    var replacement = operation
    replacement.side = order.side
    replacement.owner = settings.selfTrade == .allow ? 0 : owners[slot]
    replacement.isTracked = tracking.isTracked(slot, order.price)
    let crosses = wouldTake(order.side, operation.price)
    if operation.timeInForce == .postOnly, crosses { return reject(replacement, .wouldTake, &events) }
    if operation.timeInForce == .fillOrKill, !canFill(replacement) {
      return reject(replacement, .notFillable, &events)
    }
    let isLasting = operation.timeInForce == .goodTilCancelled || operation.timeInForce == .postOnly
    if isLasting, !crosses, !reach(operation.price) { return reject(replacement, .priceOutOfReach, &events) }
    remove(slot, order)
    if events.isComplete {
      events.append(
        BookEvent(
          .replaced, side: order.side, id: order.id, price: operation.price, quantity: operation.quantity,
          remaining: operation.quantity))
    }
    let open = crosses ? take(replacement, upTo: operation.price, &events) : operation.quantity
    if open == 0 { return }
    if isLasting { rest(replacement, open, &events) } else { drop(replacement, open, .unfilled, &events) }
  }

  /// Takes lots off an order, which keeps its place; all of them take it out.
  mutating func reduce(_ operation: BookOperation, _ events: inout BookEvents) {
    guard let slot = resting(operation, &events) else { return }
    guard Self.isSound(operation.quantity), operation.quantity <= slots[slot].quantity
    else { return reject(operation, .quantityOutOfRange, &events) }
    shrink(slot, by: operation.quantity, &events)
  }

  /// Trades lots of a resting order with a taker that the flow does not name.
  mutating func execute(_ operation: BookOperation, _ events: inout BookEvents) {
    guard let slot = resting(operation, &events) else { return }
    let order = slots[slot]
    guard Self.isSound(operation.quantity), operation.quantity <= order.quantity
    else { return reject(operation, .quantityOutOfRange, &events) }
    if isHaltedNow { return reject(operation, .halted, &events) }
    events.append(
      BookEvent(
        .trade, side: order.side.opposite, id: 0, maker: order.id, price: order.price,
        quantity: operation.quantity, remaining: order.quantity &- operation.quantity))
    lastPrice = order.price
    lower(slot, by: operation.quantity)
    if stops.isWaiting { stops.noteTrades(from: order.price, to: order.price) }
  }

  /// Cancels all orders of a side at a price.
  ///
  /// - Complexity: O(orders there).
  public mutating func clear(_ side: Side, at price: Int64, into events: inout BookEvents) {
    while let index = level(side, at: price) { withdraw(levels[index].head, reason: .requested, &events) }
  }

  /// Cancels every order and stop.
  ///
  /// - Complexity: O(orders + stops).
  public mutating func clear(into events: inout BookEvents) {
    for side in [Side.buy, .sell] {
      while let price = side == .buy ? bestBid : bestAsk { clear(side, at: price, into: &events) }
    }
    for id in stops.ids { apply(.cancel(id), into: &events) }
  }

  private mutating func resting(_ operation: BookOperation, _ events: inout BookEvents) -> UInt32? {
    let slot = directory.slot(of: operation.id)
    if slot == 0 {
      reject(operation, .unknownOrder, &events)
      return nil
    }
    if slots[slot].isStop {
      reject(operation, .waitingStop, &events)
      return nil
    }
    return slot
  }

  private mutating func shrink(_ slot: UInt32, by quantity: Int64, _ events: inout BookEvents) {
    let order = slots[slot]
    if quantity == order.quantity { return withdraw(slot, reason: .requested, &events) }
    if events.isComplete {
      events.append(
        BookEvent(
          .reduced, side: order.side, id: order.id, price: order.price, quantity: quantity,
          remaining: order.quantity &- quantity))
    }
    lower(slot, by: quantity)
  }

  /// Lowers what is open of an order; nothing open is the end of it.
  private mutating func lower(_ slot: UInt32, by quantity: Int64) {
    let order = slots[slot]
    if quantity == order.quantity { return remove(slot, order) }
    if tracking.isActive { tracking.noteRemoval(slot, order.price, quantity) }
    slots[slot].quantity = order.quantity &- quantity
    levels[Int(order.price &- origin)].quantity &-= quantity
  }
}
