// SPDX-License-Identifier: Apache-2.0

extension MarketBlock {
  /// Reserves room for a number of rows in every column.
  public mutating func reserveCapacity(_ count: Int) {
    time.reserveCapacity(count)
    for column in MarketColumn.allCases { self[keyPath: column.keyPath].reserveCapacity(count) }
  }

  /// Copies rows of another block over this block's rows, starting at `row`, without allocating.
  ///
  /// - Precondition: Both ranges lie inside their blocks.
  public mutating func copyRows(_ range: Range<Int>, of other: borrowing MarketBlock, to row: Int) {
    MarketBlock.copy(other.time, range, &time, row)
    MarketBlock.copy(other.open, range, &open, row)
    MarketBlock.copy(other.high, range, &high, row)
    MarketBlock.copy(other.low, range, &low, row)
    MarketBlock.copy(other.mid, range, &mid, row)
    MarketBlock.copy(other.halfSpread, range, &halfSpread, row)
    MarketBlock.copy(other.bidDepth, range, &bidDepth, row)
    MarketBlock.copy(other.askDepth, range, &askDepth, row)
    MarketBlock.copy(other.volatility, range, &volatility, row)
    MarketBlock.copy(other.volume, range, &volume, row)
    MarketBlock.copy(other.stress, range, &stress, row)
    MarketBlock.copy(other.halted, range, &halted, row)
    MarketBlock.copy(other.event, range, &event, row)
    MarketBlock.copy(other.baseVolatility, range, &baseVolatility, row)
    MarketBlock.copy(other.baseVolume, range, &baseVolume, row)
  }

  /// Copies only what displacement touches: open, high, low and mid.
  public mutating func copyPrices(_ range: Range<Int>, of other: borrowing MarketBlock, to row: Int) {
    MarketBlock.copy(other.open, range, &open, row)
    MarketBlock.copy(other.high, range, &high, row)
    MarketBlock.copy(other.low, range, &low, row)
    MarketBlock.copy(other.mid, range, &mid, row)
  }

  /// Multiplies open, high, low and mid of one row: a mid never moves without its range.
  @inlinable
  public mutating func scalePrices(row: Int, by factor: Double) {
    open[row] *= factor
    high[row] *= factor
    low[row] *= factor
    mid[row] *= factor
  }

  /// The first fault of a range of rows against the column contract; nil when there is none.
  ///
  /// Prices must be positive and finite with open and mid inside low and high (high and low may be NaN
  /// together), spread, depths, volatility and volume finite and not negative, stress in [0, 1].
  public func fault(in rows: Range<Int>) -> (row: Int, column: MarketColumn, value: Double)? {
    // One pass over the whole range decides; only a bad range is searched for its first fault.
    if MarketBlock.allWithin(open, rows, above: 0, upTo: .greatestFiniteMagnitude),
      MarketBlock.allWithin(mid, rows, above: 0, upTo: .greatestFiniteMagnitude),
      MarketBlock.allWithin(halfSpread, rows, from: 0, upTo: 1),
      MarketBlock.allWithin(bidDepth, rows, from: 0, upTo: .greatestFiniteMagnitude),
      MarketBlock.allWithin(askDepth, rows, from: 0, upTo: .greatestFiniteMagnitude),
      MarketBlock.allWithin(volatility, rows, from: 0, upTo: .greatestFiniteMagnitude),
      MarketBlock.allWithin(volume, rows, from: 0, upTo: .greatestFiniteMagnitude),
      MarketBlock.allWithin(stress, rows, from: 0, upTo: 1), rangesAreSound(rows)
    {
      return nil
    }
    for row in rows {
      for (column, low, high) in MarketBlock.bounds {
        let value = self[keyPath: column.keyPath][row]
        if !(value >= low && value <= high) { return (row, column, value) }
      }
      let (h, l) = (high[row], low[row])
      if h.isNaN && l.isNaN { continue }
      if !(l > 0 && l <= open[row] && l <= mid[row]) { return (row, .low, l) }
      if !(h.isFinite && h >= open[row] && h >= mid[row]) { return (row, .high, h) }
    }
    return nil
  }

  private static let bounds: [(MarketColumn, Double, Double)] = [
    (.open, .leastNonzeroMagnitude, .greatestFiniteMagnitude),
    (.mid, .leastNonzeroMagnitude, .greatestFiniteMagnitude),
    (.halfSpread, 0, 1), (.bidDepth, 0, .greatestFiniteMagnitude),
    (.askDepth, 0, .greatestFiniteMagnitude), (.volatility, 0, .greatestFiniteMagnitude),
    (.volume, 0, .greatestFiniteMagnitude), (.stress, 0, 1),
  ]

  private func rangesAreSound(_ rows: Range<Int>) -> Bool {
    let (o, h, l, c) = (open.span, high.span, low.span, mid.span)
    var sound = true
    for row in rows {
      let inside =
        l[row] > 0 && l[row] <= o[row] && l[row] <= c[row] && h[row] >= o[row] && h[row] >= c[row]
        && h[row] <= .greatestFiniteMagnitude
      sound = sound && (inside || (h[row].isNaN && l[row].isNaN))
    }
    return sound
  }

  private static func allWithin(
    _ column: [Double], _ rows: Range<Int>, above low: Double = -1, from floor: Double = -1,
    upTo high: Double
  ) -> Bool {
    let values = column.span
    var sound = true
    // Comparisons with NaN are false, so NaN is caught without a test of its own.
    for row in rows {
      let value = values[row]
      sound = sound && value > low && value >= floor && value <= high
    }
    return sound
  }

  @inline(__always)
  private static func copy<T>(_ source: [T], _ range: Range<Int>, _ target: inout [T], _ row: Int) {
    let from = source.span.extracting(range)
    var into = target.mutableSpan
    for index in 0..<range.count { into[row + index] = from[index] }
  }
}
