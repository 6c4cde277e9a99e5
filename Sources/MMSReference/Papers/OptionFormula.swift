// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Prices of European calls, undiscounted: the mean of max(S − strike, 0).
enum OptionFormula {
  /// The normal distribution function.
  static func normal(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

  /// A lognormal price of a mean (forward) and a deviation of its logarithm (Black 1976).
  static func lognormal(forward: Double, strike: Double, deviation: Double) -> Double {
    guard deviation > 0 else { return max(0, forward - strike) }
    let upper = log(forward / strike) / deviation + 0.5 * deviation
    return forward * normal(upper) - strike * normal(upper - deviation)
  }

  /// Merton's series: lognormal given the number of jumps.
  ///
  /// - Parameter forward: The mean price at T, jumps included.
  static func merton(
    forward: Double, strike: Double, sigma: Double, lambda: Double, m: Double, d: Double, T: Double
  ) -> Double {
    let change = exp(m + 0.5 * d * d)
    let (count, tilted) = (lambda * T, lambda * T * change)
    let most = max(count, tilted)
    let last = Int((most + 15 * most.squareRoot() + 60).rounded(.up))
    var (value, logFactorial) = (0.0, 0.0)
    for n in 0...last {
      let number = Double(n)
      if n > 0 { logFactorial += log(number) }
      if count == 0, n > 0 { break }
      let logWeight = (n > 0 ? number * log(count) : 0) - count - logFactorial
      // Jumps scale both price and weight; the price given n is taken with its weight, lest it overflow.
      let logForward = log(forward) + count - tilted + number * (m + 0.5 * d * d)
      let deviation = (sigma * sigma * T + number * d * d).squareRoot()
      let given = exp(logWeight + logForward)
      let strikes = strike * exp(logWeight)
      if deviation > 0 {
        let upper = (logForward - log(strike)) / deviation + 0.5 * deviation
        value += given * normal(upper) - strikes * normal(upper - deviation)
      } else {
        value += max(0, given - strikes)
      }
    }
    return value
  }
}
