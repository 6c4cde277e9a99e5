// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// The bid-ask spread from close, high and low prices.
///
/// F. Abdi, A. Ranaldo, "A simple estimation of bid-ask spreads from daily close, high, and low prices", Review of
/// Financial Studies 30 (2017) 4437–4480: S² = 4 E[(c_t − η_t)(c_t − η_{t+1})], η the middle of the log range.
public enum AbdiRanaldo {
  /// The spread, a fraction of the price; negative where the mean square comes out below zero.
  ///
  /// NaN below two bars.
  public static func signed(high: [Double], low: [Double], close: [Double]) -> Double {
    guard close.count >= 2 else { return .nan }
    let middle = zip(high, low).map { (MMSMath.log($0) + MMSMath.log($1)) / 2 }
    var sum = 0.0
    for t in 1..<close.count {
      let last = MMSMath.log(close[t - 1])
      sum += (last - middle[t - 1]) * (last - middle[t])
    }
    let square = 4 * sum / Double(close.count - 1)
    return square >= 0 ? square.squareRoot() : -(-square).squareRoot()
  }
}
