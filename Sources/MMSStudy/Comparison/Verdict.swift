// SPDX-License-Identifier: Apache-2.0

/// What a comparison says of two sides.
public enum Verdict: String, Sendable, Hashable, CaseIterable {
  /// The first side is better.
  case a = "A"
  /// The second side is better.
  case b = "B"
  /// The difference may be chance, or the sample says nothing about it.
  case cannotTell = "cannot tell"
  /// Both sides did the same in every pair.
  case equal = "equal"
}

/// How two sides differ in one metric.
public struct MetricComparison: Sendable, Hashable {
  /// The metric.
  public let metric: Metric
  /// The first side's value, pooled or averaged over paths.
  public let a: Double
  /// The second side's.
  public let b: Double
  /// The first less the second.
  public internal(set) var difference: Double
  /// The standard error of the difference; nil when the sample does not show it.
  public internal(set) var standardError: Double?
  /// The 95 % interval of the difference; nil when the sample does not show it.
  public internal(set) var interval: ClosedRange<Double>?
  /// Two-sided, of no difference; nil when there is none to test, or no way to.
  public internal(set) var pValue: Double?
  /// The same after Holm's correction for all metrics but the primary one, which stands alone.
  public internal(set) var adjustedPValue: Double?
  /// The share of pairs without any difference.
  public internal(set) var ties = 0.0
  /// The share of pairs in which the first side is better.
  public internal(set) var shareA = 0.0
  /// The share of pairs in which the second side is better.
  public internal(set) var shareB = 0.0
  /// Mean over standard deviation of the paired differences; nil without spread.
  public internal(set) var effectSize: Double?
  /// The share of the variance of the difference that pairing has saved; negative when it has added some.
  public internal(set) var varianceSaved: Double?
  /// Paths that show a difference of this size with a probability of 80 %; nil when paths would not help.
  public internal(set) var pathsForPower: Int?
  /// What the sample says.
  public internal(set) var verdict = Verdict.cannotTell

  init(_ metric: Metric, a: Double, b: Double) {
    self.metric = metric
    self.a = a
    self.b = b
    difference = a - b
  }

  /// Whoever is better if the difference is real.
  var leader: Verdict { (difference > 0) == metric.isBetterWhenLarger ? .a : .b }
}
