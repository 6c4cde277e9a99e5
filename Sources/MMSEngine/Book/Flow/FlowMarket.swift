// SPDX-License-Identifier: Apache-2.0
// hot path

public import MMSCore

/// A book whose other participants are a FlowModel: orders come in continuous time, ours may join them.
///
/// Event n of a path has the draws with number n, whatever happens in between: its unit exponential runs down with
/// the rate that book and row give, so that an order of ours or a new row moves the event and exchanges no draw.
/// ``next(before:into:)`` changes nothing when no event is due, so that it may be asked at any times.
///
/// When an order of ours leaves a side empty, that side is laid out anew behind the last trade. When the fair price
/// of a new row is farther from the mid than ``reach``, the flow withdraws and lays its orders out around it; what
/// of them meets orders of ours trades.
public struct FlowMarket: ~Copyable {
  /// Ids from here on are for orders of ours; those below are the flow's.
  public static let firstOwnID: UInt64 = 1 << 32

  /// How far the fair price may jump from the mid before the flow lays its orders out anew, in ticks.
  public private(set) var reach: Double

  private var driver: FlowDriver
  private var desk: FlowDesk
  private var conditions: FlowConditions

  /// Starts a path with a book laid out around a price.
  ///
  /// - Parameters:
  ///   - model: The flow; it is copied.
  ///   - path: The path; draws are those of role flow.
  ///   - reference: The normal market. Its fair price is where the book begins.
  ///   - settings: The book's; ids from 0 to 65,535 should be dense.
  ///   - events: What happens while the book is laid out.
  /// - Throws: ``MMSCore/MMSError/Code/invalidValue`` when the reference has no fair price of at least 1 tick.
  public init(
    model: any FlowModel, path: PathContext, reference: FlowConditions,
    settings: BookSettings = BookSettings(denseIDs: 1 << 16), into events: inout BookEvents
  ) throws(MMSError) {
    guard reference.fairPrice >= 1, reference.fairPrice < Double(BookSettings.priceLimit) else {
      throw MMSError(
        .invalidValue, "a book cannot begin around a price of \(reference.fairPrice) ticks",
        hint: "give a fair price of at least one tick, or a smaller tick")
    }
    driver = FlowDriver(try model.makeInstance(), path, reference: reference)
    desk = FlowDesk(settings)
    reach = Double(max(1, model.initialLevels))
    conditions = reference
    layOut(&events)
  }

  /// The number of the next event.
  public var eventNumber: Int64 { driver.number }

  /// When the last event, row or order of ours was, in seconds since the path began.
  public var time: Double { driver.time }

  /// The book, orders of ours included.
  public var book: OrderBook { _read { yield desk.book } }

  /// How many orders of the flow rest on a side.
  public func orderCount(_ side: Side) -> Int { desk.register.count(side) }

  /// The mean of the best prices, in ticks.
  public var mid: Double { 0.5 * Double(desk.highestBid &+ desk.lowestAsk) }

  // MARK: - Time

  /// Lets the next event happen if it is due before a time.
  ///
  /// - Returns: When it happened; nil when none is due, and then nothing has changed.
  public mutating func next(before limit: Double, into events: inout BookEvents) -> Double? {
    guard let event = driver.next(&desk, before: limit) else { return nil }
    desk.perform(event, &events)
    if !desk.isTwoSided { refill(&events) }
    return driver.time
  }

  /// Lets all events before a time happen.
  ///
  /// - Returns: How many there were.
  @discardableResult
  public mutating func advance(to limit: Double, into events: inout BookEvents) -> Int {
    var count = 0
    while next(before: limit, into: &events) != nil { count &+= 1 }
    return count
  }

  /// Lets a new row hold from a time on, up to which all events have happened.
  public mutating func observe(_ row: FlowConditions, at now: Double, into events: inout BookEvents) {
    driver.settle(&desk, at: now)
    conditions = row
    driver.observe(row)
    if row.isHalted != desk.book.isHalted {
      if row.isHalted { desk.book.halt() } else { desk.book.resume() }
    }
    if !row.isHalted, (row.fairPrice - mid).magnitude > reach {
      desk.withdrawAll(&events)
      layOut(&events)
    }
  }

  /// Sends an order of ours, or whatever else a book may be asked, at a time up to which all events have happened.
  ///
  /// - Parameters:
  ///   - operation: Its id must be at least ``firstOwnID``.
  ///   - now: When, in seconds of the path.
  ///   - events: Takes what happens.
  public mutating func apply(_ operation: BookOperation, at now: Double, into events: inout BookEvents) {
    precondition(operation.id >= Self.firstOwnID, "ids below \(Self.firstOwnID) are the flow's")
    driver.settle(&desk, at: now)
    desk.send(operation, &events)
    if !desk.isTwoSided { refill(&events) }
  }

  // MARK: - Laying out

  /// Takes every order of the flow out, for an experiment that begins from a given book.
  ///
  /// Until orders have been placed on both sides no event may be asked for.
  public mutating func withdrawFlow(into events: inout BookEvents) {
    driver.settle(&desk, at: driver.time)
    desk.withdrawAll(&events)
  }

  /// Lets the flow have orders of its model's initial lots at a price, behind those that rest there.
  public mutating func place(
    _ side: Side, orders: Int, at price: Int64, into events: inout BookEvents
  ) {
    driver.settle(&desk, at: driver.time)
    for _ in 0..<orders { desk.limit(side, driver.model.initialLots, at: price, &events) }
  }

  /// Lays both sides out around the fair price.
  private mutating func layOut(_ events: inout BookEvents) {
    let half = conditions.halfSpread.isNaN ? 0.5 : max(0.5, min(conditions.halfSpread, reach))
    let lowest = Double(desk.book.settings.lowestPrice)
    let bid = Int64(max(lowest, (conditions.fairPrice - half).rounded(.down)))
    let ask = max(bid + 1, Int64((conditions.fairPrice + half).rounded(.up)))
    layOut(.buy, from: bid, &events)
    layOut(.sell, from: ask, &events)
    // Orders of ours may have met what was laid out.
    if !desk.isTwoSided { refill(&events) }
  }

  private mutating func layOut(_ side: Side, from best: Int64, _ events: inout BookEvents) {
    let model = driver.model
    for level in 0..<model.initialLevels {
      let price = side == .buy ? best - Int64(level) : best + Int64(level)
      for _ in 0..<model.initialOrders(level: level) {
        desk.limit(side, model.initialLots, at: price, &events)
      }
    }
  }

  /// Lays out the side that an order of ours has emptied, behind the last trade.
  @inline(never)
  private mutating func refill(_ events: inout BookEvents) {
    guard let last = desk.book.lastTrade else { return }
    if desk.book.bestBid == nil {
      layOut(.buy, from: min(last - 1, (desk.book.bestAsk ?? last) - 1), &events)
    }
    if desk.book.bestAsk == nil {
      layOut(.sell, from: max(last + 1, (desk.book.bestBid ?? last) + 1), &events)
    }
  }
}
