// SPDX-License-Identifier: Apache-2.0
// hot path

public import MMSCore

/// Stochastic volatility: a variance that returns to its mean and moves against or with the price.
public struct HestonScenario: ScenarioModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "scenario/Heston-v1", kind: .scenario,
    summary:
      "Stochastic volatility: a variance that returns to its mean and moves against or with the price.",
    equations: """
      d ln S = (mu − v÷2) dt + √v dW, dv = κ·(θ − v) dt + ξ·√v dB, dW·dB = ρ dt; t in days
      quadratic-exponential scheme with martingale correction; steps are divided until κ·dt and ξ²·dt ÷ 4θ are ≤ 1÷8
      auto: θ, κ, ξ, ρ from mean and autocovariances of the recorded realised variance; v0 is θ
      """,
    source: """
      Heston 1993, Review of Financial Studies 6:327-343. Scheme: Andersen 2008, J. Computational Finance 11(3):1-42. \
      Fit: moments of realised variance as in Bollerslev & Zhou 2002, J. Econometrics 109:33-65.
      """,
    parameters: [
      ParameterSchema(
        "mu", unit: .perDay, default: .number(0), "Drift per day of the mean price, as a fraction."),
      ParameterSchema(
        "kappa", .numberOrAuto, unit: .perDay, minimum: 0, minimumIsExclusive: true, default: .text("auto"),
        "Rate of the variance's return to theta per day; auto is fitted."),
      ParameterSchema(
        "theta", .numberOrAuto, unit: .perDay, minimum: 0, minimumIsExclusive: true, default: .text("auto"),
        "Mean variance per day; auto is the recorded one."),
      ParameterSchema(
        "xi", .numberOrAuto, unit: .perDay, minimum: 0, default: .text("auto"),
        "Volatility of the variance per day; auto is fitted."),
      ParameterSchema(
        "rho", .numberOrAuto, minimum: -1, maximum: 1, default: .text("auto"),
        "Correlation of price and variance; auto is fitted, within ±0.99."),
      ParameterSchema(
        "v0", .numberOrAuto, unit: .perDay, minimum: 0, default: .text("auto"),
        "Variance per day at the start; auto is theta."),
    ] + GeneratedMarket.parameters)

  /// The scheme's longest step, in times of the variance's return and of its noise.
  private static let longestStep = 1.0 / 8
  private static let mostSubsteps = 4096
  /// Uniform numbers of a step's parts; the parts' normals take lanes 0, 1, 2 … below.
  private static let uniformLane = 0x8000

  private let given: HestonParameters<Double?>
  private let drift: Double
  private var market: GeneratedMarket

  private var scheme: QuadraticExponential
  private var substeps = 1
  private var firstVariance = 0.0
  private var stepDays = 0.0
  private var normals: [Double] = []

  /// Variance per day at the close of the last row written; before the first row that of the start.
  public private(set) var variance = 0.0

  /// Makes the model from parameters that fit ``descriptor``.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    drift = parameters.number("mu")
    given = HestonParameters(
      kappa: parameters.numberOrAuto("kappa"), theta: parameters.numberOrAuto("theta"),
      xi: parameters.numberOrAuto("xi"), rho: parameters.numberOrAuto("rho"),
      v0: parameters.numberOrAuto("v0"))
    market = GeneratedMarket(parameters)
    scheme = QuadraticExponential(mu: 0, kappa: 1, theta: 1, xi: 0, rho: 0, days: 1)
  }

  /// Writes its own prices; reads the window for their level.
  public var requirements: ScenarioRequirements { GeneratedMarket.requirements }

  /// Fits what is not given.
  ///
  /// - Throws: ``MMSError/Code/noData`` when the history is too short, or its variance has no memory to fit;
  ///   ``MMSError/Code/invalidValue`` when a step is far too long for the parameters.
  public mutating func prepare(
    history: borrowing MarketBlock, context: MarketContext
  ) throws(MMSError) {
    let fit = try HestonFit.parameters(given) { () throws(MMSError) in
      try RecordedReturns(history, context: context)
    }
    stepDays = 1 / context.stepsPerDay
    let pace = max(fit.kappa, fit.xi * fit.xi / (4 * fit.theta)) * stepDays
    let needed = (pace / Self.longestStep).rounded(.up)
    guard needed <= Double(Self.mostSubsteps) else {
      throw MMSError(
        .invalidValue,
        "\(Self.descriptor.id): kappa \(fit.kappa), xi \(fit.xi) and theta \(fit.theta) per day are too fast for a"
          + " step of \(context.resolution): it would take \(needed) parts, \(Self.mostSubsteps) are the most",
        path: fit.kappa * stepDays == pace ? "kappa" : "xi",
        hint: "choose shorter steps, a smaller kappa or xi, or a larger theta")
    }
    substeps = max(1, Int(needed))
    scheme = QuadraticExponential(
      mu: drift, kappa: fit.kappa, theta: fit.theta, xi: fit.xi, rho: fit.rho,
      days: stepDays / Double(substeps))
    firstVariance = fit.v0
    variance = fit.v0
    try market.prepare(history: history, context: context, longRunVolatility: fit.theta.squareRoot())
  }

  /// Starts at the origin.
  public mutating func begin(_ path: PathContext) throws(MMSError) {
    market.begin()
    variance = firstVariance
  }

  /// Draws the rows' variances and moves.
  public mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {
    let count = rows.count
    market.reserve(count)
    if normals.count < 2 * substeps * count {
      normals = Array(repeating: 0, count: 2 * substeps * count)
    }
    let step = block.firstStep + rows.lowerBound
    let substeps = substeps
    var all = normals.mutableSpan
    for lane in 0..<2 * substeps {
      var part = all._mutatingExtracting(lane * count..<(lane + 1) * count)
      random.normals(step: Int64(step), lane: lane, into: &part)
    }
    let standing = min(count, max(0, market.firstMovingStep - step))
    for index in 0..<standing {
      market.moves[index] = 0
      market.deviations[index] = (variance * stepDays).squareRoot()
    }
    Self.fill(
      &market.moves, &market.deviations, &variance, rows: standing..<count, count: count, step: Int64(step),
      normals, substeps, scheme, random)
    market.write(&block, rows: rows, random: random)
  }

  private static func fill(
    _ moves: inout [Double], _ deviations: inout [Double], _ variance: inout Double, rows: Range<Int>,
    count: Int, step: Int64, _ normals: [Double], _ substeps: Int, _ scheme: QuadraticExponential,
    _ random: RandomSource
  ) {
    let draws = normals.span
    var move = moves.mutableSpan
    var deviation = deviations.mutableSpan
    var v = variance
    for index in rows {
      var (log, integrated) = (0.0, 0.0)
      for part in 0..<substeps {
        let at = 2 * part * count + index
        let moved = scheme.move(
          &v, price: draws[at], normal: draws[at + count],
          uniform: { random.uniform(step: step + Int64(index), lane: Self.uniformLane + part) })
        log += moved.log
        integrated += moved.integrated
      }
      move[index] = log
      deviation[index] = integrated.squareRoot()
    }
    variance = v
  }
}

/// The parameters of a Heston market, given or found.
struct HestonParameters<Value: Sendable>: Sendable {
  var kappa: Value
  var theta: Value
  var xi: Value
  var rho: Value
  var v0: Value
}
