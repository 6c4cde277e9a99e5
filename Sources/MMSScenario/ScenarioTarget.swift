// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// A statement a scenario makes about its own market, checked over many paths.
public struct ScenarioTarget: Sendable, Hashable {
  /// What is measured.
  public var statistic: MarketStatistic
  /// The smallest value that will do.
  public var low: Double
  /// The largest value that will do.
  public var high: Double
  /// The share of paths that must lie within, 0…1; nil when the mean over paths must.
  public var share: Double?

  /// States a target.
  public init(_ statistic: MarketStatistic, between low: Double, and high: Double, share: Double? = nil) {
    self.statistic = statistic
    self.low = low
    self.high = high
    self.share = share
  }

  /// What is compared with the target: the share of paths within, or the mean over paths; 0 without paths.
  public func measure(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    if share != nil {
      return Double(values.count { $0 >= low && $0 <= high }) / Double(values.count)
    }
    return values.reduce(0, +) / Double(values.count)
  }

  /// Whether one value per path meets the target; never without paths or with a NaN mean.
  public func holds(for values: [Double]) -> Bool {
    guard !values.isEmpty else { return false }
    let measured = measure(values)
    if let share { return measured >= share }
    return measured >= low && measured <= high
  }

  /// `max_drawdown_of_mid within -0.45 … -0.12 on 90.0 % of paths`.
  public var text: String {
    let range = "\(statistic.rawValue) within \(low) … \(high)"
    return share.map { "\(range) on \($0 * 100) % of paths" } ?? "mean \(range)"
  }
}
