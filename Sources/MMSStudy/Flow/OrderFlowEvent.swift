// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// What one order did to a book: the unit that order flow is calibrated on.
public struct OrderFlowEvent: BitwiseCopyable, Sendable, Hashable {
  /// What happened.
  public enum Kind: UInt8, BitwiseCopyable, Sendable, Hashable {
    /// A limit order came to rest.
    case limit
    /// A resting order was cancelled, or part of it.
    case cancel
    /// A resting order was executed by a market order.
    case market
  }

  /// When, in nanoseconds.
  public var time: Int64
  /// What happened.
  public var kind: Kind
  /// The side of the order that rests or rested.
  public var side: Side
  /// Its price in ticks.
  public var price: Int64
  /// Lots.
  public var quantity: Int64

  /// Names an event.
  public init(time: Int64, kind: Kind, side: Side, price: Int64, quantity: Int64) {
    self.time = time
    self.kind = kind
    self.side = side
    self.price = price
    self.quantity = quantity
  }
}

/// A parameter of a flow model with its error.
public struct FlowParameter: Sendable, Hashable {
  /// The name in the model's `params`.
  public var name: String
  /// The estimate.
  public var value: Double
  /// Its standard error; nil where there is none to state.
  public var standardError: Double?
  /// How many events it rests on.
  public var count: Int

  /// States a parameter.
  public init(_ name: String, _ value: Double, _ standardError: Double?, _ count: Int) {
    self.name = name
    self.value = value
    self.standardError = standardError
    self.count = count
  }
}

/// A weighted count over an exposure: a rate with its error.
///
/// Of a compound Poisson process with marks v over an exposure E the rate is Σv ÷ E, its variance Σv² ÷ E².
struct RateTally: Sendable, Hashable {
  var count = 0
  var sum = 0.0
  var squares = 0.0
  var exposure = 0.0

  mutating func add(_ mark: Double) {
    count += 1
    sum += mark
    squares += mark * mark
  }

  /// Nil without exposure.
  func parameter(_ name: String, scale: Double = 1) -> FlowParameter? {
    if exposure <= 0 { return nil }
    return FlowParameter(name, sum / exposure * scale, squares.squareRoot() / exposure * scale, count)
  }
}
