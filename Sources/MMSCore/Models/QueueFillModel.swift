// SPDX-License-Identifier: Apache-2.0

/// Where an order is thought to stand in the queue of its price.
public struct QueuePlace: BitwiseCopyable, Sendable, Hashable {
  /// Base units that trade before the order does; below 0 by what has traded beyond them.
  public var ahead: Double
  /// Base units traded at the price since its quantity was last told: no cancellations.
  public var traded: Double

  /// States a place.
  public init(ahead: Double, traded: Double = 0) {
    self.ahead = ahead
    self.traded = traded
  }
}

/// A FillModel that follows an order's place in its queue through a feed of quantities and trades.
///
/// A feed of levels tells how much stands at a price, not where in it we stand: what leaves the level without a
/// trade was before us or behind us, and the model says how much of it was before us. A place begins with what is
/// shown at the price when the order arrives. All quantities are base units. Calls may not allocate or throw.
public protocol QueueFillModel: FillModel {
  /// Whether the model asks for a feed that says of which order a share was, so that places are known.
  ///
  /// Then the engine keeps the place and asks neither ``trade(_:at:)`` nor ``change(from:to:at:)``.
  var knowsOrders: Bool { get }

  /// Lets a trade at the order's price pass.
  func trade(_ quantity: Double, at place: inout QueuePlace)

  /// Lets the quantity at the order's price change, trades before it included.
  func change(from before: Double, to after: Double, at place: inout QueuePlace)
}

extension QueueFillModel {
  /// Most feeds tell quantities only.
  public var knowsOrders: Bool { false }

  /// Trades take from the front.
  public func trade(_ quantity: Double, at place: inout QueuePlace) {
    place.ahead -= quantity
    place.traded += quantity
  }
}
