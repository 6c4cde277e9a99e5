// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// All that decides what a book does next, as plain values.
public struct BookSnapshot: Sendable, Hashable {
  /// A resting order.
  public struct Order: Sendable, Hashable {
    /// The order's id.
    public var id: UInt64
    /// Its side.
    public var side: Side
    /// Ticks.
    public var price: Int64
    /// Lots open.
    public var quantity: Int64
    /// Its owner; 0 where owners are not kept.
    public var owner: UInt32
    /// Whether its queue is followed.
    public var isTracked: Bool

    /// Names a resting order.
    public init(
      id: UInt64, side: Side, price: Int64, quantity: Int64, owner: UInt32 = 0, isTracked: Bool = false
    ) {
      self.id = id
      self.side = side
      self.price = price
      self.quantity = quantity
      self.owner = owner
      self.isTracked = isTracked
    }
  }

  /// What the book was made for.
  public var settings: BookSettings
  /// Resting orders: bids from the best price, then asks from the best; in a queue, first to trade first.
  public var orders: [Order] = []
  /// Stops that wait, the earliest first.
  public var stops: [BookOperation] = []
  /// The price of the last trade.
  public var lastTrade: Int64?
  /// Whether trading is halted.
  public var isHalted = false
  /// The lowest price taken.
  public var bandLow: Int64
  /// The highest price taken.
  public var bandHigh: Int64
}

extension OrderBook {
  /// The book's state.
  ///
  /// - Complexity: O(orders).
  public func snapshot() -> BookSnapshot {
    var snapshot = BookSnapshot(
      settings: settings, stops: stops.waiting.map(\.operation), lastTrade: lastPrice, isHalted: isHaltedNow,
      bandLow: bandLow, bandHigh: bandHigh)
    snapshot.orders.reserveCapacity(openOrders)
    forEachSlot { slot in
      let order = slots[slot]
      snapshot.orders.append(
        BookSnapshot.Order(
          id: order.id, side: order.side, price: order.price, quantity: order.quantity,
          owner: owners.count > 0 ? owners[slot] : 0, isTracked: tracking.isTracked(slot, order.price)))
    }
    return snapshot
  }

  /// Makes a book in a saved state.
  ///
  /// - Throws: ``MMSCore/MMSError/Code/invalidData`` when the state is none a book can be in.
  public init(_ snapshot: BookSnapshot) throws(MMSError) {
    self.init(snapshot.settings)
    var events = BookEvents(.trades)
    for order in snapshot.orders {
      apply(
        .limit(
          order.id, order.side, order.quantity, at: order.price, .postOnly, owner: order.owner,
          isTracked: order.isTracked), into: &events)
    }
    for stop in snapshot.stops { apply(stop, into: &events) }
    guard events.count == 0, openOrders == snapshot.orders.count + snapshot.stops.count else {
      throw MMSError(
        .invalidData,
        "the saved book cannot be: an order in it is refused"
          + (events.count > 0 ? " (id \(events[0].id): \(events[0].reason))" : "")
          + "; save it again from a book that runs")
    }
    lastPrice = snapshot.lastTrade
    isHaltedNow = snapshot.isHalted
    (bandLow, bandHigh) = (snapshot.bandLow, snapshot.bandHigh)
    (gateLow, gateHigh) = gate()
  }

  /// A number that two books share when they hold the same orders in the same order and obey the same limits.
  ///
  /// It does not depend on how the book came to its state, nor on process or machine.
  ///
  /// - Complexity: O(orders).
  public var stateHash: UInt64 {
    var hash = StateHash()
    hash.add(lastPrice == nil ? 0 : 1)
    hash.add(lastPrice ?? 0)
    hash.add(isHaltedNow ? 1 : 0)
    hash.add(bandLow)
    hash.add(bandHigh)
    forEachSlot { slot in
      hash.add(Int64(bitPattern: slots[slot].id))
      hash.add(slots[slot].tag)
      hash.add(slots[slot].quantity)
      if owners.count > 0 { hash.add(Int64(owners[slot])) }
      if tracking.isActive { hash.add(tracking.ahead(of: slot, slots[slot].price) ?? -1) }
    }
    for stop in stops.waiting {
      hash.add(Int64(bitPattern: stop.operation.id))
      hash.add(OrderSlot.tag(stop.operation.side, stop.operation.trigger))
      hash.add(stop.operation.price)
      hash.add(stop.operation.quantity)
      hash.add(Int64(stop.operation.kind.rawValue))
    }
    return hash.value
  }

  /// Visits resting orders in the order of a snapshot.
  func forEachSlot(_ body: (UInt32) -> Void) {
    for side in [Side.buy, .sell] {
      var price = nextPrice(side, behind: nil)
      while let at = price {
        var slot = levels[Int(at &- origin)].head
        while slot != 0 {
          body(slot)
          slot = slots[slot].next
        }
        price = nextPrice(side, behind: at)
      }
    }
  }
}

/// Mixes numbers into one, each by the finisher of SplitMix64.
struct StateHash {
  private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

  mutating func add(_ number: Int64) {
    var mixed = value ^ UInt64(bitPattern: number)
    mixed = (mixed ^ mixed &>> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed &>> 27) &* 0x94D0_49BB_1331_11EB
    value = (mixed ^ mixed &>> 31) &+ 0x9E37_79B9_7F4A_7C15
  }
}
