// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// How long an order may wait, and whether it may take.
public enum TimeInForce: UInt8, BitwiseCopyable, Sendable, Hashable, CaseIterable {
  /// What does not trade at once rests until it is cancelled.
  case goodTilCancelled
  /// What does not trade at once is cancelled.
  case immediateOrCancel
  /// It trades whole and at once, or not at all.
  case fillOrKill
  /// It is refused when it would trade at once.
  case postOnly
}

/// One thing asked of a book: flat, so that a batch is an array of plain values.
public struct BookOperation: BitwiseCopyable, Sendable, Hashable {
  /// What is asked.
  public enum Kind: UInt8, BitwiseCopyable, Sendable, Hashable, CaseIterable {
    /// An order at ``BookOperation/price`` or better.
    case limit
    /// An order at any price within the band.
    case market
    /// Takes an order out.
    case cancel
    /// Gives a resting order a new price and open quantity.
    case modify
    /// Takes ``BookOperation/quantity`` off a resting order, which keeps its place.
    case reduce
    /// A market order once a trade is at or through ``BookOperation/trigger``.
    case stop
    /// A limit order once a trade is at or through ``BookOperation/trigger``.
    case stopLimit
    /// Trades ``BookOperation/quantity`` of a resting order with an unnamed taker, as recorded flow says.
    case execute
  }

  /// What is asked.
  public var kind: Kind
  /// Buy or sell.
  public var side: Side
  /// How long the order may wait.
  public var timeInForce: TimeInForce
  /// Whether the order's queue is followed; needs ``BookSettings/tracksQueues``.
  public var isTracked: Bool
  /// Who sends it; 0 is nobody in particular.
  public var owner: UInt32
  /// The order's id, chosen by the sender: unique among the orders in the book.
  public var id: UInt64
  /// The limit in ticks.
  public var price: Int64
  /// Lots.
  public var quantity: Int64
  /// A stop's trigger in ticks.
  public var trigger: Int64

  /// Makes an operation.
  public init(
    _ kind: Kind, id: UInt64, side: Side = .buy, price: Int64 = 0, quantity: Int64 = 0, trigger: Int64 = 0,
    timeInForce: TimeInForce = .goodTilCancelled, owner: UInt32 = 0, isTracked: Bool = false
  ) {
    self.kind = kind
    self.side = side
    self.timeInForce = timeInForce
    self.isTracked = isTracked
    self.owner = owner
    self.id = id
    self.price = price
    self.quantity = quantity
    self.trigger = trigger
  }

  /// A limit order.
  public static func limit(
    _ id: UInt64, _ side: Side, _ quantity: Int64, at price: Int64,
    _ timeInForce: TimeInForce = .goodTilCancelled, owner: UInt32 = 0, isTracked: Bool = false
  ) -> BookOperation {
    BookOperation(
      .limit, id: id, side: side, price: price, quantity: quantity, timeInForce: timeInForce, owner: owner,
      isTracked: isTracked)
  }

  /// A market order.
  public static func market(_ id: UInt64, _ side: Side, _ quantity: Int64, owner: UInt32 = 0) -> BookOperation
  {
    BookOperation(.market, id: id, side: side, quantity: quantity, owner: owner)
  }

  /// A cancel.
  public static func cancel(_ id: UInt64) -> BookOperation { BookOperation(.cancel, id: id) }
}
