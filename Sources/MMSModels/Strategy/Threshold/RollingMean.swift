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
    guard window > 0 else { return (rows.upperBound, 0) }
    if count < window {
      row = fill(mids, rows: rows)
      // The row that fills the window is the first with a signal.
      guard isFull, row > rows.lowerBound else { return (rows.upperBound, 0) }
      let signal = mids[row - 1] * Double(window) / sum - 1
      lowest = min(lowest, signal)
      highest = max(highest, signal)
      if signal <= lower || signal >= upper { return (row - 1, signal) }
    }
    // Where signals leave the corridor often, to look ahead is to look twice.
    let near = step(
      mids, rows: row..<min(rows.upperBound, max(row, rows.lowerBound + Self.patience)), lower: lower,
      upper: upper, lowest: &lowest, highest: &highest)
    if let signal = near.signal { return (near.row, signal) }
    row = near.row
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
      row = passed.row
      if passed.hits {
        let hit = step(
          mids, rows: row..<rows.upperBound, lower: lower, upper: upper, lowest: &low, highest: &high)
        return (hit.row, hit.signal ?? 0)
      }
      guard wraps else { break }
      let last = step(
        mids, rows: row..<row + 1, lower: lower, upper: upper, lowest: &low, highest: &high)
      if let signal = last.signal { return (row, signal) }
      row += 1
    }
    return (rows.upperBound, 0)
  }

  /// So many rows of a scan are looked at one by one before it looks ahead.
  private static let patience = 48

  /// Feeds rows one by one; the first whose signal is at or beyond a bound, or the range's end and no signal.
  @inline(__always)
  private mutating func step(
    _ mids: Span<Double>, rows: Range<Int>, lower: Double, upper: Double, lowest: inout Double,
    highest: inout Double
  ) -> (row: Int, signal: Double?) {
    Self.step(
      mids, rows: rows, ring: &ring, next: &next, sum: &sum, lower: lower, upper: upper, &lowest, &highest)
  }

  @inline(__always)
  private static func step(
    _ mids: Span<Double>, rows: Range<Int>, ring: inout [Double], next: inout Int, sum: inout Double,
    lower: Double, upper: Double, _ lowest: inout Double, _ highest: inout Double
  ) -> (row: Int, signal: Double?) {
    var kept = ring.mutableSpan
    let fresh = mids.extracting(rows)
    let size = Double(kept.count)
    var (place, total, low, high) = (next, sum, lowest, highest)
    var found: (row: Int, signal: Double?) = (rows.upperBound, nil)
    for index in 0..<fresh.count {
      // Within both spans: the place goes back to 0 at the ring's end, and an empty ring is not scanned.
      let mid = unsafe fresh[unchecked: index]
      total += mid - (unsafe kept[unchecked: place])
      unsafe kept[unchecked: place] = mid
      place &+= 1
      if place == kept.count {
        place = 0
        total = Self.total(kept.span)
      }
      let signal = mid * size / total - 1
      low = signal < low ? signal : low
      high = signal > high ? signal : high
      if signal <= lower || signal >= upper {
        found = (rows.lowerBound + index, signal)
        break
      }
    }
    (next, sum, lowest, highest) = (place, total, low, high)
    return found
  }

  /// Feeds rows whose places in the ring are consecutive and before its last, as far as blocks of them stay within.
  ///
  /// - Returns: The first row that was not fed, and whether a signal of the block that begins there is at a bound.
  @inline(__always)
  private static func pass(
    _ mids: Span<Double>, rows: Range<Int>, ring: inout [Double], place: Int, sum: inout Double,
    size: Double, lower: Double, upper: Double, _ low: inout Double, _ high: inout Double
  ) -> (row: Int, hits: Bool) {
    var kept = ring.mutableSpan
    let shift = place - rows.lowerBound
    var row = rows.lowerBound
    while row < rows.upperBound {
      let count = min(64, rows.upperBound - row)
      let fresh = mids.extracting(row..<row + count)
      var rest = kept._mutatingExtracting(row + shift..<row + shift + count)
      let ahead = look(fresh, rest.span, sum: sum, size: size)
      // An undefined signal asks for nothing, but hides what others ask for.
      guard ahead.lowest > lower, ahead.highest < upper else { return (row, true) }
      (low, high) = (min(low, ahead.lowest), max(high, ahead.highest))
      sum = ahead.sum
      for index in 0..<count { rest[index] = fresh[index] }
      row += count
    }
    return (row, false)
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
      ring[next] = mid
      sum += mid
      next += 1
      if next == window {
        next = 0
        sum = Self.total(ring.span)
      }
    }
    return row
  }

  /// Four sums side by side: one alone would wait for each addition.
  @inline(__always)
  private static func total(_ mids: Span<Double>) -> Double {
    var sums = SIMD4<Double>.zero
    var index = 0
    while index &+ 4 <= mids.count {
      sums += SIMD4(mids[index], mids[index &+ 1], mids[index &+ 2], mids[index &+ 3])
      index &+= 4
    }
    var total = (sums.x + sums.y) + (sums.z + sums.w)
    while index < mids.count {
      total += mids[index]
      index &+= 1
    }
    return total
  }
}
