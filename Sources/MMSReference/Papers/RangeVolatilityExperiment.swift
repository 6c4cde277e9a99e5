// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSStudy

/// Range estimators of volatility on days of a driftless Brownian motion watched at steps.
public enum RangeVolatilityExperiment: PublishedExperiment {
  /// The name on the command line.
  public static let name = "range-volatility"
  /// What is run.
  public static let summary =
    "Mean and efficiency of three range estimators of volatility on days watched a number of times."
  /// Where it was published.
  public static let source =
    "Parkinson 1980, J. Business 53:61-65; Garman & Klass 1980, J. Business 53:67-78;"
    + " Rogers & Satchell 1991, Annals of Applied Probability 1:504-512"
  /// Steps per day and days.
  public static let parameters = [
    ParameterSchema(
      "steps", .integer, minimum: 2, maximum: 1_000_000, default: .integer(2_000), "Prices watched per day."),
    ParameterSchema(
      "days", .integer, minimum: 1_000, maximum: 100_000_000, default: .integer(400_000),
      "Days that are simulated."),
  ]

  /// The walk's known moments are good to this share.
  private static let seriesError = 2e-4

  /// Draws days, estimates each one's variance, and compares the estimates' dispersion with (C − O)².
  public static func run(
    _ parameters: ParameterValues, seed: UInt64, threads: Int
  ) throws(MMSError) -> [ExperimentResult] {
    let steps = parameters.integer("steps")
    let groups = OrderedWork.groups(of: parameters.integer("days"))
    let sums = OrderedWork.map(groups.count, threads: threads) { watch(groups[$0], steps: steps, seed: seed) }
    let found = Jackknife.estimates(sums, statistics)
    let names = ["parkinson", "garman_klass", "rogers_satchell"]
    return zip(names, WalkRangeMoments(steps: steps).estimators).enumerated().flatMap { index, estimator in
      let (name, expected) = estimator
      return [
        ExperimentResult.sampled(
          "\(name).mean", found[2 * index], expected: expected.mean,
          allowance: seriesError * expected.mean),
        .sampled(
          "\(name).efficiency", found[2 * index + 1], expected: expected.efficiency,
          allowance: seriesError * expected.efficiency),
      ]
    }
  }

  /// Sums of each estimate and its square over days, (C − O)² last.
  private static func watch(_ days: Range<Int>, steps: Int, seed: UInt64) -> [Double] {
    var walk = WalkDay(steps: steps)
    var sums = [Double](repeating: 0, count: 9)
    for day in days {
      walk.draw(day: day, seed: seed)
      let (high, low) = (MMSMath.exp(walk.maximum), MMSMath.exp(walk.minimum))
      let close = MMSMath.exp(walk.close)
      let estimates: [4 of Double] = [
        RangeVolatility.parkinson(high: high, low: low),
        RangeVolatility.garmanKlass(open: 1, high: high, low: low, close: close),
        RangeVolatility.rogersSatchell(open: 1, high: high, low: low, close: close),
        walk.close * walk.close,
      ]
      sums[8] += 1
      for index in estimates.indices {
        sums[2 * index] += estimates[index]
        sums[2 * index + 1] += estimates[index] * estimates[index]
      }
    }
    return sums
  }

  /// Mean and efficiency of each estimate: relative variance of (C − O)² over the estimate's.
  private static func statistics(_ sums: [Double]) -> [Double] {
    func relativeVariance(_ index: Int) -> Double {
      let mean = sums[2 * index] / sums[8]
      return sums[2 * index + 1] / sums[8] / (mean * mean) - 1
    }
    let yardstick = relativeVariance(3)
    return (0..<3).flatMap { [sums[2 * $0] / sums[8], yardstick / relativeVariance($0)] }
  }
}
