// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSData
import MMSEngine

/// Makes a feed of recorded diffs and trades of Binance, by its rules for a local order book.
///
/// A diff gives one event for each of its levels, a trade one. Events stand in the order they were recorded. The
/// time at the exchange is the message's own (trade time, else event time), the time here is the recorder's; where
/// one falls behind the event before, that event's is taken, since what was recorded first happened first. Where the
/// recorder's clock is behind the exchange's, ``RecordedFeed/clockOffset`` is what its times are moved by so that no
/// event is known before it happened. Ticks and lots are the largest that all prices and quantities are multiples of.
/// Book tickers are not used: they tell again, earlier, what the diffs tell. Orders are not known.
public enum BinanceFeed {
  /// Reads recordings of one stream.
  ///
  /// - Parameters:
  ///   - messages: Files of recorded messages, plain or gzip, in order of time.
  ///   - snapshot: A file with a depth snapshot to begin with, where the recording has none.
  ///   - market: Spot or USD-M futures: their diffs follow one another by different rules.
  /// - Throws: ``MMSCore/MMSError/Code/noData`` when no diff could be used.
  public static func read(
    messages: [String], snapshot: String?, market: BinanceReplay.Market
  ) throws(MMSError) -> RecordedFeed {
    try BinanceReplay.scaled { (decimals) throws(MMSError) in
      var builder = Builder(market, decimals)
      if let snapshot { try builder.read(snapshot) }
      for path in messages { try builder.read(path) }
      return try builder.finish(messages)
    }
  }

  private struct Entry {
    var exchangeTime: Int64
    var localTime: Int64
    var update: DepthUpdate
  }

  private struct Builder: ~Copyable {
    private var synchronizer: DepthSynchronizer
    private var entries: [Entry] = []
    private var lastTrade: Int64 = .min
    private var hasDiff = false

    private let quantityDecimals: Int

    init(_ market: BinanceReplay.Market, _ quantityDecimals: Int) {
      synchronizer = DepthSynchronizer(market: market)
      self.quantityDecimals = quantityDecimals
    }

    mutating func read(_ path: String) throws(MMSError) {
      var reader = try BinanceStreamReader(path: path, quantityDecimals: quantityDecimals)
      while let message = try reader.next() {
        let times = (reader.exchangeTime, reader.localTime)
        switch message {
        case .snapshot(let id):
          let isTaken = !synchronizer.isSynchronized
          let kept = synchronizer.take(snapshot: id, bids: reader.bids, asks: reader.asks)
          if isTaken { tellAll(times) }
          for one in kept {
            if synchronizer.take(one.diff, bids: one.bids, asks: one.asks, place: one.place) {
              tell(one.bids, one.asks, times)
            }
          }
        case .diff(let diff):
          if synchronizer.take(diff, bids: reader.bids, asks: reader.asks, place: reader.location) {
            tell(reader.bids, reader.asks, times)
          }
        case .trade(let trade):
          if trade.id <= lastTrade { continue }
          lastTrade = trade.id
          // Futures tell what is no trade of the book, such as one with the insurance fund, with zeros.
          if trade.price <= 0 || trade.quantity <= 0 { continue }
          add(times, DepthUpdate(trade.taker, price: trade.price, quantity: trade.quantity, isTrade: true))
        case .ticker, .other: break
        }
      }
    }

    private mutating func tell(_ bids: [BinanceLevel], _ asks: [BinanceLevel], _ times: (Int64, Int64)) {
      hasDiff = true
      for level in bids { add(times, DepthUpdate(.buy, price: level.price, quantity: level.quantity)) }
      for level in asks { add(times, DepthUpdate(.sell, price: level.price, quantity: level.quantity)) }
    }

    /// What the snapshot tells, and that what was before it is gone.
    private mutating func tellAll(_ times: (Int64, Int64)) {
      var told: [Side: [Int64: Int64]] = [:]
      for entry in entries where !entry.update.isTrade {
        told[entry.update.side, default: [:]][entry.update.price] = entry.update.quantity
      }
      for side in [Side.buy, .sell] {
        let levels = synchronizer.levels(side)
        let now = Dictionary(levels.map { ($0.price, $0.quantity) }, uniquingKeysWith: { first, _ in first })
        let gone = told[side, default: [:]].filter { $0.value > 0 && now[$0.key] == nil }.keys.sorted()
        for price in gone { add(times, DepthUpdate(side, price: price, quantity: 0)) }
        for level in levels { add(times, DepthUpdate(side, price: level.price, quantity: level.quantity)) }
      }
    }

    private mutating func add(_ times: (exchange: Int64, local: Int64), _ update: DepthUpdate) {
      entries.append(Entry(exchangeTime: times.exchange, localTime: times.local, update: update))
    }

    mutating func finish(_ paths: [String]) throws(MMSError) -> RecordedFeed {
      if !hasDiff {
        throw MMSError(
          .noData,
          "no diff of '\(paths.joined(separator: "', '"))' could be used: none follows a depth snapshot")
      }
      order()
      var (tick, lot): (Int64, Int64) = (0, 0)
      for entry in entries {
        tick = Self.divisor(tick, entry.update.price)
        lot = Self.divisor(lot, entry.update.quantity)
      }
      (tick, lot) = (max(1, tick), max(1, lot))
      var feed = RecordedFeed()
      var unit = 1.0
      for _ in 0..<quantityDecimals { unit *= 10 }
      (feed.tick, feed.lot) = (Double(tick) / 1e8, Double(lot) / unit)
      // Before the first message with a time the book is built at that message's.
      let first = entries.first { $0.exchangeTime > 0 }?.exchangeTime ?? 0
      for entry in entries where entry.localTime > 0 {
        feed.clockOffset = max(feed.clockOffset, max(first, entry.exchangeTime) - entry.localTime)
      }
      feed.events.reserveCapacity(entries.count)
      for entry in entries {
        let exchange = max(first, entry.exchangeTime)
        let local = entry.localTime > 0 ? entry.localTime + feed.clockOffset : exchange
        var update = entry.update
        update.price /= tick
        update.quantity /= lot
        feed.events.append(L2Event(exchangeTime: exchange, localTime: max(exchange, local), update))
      }
      return feed
    }

    /// Puts the entries of several files in order of the time they were recorded, and lets no time fall.
    private mutating func order() {
      var isSorted = true
      for index in entries.indices.dropFirst() where entries[index].localTime < entries[index - 1].localTime {
        isSorted = false
      }
      if !isSorted {
        let places = entries.indices.sorted {
          (entries[$0].localTime, $0) < (entries[$1].localTime, $1)
        }
        entries = places.map { entries[$0] }
      }
      var last: (exchange: Int64, local: Int64) = (0, 0)
      for index in entries.indices {
        // A snapshot states no time of its own.
        last = (max(last.exchange, entries[index].exchangeTime), max(last.local, entries[index].localTime))
        (entries[index].exchangeTime, entries[index].localTime) = last
      }
    }

    private static func divisor(_ a: Int64, _ b: Int64) -> Int64 {
      var (a, b) = (a, b)
      while b != 0 { (a, b) = (b, a % b) }
      return a
    }
  }
}
