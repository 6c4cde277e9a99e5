// SPDX-License-Identifier: Apache-2.0

import Foundation
public import MMSCore
import MMSStudy

/// Corwin & Schultz 2012: the spread of two days from their highs and lows.
public enum CorwinSchultzExperiment: PublishedExperiment {
  /// The name on the command line.
  public static let name = "corwin-schultz"
  /// What is run.
  public static let summary =
    "Bid-ask spread from the highs and lows of two days; negative estimates become 0."
  /// Where it was published.
  public static let source =
    "Corwin & Schultz 2012, A simple way to estimate bid-ask spreads, J. Finance 67:719-760, equations 14 and 18"
  /// Highs and lows of two days.
  public static let parameters = [
    price("high1", 102, "Highest price of the first day."),
    price("low1", 98, "Lowest price of the first day."),
    price("high2", 103, "Highest price of the second day."),
    price("low2", 99, "Lowest price of the second day."),
  ]

  private static func price(_ name: String, _ value: Double, _ summary: String) -> ParameterSchema {
    ParameterSchema(
      name, unit: .price, minimum: 0, minimumIsExclusive: true, default: .number(value), summary)
  }

  /// Runs the estimator of the library beside the closed form in the C library's arithmetic.
  public static func run(
    _ parameters: ParameterValues, seed: UInt64, threads: Int
  ) throws(MMSError) -> [ExperimentResult] {
    let first = (high: parameters.number("high1"), low: parameters.number("low1"))
    let second = (high: parameters.number("high2"), low: parameters.number("low2"))
    for (day, number) in [(first, 1), (second, 2)] where day.high < day.low {
      throw MMSError(
        .invalidValue, "high\(number) (\(day.high)) is below low\(number) (\(day.low))",
        path: "param.high\(number)", hint: "give each day's high at or above its low")
    }
    let value = max(0, CorwinSchultz.signedSpread(first, second))
    let beta = pow(log(first.high / first.low), 2) + pow(log(second.high / second.low), 2)
    let range = log(max(first.high, second.high) / min(first.low, second.low))
    // (√(2β) − √β) ÷ (3 − 2√2) is √β·(1 + √2), and √(γ ÷ k) is √γ·(1 + √2).
    let alpha = (1 + 2.0.squareRoot()) * (beta.squareRoot() - range)
    return [
      ExperimentResult("spread", value, expected: max(0, 2 * tanh(alpha / 2)), tolerance: 1e-8)
    ]
  }
}
