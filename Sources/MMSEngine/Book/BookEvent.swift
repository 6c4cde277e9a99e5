// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Why an order was refused or left the book.
public enum BookReason: UInt8, BitwiseCopyable, Sendable, Hashable, CaseIterable {
  /// Nothing to explain.
  case none
  /// Its sender asked for it.
  case requested
  /// What an immediate-or-cancel or market order could not trade.
  case unfilled
  /// A fill-or-kill order that could not trade whole.
  case notFillable
  /// A post-only order that would have traded.
  case wouldTake
  /// It met an order of its owner.
  case selfTrade
  /// The price is outside ``BookSettings`` or the band.
  case priceOutOfBand
  /// The price is too far from all others for the ladder.
  case priceOutOfReach
  /// The quantity is not in 1 … 2⁴⁰.
  case quantityOutOfRange
  /// The id is in the book already.
  case duplicateOrder
  /// The id is not in the book.
  case unknownOrder
  /// The order is a stop that waits: it can only be cancelled.
  case waitingStop
  /// Trading is halted.
  case halted
  /// ``BookSettings/orderLimit`` orders rest already.
  case bookFull
}

/// One thing that happened in a book.
public struct BookEvent: BitwiseCopyable, Sendable, Hashable {
  /// What happened.
  public enum Kind: UInt8, BitwiseCopyable, Sendable, Hashable, CaseIterable {
    /// An order was taken: its price and quantity.
    case accepted
    /// Two orders traded: `id` took, `maker` rested; `remaining` is what is left of the maker.
    case trade
    /// An order left with `quantity` open.
    case cancelled
    /// An operation was refused and changed nothing.
    case rejected
    /// An order lost `quantity` and kept its place; `remaining` is left.
    case reduced
    /// An order has a new price or a larger quantity, and the last place of its queue.
    case replaced
    /// A stop became an order.
    case triggered
  }

  /// What happened.
  public var kind: Kind
  /// The side of order `id`; of a trade, the taker's.
  public var side: Side
  /// Why, of cancellations and refusals.
  public var reason: BookReason
  /// The order; of a trade, the taker, or 0 when recorded flow does not name it.
  public var id: UInt64
  /// The resting order of a trade.
  public var maker: UInt64
  /// Ticks; of a trade, the maker's price.
  public var price: Int64
  /// Lots.
  public var quantity: Int64
  /// Lots left.
  public var remaining: Int64

  /// Makes an event.
  public init(
    _ kind: Kind, side: Side, reason: BookReason = .none, id: UInt64, maker: UInt64 = 0, price: Int64,
    quantity: Int64, remaining: Int64 = 0
  ) {
    self.kind = kind
    self.side = side
    self.reason = reason
    self.id = id
    self.maker = maker
    self.price = price
    self.quantity = quantity
    self.remaining = remaining
  }
}
