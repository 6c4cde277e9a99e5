// SPDX-License-Identifier: Apache-2.0

/// Buy or sell.
@frozen
public enum Side: UInt8, Sendable, Hashable {
  /// Buy: quantity adds to the position.
  case buy
  /// Sell: quantity takes from the position.
  case sell

  /// +1 for a buy, −1 for a sell.
  @inlinable
  public var sign: Double { self == .buy ? 1 : -1 }

  /// The other side.
  @inlinable
  public var opposite: Side { self == .buy ? .sell : .buy }

  /// `buy` or `sell`.
  public var name: String { self == .buy ? "buy" : "sell" }
}
