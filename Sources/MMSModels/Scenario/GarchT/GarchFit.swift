// SPDX-License-Identifier: Apache-2.0

internal import MMSCore

/// GARCH(1,1) parameters of recorded returns by maximum likelihood, the variance targeted.
///
/// Returns are scaled to mean square 1, so that omega = 1 − alpha − beta unless it is given. What is given is
/// kept; the rest is searched from the best point of a grid by Nelder–Mead, begun anew once.
struct GarchFit {
  /// What an observed shock adds to the next variance.
  let alpha: Double
  /// What of a variance remains.
  let beta: Double
  /// Degrees of freedom; infinite for normal innovations.
  let nu: Double

  /// Returns without which nothing is fitted.
  static let fewest = 500
  /// Persistence never comes closer to 1.
  private static let leastDecay = 1e-4

  /// What is known beforehand; nil is searched.
  struct Given {
    var alpha: Double?
    var beta: Double?
    /// Infinite for normal innovations.
    var nu: Double?
    /// In units of the mean squared return.
    var omega: Double?
    /// The largest stationary kurtosis the search may reach; nil for no limit.
    var maxKurtosis: Double?
  }

  /// Fits; nil when no point that was tried is allowed.
  init?(returns: [Double], given: Given) {
    func parameters(_ point: [Double]) -> (alpha: Double, beta: Double, nu: Double) {
      var next = 0
      func searched(_ value: (Double) -> Double) -> Double {
        defer { next += 1 }
        return value(point[next])
      }
      let alpha: Double
      let beta: Double
      switch (given.alpha, given.beta) {
      case (let a?, let b?): (alpha, beta) = (a, b)
      case (let a?, nil): (alpha, beta) = (a, 1 - searched(MMSMath.exp) - a)
      case (nil, let b?): (alpha, beta) = (searched(MMSMath.exp), b)
      case (nil, nil):
        alpha = searched(MMSMath.exp)
        beta = 1 - searched(MMSMath.exp) - alpha
      }
      return (alpha, beta, given.nu ?? searched { 2 + MMSMath.exp($0) })
    }
    func loss(_ point: [Double]) -> Double {
      let (alpha, beta, nu) = parameters(point)
      guard alpha >= 0, beta >= 0, 1 - alpha - beta >= Self.leastDecay, nu > 2.01,
        !(nu < .infinity && nu > 1e4)
      else { return .infinity }
      if let limit = given.maxKurtosis, !(Self.kurtosis(alpha, beta, nu) <= limit) { return .infinity }
      return Self.loss(returns, given.omega ?? 1 - alpha - beta, alpha, beta, nu)
    }
    var best: (point: [Double], value: Double) = ([], .infinity)
    for alpha in given.alpha == nil ? [0.08, 0.04, 0.015, 0.004] : [0] {
      for decay in given.beta == nil ? [0.005, 0.02, 0.1, 0.4] : [0] {
        for freedom in given.nu == nil ? [2.0, 4, 10] : [0] {
          var point: [Double] = []
          if given.alpha == nil { point.append(MMSMath.log(alpha)) }
          if given.beta == nil { point.append(MMSMath.log(decay)) }
          if given.nu == nil { point.append(MMSMath.log(freedom)) }
          let value = loss(point)
          if value < best.value { best = (point, value) }
        }
      }
    }
    guard best.value < .infinity else { return nil }
    for size in [0.3, 0.1] { best = NelderMead.minimum(from: best.point, size: size, steps: 80, of: loss) }
    (alpha, beta, nu) = parameters(best.point)
  }

  /// Stationary kurtosis, infinite where the fourth moment is.
  ///
  /// κ_z (1 − φ²) ÷ (1 − φ² − α² (κ_z − 1)), φ = α + β, κ_z = 3 + 6 ÷ (ν − 4) that of the innovations.
  static func kurtosis(_ alpha: Double, _ beta: Double, _ nu: Double) -> Double {
    guard nu > 4 else { return .infinity }
    let innovations = 3 + 6 / (nu - 4)
    let rest = 1 - (alpha + beta) * (alpha + beta)
    let bottom = rest - alpha * alpha * (innovations - 1)
    return bottom > 0 ? innovations * rest / bottom : .infinity
  }

  /// Minus the log-likelihood, without what no parameter changes.
  static func loss(
    _ returns: [Double], _ omega: Double, _ alpha: Double, _ beta: Double, _ nu: Double
  ) -> Double {
    let isNormal = nu == .infinity
    let scale = isNormal ? 0 : 1 / (nu - 2)
    var variance = omega / (1 - alpha - beta)
    var (logs, tails, squares) = (0.0, 0.0, 0.0)
    // Logarithms of products of eight: an eighth of the work, and far from the ends of doubles.
    var (variances, ratios, pending) = (1.0, 1.0, 0)
    let values = returns.span
    for index in values.indices {
      let square = values[index] * values[index]
      let ratio = square / variance
      variances *= variance
      if isNormal { squares += ratio } else { ratios *= 1 + ratio * scale }
      variance = omega + alpha * square + beta * variance
      pending &+= 1
      if pending == 8 {
        logs += MMSMath.log(variances)
        if !isNormal { tails += MMSMath.log(ratios) }
        (variances, ratios, pending) = (1, 1, 0)
      }
    }
    logs += MMSMath.log(variances)
    if isNormal { return 0.5 * (logs + squares) }
    tails += MMSMath.log(ratios)
    let constant =
      MMSMath.logGamma(0.5 * (nu + 1)) - MMSMath.logGamma(0.5 * nu) - 0.5 * MMSMath.log(nu - 2)
    return 0.5 * logs + 0.5 * (nu + 1) * tails - Double(values.count) * constant
  }
}
