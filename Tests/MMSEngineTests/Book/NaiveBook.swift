// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine

/// The rules of the book, written down as plainly as possible: dictionaries, arrays and loops.
struct NaiveBook {
  struct Resting: Equatable {
    var id: UInt64
    var quantity: Int64
    var owner: UInt32
    var isTracked: Bool
  }

  let settings: BookSettings
  /// For each side and price the queue, first to trade first.
  var queues: [Side: [Int64: [Resting]]] = [.buy: [:], .sell: [:]]
  /// Where each resting order is.
  private var places: [UInt64: (Side, Int64)] = [:]
  var stops: [BookOperation] = []
  var lastTrade: Int64?
  var isHalted = false
  var band: ClosedRange<Int64>
  var events: [BookEvent] = []
  private var triggered: [BookOperation] = []

  init(_ settings: BookSettings) {
    self.settings = settings
    band = settings.lowestPrice...settings.highestPrice
  }

  func prices(_ side: Side) -> [Int64] {
    let keys = queues[side, default: [:]].keys
    return side == .buy ? keys.sorted(by: >) : keys.sorted()
  }

  func best(_ side: Side) -> Int64? {
    side == .buy ? queues[side]?.keys.max() : queues[side]?.keys.min()
  }

  func queue(_ side: Side, _ price: Int64) -> [Resting] { queues[side]?[price] ?? [] }

  func find(_ id: UInt64) -> (side: Side, price: Int64, place: Int)? {
    guard let (side, price) = places[id], let place = queue(side, price).firstIndex(where: { $0.id == id })
    else { return nil }
    return (side, price, place)
  }

  func queueAhead(_ id: UInt64) -> Int64? {
    guard let (side, price, place) = find(id), queue(side, price)[place].isTracked else { return nil }
    return queue(side, price)[..<place].reduce(0) { $0 + $1.quantity }
  }

  mutating func apply(_ operation: BookOperation) {
    switch operation.kind {
    case .limit, .market: enter(operation)
    case .cancel: cancel(operation)
    case .modify: modify(operation)
    case .reduce: reduce(operation)
    case .execute: execute(operation)
    case .stop, .stopLimit: enterStop(operation)
    }
    while !triggered.isEmpty {
      var order = triggered.removeFirst()
      order.kind = order.kind == .stopLimit ? .limit : .market
      note(.triggered, order, price: order.trigger, quantity: order.quantity)
      enter(order)
    }
  }

  private mutating func note(
    _ kind: BookEvent.Kind, _ order: BookOperation, _ reason: BookReason = .none, price: Int64,
    quantity: Int64, remaining: Int64 = 0
  ) {
    events.append(
      BookEvent(
        kind, side: order.side, reason: reason, id: order.id, price: price, quantity: quantity,
        remaining: remaining))
  }

  private mutating func reject(_ order: BookOperation, _ reason: BookReason) {
    note(.rejected, order, reason, price: order.price, quantity: order.quantity)
  }

  private func isSound(_ quantity: Int64) -> Bool { quantity >= 1 && quantity <= BookSettings.quantityLimit }

  private func isKnown(_ id: UInt64) -> Bool { find(id) != nil || stops.contains { $0.id == id } }

  private func reaches(_ side: Side, limit: Int64, price: Int64) -> Bool {
    side == .buy ? price <= limit : price >= limit
  }

  private func crosses(_ order: BookOperation) -> Bool {
    best(order.side.opposite).map { reaches(order.side, limit: order.price, price: $0) } ?? false
  }

  private func isOwn(_ order: BookOperation, _ resting: Resting) -> Bool {
    settings.selfTrade != .allow && order.owner != 0 && resting.owner == order.owner
  }

  private func canFill(_ order: BookOperation) -> Bool {
    var found: Int64 = 0
    for price in prices(order.side.opposite) where reaches(order.side, limit: order.price, price: price) {
      for resting in queue(order.side.opposite, price) {
        if !isOwn(order, resting) {
          found += resting.quantity
        } else if settings.selfTrade != .cancelResting {
          return false
        }
        if found >= order.quantity { return true }
      }
    }
    return false
  }

  private func isInReach(_ price: Int64) -> Bool {
    let all = prices(.buy) + prices(.sell) + [price]
    return (all.max() ?? 0) - (all.min() ?? 0) + 1 <= Int64(settings.maximumLevels)
  }

  private mutating func enter(_ given: BookOperation) {
    var order = given
    let isMarket = order.kind == .market
    if isHalted { return reject(given, .halted) }
    if !isSound(order.quantity) { return reject(given, .quantityOutOfRange) }
    if isKnown(order.id) { return reject(given, .duplicateOrder) }
    if !isMarket, !band.contains(order.price) { return reject(given, .priceOutOfBand) }
    if isMarket { order.price = order.side == .buy ? band.upperBound : band.lowerBound }
    if !isMarket, order.timeInForce == .postOnly, crosses(order) { return reject(given, .wouldTake) }
    if order.timeInForce == .fillOrKill, !canFill(order) { return reject(given, .notFillable) }
    note(.accepted, given, price: given.price, quantity: given.quantity)
    let open = take(order)
    if open == 0 { return }
    let mayRest = !isMarket && (order.timeInForce == .goodTilCancelled || order.timeInForce == .postOnly)
    if mayRest {
      rest(order, open)
    } else {
      note(.cancelled, given, .unfilled, price: given.price, quantity: open)
    }
  }

  private mutating func rest(_ order: BookOperation, _ open: Int64) {
    if !isInReach(order.price) {
      return note(.cancelled, order, .priceOutOfReach, price: order.price, quantity: open)
    }
    places[order.id] = (order.side, order.price)
    queues[order.side, default: [:]][order.price, default: []].append(
      Resting(
        id: order.id, quantity: open, owner: settings.selfTrade == .allow ? 0 : order.owner,
        isTracked: order.isTracked && settings.tracksQueues))
  }

  private mutating func take(_ order: BookOperation) -> Int64 {
    let other = order.side.opposite
    var open = order.quantity
    var traded: [Int64] = []
    while open > 0, let price = best(other), reaches(order.side, limit: order.price, price: price) {
      let maker = queue(other, price)[0]
      if isOwn(order, maker) {
        if settings.selfTrade != .cancelIncoming {
          events.append(
            BookEvent(
              .cancelled, side: other, reason: .selfTrade, id: maker.id, price: price,
              quantity: maker.quantity))
          remove(other, price, 0)
        }
        if settings.selfTrade != .cancelResting {
          // A market order's own price is nothing; a limit order's is its limit.
          let shown = order.kind == .market ? 0 : order.price
          note(.cancelled, order, .selfTrade, price: shown, quantity: open)
          open = 0
        }
        continue
      }
      let quantity = min(open, maker.quantity)
      open -= quantity
      events.append(
        BookEvent(
          .trade, side: order.side, id: order.id, maker: maker.id, price: price, quantity: quantity,
          remaining: maker.quantity - quantity))
      lower(other, price, 0, by: quantity)
      lastTrade = price
      traded.append(price)
    }
    trigger(traded)
    return open
  }

  private mutating func trigger(_ traded: [Int64]) {
    guard let low = traded.min(), let high = traded.max() else { return }
    let buys = stops.filter { $0.side == .buy && $0.trigger <= high }.sorted { $0.trigger < $1.trigger }
    let sells = stops.filter { $0.side == .sell && $0.trigger >= low }.sorted { $0.trigger > $1.trigger }
    triggered += buys + sells
    stops.removeAll { stop in (buys + sells).contains { $0.id == stop.id } }
  }

  private mutating func remove(_ side: Side, _ price: Int64, _ place: Int) {
    if let gone = queues[side]?[price]?.remove(at: place) { places[gone.id] = nil }
    if queue(side, price).isEmpty { queues[side]?[price] = nil }
  }

  private mutating func lower(_ side: Side, _ price: Int64, _ place: Int, by quantity: Int64) {
    queues[side]?[price]?[place].quantity -= quantity
    if queue(side, price)[place].quantity == 0 { remove(side, price, place) }
  }

  private mutating func cancel(_ operation: BookOperation) {
    if let place = stops.firstIndex(where: { $0.id == operation.id }) {
      let stop = stops.remove(at: place)
      return note(.cancelled, stop, .requested, price: stop.price, quantity: stop.quantity)
    }
    guard let (side, price, place) = find(operation.id) else { return reject(operation, .unknownOrder) }
    let order = queue(side, price)[place]
    remove(side, price, place)
    events.append(
      BookEvent(
        .cancelled, side: side, reason: .requested, id: order.id, price: price, quantity: order.quantity))
  }

  private mutating func resting(_ operation: BookOperation) -> (side: Side, price: Int64, place: Int)? {
    if stops.contains(where: { $0.id == operation.id }) {
      reject(operation, .waitingStop)
      return nil
    }
    if let found = find(operation.id) { return found }
    reject(operation, .unknownOrder)
    return nil
  }

  private mutating func modify(_ operation: BookOperation) {
    guard let (side, price, place) = resting(operation) else { return }
    if !isSound(operation.quantity) { return reject(operation, .quantityOutOfRange) }
    let old = queue(side, price)[place]
    var order = operation
    if operation.price == price, operation.quantity <= old.quantity {
      order.quantity = old.quantity - operation.quantity
      return shrink(order, side, price, place)
    }
    if isHalted { return reject(operation, .halted) }
    if !band.contains(operation.price) { return reject(operation, .priceOutOfBand) }
    order.side = side
    order.owner = old.owner
    order.isTracked = old.isTracked
    if order.timeInForce == .postOnly, crosses(order) { return reject(order, .wouldTake) }
    if order.timeInForce == .fillOrKill, !canFill(order) { return reject(order, .notFillable) }
    let isLasting = order.timeInForce == .goodTilCancelled || order.timeInForce == .postOnly
    if isLasting, !crosses(order), !isInReach(order.price) { return reject(order, .priceOutOfReach) }
    remove(side, price, place)
    note(.replaced, order, price: order.price, quantity: order.quantity, remaining: order.quantity)
    let open = take(order)
    if open == 0 { return }
    if isLasting {
      rest(order, open)
    } else {
      note(.cancelled, order, .unfilled, price: order.price, quantity: open)
    }
  }

  private mutating func shrink(_ operation: BookOperation, _ side: Side, _ price: Int64, _ place: Int) {
    let old = queue(side, price)[place]
    if operation.quantity == old.quantity { return cancel(.cancel(operation.id)) }
    events.append(
      BookEvent(
        .reduced, side: side, id: old.id, price: price, quantity: operation.quantity,
        remaining: old.quantity - operation.quantity))
    lower(side, price, place, by: operation.quantity)
  }

  private mutating func reduce(_ operation: BookOperation) {
    guard let (side, price, place) = resting(operation) else { return }
    guard isSound(operation.quantity), operation.quantity <= queue(side, price)[place].quantity
    else { return reject(operation, .quantityOutOfRange) }
    shrink(operation, side, price, place)
  }

  private mutating func execute(_ operation: BookOperation) {
    guard let (side, price, place) = resting(operation) else { return }
    let old = queue(side, price)[place]
    guard isSound(operation.quantity), operation.quantity <= old.quantity
    else { return reject(operation, .quantityOutOfRange) }
    if isHalted { return reject(operation, .halted) }
    events.append(
      BookEvent(
        .trade, side: side.opposite, id: 0, maker: old.id, price: price, quantity: operation.quantity,
        remaining: old.quantity - operation.quantity))
    lower(side, price, place, by: operation.quantity)
    lastTrade = price
    trigger([price])
  }

  private mutating func enterStop(_ stop: BookOperation) {
    if isHalted { return reject(stop, .halted) }
    if !isSound(stop.quantity) { return reject(stop, .quantityOutOfRange) }
    if isKnown(stop.id) { return reject(stop, .duplicateOrder) }
    if !band.contains(stop.trigger) || stop.kind == .stopLimit && !band.contains(stop.price) {
      return reject(stop, .priceOutOfBand)
    }
    note(.accepted, stop, price: stop.trigger, quantity: stop.quantity)
    stops.append(stop)
    if stop.kind == .stop { stops[stops.count - 1].price = 0 }
    if let last = lastTrade, stop.side == .buy ? last >= stop.trigger : last <= stop.trigger {
      trigger([last])
    }
  }
}
