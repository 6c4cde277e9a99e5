// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSData
import MMSEngine

/// A depth book kept in step with recorded diffs, by Binance's rules for a local order book.
///
/// Diffs are kept until a snapshot comes; of those, what the snapshot holds already is dropped, and the first one
/// used must reach over its last update. From then on each diff must follow the one before. Where one does not,
/// the book is unusable until the next snapshot.
struct DepthSynchronizer: ~Copyable {
  /// A diff with its levels and its place in the recording.
  struct Kept {
    var diff: BinanceDiff
    var bids: [BinanceLevel]
    var asks: [BinanceLevel]
    var place: SourceLocation
  }

  private(set) var book = DepthBook()
  private(set) var gaps = 0
  private(set) var resynchronised = 0
  /// Diffs received and not used, other than those a snapshot held already.
  private(set) var skipped = 0

  private let market: BinanceReplay.Market
  /// 10⁻⁸ in a tick.
  private(set) var tick: Int64 = 0
  private var lastID: Int64?
  /// Whether the next diff is the first after the snapshot.
  private var isFresh = false
  private var kept: [Kept] = []
  private var snapshots = 0

  init(market: BinanceReplay.Market) { self.market = market }

  /// Takes a snapshot where one is needed.
  ///
  /// - Returns: The diffs that waited for it, to be taken now.
  mutating func take(snapshot id: Int64, bids: [BinanceLevel], asks: [BinanceLevel]) -> [Kept] {
    if lastID != nil { return [] }
    book.clear()
    tick = 0
    set(.buy, bids)
    set(.sell, asks)
    lastID = id
    isFresh = true
    snapshots += 1
    if snapshots > 1 { resynchronised += 1 }
    var waiting: [Kept] = []
    swap(&waiting, &kept)
    return waiting
  }

  /// Takes a diff.
  ///
  /// - Returns: Whether it is in the book now.
  mutating func take(
    _ diff: BinanceDiff, bids: [BinanceLevel], asks: [BinanceLevel], place: SourceLocation
  ) -> Bool {
    guard let last = lastID else {
      kept.append(Kept(diff: diff, bids: bids, asks: asks, place: place))
      return false
    }
    // What the book holds already: before the snapshot, or sent twice.
    if isFresh ? diff.finalID < last + (market == .spot ? 1 : 0) : diff.finalID <= last { return false }
    if !follows(diff, last) {
      gaps += 1
      lastID = nil
      kept.append(Kept(diff: diff, bids: bids, asks: asks, place: place))
      return false
    }
    lastID = diff.finalID
    isFresh = false
    set(.buy, bids)
    set(.sell, asks)
    return true
  }

  private func follows(_ diff: BinanceDiff, _ last: Int64) -> Bool {
    switch market {
    case .spot: isFresh ? diff.firstID <= last + 1 : diff.firstID == last + 1
    case .usdm:
      // A CSV file of futures does not name the diff before: then a gap cannot be told.
      isFresh
        ? diff.firstID <= last : diff.previousID == last || (diff.previousID == nil && diff.firstID > last)
    }
  }

  /// Whether the book is in step with the diffs.
  var isSynchronized: Bool { lastID != nil }

  /// Every level of a side in the recording's units, the best first.
  func levels(_ side: Side) -> [BinanceLevel] {
    book.levels(side).map { BinanceLevel(price: $0.price * tick, quantity: $0.quantity) }
  }

  /// No more comes: what still waits was never used.
  mutating func finish() {
    skipped += kept.count
    kept.removeAll()
  }

  private mutating func set(_ side: Side, _ levels: [BinanceLevel]) {
    for level in levels {
      if tick == 0 || level.price % tick != 0 { refine(level.price) }
      book.set(side, price: level.price / tick, quantity: level.quantity)
    }
  }

  /// The tick is the largest that every price so far is a multiple of; a finer one rebuilds the book.
  private mutating func refine(_ price: Int64) {
    var (finer, rest) = (tick, price)
    while rest != 0 { (finer, rest) = (rest, finer % rest) }
    let levels = [Side.buy, .sell].map { side in (side, book.levels(side)) }
    let factor = tick == 0 ? 1 : tick / finer
    tick = finer
    book.clear()
    for (side, held) in levels {
      for level in held { book.set(side, price: level.price * factor, quantity: level.quantity) }
    }
  }

  /// The best level of a side in the recording's units.
  func best(_ side: Side) -> BinanceLevel? {
    guard let price = side == .buy ? book.bestBid : book.bestAsk else { return nil }
    return BinanceLevel(price: price * tick, quantity: book.quantity(side, at: price))
  }
}
