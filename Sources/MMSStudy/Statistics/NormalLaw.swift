// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// The standard normal distribution, from MMS's own functions: the same bits on every machine.
public enum NormalLaw {
  /// P(Z ≤ x).
  ///
  /// G. Marsaglia, "Evaluating the normal distribution", J. Stat. Softw. 11(4) (2004): the Taylor series of the
  /// integral near 0; beyond 4 Laplace's continued fraction of the tail. Absolute error below 1e-15.
  public static func probability(below x: Double) -> Double {
    if x.isNaN { return .nan }
    if x < -38 { return 0 }
    if x > 8.5 { return 1 }
    if x < -4 { return tail(-x) }
    if x > 4 { return 1 - tail(x) }
    var term = x
    var sum = x
    var previous = 0.0
    var i = 1.0
    while sum != previous, i < 200 {
      previous = sum
      i += 2
      term *= x * x / i
      sum += term
    }
    return 0.5 + sum * density(x)
  }

  /// The x with P(Z ≤ x) = p; infinite at 0 and 1.
  ///
  /// P. J. Acklam's rational approximation (relative error 1.15e-9), then two of Halley's steps.
  public static func quantile(_ p: Double) -> Double {
    guard p > 0, p < 1 else { return p <= 0 ? -.infinity : .infinity }
    var x = start(p)
    for _ in 0..<2 {
      let error = (probability(below: x) - p) / density(x)
      x -= error / (1 + x * error / 2)
    }
    return x
  }

  /// The density at x.
  static func density(_ x: Double) -> Double {
    0.3989422804014327 * MMSMath.exp(-x * x / 2)
  }

  /// P(Z > x) for x ≥ 4: φ(x) ÷ (x + 1 ÷ (x + 2 ÷ (x + …))).
  private static func tail(_ x: Double) -> Double {
    var fraction = x
    for k in stride(from: 80.0, through: 1, by: -1) { fraction = x + k / fraction }
    return density(x) / fraction
  }

  private static func start(_ p: Double) -> Double {
    let low = 0.02425
    if p < low || p > 1 - low {
      let q = (-2 * MMSMath.log(p < low ? p : 1 - p)).squareRoot()
      let numerator =
        ((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q
          - 2.549732539343734) * q + 4.374664141464968) * q + 2.938163982698783
      let denominator =
        (((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q
          + 3.754408661907416) * q + 1
      return p < low ? numerator / denominator : -numerator / denominator
    }
    let q = p - 0.5
    let r = q * q
    let numerator =
      (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) * r
        + 1.383577518672690e+02) * r - 3.066479806614716e+01) * r + 2.506628277459239) * q
    let denominator =
      ((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) * r
        + 6.680131188771972e+01) * r - 1.328068155288572e+01) * r + 1
    return numerator / denominator
  }
}
