// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Replays recorded depth diffs of Binance and checks the book's best prices against its book tickers.
public enum BinanceReplay {
  /// Which of Binance's markets: their diffs are chained differently.
  public enum Market: Sendable, Hashable {
    /// Spot: a diff's first id follows the last id of the diff before.
    case spot
    /// USD-M futures: a diff names the last id of the diff before.
    case usdm
  }

  public static func run(
    messages: [String], snapshot: String?, market: Market, progress: (Int, Int) -> Void = { _, _ in }
  ) throws(MMSError) -> BookReplaySummary { BookReplaySummary() }
}
