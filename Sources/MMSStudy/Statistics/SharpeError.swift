// SPDX-License-Identifier: Apache-2.0

/// How well a Sharpe ratio is known from independent returns.
public enum SharpeError {
  /// √((1 + SR² ÷ 2) ÷ n), the asymptotic standard error of a per-period ratio over n independent periods.
  ///
  /// Lo, "The Statistics of Sharpe Ratios", Financial Analysts Journal 58(4), 2002. Returns that depend on each
  /// other need the bootstrap instead; this is the yardstick beside it. 0 without periods.
  public static func independent(ratio: Double, periods: Double) -> Double {
    periods > 0 ? ((1 + ratio * ratio / 2) / periods).squareRoot() : 0
  }

  /// The same for an annualised ratio.
  public static func independent(annualised: Double, periods: Double, periodsPerYear: Double) -> Double {
    let scale = periodsPerYear.squareRoot()
    return independent(ratio: annualised / scale, periods: periods) * scale
  }
}
