// SPDX-License-Identifier: Apache-2.0
// hot path

public import MMSCore

/// The quantity at each price of both sides, as a feed of levels tells it: no orders, no matching.
///
/// Each side is an array over a window of prices with a bitmap of the levels that hold something; what is far from
/// the best price is kept in a dictionary. An update within the window takes constant time and allocates nothing.
/// The sides know nothing of each other: in the middle of a diff they may cross.
public struct DepthBook: ~Copyable {
  private var bids: DepthSide
  private var asks: DepthSide
  /// The last trade of the feed; nil before the first.
  public private(set) var lastTrade: DepthUpdate?

  /// Makes an empty book.
  ///
  /// - Parameter levels: Ticks in the window of each side.
  public init(levels: Int = 1 << 14) {
    bids = DepthSide(.buy, levels: levels)
    asks = DepthSide(.sell, levels: levels)
  }

  /// Sets what is at a price; 0 or less takes the level away.
  ///
  /// - Complexity: O(1) within the window; O(levels) when the window must move.
  public mutating func set(_ side: Side, price: Int64, quantity: Int64) {
    if side == .buy { bids.set(price, quantity) } else { asks.set(price, quantity) }
  }

  /// Does many updates, such as a diff's; trades are only noted.
  public mutating func apply(_ updates: Span<DepthUpdate>) {
    for index in updates.indices {
      let update = updates[index]
      if update.isTrade {
        lastTrade = update
      } else if update.side == .buy {
        bids.set(update.price, update.quantity)
      } else {
        asks.set(update.price, update.quantity)
      }
    }
  }

  /// The highest price bid, in ticks.
  public var bestBid: Int64? { bids.bestPrice }

  /// The lowest price asked, in ticks.
  public var bestAsk: Int64? { asks.bestPrice }

  /// Whether the best bid is at or above the best ask.
  public var isCrossed: Bool {
    if let bid = bestBid, let ask = bestAsk { bid >= ask } else { false }
  }

  /// What is at a price.
  ///
  /// - Complexity: O(1).
  public func quantity(_ side: Side, at price: Int64) -> Int64 {
    side == .buy ? bids.quantity(price) : asks.quantity(price)
  }

  /// Every level of a side, the best first.
  ///
  /// - Complexity: O(n log n) of the levels far away.
  public func levels(_ side: Side) -> [(price: Int64, quantity: Int64)] {
    let all = side == .buy ? bids.all : asks.all
    return all.sorted { side == .buy ? $0.price > $1.price : $0.price < $1.price }
  }

  /// The nearest price with a quantity behind a price, or the best one.
  ///
  /// - Complexity: O(1) within the window; O(levels far away) beyond it.
  public func nextPrice(_ side: Side, behind price: Int64?) -> Int64? {
    guard let price else { return side == .buy ? bids.bestPrice : asks.bestPrice }
    return side == .buy ? bids.next(behind: price) : asks.next(behind: price)
  }

  /// Sets what is at a price in a book that never crosses: levels of the other side that it reaches are gone.
  ///
  /// A feed tells a move as a level that comes and one that goes, in either order; until the second is told the
  /// level that is in the way is a trace of the past.
  ///
  /// - Returns: What was at the price before.
  @inline(__always)
  @discardableResult
  mutating func replace(_ side: Side, _ price: Int64, _ quantity: Int64) -> Int64 {
    if side == .buy {
      if quantity > 0, price >= asks.edge { asks.remove(through: price) }
      return bids.set(price, quantity)
    }
    if quantity > 0, price <= bids.edge { bids.remove(through: price) }
    return asks.set(price, quantity)
  }

  /// The highest price bid, or the lowest number.
  @inline(__always) var bidEdge: Int64 { bids.edge }

  /// The lowest price asked, or the highest number.
  @inline(__always) var askEdge: Int64 { asks.edge }

  /// Takes note of a trade.
  @inline(__always)
  mutating func note(_ trade: DepthUpdate) { lastTrade = trade }

  /// Takes every level away.
  public mutating func clear() {
    bids.clear()
    asks.clear()
  }
}

/// One level of a feed, or one trade.
public struct DepthUpdate: BitwiseCopyable, Sendable, Hashable {
  /// The side; of a trade, the taker's.
  public var side: Side
  /// Whether it is a trade: levels change by updates of their own.
  public var isTrade: Bool
  /// Ticks.
  public var price: Int64
  /// Lots; 0 takes the level away.
  public var quantity: Int64

  /// Names a level or a trade.
  public init(_ side: Side, price: Int64, quantity: Int64, isTrade: Bool = false) {
    self.side = side
    self.isTrade = isTrade
    self.price = price
    self.quantity = quantity
  }
}

/// One side of a ``DepthBook``.
struct DepthSide: ~Copyable {
  private let isBid: Bool
  private var quantities: Slab<Int64>
  private var occupied: LevelBitmap
  private var origin: Int64 = 0
  /// The best level, or −1.
  private var best = -1
  /// Levels outside the window; none of them is better than the best.
  private var far: [Int64: Int64] = [:]

  init(_ side: Side, levels: Int) {
    isBid = side == .buy
    let capacity = BookSettings.powerOfTwo(levels)
    quantities = Slab(count: capacity, filling: 0)
    occupied = LevelBitmap(capacity: capacity)
  }

  var bestPrice: Int64? { best < 0 ? nil : origin &+ Int64(best) }

  /// The best price, or one that every price is better than.
  @inline(__always)
  var edge: Int64 { best >= 0 ? origin &+ Int64(best) : isBid ? .min : .max }

  /// The nearest price behind one.
  func next(behind price: Int64) -> Int64? {
    guard best >= 0 else { return nil }
    if isBid ? price > edge : price < edge { return bestPrice }
    let (low, high) = (origin, origin &+ Int64(quantities.count))
    var found: Int64?
    if price >= low, price < high {
      let index = Int(price &- origin)
      let next = isBid ? occupied.previous(before: index) : occupied.next(after: index)
      if next >= 0, next < occupied.capacity { found = origin &+ Int64(next) }
    }
    if found != nil || far.isEmpty { return found }
    return isBid ? far.keys.filter { $0 < price }.max() : far.keys.filter { $0 > price }.min()
  }

  /// Takes away the levels from the best one to a price.
  @inline(never)
  mutating func remove(through price: Int64) {
    while best >= 0, isBid ? edge >= price : edge <= price { set(edge, 0) }
  }

  var all: [(price: Int64, quantity: Int64)] {
    var found = far.map { (price: $0.key, quantity: $0.value) }
    var index = occupied.lowest
    while index < occupied.capacity {
      found.append((origin &+ Int64(index), quantities[index]))
      index = occupied.next(after: index)
    }
    return found
  }

  func quantity(_ price: Int64) -> Int64 {
    let offset = price.subtractingReportingOverflow(origin)
    if !offset.overflow, offset.partialValue >= 0, offset.partialValue < Int64(quantities.count) {
      return quantities[Int(offset.partialValue)]
    }
    return far[price] ?? 0
  }

  /// Sets what is at a price, and says what was there.
  @inline(always)
  @discardableResult
  mutating func set(_ price: Int64, _ quantity: Int64) -> Int64 {
    let index = Int(price &- origin)
    guard UInt(bitPattern: index) < UInt(bitPattern: quantities.count), best >= 0 else {
      return setFar(price, quantity)
    }
    let before = quantities[index]
    if quantity > 0 {
      quantities[index] = quantity
      occupied.insert(index)
      best = isBid ? max(best, index) : min(best, index)
    } else {
      quantities[index] = 0
      occupied.remove(index)
      if index == best { worsen() }
    }
    return before
  }

  @inline(never)
  private mutating func worsen() {
    let next = isBid ? occupied.previous(before: best) : occupied.next(after: best)
    best = next == occupied.capacity ? -1 : next
    if best < 0, let price = isBid ? far.keys.max() : far.keys.min() { move(to: price) }
  }

  /// A price outside the window, or the first one of all.
  @inline(never)
  private mutating func setFar(_ price: Int64, _ quantity: Int64) -> Int64 {
    // Prices of a feed are bounded so that no difference between two of them overflows.
    guard price.magnitude <= UInt64(BookSettings.priceLimit) else { return 0 }
    let before = far[price] ?? 0
    far[price] = quantity > 0 ? quantity : nil
    if quantity <= 0 { return before }
    let isBetter = bestPrice.map { isBid ? price > $0 : price < $0 } ?? true
    if isBetter { move(to: price) }
    return before
  }

  /// Puts the window around a price, which becomes the best.
  private mutating func move(to price: Int64) {
    var index = occupied.lowest
    while index < occupied.capacity {
      far[origin &+ Int64(index)] = quantities[index]
      quantities[index] = 0
      occupied.remove(index)
      index = occupied.next(after: index)
    }
    origin = price &- Int64(quantities.count / 2)
    for (price, quantity) in far where price >= origin && price < origin &+ Int64(quantities.count) {
      quantities[Int(price &- origin)] = quantity
      occupied.insert(Int(price &- origin))
    }
    let (low, high) = (origin, origin &+ Int64(quantities.count))
    far = far.filter { $0.key < low || $0.key >= high }
    best = isBid ? occupied.highest : occupied.lowest
    if best == occupied.capacity { best = -1 }
  }

  mutating func clear() {
    quantities.fill(with: 0)
    occupied = LevelBitmap(capacity: quantities.count)
    best = -1
    far.removeAll(keepingCapacity: true)
  }
}
