// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Fits k ÷ i^α to rates with errors by weighted least squares.
enum PowerLawFit {
  /// `k` and `alpha` with errors; nothing from fewer than three rates.
  ///
  /// Gauss–Newton from the logarithms' straight line; errors are those of (JᵀWJ)⁻¹ with W the inverse variances.
  static func parameters(_ rates: [(i: Double, rate: Double, error: Double)]) -> [FlowParameter] {
    let used = rates.filter { $0.rate > 0 && $0.error > 0 }
    if used.count < 3 { return [] }
    var (k, alpha) = start(used)
    var normal = (kk: 0.0, ka: 0.0, aa: 0.0)
    for _ in 0..<100 {
      normal = (0, 0, 0)
      var gradient = (k: 0.0, a: 0.0)
      for (i, rate, error) in used {
        let shape = MMSMath.pow(i, -alpha)
        let slopes = (k: shape, a: -k * shape * MMSMath.log(i))
        let weight = 1 / (error * error)
        let rest = rate - k * shape
        normal.kk += weight * slopes.k * slopes.k
        normal.ka += weight * slopes.k * slopes.a
        normal.aa += weight * slopes.a * slopes.a
        gradient.k += weight * slopes.k * rest
        gradient.a += weight * slopes.a * rest
      }
      let determinant = normal.kk * normal.aa - normal.ka * normal.ka
      guard determinant > 0, determinant.isFinite else { return [] }
      let step = (
        k: (normal.aa * gradient.k - normal.ka * gradient.a) / determinant,
        a: (normal.kk * gradient.a - normal.ka * gradient.k) / determinant
      )
      k += step.k
      alpha += step.a
      if step.k.magnitude < 1e-12 * k.magnitude, step.a.magnitude < 1e-12 { break }
    }
    let determinant = normal.kk * normal.aa - normal.ka * normal.ka
    guard k.isFinite, alpha.isFinite, determinant > 0 else { return [] }
    return [
      FlowParameter("k", k, (normal.aa / determinant).squareRoot(), used.count),
      FlowParameter("alpha", alpha, (normal.kk / determinant).squareRoot(), used.count),
    ]
  }

  private static func start(_ rates: [(i: Double, rate: Double, error: Double)]) -> (k: Double, alpha: Double)
  {
    var (x, y, xx, xy) = (0.0, 0.0, 0.0, 0.0)
    for (i, rate, _) in rates {
      let point = (x: MMSMath.log(i), y: MMSMath.log(rate))
      x += point.x
      y += point.y
      xx += point.x * point.x
      xy += point.x * point.y
    }
    let n = Double(rates.count)
    let slope = (n * xy - x * y) / (n * xx - x * x)
    return (MMSMath.exp((y - slope * x) / n), -slope)
  }
}
