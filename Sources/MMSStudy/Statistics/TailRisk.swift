// SPDX-License-Identifier: Apache-2.0

/// What the worst paths lose: value at risk and the mean loss beyond it.
///
/// Both are fractions of the equity at the start, positive for a loss. VaR at level c is −Q(1 − c), Q the quantile of
/// Hyndman & Fan's type 7; CVaR (expected shortfall) is the mean loss of the ⌊(n − 1)(1 − c)⌋ + 1 worst paths.
/// Rockafellar & Uryasev, J. of Risk 2(3), 2000.
public struct TailRisk: Sendable, Hashable {
  /// One level's pair.
  public struct Level: Sendable, Hashable {
    /// What is not exceeded with this probability, 0.95 or 0.99.
    public let level: Double
    /// The loss that is exceeded by the rest.
    public let valueAtRisk: Double
    /// The mean loss of the rest.
    public let expectedShortfall: Double
  }

  /// The levels that the sample is large enough for: at least one path has to lie beyond.
  public let levels: [Level]

  /// Measures returns, one a path.
  public init(_ returns: [Double]) {
    let sorted = returns.sorted()
    // 20 paths for 95 %, 100 for 99 %; rounding must not ask for one more.
    levels = [0.95, 0.99].filter { Double(sorted.count) * (1 - $0) >= 1 - 1e-9 }
      .map { Self.level($0, of: sorted) }
  }

  /// One level's pair of a sorted sample, however small; 0 of nothing.
  public static func level(_ level: Double, of sorted: [Double]) -> Level {
    let share = 1 - level
    let worst = sorted.prefix(Int((Double(sorted.count - 1) * share + 1e-9).rounded(.down)) + 1)
    return Level(
      level: level, valueAtRisk: -Estimates.quantile(sorted, share),
      expectedShortfall: worst.isEmpty ? 0 : -worst.reduce(0, +) / Double(worst.count))
  }
}
