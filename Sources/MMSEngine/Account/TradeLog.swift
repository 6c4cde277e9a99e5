// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// A closed round trip: from flat to a position and back.
public struct Trade: Sendable, Hashable {
  /// Buy for a long, sell for a short.
  public var side: Side
  /// When the first fill happened: that row's close.
  public var entryTime: Int64
  /// When the last fill happened: that row's close.
  public var exitTime: Int64
  /// Step of the first fill.
  public var entryStep: Int
  /// Step of the last fill.
  public var exitStep: Int
  /// The largest position held, base units.
  public var quantity: Double
  /// Average price of the fills that built the position.
  public var entryPrice: Double
  /// Average price of the fills that closed it.
  public var exitPrice: Double
  /// Profit after fees and funding, quote currency.
  public var profit: Double
  /// Fees paid, a takeover's less what the lender bore included, quote currency.
  public var fees: Double
  /// Funding paid less received while the position was held, quote currency.
  public var funding = 0.0
  /// Worst move against the position from the entry price, a fraction ≤ 0.
  public var adverseExcursion: Double
  /// Best move for the position from the entry price, a fraction ≥ 0.
  public var favourableExcursion: Double
  /// Whether the protective stop closed it.
  public var stopped: Bool
  /// Whether the venue closed it for want of margin.
  public var liquidated = false
}

/// Turns fills into round trips.
struct TradeLog {
  private(set) var trades: [Trade] = []
  private var isOpen = false
  private var side = Side.buy
  private var entryStep = 0
  private var entryTime: Int64 = 0
  private var bought = 0.0
  private var boughtValue = 0.0
  private var sold = 0.0
  private var soldValue = 0.0
  private var largest = 0.0
  private var fees = 0.0
  private var lowest = Double.infinity
  private var highest = -Double.infinity
  private var stopped = false
  private var funding = 0.0
  private var liquidated = false

  init() { trades.reserveCapacity(64) }

  mutating func reset() {
    trades.removeAll(keepingCapacity: true)
    isOpen = false
  }

  /// Sees rows during which the position was held.
  mutating func watch(_ market: borrowing MarketBlock, rows: Range<Int>) {
    guard isOpen else { return }
    let low = market.low.span.extracting(rows)
    let high = market.high.span.extracting(rows)
    let mid = market.mid.span.extracting(rows)
    var (least, most) = (lowest, highest)
    for row in 0..<rows.count {
      // A comparison with NaN is false, so a row without a range falls back to its mid.
      least = min(least, low[row] < mid[row] ? low[row] : mid[row])
      most = max(most, high[row] > mid[row] ? high[row] : mid[row])
    }
    (lowest, highest) = (least, most)
  }

  /// Records a fill that moves the position from `before` to `after`.
  mutating func fill(
    step: Int, time: Int64, side fillSide: Side, quantity: Double, price: Double, fee: Double,
    before: Double, after: Double, isStop: Bool, isTakeover: Bool = false
  ) {
    // A fill that crosses zero closes one trip and opens the next: its quantity and fee are shared out.
    var closing = before != 0 && (before > 0) != (fillSide == .buy) ? min(quantity, before.magnitude) : 0
    // To flat means all of it closes, whatever rounding says.
    if after == 0 { closing = quantity }
    let opening = quantity - closing
    if closing > 0 {
      book(fillSide, closing, price, fee * closing / quantity)
      stopped = stopped || isStop && !isTakeover
      liquidated = liquidated || isTakeover
      if after == 0 || (after > 0) != (before > 0) { close(step: step, time: time) }
    }
    if opening > 0 {
      if !isOpen { open(step: step, time: time, side: fillSide) }
      book(fillSide, opening, price, fee * opening / quantity)
      largest = max(largest, after.magnitude)
    }
  }

  private mutating func open(step: Int, time: Int64, side newSide: Side) {
    isOpen = true
    side = newSide
    entryStep = step
    entryTime = time
    (bought, boughtValue, sold, soldValue, largest, fees) = (0, 0, 0, 0, 0, 0)
    (lowest, highest, stopped) = (.infinity, -.infinity, false)
    (funding, liquidated) = (0, false)
  }

  /// Books a funding payment on the open trip.
  mutating func pay(_ amount: Double) { funding += amount }

  private mutating func book(_ fillSide: Side, _ quantity: Double, _ price: Double, _ fee: Double) {
    if fillSide == .buy {
      bought += quantity
      boughtValue += quantity * price
    } else {
      sold += quantity
      soldValue += quantity * price
    }
    fees += fee
    lowest = min(lowest, price)
    highest = max(highest, price)
  }

  private mutating func close(step: Int, time: Int64) {
    isOpen = false
    let isLong = side == .buy
    let entry = isLong ? boughtValue / bought : soldValue / sold
    let exit = isLong ? soldValue / sold : boughtValue / bought
    let down = lowest / entry - 1
    let up = highest / entry - 1
    trades.append(
      Trade(
        side: side, entryTime: entryTime, exitTime: time, entryStep: entryStep, exitStep: step,
        quantity: largest, entryPrice: entry, exitPrice: exit,
        profit: soldValue - boughtValue - fees - funding, fees: fees, funding: funding,
        adverseExcursion: min(0, isLong ? down : -up),
        favourableExcursion: max(0, isLong ? up : -down), stopped: stopped, liquidated: liquidated))
  }
}
