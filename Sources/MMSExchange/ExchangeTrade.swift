// SPDX-License-Identifier: Apache-2.0
#if Service

  public import MMSCore

  /// A trade, or several of one taker order at one price, as Binance tells it.
  public struct ExchangeTrade: Sendable, Hashable {
    /// The number of the trade, or of the aggregate; rises by one from each to the next.
    public let id: Int64
    /// The price in quote currency.
    public let price: Double
    /// The quantity in base units.
    public let quantity: Double
    /// When it happened; the exchange counts milliseconds.
    public let time: SimTime
    /// Whether the buyer's order rested in the book, so that the seller took.
    public let buyerIsMaker: Bool
    /// How many trades it stands for.
    public let count: Int
  }

#endif
