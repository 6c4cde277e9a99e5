// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// The bid-ask spread from the highs and lows of two days.
///
/// S. A. Corwin, P. Schultz, "A simple way to estimate bid-ask spreads from daily high and low prices",
/// J. Finance 67 (2012) 719–760: β = ln²(H₁ ÷ L₁) + ln²(H₂ ÷ L₂), γ = ln²(max H ÷ min L), k = 3 − 2√2,
/// α = (√(2β) − √β) ÷ k − √(γ ÷ k), S = 2(e^α − 1) ÷ (1 + e^α).
public enum CorwinSchultz {
  /// The signed estimate, a fraction of the price; the paper sets negative ones to 0.
  public static func signedSpread(_ first: (high: Double, low: Double), _ second: (high: Double, low: Double))
    -> Double
  {
    func squaredRange(_ high: Double, _ low: Double) -> Double {
      let range = MMSMath.log(high / low)
      return range * range
    }
    let beta = squaredRange(first.high, first.low) + squaredRange(second.high, second.low)
    let gamma = squaredRange(max(first.high, second.high), min(first.low, second.low))
    let k = 3 - 2 * (2.0).squareRoot()
    let alpha = ((2 * beta).squareRoot() - beta.squareRoot()) / k - (gamma / k).squareRoot()
    let growth = MMSMath.exp(alpha)
    return 2 * (growth - 1) / (1 + growth)
  }

  /// The mean of the signed estimates of neighbouring days, a fraction of the price; NaN below two days.
  ///
  /// A day that opens beyond the close before it is moved to that close first, as the paper does in section II.B:
  /// what happens overnight is no range.
  public static func signedMean(high: [Double], low: [Double], close: [Double]) -> Double {
    guard high.count >= 2 else { return .nan }
    var sum = 0.0
    for day in 1..<high.count {
      let before = close[day - 1]
      let gap = before > high[day] ? before / high[day] : before < low[day] ? before / low[day] : 1
      sum += signedSpread((high[day - 1], low[day - 1]), (high[day] * gap, low[day] * gap))
    }
    return sum / Double(high.count - 1)
  }
}
