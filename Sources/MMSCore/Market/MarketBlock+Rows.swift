// SPDX-License-Identifier: Apache-2.0

extension MarketBlock {
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

  /// Multiplies open, high, low and mid of one row: a mid never moves without its range.
  @inlinable
  public mutating func scalePrices(row: Int, by factor: Double) {
    open[row] *= factor
    high[row] *= factor
    low[row] *= factor
    mid[row] *= factor
  }

  /// Multiplies open, high, low and mid of the first rows by 1 + displacement, a fraction for each row.
  public mutating func displacePrices(by displacements: Span<Double>) {
    MarketBlock.displace(&open, by: displacements)
    MarketBlock.displace(&high, by: displacements)
    MarketBlock.displace(&low, by: displacements)
    MarketBlock.displace(&mid, by: displacements)
  }

  private static func displace(_ column: inout [Double], by displacements: Span<Double>) {
    var whole = column.mutableSpan
    var prices = whole._mutatingExtracting(0..<displacements.count)
    for row in prices.indices { prices[row] *= 1 + displacements[row] }
  }

  /// The first fault of a range of rows against the column contract; nil when there is none.
  ///
  /// Prices must be positive and finite with open and mid inside low and high (high and low may be NaN
  /// together), spread, depths, volatility and volume finite and not negative, stress in [0, 1].
  public func fault(in rows: Range<Int>) -> (row: Int, column: MarketColumn, value: Double)? {
    // One cheap pass decides; only a range it does not pass is searched for its first fault.
    if isPlainlySound(rows) { return nil }
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

  /// Whether every value is finite, not negative and in range, with a bar's range around its open and mid.
  ///
  /// The bits of doubles from 0 up order like unsigned integers, with infinity and NaN above them and
  /// everything negative above those, so that one comparison of bits checks all three. A row without a range
  /// counts as one that spans its open and mid. False is no verdict: zeros with a sign take the slow way.
  private func isPlainlySound(_ rows: Range<Int>) -> Bool {
    let (o, h, l, c) = (open.span, high.span, low.span, mid.span)
    let (spread, bid, ask) = (halfSpread.span, bidDepth.span, askDepth.span)
    let (sigma, traded, w) = (volatility.span, volume.span, stress.span)
    // The columns are equally long, so one check of the range serves every access below.
    precondition(rows.lowerBound >= 0 && rows.upperBound <= shortestColumn, "rows outside the block")
    var largest: UInt64 = 0
    var largestShare: UInt64 = 0
    var lowestPrice = UInt64.max
    var isInside = true
    for row in rows {
      let (first, last) = (unsafe o[unchecked: row].bitPattern, unsafe c[unchecked: row].bitPattern)
      var (top, bottom) = (unsafe h[unchecked: row].bitPattern, unsafe l[unchecked: row].bitPattern)
      if unsafe h[unchecked: row].isNaN && l[unchecked: row].isNaN {
        (top, bottom) = (max(first, last), min(first, last))
      }
      // Two at a time: the variadic max builds an array for its rest.
      largest = max(largest, top)
      largest = max(largest, unsafe bid[unchecked: row].bitPattern)
      largest = max(largest, unsafe ask[unchecked: row].bitPattern)
      largest = max(largest, unsafe sigma[unchecked: row].bitPattern)
      largest = max(largest, unsafe traded[unchecked: row].bitPattern)
      largestShare = max(largestShare, unsafe spread[unchecked: row].bitPattern)
      largestShare = max(largestShare, unsafe w[unchecked: row].bitPattern)
      lowestPrice = min(lowestPrice, bottom)
      if !(bottom <= first && first <= top && bottom <= last && last <= top) { isInside = false }
    }
    return isInside && largest < Double.infinity.bitPattern && largestShare <= (1.0).bitPattern
      && lowestPrice > 0
  }

  /// The number of rows every column has; they differ only when a model has broken one.
  private var shortestColumn: Int {
    var rows = min(min(open.count, high.count), min(low.count, mid.count))
    rows = min(rows, min(min(halfSpread.count, bidDepth.count), min(askDepth.count, volatility.count)))
    return min(rows, min(volume.count, stress.count))
  }

  @inline(__always)
  private static func copy<T: BitwiseCopyable>(
    _ source: [T], _ range: Range<Int>, _ target: inout [T], _ row: Int
  ) {
    precondition(range.lowerBound >= 0 && range.upperBound <= source.count, "rows outside the source")
    precondition(row >= 0 && row + range.count <= target.count, "rows outside the target")
    unsafe source.withUnsafeBufferPointer { from in
      unsafe target.withUnsafeMutableBufferPointer { into in
        guard let start = into.baseAddress, let first = from.baseAddress else { return }
        unsafe (start + row).update(from: first + range.lowerBound, count: range.count)
      }
    }
  }
}
