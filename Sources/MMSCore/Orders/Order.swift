// SPDX-License-Identifier: Apache-2.0

/// An order's number within a path, dense and growing from 1.
public typealias OrderID = UInt32

/// A parent's number within a path, dense and growing from 1.
///
/// A parent is one intention, such as one signal episode; reposts, conversions and partial fills are its children.
public typealias ParentID = UInt32

/// How an order executes.
@frozen
public enum OrderType: UInt8, Sendable, Hashable {
  /// At the market, as soon as it arrives.
  case market
  /// At a limit price or better.
  case limit
  /// A market order once the price has touched the trigger; held by the engine.
  case stop
}

/// What a strategy asks the venue to do.
public struct OrderRequest: Sendable, Hashable {
  /// Buy or sell.
  public var side: Side
  /// How it executes.
  public var type: OrderType
  /// Base units, positive; rounded down to the lot.
  public var quantity: Double
  /// Limit or trigger price in quote currency; NaN for a market order.
  public var price: Double
  /// Whether a limit order that would take liquidity on arrival is refused instead.
  public var postOnly: Bool
  /// Whether the order may only shrink the position; it is cut to the position, and cancelled when flat.
  public var reduceOnly: Bool
  /// Steps the order lives after it became active; 0 until it is filled or cancelled.
  public var timeToLive: Int
  /// The parent this order continues; 0 begins a new one.
  public var parent: ParentID
  /// Base units the whole parent is after when this order is a slice of it; 0 when the order is all there is.
  ///
  /// Read from the order that begins the parent: what is never sent then counts as not filled.
  public var parentQuantity: Double
  /// A protective stop the engine keeps on the resulting position: fraction from the average entry; 0 none.
  public var stopLoss: Double

  /// Asks for an order.
  public init(
    _ side: Side, _ type: OrderType = .market, quantity: Double, price: Double = .nan,
    postOnly: Bool = false, reduceOnly: Bool = false, timeToLive: Int = 0, parent: ParentID = 0,
    parentQuantity: Double = 0, stopLoss: Double = 0
  ) {
    self.side = side
    self.type = type
    self.quantity = quantity
    self.price = price
    self.postOnly = postOnly
    self.reduceOnly = reduceOnly
    self.timeToLive = timeToLive
    self.parent = parent
    self.parentQuantity = parentQuantity
    self.stopLoss = stopLoss
  }
}

/// Where an order stands.
@frozen
public enum OrderStatus: UInt8, Sendable, Hashable {
  /// On its way to the venue.
  case pending
  /// At the venue.
  case working
  /// Filled completely.
  case filled
  /// Cancelled by the strategy or because nothing is left to reduce.
  case cancelled
  /// Its time to live ran out.
  case expired
  /// Refused by the venue.
  case rejected
}

/// An order as its owner sees it.
public struct WorkingOrder: Sendable, Hashable {
  /// The order's number.
  public var id: OrderID
  /// Its parent.
  public var parent: ParentID
  /// Buy or sell.
  public var side: Side
  /// How it executes.
  public var type: OrderType
  /// Whether it is pending or working.
  public var status: OrderStatus
  /// Limit or trigger price; NaN for a market order.
  public var price: Double
  /// Base units not filled yet.
  public var remaining: Double

  /// Describes an order.
  public init(
    id: OrderID, parent: ParentID, side: Side, type: OrderType, status: OrderStatus, price: Double,
    remaining: Double
  ) {
    self.id = id
    self.parent = parent
    self.side = side
    self.type = type
    self.status = status
    self.price = price
    self.remaining = remaining
  }
}

/// Something that happened to an order since the strategy was last asked.
public struct OrderEvent: Sendable, Hashable {
  /// What happened.
  @frozen
  public enum Kind: UInt8, Sendable, Hashable {
    /// Some or all of it filled.
    case fill
    /// The engine's protective stop filled, or the venue closed the position for want of margin.
    case stopFill
    /// It was refused.
    case rejected
    /// Its time to live ran out.
    case expired
    /// It was cancelled.
    case cancelled
  }

  /// What happened.
  public var kind: Kind
  /// To which order.
  public var order: OrderID
  /// Of which parent.
  public var parent: ParentID
  /// Buy or sell.
  public var side: Side
  /// Base units filled; 0 for anything but a fill.
  public var quantity: Double
  /// The fill price; NaN for anything but a fill.
  public var price: Double
  /// Base units of the order not filled.
  public var remaining: Double

  /// Records an event.
  public init(
    kind: Kind, order: OrderID, parent: ParentID, side: Side, quantity: Double, price: Double,
    remaining: Double
  ) {
    self.kind = kind
    self.order = order
    self.parent = parent
    self.side = side
    self.quantity = quantity
    self.price = price
    self.remaining = remaining
  }
}
