// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What range estimators give on a driftless Gaussian random walk of any number of steps and variance 1.
///
/// Moments of range R = M − m and close C, and of the Rogers–Satchell estimate S, are series in δ = 1 ÷ √steps. The
/// term in δ⁰ is the continuous motion's; that in δ follows from extremes that lie 0.5826 δ inside it (Chernoff;
/// Siegmund; the constant is −ζ(½) ÷ √(2π)). The terms from δ² on were fitted to exact values at 2 to 200 steps,
/// from the walk's transition kernel in a strip: with G_h(r) = ∫∫ h(x, y) Kⁿ(x, y) over [0, r]², E[(r − R)⁺] is G₁.
/// At 2 to 200 steps the series miss those by less than 3·10⁻⁵.
struct WalkRangeMoments {
  /// E[R²], E[R⁴], E[R²C²], E[S], E[S²].
  let range2: Double
  let range4: Double
  let range2Close2: Double
  let rogersSatchell: Double
  let rogersSatchell2: Double

  private static let ln2 = 0.693_147_180_559_945_3

  init(steps: Int) {
    let zeta3 = 1.202_056_903_159_594_3
    let shift = 0.582_597_157_939_010_7
    // The maximum and the close of a Brownian motion: M = t·U, C = t·(2U − 1), t of Maxwell's law, U uniform.
    let maxwell3 = 8 * (2 / Double.pi).squareRoot()
    let range = (8 / Double.pi).squareRoot()
    let range3 = 2 * (2 / Double.pi).squareRoot() * Double.pi * Double.pi / 6 * 2
    // Garman & Klass 1980: E[M²m²], −E[M m C²], E[M² m C] with m counted positive.
    let (mm, mmcc, mmmc) = (
      3 - 4 * Self.ln2, 2 - 2 * Self.ln2 - 0.875 * zeta3, 2.25 - 2 * Self.ln2 - 0.875 * zeta3
    )
    let rangeTimesSatchell = maxwell3 / 6 + (range3 - 2 * range) / 3
    let delta = 1 / Double(steps).squareRoot()
    /// A series whose first two terms are known and the others fitted.
    func series(_ zeroth: Double, _ first: Double, _ rest: [Double]) -> Double {
      var value = 0.0
      for term in rest.reversed() { value = value * delta + term }
      return zeroth + delta * (first + delta * value)
    }
    range2 = series(4 * Self.ln2, -4 * shift * range, [2.743439, -0.829983, -0.0775, 0.253018, -0.1535])
    range4 = series(9 * zeta3, -8 * shift * range3, [33.40355, -26.695357, 12.733911, -2.856391, 0.062374])
    range2Close2 = series(
      4 - 2 * mmcc, -4 * shift * maxwell3 / 3, [4.847587, -2.377696, 0.741459, -0.164935, 0.036963])
    rogersSatchell = series(
      1, -2 * shift * range, [1.178842, -0.332579, 0.000718, 0.006722, 0.005854])
    rogersSatchell2 = series(
      1 + 2 * (mm - 2 * mmmc + mmcc), -4 * shift * rangeTimesSatchell,
      [5.839127, -4.874251, 2.269354, -0.478951, -0.010388])
  }

  /// Mean and efficiency of Parkinson's, Garman and Klass's, and Rogers and Satchell's estimate.
  var estimators: [(mean: Double, efficiency: Double)] {
    let k = 2 * Self.ln2 - 1
    let parkinson = 1 / (4 * Self.ln2)
    return [
      (parkinson * range2, parkinson * parkinson * range4),
      // The close is exactly normal: E[C²] = 1, E[C⁴] = 3.
      (range2 / 2 - k, range4 / 4 - k * range2Close2 + 3 * k * k),
      (rogersSatchell, rogersSatchell2),
    ].map { mean, square in (mean, 2 / (square / (mean * mean) - 1)) }
  }
}
