// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// An order of ours in a recorded market, as we know it: answers of the exchange change it when they arrive.
public struct L2Order: BitwiseCopyable, Sendable, Hashable {
  /// What we know of an order.
  public enum State: UInt8, BitwiseCopyable, Sendable, Hashable {
    /// Sent and not answered.
    case sent
    /// Resting.
    case working
    /// Its cancellation is sent and not answered.
    case cancelling
    /// Filled whole.
    case filled
    /// Cancelled, or what was left of it.
    case cancelled
    /// Refused: it would have taken, or there was nothing to take.
    case rejected
  }

  /// Its number, growing from 1.
  public var id: UInt64
  /// Buy or sell.
  public var side: Side
  /// What we know of it.
  public var state: State
  /// The limit in ticks.
  public var price: Int64
  /// Lots not filled.
  public var open: Int64
  /// Lots filled.
  public var filled: Int64

  /// Describes an order.
  public init(id: UInt64, side: Side, state: State, price: Int64, open: Int64, filled: Int64) {
    self.id = id
    self.side = side
    self.state = state
    self.price = price
    self.open = open
    self.filled = filled
  }

  /// Whether something may still come of it.
  public var isActive: Bool { state == .sent || state == .working || state == .cancelling }
}

/// A fill of ours in a recorded market.
public struct L2Fill: BitwiseCopyable, Sendable, Hashable {
  /// The order.
  public var id: UInt64
  /// When it happened at the exchange, in nanoseconds.
  public var time: Int64
  /// Buy or sell.
  public var side: Side
  /// Whether the order rested.
  public var isMaker: Bool
  /// Ticks.
  public var price: Int64
  /// Lots.
  public var quantity: Int64
}

/// What is on its way to the exchange.
struct L2Request: BitwiseCopyable {
  var arrival: Int64
  var id: UInt64
  var side: Side
  var isCancel: Bool
  var timeInForce: TimeInForce
  var price: Int64
  var quantity: Int64
}

/// What is on its way from the exchange.
struct L2Response: BitwiseCopyable {
  enum Kind: UInt8, BitwiseCopyable {
    case accepted, filled, cancelled, rejected, cancelRejected
  }

  /// When it was sent.
  var time: Int64
  var arrival: Int64
  var id: UInt64
  var side: Side
  var kind: Kind
  var isMaker: Bool
  var price: Int64
  var quantity: Int64
}

/// First in, first out, without an allocation once it has its size.
struct L2Queue<Element: BitwiseCopyable>: ~Copyable {
  private var items: [Element] = []
  private var head = 0

  @inline(__always) var isEmpty: Bool { head == items.count }

  @inline(__always) var first: Element? { head < items.count ? items[head] : nil }

  @inline(__always) var last: Element? { head < items.count ? items[items.count - 1] : nil }

  mutating func append(_ element: Element) {
    if head == items.count {
      items.removeAll(keepingCapacity: true)
      head = 0
    } else if head >= 64, head * 2 >= items.count {
      items.removeFirst(head)
      head = 0
    }
    items.append(element)
  }

  @inline(__always)
  mutating func removeFirst() { head += 1 }
}
