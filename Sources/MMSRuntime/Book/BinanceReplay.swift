// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSData
import MMSEngine

/// Replays recorded depth diffs of Binance and checks the book's best prices against its book tickers.
///
/// After each diff the best prices and quantities must be those of the latest book ticker whose update is not
/// after the diff's last one.
public enum BinanceReplay {
  /// Which of Binance's markets: their diffs are chained differently.
  public enum Market: Sendable, Hashable {
    /// Spot: a diff's first update follows the last one of the diff before.
    case spot
    /// USD-M futures: a diff names the last update of the diff before.
    case usdm
  }

  /// Replays recordings of one stream.
  ///
  /// - Parameters:
  ///   - messages: Files of recorded messages, plain or gzip, in order of time.
  ///   - snapshot: A file with a depth snapshot to begin with, where the recording has none.
  ///   - market: How diffs are chained.
  ///   - progress: Called now and then with bytes read and their total, of the file being read.
  /// - Throws: ``MMSCore/MMSError/Code/invalidData`` with the line of a message that is malformed or out of order;
  ///   ``MMSCore/MMSError/Code/noData`` when no diff could be used.
  public static func run(
    messages: [String], snapshot: String?, market: Market, progress: (Int, Int) -> Void = { _, _ in }
  ) throws(MMSError) -> BookReplaySummary {
    try scaled { (decimals) throws(MMSError) in
      var replay = Replay(market, decimals)
      if let snapshot { try replay.read(snapshot, progress) }
      for path in messages { try replay.read(path, progress) }
      let summary = replay.finish()
      if summary.rows == 0 {
        throw MMSError(
          .noData,
          "no diff of '\(messages.joined(separator: "', '"))' could be used: "
            + (replay.hasSnapshot
              ? "none follows the snapshot" : "there is no depth snapshot; name one with --orderbook"))
      }
      return summary
    }
  }

  /// Reads with eight decimals of quantities, and with fewer where a quantity is too large for them.
  static func scaled<Result>(
    _ read: (Int) throws(MMSError) -> Result
  ) throws(MMSError) -> Result {
    var last: MMSError?
    for decimals in BinanceStreamReader.quantityScales {
      do throws(MMSError) {
        return try read(decimals)
      } catch {
        if error.code != .exhausted { throw error }
        last = error
      }
    }
    throw last ?? MMSError(.internal, "no scale of quantities was tried")
  }

  /// A book that waits for the ticker that confirms or refutes it.
  private struct Check {
    var finalID: Int64
    var bid: BinanceLevel?
    var ask: BinanceLevel?
    var place: SourceLocation
  }

  private struct Replay: ~Copyable {
    private var synchronizer: DepthSynchronizer
    private var summary = BookReplaySummary()
    /// By update; from the last one before the diff checked last.
    private var tickers: [BinanceTicker] = []
    private var checks: [Check] = []
    private var lastTrade: Int64?
    private(set) var hasSnapshot = false

    private let quantityDecimals: Int

    init(_ market: Market, _ quantityDecimals: Int) {
      synchronizer = DepthSynchronizer(market: market)
      self.quantityDecimals = quantityDecimals
    }

    mutating func read(_ path: String, _ progress: (Int, Int) -> Void) throws(MMSError) {
      var reader = try BinanceStreamReader(path: path, quantityDecimals: quantityDecimals)
      var count = 0
      while let message = try reader.next() {
        count += 1
        if count & 0xFFF == 0 { progress(reader.progress.read, reader.progress.total) }
        switch message {
        case .snapshot(let id):
          hasSnapshot = true
          for kept in synchronizer.take(snapshot: id, bids: reader.bids, asks: reader.asks) {
            take(kept.diff, kept.bids, kept.asks, kept.place)
          }
        case .diff(let diff): take(diff, reader.bids, reader.asks, reader.location)
        case .ticker(let found): take(found)
        case .trade(let trade): take(trade)
        case .other: break
        }
      }
    }

    private mutating func take(
      _ diff: BinanceDiff, _ bids: [BinanceLevel], _ asks: [BinanceLevel], _ place: SourceLocation
    ) {
      guard synchronizer.take(diff, bids: bids, asks: asks, place: place) else { return }
      summary.rows += 1
      checks.append(
        Check(
          finalID: diff.finalID, bid: synchronizer.best(.buy), ask: synchronizer.best(.sell), place: place))
    }

    /// A ticker completes what is known of the updates before it: checks of those can be made.
    private mutating func take(_ ticker: BinanceTicker) {
      if let last = tickers.last, ticker.updateID <= last.updateID { return }
      tickers.append(ticker)
      verify(before: ticker.updateID)
      // Without a snapshot nothing is checked, and nothing would ever be dropped.
      if tickers.count > Self.memory { tickers.removeFirst(Self.memory / 2) }
    }

    private static var memory: Int { 1 << 20 }

    private mutating func verify(before updateID: Int64) {
      var (done, place) = (0, 0)
      while done < checks.count, checks[done].finalID < updateID {
        let check = checks[done]
        while place + 1 < tickers.count, tickers[place + 1].updateID <= check.finalID { place += 1 }
        let ticker = tickers.isEmpty || tickers[place].updateID > check.finalID ? nil : tickers[place]
        verify(check, ticker)
        done += 1
      }
      if done > 0 { checks.removeFirst(done) }
      if place > 1_000 { tickers.removeFirst(place) }
    }

    /// Before the first ticker there is nothing to differ from.
    private mutating func verify(_ check: Check, _ ticker: BinanceTicker?) {
      let isCrossed = check.bid.flatMap { bid in check.ask.map { bid.price >= $0.price } } ?? false
      if !isCrossed, ticker == nil || (ticker?.bid == check.bid && ticker?.ask == check.ask) {
        summary.exact += 1
      } else {
        summary.noteMismatch("\(check.place)")
      }
    }

    private mutating func take(_ trade: BinanceTrade) {
      if let last = lastTrade {
        // The same trade twice is none.
        if trade.id <= last { return }
        summary.missingTrades += Int(clamping: trade.id - last - 1)
      }
      lastTrade = trade.id
      summary.executions += 1
    }

    mutating func finish() -> BookReplaySummary {
      verify(before: .max)
      synchronizer.finish()
      summary.gaps = synchronizer.gaps
      summary.resynchronised = synchronizer.resynchronised
      summary.skipped = synchronizer.skipped
      return summary
    }
  }
}
