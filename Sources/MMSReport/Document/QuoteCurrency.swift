// SPDX-License-Identifier: Apache-2.0

/// The currency that a symbol's prices are in.
public enum QuoteCurrency {
  private static let known = [
    "USDT", "USDC", "FDUSD", "BUSD", "TUSD", "USD", "EUR", "GBP", "TRY", "BTC", "ETH", "BNB",
  ]

  /// The currency's name as far as the symbol tells: `USDT` of `BTCUSDT`, else `quote`.
  public static func name(of symbol: String) -> String {
    known.first { symbol.hasSuffix($0) && symbol.count > $0.count } ?? "quote"
  }
}
