// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// A price level: the price in units of 10⁻⁸, the quantity in those of ``BinanceStreamReader/quantityDecimals``.
public struct BinanceLevel: Sendable, Hashable {
  /// The price.
  public var price: Int64
  /// The quantity; in a diff 0 takes the level away.
  public var quantity: Int64

  /// Names a level.
  public init(price: Int64, quantity: Int64) {
    self.price = price
    self.quantity = quantity
  }
}

/// A recorded message of Binance's market streams.
public enum BinanceMessage: Sendable, Hashable {
  /// A depth diff; its levels are the reader's.
  case diff(BinanceDiff)
  /// A depth snapshot: the last update it holds; its levels are the reader's.
  case snapshot(lastID: Int64)
  /// The best prices after an update.
  case ticker(BinanceTicker)
  /// A trade.
  case trade(BinanceTrade)
  /// Anything else.
  case other
}

/// The ids of a depth diff.
public struct BinanceDiff: Sendable, Hashable {
  /// The first update in it.
  public var firstID: Int64
  /// The last update in it.
  public var finalID: Int64
  /// The last update of the diff before; nil on the spot market.
  public var previousID: Int64?
}

/// The best prices after an update.
public struct BinanceTicker: Sendable, Hashable {
  /// The update.
  public var updateID: Int64
  /// The best bid.
  public var bid: BinanceLevel
  /// The best ask.
  public var ask: BinanceLevel
}

/// A trade.
public struct BinanceTrade: Sendable, Hashable {
  /// Its number; they are consecutive.
  public var id: Int64
  /// The price, in 10⁻⁸.
  public var price: Int64
  /// The quantity, in units of ``BinanceStreamReader/quantityDecimals``.
  public var quantity: Int64
  /// The side of who took.
  public var taker: Side
}
