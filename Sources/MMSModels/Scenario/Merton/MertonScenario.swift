// SPDX-License-Identifier: Apache-2.0
// hot path

public import MMSCore

/// Brownian motion of the logarithm with normal jumps at the times of a Poisson process.
public struct MertonScenario: ScenarioModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "scenario/Merton-v1", kind: .scenario,
    summary: "Brownian motion of the logarithm with normal jumps at the times of a Poisson process.",
    equations: """
      ln S(t + dt) = ln S(t) + (mu − σ²÷2 − λ·k)·dt + σ·√dt·ξ + Σ of N jumps, exact at any dt
      N Poisson with mean λ·dt, jumps normal with mean m and deviation d, k = e^(m + d²÷2) − 1, so E S(t) = S(0)·e^(mu·t)
      auto: σ² is MedRV; λ, m, d give the recorded variance, skewness and kurtosis of a step
      """,
    source: """
      Merton 1976, J. Financial Economics 3:125-144. Fit: cumulants as in Press 1967, J. Business 40:317-335; \
      MedRV of Andersen, Dobrev & Schaumburg 2012, J. Econometrics 169:75-93.
      """,
    parameters: [
      ParameterSchema(
        "sigma", .numberOrAuto, unit: .perRootDay, minimum: 0, default: .text("auto"),
        "Volatility between jumps per √day; auto is the recorded one without jumps."),
      ParameterSchema(
        "mu", unit: .perDay, default: .number(0), "Drift per day of the mean price, as a fraction."),
      ParameterSchema(
        "lambda", .numberOrAuto, unit: .perDay, minimum: 0, default: .text("auto"),
        "Jumps per day; auto fits lambda, m and d together."),
      ParameterSchema(
        "m", .numberOrAuto, minimum: -5, maximum: 5, default: .text("auto"),
        "Mean of a jump of the logarithm; auto as lambda."),
      ParameterSchema(
        "d", .numberOrAuto, minimum: 0, maximum: 5, default: .text("auto"),
        "Standard deviation of a jump of the logarithm; auto as lambda."),
    ] + GeneratedMarket.parameters)

  /// Draws: the step's normal, the jumps' sizes, and from here on their numbers.
  private static let countLane = 2
  /// Jumps are counted in parts of this mean at most, whose probability of none is far from underflow.
  private static let largestPart = 200.0
  private static let mostParts = 50

  private let givenSigma: Double?
  private let drift: Double
  private let givenJumps: MertonJumps?
  private var market: GeneratedMarket

  /// Mean and standard deviation of a step's move without its jumps.
  private var (mean, deviation) = (0.0, 0.0)
  /// Standard deviation of a step's move with them.
  private var wholeDeviation = 0.0
  private var jumps = MertonJumps.none
  private var parts = 0
  /// Jumps of one part of a step: the mean number, and the probability of none.
  private var (partMean, partNone) = (0.0, 1.0)

  private var uniforms: [Double] = []
  private var counts: [Double] = []

  /// Makes the model from parameters that fit ``descriptor``.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` when only some of lambda, m and d are given.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    givenSigma = parameters.numberOrAuto("sigma")
    drift = parameters.number("mu")
    let given = ["lambda", "m", "d"].map { ($0, parameters.numberOrAuto($0)) }
    if given[0].1 == 0 {
      // Without jumps it does not matter how large they are.
      givenJumps = MertonJumps.none
    } else if let rate = given[0].1, let mean = given[1].1, let deviation = given[2].1 {
      givenJumps = MertonJumps(rate: rate, mean: mean, deviation: deviation)
    } else if let missing = given.first(where: { $0.1 == nil }), given.contains(where: { $0.1 != nil }) {
      throw MMSError(
        .invalidValue,
        "\(Self.descriptor.id) fits lambda, m and d together: \(missing.0) is auto and others are given",
        path: missing.0, hint: "give all three of lambda, m and d, or none of them")
    } else {
      givenJumps = nil
    }
    market = GeneratedMarket(parameters)
  }

  /// Writes its own prices; reads the window for their level.
  public var requirements: ScenarioRequirements { GeneratedMarket.requirements }

  /// Fits what is not given.
  ///
  /// - Throws: ``MMSError/Code/noData`` when the history is too short or shows no jumps;
  ///   ``MMSError/Code/invalidValue`` when a step has more jumps than can be counted.
  public mutating func prepare(
    history: borrowing MarketBlock, context: MarketContext
  ) throws(MMSError) {
    let recorded = try RecordedReturns(history, context: context)
    let fit = try MertonFit(recorded, sigma: givenSigma, jumps: givenJumps)
    jumps = fit.jumps
    let days = 1 / context.stepsPerDay
    let expected = jumps.rate * days
    guard expected <= Self.largestPart * Double(Self.mostParts) else {
      throw MMSError(
        .invalidValue,
        "lambda \(jumps.rate) per day makes \(expected) jumps in a step of \(context.resolution)",
        path: "lambda",
        hint:
          "at most \(Int(Self.largestPart) * Self.mostParts) can be counted: choose a smaller lambda or step,"
          + " or scenario/Brownian-v1")
    }
    parts = Int((expected / Self.largestPart).rounded(.up))
    partMean = expected / Double(max(1, parts))
    partNone = MMSMath.exp(-partMean)
    let variance = fit.sigma * fit.sigma
    mean = (drift - 0.5 * variance - jumps.rate * jumps.meanChange) * days
    deviation = fit.sigma * days.squareRoot()
    let whole = (variance + jumps.variance).squareRoot()
    wholeDeviation = whole * days.squareRoot()
    try market.prepare(history: history, context: context, longRunVolatility: whole)
    market.bridgeShare = whole > 0 ? fit.sigma / whole : 1
  }

  /// Starts at the origin.
  public mutating func begin(_ path: PathContext) throws(MMSError) { market.begin() }

  /// Draws the rows' moves and jumps.
  public mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {
    let count = rows.count
    market.reserve(count)
    if counts.count < count {
      counts = Array(repeating: 0, count: count)
      uniforms = counts
    }
    let step = Int64(block.firstStep + rows.lowerBound)
    Self.countJumps(
      &counts, &uniforms, count, parts: parts, mean: partMean, none: partNone, step: step, random)
    Self.fill(
      &market.moves, counts, count, mean: mean, deviation: deviation, jumps, step: step, random)
    for index in 0..<count { market.deviations[index] = wholeDeviation }
    market.write(&block, rows: rows, random: random)
  }

  private static func fill(
    _ moves: inout [Double], _ counts: [Double], _ count: Int, mean: Double, deviation: Double,
    _ jumps: MertonJumps, step: Int64, _ random: RandomSource
  ) {
    let number = counts.span
    var all = moves.mutableSpan
    var move = all._mutatingExtracting(0..<count)
    random.normals(step: step, lane: 0, into: &move)
    for index in 0..<count {
      var sum = mean + deviation * move[index]
      let n = number[index]
      if n > 0 {
        // The sum of n normal jumps is normal.
        let size = random.normal(step: step + Int64(index), lane: 1)
        sum += n * jumps.mean + jumps.deviation * n.squareRoot() * size
      }
      move[index] = sum
    }
  }

  private static func countJumps(
    _ counts: inout [Double], _ uniforms: inout [Double], _ count: Int, parts: Int, mean: Double,
    none: Double, step: Int64, _ random: RandomSource
  ) {
    var number = counts.mutableSpan
    var draws = uniforms.mutableSpan
    var part = draws._mutatingExtracting(0..<count)
    for index in 0..<count { number[index] = 0 }
    for lane in 0..<parts {
      random.uniforms(step: step, lane: countLane + lane, into: &part)
      for index in 0..<count where part[index] >= none {
        number[index] += poisson(part[index], mean: mean, none: none)
      }
    }
  }

  /// The Poisson number at a quantile, by adding up probabilities.
  private static func poisson(_ quantile: Double, mean: Double, none: Double) -> Double {
    var (number, probability, total) = (0.0, none, none)
    while quantile >= total {
      number += 1
      probability *= mean / number
      let next = total + probability
      // Rounded sums may end just below 1.
      if next == total, number > mean { break }
      total = next
    }
    return number
  }
}

/// Jumps of the logarithm: how many a day, and how large.
struct MertonJumps: Sendable {
  var rate: Double
  var mean: Double
  var deviation: Double

  static let none = MertonJumps(rate: 0, mean: 0, deviation: 0)

  /// What jumps add to the variance of a day.
  var variance: Double { rate * (mean * mean + deviation * deviation) }
  /// k: the mean relative change of the price in a jump.
  var meanChange: Double { MMSMath.expm1(mean + 0.5 * deviation * deviation) }
}
