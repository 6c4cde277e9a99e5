// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// A row of a LOBSTER message file: something that happened to one order.
public struct LobsterMessage: Sendable, Hashable {
  /// What happened, by LOBSTER's numbers.
  public enum Kind: UInt8, Sendable, Hashable {
    /// A limit order came.
    case submission = 1
    /// Part of an order was cancelled.
    case reduction = 2
    /// All that was left of an order was cancelled.
    case deletion = 3
    /// A visible order traded.
    case execution = 4
    /// A hidden order traded: the visible book does not change.
    case hiddenExecution = 5
    /// An auction: the visible book does not change.
    case cross = 6
    /// Trading halted or went on.
    case halt = 7
  }

  /// Nanoseconds after midnight, exchange time.
  public var time: Int64
  /// What happened.
  public var kind: Kind
  /// The order.
  public var id: UInt64
  /// Shares.
  public var size: Int64
  /// The order's price in 1/10,000 of the currency.
  public var price: Int64
  /// The order's side; of an execution, the side that rested.
  public var side: Side
}

/// A row of a LOBSTER orderbook file: the best levels of both sides.
public struct LobsterRow: Sendable, Hashable {
  /// A price and the shares there.
  public struct Level: Sendable, Hashable {
    /// In 1/10,000 of the currency.
    public var price: Int64
    /// Shares.
    public var size: Int64
  }

  /// Bids, the best first; fewer than the file's levels when the book has fewer.
  public var bids: [Level] = []
  /// Asks, the best first.
  public var asks: [Level] = []

  /// An empty row.
  public init() {}

  /// The levels of a side.
  public func levels(_ side: Side) -> [Level] { side == .buy ? bids : asks }
}
