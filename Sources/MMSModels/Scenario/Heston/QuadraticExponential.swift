// SPDX-License-Identifier: Apache-2.0
// hot path

internal import MMSCore

/// One step of the quadratic-exponential scheme: variance and log return of a Heston market.
///
/// L. Andersen, "Simple and efficient simulation of the Heston stochastic volatility model", J. Computational
/// Finance 11(3), 2008: the next variance has the exact conditional mean and variance and is never negative; the
/// log return is corrected so that the mean of the price is exact (section 4.3).
struct QuadraticExponential: Sendable {
  /// Where the scheme goes over from a squared normal number to an exponential one with a mass at 0.
  private static let switchPoint = 1.5

  private let theta: Double
  private let days: Double
  private let driftPerStep: Double
  /// e^(−κ·dt).
  private let kept: Double
  /// The next variance's variance is v·spread + floor.
  private let (spread, floor): (Double, Double)
  /// Weight of the next variance in the log return, and of both variances in its remaining noise.
  private let (weight, noise): (Double, Double)
  /// Exponent of the next variance whose mean the correction takes out.
  private let exponent: Double
  /// ξ·√v drives nothing: the variance is its mean.
  private let isCertain: Bool
  /// κ·θ·ρ ÷ ξ·dt and the rest of the uncorrected drift, where no correction exists.
  private let (plainDrift, plainWeight): (Double, Double)

  /// Coefficients for a step of some length in days.
  init(mu: Double, kappa: Double, theta: Double, xi: Double, rho: Double, days: Double) {
    self.theta = theta
    self.days = days
    driftPerStep = mu * days
    let gone = -MMSMath.expm1(-kappa * days)
    kept = 1 - gone
    spread = xi * xi * kept * gone / kappa
    floor = theta * xi * xi * gone * gone / (2 * kappa)
    isCertain = xi == 0
    let ratio = isCertain ? 0 : rho / xi
    let half = 0.5 * days * (kappa * ratio - 0.5)
    weight = half + ratio
    noise = 0.5 * days * (1 - rho * rho)
    exponent = weight + 0.5 * noise
    plainDrift = -ratio * kappa * theta * days
    plainWeight = half - ratio
  }

  /// Moves the variance on.
  ///
  /// - Parameters:
  ///   - variance: Per day; moves on.
  ///   - price: A standard normal number for the price.
  ///   - normal: One for the variance.
  ///   - uniform: A uniform number for the variance, asked for where it is low.
  /// - Returns: The log return, and the variance that the step has taken up.
  @inline(__always)
  func move(
    _ variance: inout Double, price: Double, normal: Double, uniform: () -> Double
  ) -> (log: Double, integrated: Double) {
    let v = variance
    let mean = theta + (v - theta) * kept
    if isCertain {
      variance = mean
      let integrated = 0.5 * days * (v + mean)
      return (driftPerStep - 0.5 * integrated + integrated.squareRoot() * price, integrated)
    }
    let psi = (v * spread + floor) / (mean * mean)
    let next: Double
    // ln E e^(exponent · next), or NaN where it is infinite.
    var correction = Double.nan
    if psi <= Self.switchPoint {
      let twice = 2 / psi
      let square = twice - 1 + (twice * (twice - 1)).squareRoot()
      let scale = mean / (1 + square)
      let root = square.squareRoot() + normal
      next = scale * root * root
      let rest = 1 - 2 * exponent * scale
      if rest > 0 { correction = exponent * square * scale / rest - 0.5 * MMSMath.log(rest) }
    } else {
      let none = (psi - 1) / (psi + 1)
      let rate = (1 - none) / mean
      let u = uniform()
      next = u <= none ? 0 : MMSMath.log((1 - none) / (1 - u)) / rate
      if exponent < rate { correction = MMSMath.log(none + rate * (1 - none) / (rate - exponent)) }
    }
    variance = next
    let drift =
      correction.isNaN ? plainDrift + plainWeight * v : -correction - 0.5 * noise * v
    let integrated = 0.5 * days * (v + next)
    let deviation = (noise * (v + next)).squareRoot()
    return (driftPerStep + drift + weight * next + deviation * price, integrated)
  }
}
