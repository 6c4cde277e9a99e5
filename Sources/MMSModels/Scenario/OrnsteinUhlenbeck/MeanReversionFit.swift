// SPDX-License-Identifier: Apache-2.0

internal import MMSCore

/// Maximum likelihood of an Ornstein-Uhlenbeck process seen at equal steps: a first-order autoregression.
struct MeanReversionFit {
  /// Steps below which a rate of return to the mean is not looked for.
  static let leastSteps = 100
  /// Steps below which a mean or a deviation is not measured.
  static let leastForMeans = 20
  /// 5 % points of the Dickey-Fuller statistic, with an unknown and with a known level.
  private static let (criticalUnknown, criticalKnown) = (-2.86, -1.94)

  let kappa: Double
  /// Where the recorded market returned to, quote currency.
  let level: Double
  let sigma: Double

  /// Fits what is not given.
  ///
  /// - Parameter needsLevel: Whether ``level`` is used.
  /// - Throws: ``MMSError/Code/noData`` when there are too few steps, or no return to a level in them.
  init(
    _ recorded: RecordedReturns, kappa givenKappa: Double?, level givenLevel: Double?,
    sigma givenSigma: Double?,
    needsLevel: Bool
  ) throws(MMSError) {
    let id = OrnsteinUhlenbeckScenario.descriptor.id
    if let givenKappa, let givenSigma, !needsLevel {
      (kappa, level, sigma) = (givenKappa, givenLevel ?? recorded.firstPrice, givenSigma)
      return
    }
    try recorded.require(
      givenKappa == nil ? Self.leastSteps : Self.leastForMeans, for: id,
      hint: "give kappa, level and sigma, or a longer period or shorter steps")
    // Logarithms against the first price, which is itself the first value.
    var path = [0.0]
    path.reserveCapacity(recorded.values.count + 1)
    for value in recorded.values { path.append(path[path.count - 1] + value) }
    let n = Double(recorded.values.count)
    let days = 1 / recorded.stepsPerDay

    let (before, after) = (path.dropLast().reduce(0, +) / n, path.dropFirst().reduce(0, +) / n)
    let known = givenLevel.map { MMSMath.log($0 / recorded.firstPrice) }
    func residual(_ slope: Double, _ center: Double, _ target: Double) -> Double {
      var sum = 0.0
      for index in recorded.values.indices {
        let e = path[index + 1] - target - slope * (path[index] - center)
        sum += e * e
      }
      return sum / n
    }

    var mean = known ?? before
    if let givenKappa {
      kappa = givenKappa
    } else {
      let (from, to) = (known ?? before, known ?? after)
      var (xx, xz) = (0.0, 0.0)
      for index in recorded.values.indices {
        let x = path[index] - from
        xx += x * x
        xz += x * (path[index + 1] - to)
      }
      let slope = xx > 0 ? xz / xx : 1
      let error = xx > 0 ? (residual(slope, from, to) * n / (n - 2) / xx).squareRoot() : 0
      let critical = known == nil ? Self.criticalUnknown : Self.criticalKnown
      guard slope > 0, slope < 1, slope - 1 < critical * error else {
        throw MMSError(
          .noData,
          "\(id): over \(recorded.values.count) steps the recorded market cannot be told from one that returns"
            + " to no level (a step keeps \(slope) of the distance; Dickey-Fuller statistic"
            + " \(error > 0 ? (slope - 1) / error : 0), \(critical) or less needed)",
          hint: "give kappa, or a longer period")
      }
      kappa = -MMSMath.log(slope) / days
      mean = known ?? from + (to - from) / (1 - slope)
    }
    level = givenLevel ?? recorded.firstPrice * MMSMath.exp(mean)
    if let givenSigma {
      sigma = givenSigma
    } else {
      // About the recorded means whatever level is given: what the market did not do is no noise.
      let slope = MMSMath.exp(-kappa * days)
      let variance = residual(slope, before, after)
      sigma = (variance * 2 * kappa / -MMSMath.expm1(-2 * kappa * days)).squareRoot()
    }
  }
}
