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
    let shift = place - rows.lowerBound
    var row = rows.lowerBound
    while row < rows.upperBound {
      let count = min(64, rows.upperBound - row)
      let fresh = mids.extracting(row..<row + count)
      var rest = kept._mutatingExtracting(row + shift..<row + shift + count)
      let ahead = look(fresh, rest.span, sum: sum, size: size)
      var passed = count
      var hit: Double?
      if ahead.lowest > lower, ahead.highest < upper {
        (low, high) = (min(low, ahead.lowest), max(high, ahead.highest))
        sum = ahead.sum
      } else {
        // Somewhere in here; an undefined signal asks for nothing.
        passed = 0
        while passed < count, hit == nil {
          sum += fresh[passed] - rest[passed]
          let signal = fresh[passed] * size / sum - 1
          low = min(low, signal)
          high = max(high, signal)
          if signal <= lower || signal >= upper { hit = signal }
          passed += 1
        }
      }
      for index in 0..<passed { rest[index] = fresh[index] }
      row += passed
      if let hit { return (row - 1, hit) }
    }
    return (rows.upperBound, 0)
  }

  /// The sum after some rows and the range of their signals; sums wait for one another, signals go four by four.
  @inline(__always)
  private static func look(
    _ fresh: Span<Double>, _ kept: Span<Double>, sum: Double, size: Double
  ) -> (sum: Double, lowest: Double, highest: Double) {
    var total = sum
    var lows = SIMD4(repeating: Double.infinity)
    var highs = SIMD4(repeating: -Double.infinity)
    var index = 0
    while index &+ 4 <= fresh.count {
      let mid = SIMD4(fresh[index], fresh[index &+ 1], fresh[index &+ 2], fresh[index &+ 3])
      let change = mid - SIMD4(kept[index], kept[index &+ 1], kept[index &+ 2], kept[index &+ 3])
      let (a, b) = (total + change.x, total + change.x + change.y)
      let c = b + change.z
      total = c + change.w
      let signal = mid * size / SIMD4(a, b, c, total) - 1
      lows.replace(with: signal, where: signal .< lows)
      highs.replace(with: signal, where: signal .> highs)
      index &+= 4
    }
    var (lowest, highest) = (lows.min(), highs.max())
    while index < fresh.count {
      total += fresh[index] - kept[index]
      let signal = fresh[index] * size / total - 1
      lowest = min(lowest, signal)
      highest = max(highest, signal)
      index &+= 1
    }
    return (total, lowest, highest)
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
