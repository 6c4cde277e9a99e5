// SPDX-License-Identifier: Apache-2.0

/// A sum over the last `window` values, fed one at a time.
///
/// Adding and subtracting alone would let rounding errors of a large value outlive it, so the sum is
/// rebuilt each time the ring wraps: the cost is one addition a value, amortised, and the result
/// depends on the values alone, never on how they were batched.
public struct TrailingSum: Sendable {
  private var ring: [Double]
  private var next = 0
  /// How many values have been fed, at most the window.
  public private(set) var count = 0
  /// The sum of the last ``count`` values.
  public private(set) var sum = 0.0

  /// Makes an empty sum over a window of at least one value.
  public init(window: Int) {
    ring = Array(repeating: 0, count: Swift.max(1, window))
  }

  /// The mean of the values fed; 0 when there are none.
  public var mean: Double { count == 0 ? 0 : sum / Double(count) }

  /// Feeds one value and returns the sum of the last ``count``.
  @discardableResult
  public mutating func add(_ value: Double) -> Double {
    let old = ring[next]
    ring[next] = value
    next += 1
    if count < ring.count { count += 1 }
    if next == ring.count {
      next = 0
      var total = 0.0
      for kept in ring { total += kept }
      sum = total
    } else {
      sum += value - old
    }
    return sum
  }
}
