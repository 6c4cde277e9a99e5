// SPDX-License-Identifier: Apache-2.0

/// One thing that the others in a book do.
///
/// A cancellation or market order that would leave a side without an order of the flow does not happen.
public struct FlowEvent: BitwiseCopyable, Sendable, Hashable {
  /// What is done.
  public enum Kind: UInt8, BitwiseCopyable, Sendable, Hashable, CaseIterable {
    /// Nothing: a candidate that was too many.
    case none
    /// A limit order at ``FlowEvent/price``; it trades at once as far as it crosses.
    case limit
    /// A market order.
    case market
    /// The order with ``FlowEvent/index`` among the flow's on its side leaves.
    case cancel
    /// An order of the flow at ``FlowEvent/price`` leaves, the one that holds the lot at ``FlowEvent/position``.
    case cancelAt
  }

  /// What is done.
  public var kind: Kind
  /// The side of the order; of a market order, the taker's.
  public var side: Side
  /// Ticks.
  public var price: Int64
  /// Lots of a new order.
  public var lots: Int64
  /// Which order leaves.
  public var index: Int
  /// Where in the queue, from 0 at its head to 1 at its end.
  public var position: Double

  private init(
    _ kind: Kind, _ side: Side, price: Int64 = 0, lots: Int64 = 0, index: Int = 0, position: Double = 0
  ) {
    self.kind = kind
    self.side = side
    self.price = price
    self.lots = lots
    self.index = index
    self.position = position
  }

  /// Nothing happens.
  public static var none: FlowEvent { FlowEvent(.none, .buy) }

  /// A limit order.
  public static func limit(_ side: Side, lots: Int64, at price: Int64) -> FlowEvent {
    FlowEvent(.limit, side, price: price, lots: lots)
  }

  /// A market order; its side is the taker's.
  public static func market(_ side: Side, lots: Int64) -> FlowEvent { FlowEvent(.market, side, lots: lots) }

  /// One of the flow's orders leaves, by its index in ``FlowBook/order(_:_:)``.
  public static func cancel(_ side: Side, index: Int) -> FlowEvent { FlowEvent(.cancel, side, index: index) }

  /// One of the flow's orders at a price leaves, by its place in the queue: 0 is the head, 1 the end.
  public static func cancel(_ side: Side, at price: Int64, position: Double) -> FlowEvent {
    FlowEvent(.cancelAt, side, price: price, position: position)
  }
}
