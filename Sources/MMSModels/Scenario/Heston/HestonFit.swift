// SPDX-License-Identifier: Apache-2.0

internal import MMSCore

/// What a recorded market says about its variance: moments of realised variance in blocks of an hour or more.
///
/// With Δ the block, A = (1 − e^(−κΔ)) ÷ κ, R the realised variance and r the return of a block:
///
///     E R = θΔ      Cov(R_i, R_{i+k}) = A²·ξ²θ÷(2κ)·e^(−κΔ(k−1))      Cov(r_i, R_{i+1}) = A²·(ρξθ − ξ²θ÷(4κ))
///
/// Covariances of different blocks do not see that R is itself an estimate.
enum HestonFit {
  /// Blocks below which autocovariances are noise.
  static let leastBlocks = 200
  /// A block: at least this many steps, so that it measures a variance.
  private static let leastSteps = 12
  /// Autocovariances from lag 1 to this one say how fast the memory fades.
  private static let lags = 12

  /// Fits what is not given; the history is asked for only when something is.
  ///
  /// - Throws: ``MMSError/Code/noData`` when there are too few steps, or no memory of the variance in them.
  static func parameters(
    _ given: HestonParameters<Double?>, history: () throws(MMSError) -> RecordedReturns
  ) throws(MMSError) -> HestonParameters<Double> {
    if let kappa = given.kappa, let theta = given.theta, let xi = given.xi, let rho = given.rho {
      return HestonParameters(kappa: kappa, theta: theta, xi: xi, rho: rho, v0: given.v0 ?? theta)
    }
    let recorded = try history()
    let perHour = Int((recorded.stepsPerDay / 24).rounded())
    let size = max(leastSteps, perHour)
    let id = HestonScenario.descriptor.id
    try recorded.require(
      leastBlocks * size, for: id,
      hint: "give kappa, theta, xi and rho, or a longer period or shorter steps")
    let blocks = Blocks(recorded, size: size)
    let length = Double(size) / recorded.stepsPerDay

    let theta = given.theta ?? blocks.mean / length
    let covariances = (1...lags + 1).map { blocks.covariance(lag: $0) }
    let (near, far) = (covariances.dropLast().reduce(0, +), covariances.dropFirst().reduce(0, +))
    guard theta > 0, covariances[0] > 0, near > 0, far > 0, far < near else {
      throw MMSError(
        .noData,
        "\(id): the recorded variance of \(blocks.variances.count) blocks of \(size) steps has no fading memory to"
          + " fit (autocovariances \(near) and \(far), one block later)",
        hint: "give kappa, theta, xi and rho, or a longer period")
    }
    let kappa = given.kappa ?? MMSMath.log(near / far) / length
    let smoothing = -MMSMath.expm1(-kappa * length) / kappa
    // All lags together: the geometric series of what fades.
    let kept = MMSMath.exp(-kappa * length)
    var series = 0.0
    for lag in 0..<lags { series += MMSMath.pow(kept, Double(lag)) }
    let stationary = near / series / (smoothing * smoothing)
    let xi = given.xi ?? (2 * kappa * stationary / theta).squareRoot()
    var rho = given.rho ?? 0
    if given.rho == nil, xi > 0 {
      let leverage = blocks.leverage / (smoothing * smoothing) + xi * xi * theta / (4 * kappa)
      rho = min(max(leverage / (xi * theta), -0.99), 0.99)
    }
    return HestonParameters(kappa: kappa, theta: theta, xi: xi, rho: rho, v0: given.v0 ?? theta)
  }

  /// Realised variances and returns of blocks.
  private struct Blocks {
    var variances: [Double] = []
    private var returns: [Double] = []

    init(_ recorded: RecordedReturns, size: Int) {
      var start = 0
      while start + size <= recorded.values.count {
        var (sum, squares) = (0.0, 0.0)
        for value in recorded.values[start..<start + size] {
          sum += value
          squares += value * value
        }
        returns.append(sum)
        variances.append(squares)
        start += size
      }
    }

    var mean: Double { variances.reduce(0, +) / Double(variances.count) }

    func covariance(lag: Int) -> Double { Self.covariance(variances, variances, lag) }

    /// Of a block's return with the next block's variance.
    var leverage: Double { Self.covariance(returns, variances, 1) }

    private static func covariance(_ a: [Double], _ b: [Double], _ lag: Int) -> Double {
      let n = a.count - lag
      let (meanA, meanB) = (a.reduce(0, +) / Double(a.count), b.reduce(0, +) / Double(b.count))
      var sum = 0.0
      for index in 0..<n { sum += (a[index] - meanA) * (b[index + lag] - meanB) }
      return sum / Double(n)
    }
  }
}
