// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

/// A generated book in the market's own prices and time: the flow, and our orders in it.
///
/// The flow's book is kept in ticks of the flow around the fair price: as the fair price moves, everybody's quotes
/// move with it but ours, which stand where we put them. So an order of ours changes its level as the market moves,
/// joins the end of the queue there, and is traded with at its own price by what moves across it.
/// A tick of the flow is ``scale`` ticks of the market, so that a wider spread column is a wider book.
struct BookExchange: ~Copyable {
  /// An order of ours that rests.
  struct OwnOrder {
    var key: UInt64
    var side: Side
    /// Ticks of the market.
    var price: Int64
    /// Ticks of the flow.
    var level: Int64
    var lots: Int64
  }

  /// The row that is being traded.
  struct Row {
    var seconds = 0.0
    /// When the row's four prices are met, and the prices in ticks of the market.
    var times: [4 of Double] = [0, 0, 0, 0]
    var prices: [4 of Double] = [0, 0, 0, 0]
    var isHalted = false
  }

  var core: GeneratedBook
  private var driver: FlowDriver
  private let fresh: any FlowModel
  private let burnIn: Int

  private(set) var random: RandomSource
  /// How the flow was made the market's size; nil for a flow by itself.
  var sizing: Sizing?
  /// When the row began, in the driver's time.
  private var began = 0.0

  private(set) var row = Row()
  /// Seconds since the row began.
  private(set) var now = 0.0
  /// The fair price, in whole ticks of the market.
  private(set) var anchor: Int64 = 0
  private(set) var scale = 1.0
  var own: [OwnOrder] = []
  /// Fills of our resting orders that the venue has not booked yet.
  var filled: [(key: UInt64, lots: Int64)] = []
  /// Mids, in ticks of the market, beyond which a stop of ours is hit.
  var stopBelow = -Double.infinity
  var stopAbove = Double.infinity
  /// The highest and the lowest mid of the row so far, in ticks of the market.
  private(set) var highest = 0.0
  private(set) var lowest = 0.0
  /// What is traded at, in ticks of the market.
  var band = BandLimits()
  /// How many events there were on this path.
  var eventCount: Int64 { driver.number }

  init(_ model: any FlowModel, unit: Int64, marketUnit: Int64) throws(MMSError) {
    fresh = try model.makeInstance()
    let path = PathContext(seed: 0, path: 0, isCentral: true)
    driver = FlowDriver(fresh, path, reference: FlowConditions())
    core = GeneratedBook(unit: unit, marketUnit: marketUnit)
    random = path.random(.flow)
    var orders = 0
    for level in 0..<max(1, model.initialLevels) { orders += 2 * model.initialOrders(level: level) }
    burnIn = max(500, min(4 * orders, 20_000))
    own.reserveCapacity(16)
    filled.reserveCapacity(16)
  }

  /// Starts a path with a book that the flow has filled for a while.
  mutating func begin(_ path: PathContext, reference: FlowConditions) {
    core = GeneratedBook(unit: core.unit, marketUnit: core.marketUnit)
    driver = FlowDriver(fresh, path, reference: reference)
    random = path.random(.flow)
    own.removeAll(keepingCapacity: true)
    filled.removeAll(keepingCapacity: true)
    (stopBelow, stopAbove) = (-.infinity, .infinity)
    (anchor, scale) = (0, 1)
    row = Row()
    core.seed(fresh)
    row.seconds = .infinity
    (began, now) = (0, 0)
    band.begin()
    for _ in 0..<burnIn { _ = event(before: .infinity) }
    (began, now) = (driver.time, 0)
  }

  /// Begins a row: from here on the fair price goes through its prices, and rates are those of its columns.
  mutating func open(_ row: Row, scale: Double, conditions: FlowConditions) {
    changing()
    began += now
    self.row = row
    now = 0
    core.traded = 0
    driver.observe(conditions)
    // In a halt all quotes stand; the market opens again where the fair price is then.
    if !row.isHalted || anchor == 0 {
      self.scale = scale
      follow(force: true)
    }
    (highest, lowest) = (mid, mid)
  }

  // MARK: - Prices

  /// The market's price of a level, in ticks.
  @inline(__always)
  func price(_ level: Int64) -> Int64 { anchor &+ Int64(((Double(level) - 0.5) * scale).rounded(.up)) }

  /// The best level of a side that is no better than a price of the market.
  @inline(__always)
  func level(_ side: Side, _ price: Int64) -> Int64 {
    let gap = Double(price &- anchor)
    return side == .buy
      ? Int64((gap / scale + 0.5).rounded(.down)) : Int64(((gap - 1) / scale + 0.5).rounded(.down)) &+ 1
  }

  var bid: Int64 { price(core.highestBid) }
  var ask: Int64 { price(core.lowestAsk) }
  /// Ticks of the market.
  var mid: Double { 0.5 * Double(bid &+ ask) }
  /// Ticks of the market from the fair price to the mid.
  var displacement: Double { mid - Double(anchor) }

  /// The fair price now, in ticks of the market.
  private var fair: Double {
    let t = now
    if t >= row.times[3] { return row.prices[3] }
    var index = 0
    while index < 2, t >= row.times[index &+ 1] { index &+= 1 }
    let span = row.times[index &+ 1] - row.times[index]
    if span <= 0 { return row.prices[index &+ 1] }
    let share = max(0, (t - row.times[index]) / span)
    return row.prices[index] + (row.prices[index &+ 1] - row.prices[index]) * share
  }

  /// Moves everybody's quotes but ours with the fair price.
  @inline(__always)
  private mutating func follow(force: Bool = false) {
    let fair = band.isOn ? band.hold(fair) : fair
    // Half a tick more than rounding asks for, so that a price between two ticks does not flicker.
    if !force, (fair - Double(anchor)).magnitude < 1 { return }
    let target = Int64(fair.rounded())
    if target == anchor, !force { return }
    anchor = target
    if band.isOn { core.setBand(level(.sell, band.low), level(.buy, band.high)) }
    if !own.isEmpty { relocate() }
  }

  /// Puts our orders where they stand in a market that has moved.
  @inline(never)
  private mutating func relocate() {
    var index = 0
    while index < own.count {
      let order = own[index]
      let level = band.admits(order.price) ? level(order.side, order.price) : Self.parked
      if level != order.level {
        core.remove(order.key)
        if !place(index, at: level) { continue }
      }
      index &+= 1
    }
  }

  /// Puts an order of ours at a level; what moved across it trades with it.
  ///
  /// - Returns: Whether something of it rests; else it is gone from ``own``.
  mutating func place(_ index: Int, at level: Int64) -> Bool {
    let order = own[index]
    if level == Self.parked {
      own[index].level = level
      return true
    }
    let crosses = order.side == .buy ? level >= core.lowestAsk : level <= core.highestBid
    var left = order.lots
    if crosses {
      let met = core.take(order.side, left, upTo: level) { _, _ in }
      if met > 0 { filled.append((order.key, met)) }
      left &-= met
    }
    if left == 0 {
      own.remove(at: index)
      return false
    }
    own[index].lots = left
    // The other side keeps its last lot, which may still be across.
    let bound = order.side == .buy ? min(level, core.lowestAsk &- 1) : max(level, core.highestBid &+ 1)
    own[index].level = level
    core.rest(order.key, order.side, left, at: bound)
    return true
  }

  // MARK: - Time

  /// Lets the flow go on.
  ///
  /// - Returns: Whether the time was reached; false when a resting order of ours was filled or a stop was hit first.
  mutating func run(until end: Double) -> Bool {
    if !filled.isEmpty { return false }
    if row.isHalted {
      now = end
      return true
    }
    while event(before: end) {
      if !core.ownTrades.isEmpty { collect() }
      let mid = mid
      if mid > highest { highest = mid }
      if mid < lowest { lowest = mid }
      if !filled.isEmpty || mid <= stopBelow || mid >= stopAbove { return false }
    }
    return true
  }

  /// Does one event, whenever it comes; false when none ever does.
  mutating func step() -> Bool { event(before: .infinity) }

  /// Does the next event if it comes in time.
  @inline(__always)
  private mutating func event(before end: Double) -> Bool {
    guard let event = driver.next(&core, before: began + end) else {
      if end < .infinity { now = end }
      return false
    }
    now = driver.time - began
    if row.seconds.isFinite { follow() }
    core.apply(event)
    return true
  }

  /// Whoever changes the book or the row says so to the flow's clock before.
  mutating func changing() { driver.settle(&core, at: began + now) }

  /// Takes over what the flow traded with our resting orders.
  mutating func collect() {
    for trade in core.ownTrades {
      filled.append(trade)
      guard let index = own.firstIndex(where: { $0.key == trade.key }) else { continue }
      own[index].lots &-= trade.lots
      if own[index].lots == 0 { own.remove(at: index) }
    }
    core.clearOwnTrades()
  }
}
