// SPDX-License-Identifier: Apache-2.0
// hot path

public import MMSCore

/// A resting order: 32 bytes, linked to its neighbours in the queue of its price.
struct OrderSlot: BitwiseCopyable {
  var id: UInt64 = 0
  var quantity: Int64 = 0
  /// The price, then a bit for a waiting stop, then a bit for the side.
  var tag: Int64 = 0
  /// The order behind, or of a free slot the next free one; 0 is none.
  var next: UInt32 = 0
  var previous: UInt32 = 0

  @inline(always) var side: Side { tag & 1 == 0 ? .buy : .sell }
  @inline(always) var price: Int64 { tag &>> 2 }
  @inline(always) var isStop: Bool { tag & 2 != 0 }

  @inline(always)
  static func tag(_ side: Side, _ price: Int64) -> Int64 { price &<< 2 | Int64(side.rawValue) }
}

/// The queue at a price: 16 bytes.
struct BookLevel: BitwiseCopyable {
  var quantity: Int64 = 0
  var head: UInt32 = 0
  var tail: UInt32 = 0
}

/// A matching engine: orders by price, then by time, over integer ticks and lots.
///
/// Levels are an array over a window of prices that both sides share, since they never overlap; a bitmap finds
/// the next one that holds orders. The queue of a level is a list through the orders' slots. An operation takes
/// constant time for every order it touches and allocates nothing once slots, events and window have grown to
/// what the flow needs.
///
/// No input traps: whatever cannot be done is a ``BookEvent/Kind/rejected`` event with its ``BookReason``.
public struct OrderBook: ~Copyable {
  /// What the book was made for.
  public let settings: BookSettings

  var slots: Slab<OrderSlot>
  /// Parallel to the slots where owners matter, else empty.
  var owners: Slab<UInt32>
  var directory: OrderDirectory
  var freeSlot: UInt32 = 0
  /// Slots ever used; slot 0 is none.
  var usedSlots: UInt32 = 1
  /// Waiting stops included.
  var openOrders = 0

  var levels: Slab<BookLevel>
  var occupied: LevelBitmap
  /// The price of level 0.
  var origin: Int64 = 0
  /// The best bid's level, −1 without one; the best ask's, `levels.count` without one.
  var best: [2 of Int]

  /// Limit prices are taken in this range: nothing is while trading is halted.
  var gateLow: Int64
  var gateHigh: Int64
  var bandLow: Int64
  var bandHigh: Int64
  var isHaltedNow = false

  var lastPrice: Int64?
  var stops = StopQueue()
  var tracking: QueueTracking

  /// Makes an empty book.
  ///
  /// - Complexity: O(levels + ids with a place of their own).
  public init(_ settings: BookSettings = BookSettings()) {
    self.settings = settings
    slots = Slab(count: 1024, filling: OrderSlot())
    owners = Slab(count: settings.selfTrade == .allow ? 0 : 1024, filling: 0)
    directory = OrderDirectory(denseIDs: settings.denseIDs)
    levels = Slab(count: settings.levels, filling: BookLevel())
    occupied = LevelBitmap(capacity: settings.levels)
    best = [-1, settings.levels]
    (gateLow, gateHigh) = (settings.lowestPrice, settings.highestPrice)
    (bandLow, bandHigh) = (settings.lowestPrice, settings.highestPrice)
    tracking = QueueTracking(isOn: settings.tracksQueues)
  }

  /// How many orders rest or wait.
  public var orderCount: Int { openOrders }

  /// The highest price bid, in ticks.
  public var bestBid: Int64? { best[0] >= 0 ? origin &+ Int64(best[0]) : nil }

  /// The lowest price asked, in ticks.
  public var bestAsk: Int64? { best[1] < levels.count ? origin &+ Int64(best[1]) : nil }

  /// The price of the last trade.
  public var lastTrade: Int64? { lastPrice }

  /// Lots resting on a side at a price.
  ///
  /// - Complexity: O(1).
  public func quantity(_ side: Side, at price: Int64) -> Int64 {
    guard let index = level(side, at: price) else { return 0 }
    return levels[index].quantity
  }

  /// The best price of a side behind another one.
  ///
  /// - Parameters:
  ///   - side: Bids or asks.
  ///   - price: Where to look from; nil for the best.
  /// - Complexity: O(1).
  public func nextPrice(_ side: Side, behind price: Int64?) -> Int64? {
    guard let price else { return side == .buy ? bestBid : bestAsk }
    // The window's width bounds what subtraction may give, so that far prices do not overflow.
    if side == .buy {
      if price <= origin || best[0] < 0 { return nil }
      if price > origin &+ Int64(best[0]) { return bestBid }
      let index = occupied.previous(before: Int(price &- origin))
      return index < 0 ? nil : origin &+ Int64(index)
    }
    if best[1] == levels.count || price >= origin &+ Int64(levels.count) { return nil }
    if price < origin &+ Int64(best[1]) { return bestAsk }
    let index = occupied.next(after: Int(price &- origin))
    return index == levels.count ? nil : origin &+ Int64(index)
  }

  /// The worst price of a side.
  ///
  /// - Complexity: O(1).
  public func worstPrice(_ side: Side) -> Int64? {
    if side == .buy { return best[0] < 0 ? nil : origin &+ Int64(occupied.lowest) }
    return best[1] == levels.count ? nil : origin &+ Int64(occupied.highest)
  }

  /// A resting order: its side, price and open lots; nil when the id rests not.
  ///
  /// - Complexity: O(1).
  public func order(_ id: UInt64) -> (side: Side, price: Int64, quantity: Int64)? {
    let slot = directory.slot(of: id)
    if slot == 0 || slots[slot].isStop { return nil }
    return (slots[slot].side, slots[slot].price, slots[slot].quantity)
  }

  /// The order that trades next at a price.
  ///
  /// - Complexity: O(1).
  public func first(_ side: Side, at price: Int64) -> UInt64? {
    guard let index = level(side, at: price) else { return nil }
    return slots[levels[index].head].id
  }

  /// Visits the orders at a price, first to trade first.
  public func forEachOrder(_ side: Side, at price: Int64, _ body: (UInt64, Int64) -> Void) {
    guard let index = level(side, at: price) else { return }
    var slot = levels[index].head
    while slot != 0 {
      body(slots[slot].id, slots[slot].quantity)
      slot = slots[slot].next
    }
  }

  /// The level of a price where a side has orders.
  func level(_ side: Side, at price: Int64) -> Int? {
    guard price >= origin, price < origin &+ Int64(levels.count) else { return nil }
    let index = Int(price &- origin)
    let isSide = side == .buy ? index <= best[0] : index >= best[1]
    return isSide && occupied.contains(index) ? index : nil
  }
}
