// SPDX-License-Identifier: Apache-2.0

/// What one stretch of an equity curve did; two neighbours join into one exactly.
///
/// Levels are relative to the equity at the stretch's start.
public struct ReturnSummary: Sendable, Hashable {
  /// Steps in the stretch.
  public var steps = 0
  /// Sum of simple per-step returns.
  public var sum = 0.0
  /// Sum of their squares.
  public var sumOfSquares = 0.0
  /// Last level over first.
  public var growth = 1.0
  /// Highest level, the start included.
  public var highest = 1.0
  /// Lowest level, the start included.
  public var lowest = 1.0
  /// Deepest fall from a level reached inside, ≤ 0.
  public var drawdown = 0.0

  /// An empty stretch.
  public init() {}

  /// Joins the stretch that follows.
  @inlinable
  public mutating func append(_ next: ReturnSummary) {
    steps += next.steps
    sum += next.sum
    sumOfSquares += next.sumOfSquares
    // Two at a time: the variadic min builds an array for its rest. What is known so far comes last: a chain of
    // joins waits for one comparison a link.
    drawdown = min(drawdown, min(next.drawdown, growth * next.lowest / highest - 1))
    highest = max(highest, growth * next.highest)
    lowest = min(lowest, growth * next.lowest)
    growth *= next.growth
  }

  /// Mean ÷ sd (n − 1) of the returns × √periods per year; 0 when the sd is 0.
  public func sharpe(periodsPerYear: Double) -> Double {
    ReturnSummary.sharpe(
      count: Double(steps), sum: sum, sumOfSquares: sumOfSquares, periodsPerYear: periodsPerYear)
  }

  /// The same from plain sums.
  public static func sharpe(
    count n: Double, sum: Double, sumOfSquares: Double, periodsPerYear: Double
  ) -> Double {
    guard n >= 2 else { return 0 }
    let mean = sum / n
    let variance = (sumOfSquares - n * mean * mean) / (n - 1)
    // Rounding of the sums leaves up to this variance on constant returns: that is a zero.
    guard variance > 4e-16 * n * mean * mean, variance > 0 else { return 0 }
    return mean / variance.squareRoot() * periodsPerYear.squareRoot()
  }
}
