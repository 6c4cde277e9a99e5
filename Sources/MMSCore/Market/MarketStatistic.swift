// SPDX-License-Identifier: Apache-2.0

/// A number about one path's market, without our own displacement, that a scenario may promise.
public enum MarketStatistic: String, Sendable, Hashable, CaseIterable {
  /// Minimum over steps of mid ÷ running maximum − 1, ≤ 0.
  case maxDrawdownOfMid = "max_drawdown_of_mid"
  /// Last mid ÷ first − 1.
  case returnOfMid = "return_of_mid"
  /// Standard deviation of one-step log returns ÷ that of the recorded market.
  case volatilityRatio = "volatility_ratio"
  /// Hill exponent of the largest 1 % of absolute log returns.
  case hill
  /// Fourth standardised moment of log returns − 3.
  case excessKurtosis = "excess_kurtosis"
  /// Mean half spread ÷ that of the recorded market.
  case spreadRatio = "spread_ratio"
  /// Mean depth of both sides ÷ that of the recorded market.
  case depthRatio = "depth_ratio"
  /// Total volume ÷ that of the recorded market.
  case volumeRatio = "volume_ratio"
  /// The lowest simple return of one step.
  case worstStep = "worst_step"
  /// The lowest simple return over 40 minutes.
  case worst40Minutes = "worst_40_min"
}
