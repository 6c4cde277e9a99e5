// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

/// A matching engine whose orders are those of a flow, ours among them.
///
/// Prices are ticks of the flow. Flow orders have small ids that are used again; ours begin at ``ownIDs``.
struct GeneratedBook: ~Copyable, FlowBook {
  static let ownIDs: UInt64 = 1 << 40

  private var book: OrderBook
  private var events = BookEvents(.trades, capacity: 256)
  /// The flow's orders of each side, in no order, and where each of them is.
  private var bids = Slab<UInt32>(count: 1024, filling: 0)
  private var asks = Slab<UInt32>(count: 1024, filling: 0)
  private var counts: [2 of Int] = [0, 0]
  private var places = Slab<UInt32>(count: 4096, filling: 0)
  private var free = Slab<UInt32>(count: 4096, filling: 0)
  private var freeCount = 0
  private var nextID: UInt32 = 1
  /// Open lots of the flow on each side.
  private var open: [2 of Int64] = [0, 0]

  /// Lots of the market in a lot of the flow's limit orders, and of its market orders.
  let unit: Int64
  let marketUnit: Int64
  /// Lots traded since somebody looked.
  var traded: Int64 = 0
  /// What was filled of our resting orders since somebody looked.
  private(set) var ownTrades: [(key: UInt64, lots: Int64)] = []

  init(unit: Int64, marketUnit: Int64) {
    self.unit = unit
    self.marketUnit = marketUnit
    book = OrderBook(
      BookSettings(lowestPrice: -BookSettings.priceLimit, levels: 1024, denseIDs: 1 << 15))
    ownTrades.reserveCapacity(16)
  }

  /// Lets orders be taken and trade at these prices only, in ticks of the flow; none where they are the wrong way round.
  mutating func setBand(_ low: Int64, _ high: Int64) {
    let limit = BookSettings.priceLimit
    let (bottom, top) = (max(low, -limit), min(high, limit))
    book.setBand(bottom <= top ? bottom...top : limit...limit)
  }

  /// Puts the first orders of a flow around a spread of one tick between 0 and 1.
  mutating func seed(_ model: any FlowModel) {
    let lots = max(1, model.initialLots) &* unit
    for level in 0..<max(1, model.initialLevels) {
      for _ in 0..<max(level == 0 ? 1 : 0, model.initialOrders(level: level)) {
        add(.buy, lots, at: Int64(-level))
        add(.sell, lots, at: Int64(1 + level))
      }
    }
  }

  // MARK: - What a flow sees

  var highestBid: Int64 { book.bestBid ?? 0 }
  var lowestAsk: Int64 { book.bestAsk ?? 1 }
  func lots(_ side: Side, at price: Int64) -> Int64 {
    let lots = book.quantity(side, at: price)
    return lots == 0 || unit == 1 ? lots : max(1, (lots &+ unit / 2) / unit)
  }
  func orderCount(_ side: Side) -> Int { counts[Int(side.rawValue)] }
  func order(_ side: Side, _ index: Int) -> FlowOrder {
    let order = book.order(UInt64(member(side, index)))
    return FlowOrder(
      price: order?.price ?? 0, lots: order.map { max(1, ($0.quantity &+ unit / 2) / unit) } ?? 0)
  }

  /// Lots of the market at a price.
  func depth(_ side: Side, at price: Int64) -> Int64 { book.quantity(side, at: price) }

  /// Lots that we can take from a side: the flow's, but one.
  func takeable(_ side: Side) -> Int64 { open[Int(side.rawValue)] &- 1 }

  // MARK: - What a flow does

  /// Does what an event says, so far as it leaves both sides an order of the flow.
  mutating func apply(_ event: FlowEvent) {
    switch event.kind {
    case .none: break
    case .limit: add(event.side, max(1, event.lots) &* unit, at: event.price)
    case .market:
      let lots = min(max(1, event.lots) &* marketUnit, open[Int(event.side.opposite.rawValue)] &- 1)
      if lots > 0 { trade(.market(0, event.side, lots)) }
    case .cancel:
      let count = counts[Int(event.side.rawValue)]
      if count > 1 { withdraw(member(event.side, max(0, min(event.index, count &- 1)))) }
    case .cancelAt:
      if counts[Int(event.side.rawValue)] > 1,
        let id = book.order(event.side, at: event.price, position: event.position), id < Self.ownIDs
      {
        withdraw(UInt32(truncatingIfNeeded: id))
      }
    }
  }

  private mutating func add(_ side: Side, _ lots: Int64, at price: Int64) {
    var lots = lots
    if side == .buy
      ? price >= lowestAsk && orderCount(.sell) > 0 : price <= highestBid && orderCount(.buy) > 0
    {
      // What crosses trades, but leaves the other side its last lot.
      lots = min(lots, open[Int(side.opposite.rawValue)] &- 1)
      if lots <= 0 { return }
    }
    let id: UInt32
    if freeCount > 0 {
      freeCount &-= 1
      id = free[freeCount]
    } else {
      id = nextID
      nextID &+= 1
      if Int(id) >= places.count {
        places.grow(to: places.count * 2, filling: 0)
        free.grow(to: free.count * 2, filling: 0)
      }
    }
    trade(.limit(UInt64(id), side, lots, at: price))
    guard let order = book.order(UInt64(id)) else {
      free[freeCount] = id
      freeCount &+= 1
      if events.count > 0, events[0].kind == .rejected { reprice(side, lots, from: price) }
      return
    }
    let index = counts[Int(side.rawValue)]
    if side == .buy {
      if index == bids.count { bids.grow(to: index * 2, filling: 0) }
      bids[index] = id
    } else {
      if index == asks.count { asks.grow(to: index * 2, filling: 0) }
      asks[index] = id
    }
    places[id] = UInt32(truncatingIfNeeded: index)
    counts[Int(side.rawValue)] = index &+ 1
    open[Int(side.rawValue)] &+= order.quantity
  }

  /// An order beyond the band on the side where it would take waits at the band's edge.
  @inline(never)
  private mutating func reprice(_ side: Side, _ lots: Int64, from price: Int64) {
    guard let band = book.band, side == .buy ? price > band.upperBound : price < band.lowerBound else {
      return
    }
    add(side, lots, at: side == .buy ? band.upperBound : band.lowerBound)
  }

  private mutating func withdraw(_ id: UInt32) {
    guard let order = book.order(UInt64(id)) else { return }
    open[Int(order.side.rawValue)] &-= order.quantity
    book.apply(.cancel(UInt64(id)), into: &events)
    forget(id, order.side)
  }

  private func member(_ side: Side, _ index: Int) -> UInt32 { side == .buy ? bids[index] : asks[index] }

  /// Gives an id back: the last order of its side takes its place.
  private mutating func forget(_ id: UInt32, _ side: Side) {
    let last = counts[Int(side.rawValue)] &- 1
    counts[Int(side.rawValue)] = last
    let (place, moved) = (Int(places[id]), member(side, last))
    if side == .buy { bids[place] = moved } else { asks[place] = moved }
    places[moved] = UInt32(truncatingIfNeeded: place)
    free[freeCount] = id
    freeCount &+= 1
  }

  /// Sends an order and keeps account of whom it met.
  private mutating func trade(_ operation: BookOperation) {
    events.removeAll()
    book.apply(operation, into: &events)
    if events.count > 0 { settle(operation.side.opposite) }
  }

  private mutating func settle(_ maker: Side) {
    for index in 0..<events.count {
      let event = events[index]
      guard event.kind == .trade else { continue }
      traded &+= event.quantity
      if event.maker >= Self.ownIDs {
        ownTrades.append((event.maker, event.quantity))
      } else {
        open[Int(maker.rawValue)] &-= event.quantity
        if event.remaining == 0 { forget(UInt32(truncatingIfNeeded: event.maker), maker) }
      }
    }
  }

  // MARK: - What we do

  /// Forgets the trades of our resting orders.
  mutating func clearOwnTrades() { ownTrades.removeAll(keepingCapacity: true) }

  /// Takes up to a price, never the last lot of a side.
  ///
  /// - Parameter visit: Told the price and lots of every trade.
  /// - Returns: The lots taken.
  mutating func take(_ side: Side, _ lots: Int64, upTo price: Int64?, _ visit: (Int64, Int64) -> Void)
    -> Int64
  {
    let wanted = min(lots, takeable(side.opposite))
    guard wanted > 0 else { return 0 }
    let id = Self.ownIDs &- 1
    trade(
      price.map { .limit(id, side, wanted, at: $0, .immediateOrCancel) } ?? .market(id, side, wanted))
    var taken: Int64 = 0
    for index in 0..<events.count where events[index].kind == .trade {
      taken &+= events[index].quantity
      visit(events[index].price, events[index].quantity)
    }
    return taken
  }

  /// Lets an order of ours rest, which does not cross.
  mutating func rest(_ key: UInt64, _ side: Side, _ lots: Int64, at price: Int64) {
    trade(.limit(key, side, lots, at: price))
  }

  /// Takes an order of ours out.
  mutating func remove(_ key: UInt64) {
    events.removeAll()
    book.apply(.cancel(key), into: &events)
  }

  /// Takes lots off an order of ours.
  mutating func reduce(_ key: UInt64, by lots: Int64) {
    events.removeAll()
    book.apply(BookOperation(.reduce, id: key, quantity: lots), into: &events)
  }

  /// Lots ahead of an order of ours.
  func queueAhead(of key: UInt64) -> Int64 {
    guard let order = book.order(key) else { return 0 }
    var (ahead, isFound): (Int64, Bool) = (0, false)
    book.forEachOrder(order.side, at: order.price) { id, lots in
      if id == key { isFound = true } else if !isFound { ahead &+= lots }
    }
    return ahead
  }
}

extension OrderBook {
  /// The order at a price that holds the lot at a share of the queue, 0 being its head.
  ///
  /// - Complexity: O(orders ahead of it).
  func order(_ side: Side, at price: Int64, position: Double) -> UInt64? {
    guard let index = level(side, at: price) else { return nil }
    let level = levels[index]
    var left = Int64(max(0, min(position, 1)) * Double(level.quantity))
    var slot = level.head
    while slots[slot].next != 0, left >= slots[slot].quantity {
      left &-= slots[slot].quantity
      slot = slots[slot].next
    }
    return slots[slot].id
  }
}
