// SPDX-License-Identifier: Apache-2.0
// hot path

/// Sums of the last hour's squared returns of two markets side by side: recorded (x) and stressed (y).
///
/// Like `TrailingSum` of the core, rebuilt each time the ring wraps, and depending on the values alone;
/// equal values in both lanes give equal sums, to the bit.
struct HourlySquares: Sendable {
  private var ring: [SIMD2<Double>]
  private var next = 0
  private var sums = SIMD2<Double>.zero

  /// Makes sums over a number of returns, at least one.
  init(window: Int) { ring = Array(repeating: .zero, count: max(1, window)) }

  /// Forgets everything.
  mutating func reset() {
    next = 0
    sums = .zero
    for index in ring.indices { ring[index] = .zero }
  }

  /// Feeds a return of each market; the sums with it.
  @inline(__always)
  mutating func add(_ returns: SIMD2<Double>) -> SIMD2<Double> {
    let squares = returns * returns
    sums += squares - ring[next]
    ring[next] = squares
    next += 1
    if next == ring.count { wrap() }
    return sums
  }

  private mutating func wrap() {
    next = 0
    var total = SIMD2<Double>.zero
    for squares in ring { total += squares }
    sums = total
  }
}
