// SPDX-License-Identifier: Apache-2.0
// hot path

internal import MMSCore

/// The mean of the last `window` mids, scanned for the first row where mid ÷ mean − 1 leaves a corridor.
///
/// The sum is rebuilt each time the ring wraps, so that rounding does not pile up over a long path; where
/// that happens depends on how many mids were fed, never on how they were batched.
struct RollingMean: Sendable {
  private var ring: [Double] = []
  private var next = 0
  private var sum = 0.0
  /// Mids fed since ``reset(window:)``, at most the window.
  private(set) var count = 0

  /// Whether the window is full.
  var isFull: Bool { count == ring.count && count > 0 }

  /// The number of mids in the window.
  var window: Int { ring.count }

  /// Forgets everything; allocates only when the window changes.
  mutating func reset(window: Int) {
    if ring.count != window { ring = Array(repeating: 0, count: window) }
    next = 0
    count = 0
    sum = 0
  }

  /// Feeds rows until one whose signal is at or beyond a bound.
  ///
  /// - Parameters:
  ///   - lowest: The smallest signal seen; updated.
  ///   - highest: The largest signal seen; updated.
  /// - Returns: That row, the last one fed, and its signal; or `rows.upperBound` when all rows were fed.
  mutating func scan(
    _ mids: Span<Double>, rows: Range<Int>, lower: Double, upper: Double, lowest: inout Double,
    highest: inout Double
  ) -> (row: Int, signal: Double) {
    var row = rows.lowerBound
    if count < window {
      row = fill(mids, rows: rows)
      // The row that fills the window is the first with a signal.
      guard isFull, row > rows.lowerBound else { return (rows.upperBound, 0) }
      let signal = mids[row - 1] * Double(window) / sum - 1
      lowest = min(lowest, signal)
      highest = max(highest, signal)
      if signal <= lower || signal >= upper { return (row - 1, signal) }
    }
    let size = Double(window)
    var (low, high) = (lowest, highest)
    defer { (lowest, highest) = (low, high) }
    while row < rows.upperBound {
      // Up to the row at which the ring wraps, places in it are consecutive.
      let run = min(rows.upperBound - row, window - next)
      let wraps = next + run == window
      let plain = wraps ? run - 1 : run
      let passed = Self.pass(
        mids, rows: row..<row + plain, ring: &ring, place: next, sum: &sum, size: size, lower: lower,
        upper: upper, &low, &high)
      next += passed.row - row
      if passed.row < row + plain {
        next += 1
        return passed
      }
      row = passed.row
      guard wraps else { break }
      let signal = wrap(mids[row])
      low = min(low, signal)
      high = max(high, signal)
      if signal <= lower || signal >= upper { return (row, signal) }
      row += 1
    }
    return (rows.upperBound, 0)
  }

  /// Feeds rows whose places in the ring are consecutive and before its last.
  @inline(__always)
  private static func pass(
    _ mids: Span<Double>, rows: Range<Int>, ring: inout [Double], place: Int, sum: inout Double,
    size: Double, lower: Double, upper: Double, _ low: inout Double, _ high: inout Double
  ) -> (row: Int, signal: Double) {
    var kept = ring.mutableSpan
    // Sums wait for one another, signals need not: the sums of some rows are made before their signals are looked at.
    var totals = [64 of Double](repeating: 0)
    let shift = place - rows.lowerBound
    var row = rows.lowerBound
    while row < rows.upperBound {
      let count = min(totals.count, rows.upperBound - row)
      var total = sum
      for index in 0..<count {
        total += mids[row &+ index] - kept[row &+ index &+ shift]
        totals[index] = total
      }
      // Four signals side by side; most often none of them asks for anything.
      var (lows, highs) = (SIMD4(repeating: low), SIMD4(repeating: high))
      var passed = 0
      while passed + 4 <= count {
        let at = row &+ passed
        let mid = SIMD4(mids[at], mids[at &+ 1], mids[at &+ 2], mids[at &+ 3])
        let total = SIMD4(totals[passed], totals[passed &+ 1], totals[passed &+ 2], totals[passed &+ 3])
        let signal = mid * size / total - 1
        guard all((signal .> lower) .& (signal .< upper)) else { break }
        lows.replace(with: signal, where: signal .< lows)
        highs.replace(with: signal, where: signal .> highs)
        passed += 4
      }
      (low, high) = (lows.min(), highs.max())
      var hit: Double?
      while passed < count, hit == nil {
        let signal = mids[row &+ passed] * size / totals[passed] - 1
        low = min(low, signal)
        high = max(high, signal)
        if signal <= lower || signal >= upper { hit = signal }
        passed += 1
      }
      for index in 0..<passed { kept[row &+ index &+ shift] = mids[row &+ index] }
      sum = totals[passed - 1]
      row += passed
      if let hit { return (row - 1, hit) }
    }
    return (rows.upperBound, 0)
  }

  /// Feeds rows while the window is not full; the first row that was not fed.
  mutating func fill(_ mids: Span<Double>, rows: Range<Int>) -> Int {
    var row = rows.lowerBound
    while row < rows.upperBound, count < window {
      let mid = mids[row]
      count += 1
      row += 1
      if next == window - 1 {
        _ = wrap(mid)
      } else {
        ring[next] = mid
        sum += mid
        next += 1
      }
    }
    return row
  }

  /// Feeds the mid that completes the ring and rebuilds the sum; its signal.
  private mutating func wrap(_ mid: Double) -> Double {
    ring[next] = mid
    next = 0
    // Four sums side by side: one alone would wait for each addition.
    var sums = SIMD4<Double>.zero
    let whole = window & ~3
    for index in stride(from: 0, to: whole, by: 4) {
      sums += SIMD4(ring[index], ring[index + 1], ring[index + 2], ring[index + 3])
    }
    var total = (sums.x + sums.y) + (sums.z + sums.w)
    for index in whole..<window { total += ring[index] }
    sum = total
    return mid * Double(window) / total - 1
  }
}
