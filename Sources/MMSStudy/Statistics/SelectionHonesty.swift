// SPDX-License-Identifier: Apache-2.0

/// What the best of many trials is worth once it is said how many were tried.
///
/// D. H. Bailey and M. López de Prado, "The Sharpe ratio efficient frontier", J. Risk 15(2) (2012), and "The deflated
/// Sharpe ratio", J. Portfolio Management 40(5) (2014). Ratios are per observation, not annualised.
public enum SelectionHonesty {
  /// Probability that the true Sharpe ratio is above a benchmark; above ``bestByLuck(trials:variance:)`` it is the
  /// deflated Sharpe ratio.
  ///
  /// Φ((SR − SR*) √(T − 1) ÷ √(1 − γ₃ SR + (γ₄ − 1) ÷ 4 · SR²)); nil where that is no number.
  ///
  /// - Parameters:
  ///   - ratio: The estimated ratio per observation.
  ///   - benchmark: The ratio to be above.
  ///   - observations: How many returns it was estimated from.
  ///   - skewness: Their third standardised moment.
  ///   - kurtosis: Their fourth standardised moment, 3 for a normal law.
  public static func probabilisticSharpe(
    _ ratio: Double, above benchmark: Double, observations: Double, skewness: Double, kurtosis: Double
  ) -> Double? {
    let variance = 1 - skewness * ratio + (kurtosis - 1) / 4 * ratio * ratio
    guard observations > 1, variance > 0, variance.isFinite, (ratio - benchmark).isFinite else { return nil }
    return NormalLaw.probability(
      below: (ratio - benchmark) * (observations - 1).squareRoot() / variance.squareRoot())
  }

  /// The best ratio that luck alone is expected to find among independent trials without any skill.
  ///
  /// √V ((1 − γ) Φ⁻¹(1 − 1/N) + γ Φ⁻¹(1 − 1/(N e))), γ the Euler–Mascheroni constant; 0 for one trial.
  ///
  /// - Parameters:
  ///   - trials: How many were tried.
  ///   - variance: The variance of their ratios.
  public static func bestByLuck(trials: Double, variance: Double) -> Double {
    guard trials > 1, variance > 0 else { return 0 }
    let gamma = 0.5772156649015329
    let e = 2.718281828459045
    return variance.squareRoot()
      * ((1 - gamma) * NormalLaw.quantile(1 - 1 / trials)
        + gamma * NormalLaw.quantile(1 - 1 / (trials * e)))
  }
}
