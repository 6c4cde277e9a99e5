// SPDX-License-Identifier: Apache-2.0

import MMSCore

extension OrderBook {
  /// Moves or widens the window of levels until it holds a price.
  ///
  /// Moving it in place costs O(levels with orders), widening it O(levels); both leave a quarter of the window
  /// free on either side of what it holds, so that a drifting price rarely does either.
  ///
  /// - Returns: Whether the price is in the window now.
  @inline(never)
  mutating func reach(_ price: Int64) -> Bool {
    let capacity = levels.count
    if price >= origin, price < origin &+ Int64(capacity) { return true }
    var (low, high) = (price, price)
    if let worst = worstPrice(.buy) ?? bestAsk { low = min(low, worst) }
    if let worst = worstPrice(.sell) ?? bestBid { high = max(high, worst) }
    // Both are within ±2⁶⁰.
    let span = high &- low &+ 1
    if span > Int64(settings.maximumLevels) { return false }
    let wanted = min(settings.maximumLevels, BookSettings.powerOfTwo(Int(span) * 2))
    let width = max(capacity, wanted)
    let newOrigin = low &- (Int64(width) &- span) / 2
    let shift = Int(newOrigin &- origin)
    if width > capacity { widen(to: width, shift: shift) } else { slide(by: shift) }
    origin = newOrigin
    return true
  }

  private mutating func slide(by shift: Int) {
    let capacity = levels.count
    // In this order a level moves only to where none stands any more.
    var index = shift > 0 ? occupied.lowest : occupied.highest
    while index >= 0, index < capacity {
      levels[index - shift] = levels[index]
      levels[index] = BookLevel()
      occupied.remove(index)
      occupied.insert(index - shift)
      index = shift > 0 ? occupied.next(after: index) : occupied.previous(before: index)
    }
    if best[0] >= 0 { best[0] -= shift }
    if best[1] < capacity { best[1] -= shift }
  }

  private mutating func widen(to width: Int, shift: Int) {
    var larger = Slab(count: width, filling: BookLevel())
    var marks = LevelBitmap(capacity: width)
    var index = occupied.lowest
    while index < levels.count {
      larger[index - shift] = levels[index]
      marks.insert(index - shift)
      index = occupied.next(after: index)
    }
    best[0] = best[0] >= 0 ? best[0] - shift : -1
    best[1] = best[1] < levels.count ? best[1] - shift : width
    swap(&larger, &levels)
    occupied = marks
  }
}

// MARK: - Halts and bands

extension OrderBook {
  /// Whether trading is halted.
  public var isHalted: Bool { isHaltedNow }

  /// The prices at which orders are taken and trade.
  public var band: ClosedRange<Int64>? { bandLow <= bandHigh ? bandLow...bandHigh : nil }

  /// Halts trading: orders are refused, cancels and reductions are not.
  public mutating func halt() {
    isHaltedNow = true
    setGate()
  }

  /// Ends a halt.
  public mutating func resume() {
    isHaltedNow = false
    setGate()
  }

  /// Takes orders only at these prices; orders that rest outside stay.
  ///
  /// Market orders trade within the band; what they cannot trade there is cancelled.
  ///
  /// - Parameter band: In ticks, cut to the prices of the settings; nil for all of those.
  public mutating func setBand(_ band: ClosedRange<Int64>?) {
    bandLow = max(settings.lowestPrice, band?.lowerBound ?? settings.lowestPrice)
    bandHigh = min(settings.highestPrice, band?.upperBound ?? settings.highestPrice)
    setGate()
  }

  /// A halt is a gate that no price passes, so that it costs no test of its own.
  func gate() -> (low: Int64, high: Int64) { isHaltedNow ? (1, 0) : (bandLow, bandHigh) }

  private mutating func setGate() { (gateLow, gateHigh) = gate() }
}
