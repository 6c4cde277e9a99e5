// SPDX-License-Identifier: Apache-2.0

internal import MMSCore

/// What a recorded market says about volatility and jumps.
///
/// MedRV, which a single jump cannot move, splits the variance of a step between diffusion and jumps; skewness and
/// kurtosis then fix how many jumps there are and how large. With the jumps' share B of the variance per day and
/// cumulants κ₃, κ₄ per day, s² = m² + d² and a = m² ÷ s²:
///
///     κ₃ = ± B·s·√a·(3 − 2a)      κ₄ = B·s²·(3 − 2a²)      λ = B ÷ s²
struct MertonFit {
  /// Steps below which a fourth moment says little.
  static let leastSteps = 1000

  let sigma: Double
  let jumps: MertonJumps

  /// Fits what is not given.
  ///
  /// - Throws: ``MMSError/Code/noData`` when there are too few steps, or no jumps in them.
  init(_ recorded: RecordedReturns, sigma: Double?, jumps: MertonJumps?) throws(MMSError) {
    let id = MertonScenario.descriptor.id
    if let sigma, let jumps {
      (self.sigma, self.jumps) = (sigma, jumps)
      return
    }
    try recorded.require(
      Self.leastSteps, for: id, hint: "give sigma, lambda, m and d, or a longer period or shorter steps")
    let moments = Cumulants(recorded)
    if let jumps {
      let rest = moments.variance - jumps.variance
      guard rest >= 0 else {
        throw MMSError(
          .noData,
          "\(id): the jumps given add \(jumps.variance) to the variance of a day, more than the recorded"
            + " \(moments.variance)", hint: "give sigma as well, or fewer or smaller jumps")
      }
      (self.sigma, self.jumps) = (rest.squareRoot(), jumps)
      return
    }
    let diffusion = sigma.map { $0 * $0 } ?? moments.medianVariance
    let share = moments.variance - diffusion
    let remedy = "give lambda, m and d, or use scenario/Brownian-v1"
    guard share > 0, moments.kurtosis > moments.kurtosisNoise else {
      throw MMSError(
        .noData,
        "\(id) finds no jumps to fit: over \(recorded.values.count) steps the variance is"
          + " \(moments.variance) a day, \(diffusion) of it without jumps, and the excess kurtosis"
          + " \(moments.kurtosis) where chance alone gives up to \(moments.kurtosisNoise)", hint: remedy)
    }
    let asymmetry = moments.third * moments.third / (moments.fourth * share)
    guard asymmetry < 1 else {
      throw MMSError(
        .noData,
        "\(id): no normal jumps have the recorded skewness \(moments.skewness) and excess kurtosis"
          + " \(moments.kurtosis)", hint: remedy)
    }
    let a = Self.meanShare(asymmetry)
    let square = moments.fourth / (share * (3 - 2 * a * a))
    let mean = (a * square).squareRoot()
    self.sigma = diffusion.squareRoot()
    self.jumps = MertonJumps(
      rate: share / square, mean: moments.third < 0 ? -mean : mean, deviation: ((1 - a) * square).squareRoot()
    )
  }

  /// a, from κ₃² ÷ (κ₄·B) = a·(3 − 2a)² ÷ (3 − 2a²), which rises from 0 to 1.
  private static func meanShare(_ asymmetry: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let a = 0.5 * (low + high)
      let b = 3 - 2 * a
      if a * b * b < asymmetry * (3 - 2 * a * a) { low = a } else { high = a }
    }
    return 0.5 * (low + high)
  }

  /// Cumulants of the log return per day, and the part of the variance that single jumps do not touch.
  private struct Cumulants {
    let variance: Double
    let third: Double
    let fourth: Double
    let medianVariance: Double
    /// Of a step.
    let skewness: Double
    let kurtosis: Double
    /// Four standard errors of the excess kurtosis of as many normal numbers.
    let kurtosisNoise: Double

    init(_ recorded: RecordedReturns) {
      let values = recorded.values
      let n = Double(values.count)
      let mean = values.reduce(0, +) / n
      var (m2, m3, m4, medians) = (0.0, 0.0, 0.0, 0.0)
      for value in values {
        let d = value - mean
        m2 += d * d
        m3 += d * d * d
        m4 += d * d * d * d
      }
      (m2, m3, m4) = (m2 / n, m3 / n, m4 / n)
      for index in 2..<values.count {
        let (a, b, c) = (values[index - 2].magnitude, values[index - 1].magnitude, values[index].magnitude)
        let median = max(min(a, b), min(max(a, b), c))
        medians += median * median
      }
      let days = recorded.stepsPerDay
      variance = m2 * days
      third = m3 * days
      fourth = (m4 - 3 * m2 * m2) * days
      // π ÷ (6 − 4√3 + π): makes the median of three normal numbers' squares average their variance.
      medianVariance = Double.pi / (6 - 4 * 3.0.squareRoot() + Double.pi) * medians / (n - 2) * days
      skewness = m2 > 0 ? m3 / (m2 * m2.squareRoot()) : 0
      kurtosis = m2 > 0 ? m4 / (m2 * m2) - 3 : 0
      kurtosisNoise = 4 * (24 / n).squareRoot()
    }
  }
}
