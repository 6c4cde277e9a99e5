// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Trading that excites itself: a Hawkes process of events drives volume and volatility.
public struct HawkesScenario: ScenarioModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "scenario/Hawkes-v1", kind: .scenario,
    summary: "Self-exciting events; each trades the same volume and moves the price by a normal tick.",
    equations: """
      λ(t) = mu + Σ alpha·e^(−beta·(t − tᵢ)), events per day; n = alpha ÷ beta < 1, mean rate L = mu ÷ (1 − n)
      a step with N events: ln S moves by s·√N·ξ − s²·N ÷ 2, s² = sigma² ÷ L; volume = N ÷ (L·dt) × the recorded mean
      variance ÷ mean of the events in t days: 1 + (1 ÷ (1 − n)² − 1)·(1 − (1 − e^(−g·t)) ÷ (g·t)), g = beta − alpha
      """,
    source:
      "Hawkes 1971, Biometrika 58; Ogata 1981, IEEE Trans. Inf. Theory 27; fit: Hardiman & Bouchaud 2014, Phys. Rev. E 90.",
    parameters: [
      ParameterSchema(
        "mu", .numberOrAuto, unit: .perDay, minimum: 0, minimumIsExclusive: true, default: .text("auto"),
        "Events per day that nothing brought on; auto makes the mean rate that of `rate`."),
      ParameterSchema(
        "alpha", .numberOrAuto, unit: .perDay, minimum: 0, default: .text("auto"),
        "What an event adds to the rate of events, per day; auto fits the dispersion of recorded volume."),
      ParameterSchema(
        "beta", .numberOrAuto, unit: .perDay, minimum: 0, minimumIsExclusive: true, default: .text("auto"),
        "How fast that fades, per day; above alpha; auto fits the dispersion of recorded volume."),
      ParameterSchema(
        "rate", unit: .perDay, minimum: 1, maximum: 1e7, default: .number(14_400),
        "Mean events per day where mu is auto; ten a minute, a prior: bars do not show single events."),
      ParameterSchema(
        "sigma", .numberOrAuto, unit: .perRootDay, minimum: 0, default: .text("auto"),
        "Volatility per √day in the long run; auto is the recorded one."),
    ] + GeneratedMarket.parameters)

  /// The lane of the moves, above those of the events.
  private static let moveLane = HawkesProcess.lanes
  /// More events in a step than this are refused: they would take hours.
  private static let mostEventsPerStep = 1e5
  private static let mostStartDraws = 1e7

  private let mu: Double?
  private let alpha: Double?
  private let beta: Double?
  private let rate: Double
  private let sigma: Double?
  private var market: GeneratedMarket
  private var process: HawkesProcess?
  private var days = 1.0
  /// s²: variance of one event's tick.
  private var tickVariance = 0.0

  /// Makes the model from parameters that fit ``descriptor``.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    mu = parameters.numberOrAuto("mu")
    alpha = parameters.numberOrAuto("alpha")
    beta = parameters.numberOrAuto("beta")
    rate = parameters.number("rate")
    sigma = parameters.numberOrAuto("sigma")
    market = GeneratedMarket(parameters)
    market.drivesVolume = true
    market.knowsBridges = true
    // What contradicts itself is told before any data are read.
    if let alpha, let beta { _ = try Self.process(mu ?? 1, alpha, beta) }
  }

  private static func process(_ mu: Double, _ alpha: Double, _ beta: Double) throws(MMSError) -> HawkesProcess
  {
    try HawkesProcess(mu: mu, alpha: alpha, beta: beta, owner: descriptor.id)
  }

  /// Writes its own prices; reads the window for their level.
  public var requirements: ScenarioRequirements { GeneratedMarket.requirements }

  /// Fits what is `auto`.
  public mutating func prepare(
    history: borrowing MarketBlock, context: MarketContext
  ) throws(MMSError) {
    let recorded = try RecordedReturns(history, context: context)
    let sigma = sigma ?? recorded.volatility
    try market.prepare(history: history, context: context, longRunVolatility: sigma)
    days = 1 / context.stepsPerDay

    let process: HawkesProcess
    if let alpha, let beta {
      process = try Self.process(mu ?? rate * (1 - alpha / beta), alpha, beta)
    } else {
      try recorded.require(
        HawkesFit.fewest, for: Self.descriptor.id,
        hint: "choose a longer period, or give alpha and beta")
      let volumes = Array(history.volume[max(0, -history.firstStep)...])
      guard volumes.contains(where: { $0 > 0 }) else {
        throw MMSError(
          .noData,
          "\(Self.descriptor.id) fits alpha and beta to recorded volume; none of the period's \(volumes.count) "
            + "steps has any", hint: "use data with volume, or give alpha and beta")
      }
      let fit = HawkesFit(volumes: volumes, stepsPerDay: context.stepsPerDay, rate: rate)
      let n = fit.branchingRatio
      let (a, b): (Double, Double)
      if let alpha {
        (a, b) = (alpha, n > 0 ? alpha / n : alpha + fit.relaxation)
      } else {
        b = beta ?? fit.relaxation / (1 - n)
        a = n * b
      }
      process = try Self.process(mu ?? rate * (1 - a / b), a, b)
    }
    guard process.meanIntensity * days <= Self.mostEventsPerStep, process.startDraws <= Self.mostStartDraws
    else {
      throw MMSError(
        .invalidValue,
        "\(Self.descriptor.id) would simulate \(process.meanIntensity) events per day with a branching ratio of "
          + "\(process.branchingRatio): too many to follow", path: mu == nil ? "rate" : "mu",
        hint: "lower \(mu == nil ? "rate" : "mu"), or alpha against beta")
    }
    tickVariance = sigma * sigma / process.meanIntensity
    self.process = process
  }

  /// Starts at the origin with an intensity of its stationary law.
  public mutating func begin(_ path: PathContext) throws(MMSError) {
    market.begin()
    process?.startStationary(path.random(.scenario), step: -1)
  }

  /// Draws the rows' events and moves.
  public mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {
    guard var process else {
      throw MMSError(.modelFailed, "\(Self.descriptor.id) was not prepared before its first step")
    }
    market.reserve(rows.count)
    let step = Int64(block.firstStep + rows.lowerBound)
    var all = market.moves.mutableSpan
    var draws = all._mutatingExtracting(0..<rows.count)
    random.normals(step: step, lane: Self.moveLane, into: &draws)
    let (days, variance) = (days, tickVariance)
    let mean = process.meanIntensity
    let perEvent = 1 / (mean * days)
    let relaxation = process.beta - process.alpha
    // What of an excess intensity counts within a step.
    let settling = -MMSMath.expm1(-relaxation * days) / relaxation
    for index in 0..<rows.count {
      let expected = mean * days + (process.intensity - mean) * settling
      let events = Double(process.advance(by: days, random, step: step + Int64(index)))
      let deviation = (variance * events).squareRoot()
      market.deviations[index] = (variance * expected).squareRoot()
      market.bridges[index] = deviation
      market.moves[index] = deviation * market.moves[index] - 0.5 * variance * events
      market.activity[index] = events * perEvent
    }
    self.process = process
    market.write(&block, rows: rows, random: random)
  }
}
