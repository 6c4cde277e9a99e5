// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSData
import MMSEngine

/// The order book of a LOBSTER recording: a matching engine that is told what happened to each order.
///
/// The recording shows a few levels of a side and nothing of how their first orders came. Shares whose order is
/// not known stand in the book as one order for each level, which is ahead of all that come later. What moves
/// out of the shown levels is forgotten, since its later messages are not in the file; a level that moves in is
/// adopted from the orderbook file. Prices more than 2²² ticks from the first are left out, in messages and rows.
struct RecordedBook: ~Copyable {
  /// The engine.
  private(set) var book: OrderBook
  /// Executions of visible orders.
  private(set) var executions = 0
  /// Of those, at the best price of their side.
  private(set) var executionsAtBest = 0
  /// Of those, of orders that were seen to come.
  private(set) var executionsOfKnown = 0
  /// Of those, of the first such order at its price.
  private(set) var executionsAtHead = 0
  /// Levels that came into the shown ones with the row settled last.
  private(set) var adopted: [(side: Side, price: Int64)] = []
  /// Levels that left the shown ones with the row settled last.
  private(set) var forgotten: [(side: Side, price: Int64)] = []
  /// Every operation the engine was sent, when they are kept.
  private(set) var operations: [BookOperation] = []

  /// 1/10,000 of the currency in a tick.
  let tick: Int64
  let depth: Int
  private let keepsOperations: Bool
  /// A price in the middle of the first row; nil before it.
  private var center: Int64?
  private var events = BookEvents(.trades)

  /// Makes an empty book.
  init(tick: Int64, depth: Int, keepsOperations: Bool) {
    self.tick = tick
    self.depth = depth
    self.keepsOperations = keepsOperations
    book = OrderBook(BookSettings(maximumLevels: 1 << 24))
  }

  /// What became of a row.
  enum Outcome {
    case exact
    case adopted
    case mismatch
    /// A price is between two ticks.
    case offTick
  }

  /// Why a message cannot be.
  enum Fault {
    case offTick
    case text(String)
  }

  // MARK: - Messages

  /// Does what a message says.
  mutating func apply(_ message: LobsterMessage) -> Fault? {
    switch message.kind {
    case .hiddenExecution, .cross, .halt: return nil
    case .submission, .reduction, .deletion, .execution: break
    }
    let (price, rest) = message.price.quotientAndRemainder(dividingBy: tick)
    if isFar(price) { return nil }
    if rest != 0 { return .offTick }
    if message.kind == .submission { return submit(message, price) }
    // An order that was not seen to come is part of its level's stand-in.
    let known = book.order(message.id)
    let id = known == nil ? Self.standIn(message.side, price) : message.id
    guard let order = known ?? book.order(id) else {
      return .text(
        "order \(message.id) is not in the book, nor is any at its price; the rows before it are missing")
    }
    if order.side != message.side || order.price != price {
      return .text(
        "order \(message.id) is at \(order.price * tick) to \(order.side.name), not at \(message.price) to"
          + " \(message.side.name)")
    }
    if message.size > order.quantity {
      return .text("order \(message.id) has \(order.quantity) left, less than \(message.size)")
    }
    if message.kind == .execution {
      note(message, price, isKnown: known != nil)
      send(BookOperation(.execute, id: id, side: order.side, price: price, quantity: message.size))
    } else if message.kind == .deletion, known != nil {
      if message.size != order.quantity {
        return .text("order \(message.id) has \(order.quantity) left, not \(message.size)")
      }
      send(.cancel(id))
    } else {
      send(BookOperation(.reduce, id: id, side: order.side, price: price, quantity: message.size))
    }
    return rejection()
  }

  private mutating func submit(_ message: LobsterMessage, _ price: Int64) -> Fault? {
    if book.order(message.id) != nil || message.id >= Self.firstStandIn {
      return .text("order \(message.id) is in the book already")
    }
    // The recording has executions apart: an order that rests at once cannot trade.
    let best = message.side == .buy ? book.bestAsk : book.bestBid
    if let best, message.side == .buy ? price >= best : price <= best {
      return .text(
        "order \(message.id) to \(message.side.name) at \(message.price) crosses the best price of the other"
          + " side, \(best * tick)")
    }
    send(.limit(message.id, message.side, message.size, at: price))
    return rejection()
  }

  private mutating func note(_ message: LobsterMessage, _ price: Int64, isKnown: Bool) {
    executions += 1
    if price == (message.side == .buy ? book.bestBid : book.bestAsk) { executionsAtBest += 1 }
    if !isKnown { return }
    executionsOfKnown += 1
    var isFirst: Bool?
    book.forEachOrder(message.side, at: price) { id, _ in
      if isFirst == nil, id < Self.firstStandIn { isFirst = id == message.id }
    }
    if isFirst == true { executionsAtHead += 1 }
  }

  private mutating func send(_ operation: BookOperation) {
    if keepsOperations { operations.append(operation) }
    events.removeAll()
    book.apply(operation, into: &events)
  }

  private func rejection() -> Fault? {
    for index in 0..<events.count where events[index].kind == .rejected {
      return .text("the book refuses it: \(events[index].reason)")
    }
    return nil
  }

  // MARK: - Rows

  /// Compares the book with a row, adopts what has come into the shown levels and forgets what has left them.
  mutating func settle(_ row: LobsterRow) -> Outcome {
    adopted.removeAll(keepingCapacity: true)
    forgotten.removeAll(keepingCapacity: true)
    let bids = settle(.buy, row.bids)
    let asks = settle(.sell, row.asks)
    switch (bids, asks) {
    case (.offTick, _), (_, .offTick): return .offTick
    case (.mismatch, _), (_, .mismatch): return .mismatch
    case (.exact, .exact): return .exact
    default: return .adopted
    }
  }

  private mutating func settle(_ side: Side, _ shown: [LobsterRow.Level]) -> Outcome {
    let levels = near(shown)
    var last: Int64?
    for place in 0..<depth {
      let price = book.nextPrice(side, behind: last)
      guard place < levels.count else { return price == nil ? .exact : .mismatch }
      let level = levels[place]
      let (wanted, rest) = level.price.quotientAndRemainder(dividingBy: tick)
      if rest != 0 { return .offTick }
      guard let price else {
        // Only the last level can come in from outside.
        if place < depth - 1 { return .mismatch }
        send(.limit(Self.standIn(side, wanted), side, level.size, at: wanted))
        adopted.append((side, wanted))
        return .adopted
      }
      if price != wanted || book.quantity(side, at: price) != level.size { return .mismatch }
      last = price
    }
    while let extra = book.nextPrice(side, behind: last) {
      forget(side, extra)
      forgotten.append((side, extra))
    }
    return .exact
  }

  private mutating func forget(_ side: Side, _ price: Int64) {
    while let id = book.first(side, at: price) { send(.cancel(id)) }
  }

  /// Makes the book what a row says, all shares unknown.
  ///
  /// - Returns: False when a price is between two ticks.
  mutating func seed(_ row: LobsterRow) -> Bool {
    if center == nil, let best = (row.bids.first ?? row.asks.first)?.price { center = best / tick }
    for side in [Side.buy, .sell] {
      while let price = side == .buy ? book.bestBid : book.bestAsk { forget(side, price) }
    }
    for side in [Side.buy, .sell] {
      for level in near(row.levels(side)) {
        let (price, rest) = level.price.quotientAndRemainder(dividingBy: tick)
        if rest != 0 { return false }
        send(.limit(Self.standIn(side, price), side, level.size, at: price))
      }
    }
    return true
  }

  /// Whether a price is so far away that nobody means it: stub quotes, such as 0.01 and 199,999.99, would need a ladder
  /// of everything between.
  func isFar(_ price: Int64) -> Bool {
    guard let center else { return false }
    return (price &- center).magnitude > Self.reach
  }

  /// The levels that the book has; those that are not come last.
  private func near(_ levels: [LobsterRow.Level]) -> [LobsterRow.Level] {
    guard let last = levels.last, isFar(last.price / tick) else { return levels }
    return levels.filter { !isFar($0.price / tick) }
  }

  /// Ticks: 41,943.04 of the currency where a tick is a cent.
  private static let reach: UInt64 = 1 << 22

  /// Ids from here on are stand-ins.
  private static let firstStandIn: UInt64 = 1 << 62

  private static func standIn(_ side: Side, _ price: Int64) -> UInt64 {
    firstStandIn | UInt64(side.rawValue) << 61 | UInt64(truncatingIfNeeded: price) & (1 << 60 - 1)
  }
}
