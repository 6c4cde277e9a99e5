// SPDX-License-Identifier: Apache-2.0
#if Service

  /// The order book of one moment, as Binance's `/api/v3/depth` tells it.
  public struct DepthSnapshot: Sendable, Hashable {
    /// All that is open at one price.
    public struct Level: Sendable, Hashable {
      /// The price in quote currency.
      public let price: Double
      /// The quantity in base units.
      public let quantity: Double
    }

    /// The number of the last update the book contains.
    public let lastUpdateID: Int64
    /// Buy orders, the highest price first.
    public let bids: [Level]
    /// Sell orders, the lowest price first.
    public let asks: [Level]
  }

#endif
