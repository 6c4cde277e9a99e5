// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Brownian motion whose volatility jumps between two or three regimes, as a Markov chain in continuous time.
public struct RegimeSwitchScenario: ScenarioModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "scenario/RegimeSwitch-v1", kind: .scenario,
    summary: "Volatility that jumps between calm and wild regimes, a Markov chain in continuous time.",
    equations: """
      a regime lasts an exponential time of mean calmDays, wildDays or stormDays; calm ↔ wild ↔ storm
      from wild the chain goes to storm with probability `escalation`, else to calm (with two regimes always to calm)
      ln S moves by √v·ξ − v ÷ 2 + mu·dt, v = ∫ σ² over the step, switches within it included
      share of time in a regime ∝ its mean days × (1 − escalation, 1, escalation)
      """,
    source:
      "Hamilton 1989, Econometrica 57; fit: Baum, Petrie, Soules & Weiss 1970, Ann. Math. Stat. 41, on hourly realised variance.",
    parameters: [
      ParameterSchema(
        "regimes", .integer, minimum: 2, maximum: 3, default: .integer(2),
        "2: calm and wild. 3: storm above them."),
      volatility("calmSigma", "Volatility per √day in the calm regime; auto is fitted."),
      volatility("wildSigma", "Volatility per √day in the wild regime; auto is fitted."),
      volatility(
        "stormSigma", "Volatility per √day in the storm regime, where there are three; auto is fitted."),
      duration("calmDays", "Mean days that the calm regime lasts; auto is fitted."),
      duration("wildDays", "Mean days that the wild regime lasts; auto is fitted."),
      duration("stormDays", "Mean days that the storm regime lasts, where there are three; auto is fitted."),
      ParameterSchema(
        "escalation", .numberOrAuto, unit: .fraction, minimum: 0, maximum: 1, default: .text("auto"),
        "Probability that wild is followed by storm, where there are three; auto is fitted."),
      ParameterSchema(
        "fitWindow", .duration, unit: .time, minimum: 60e9, maximum: 86_400e9, default: .duration(.hours(1)),
        "The span whose realised variance a fit looks at."),
      ParameterSchema(
        "mu", unit: .perDay, default: .number(0), "Drift per day of the mean price, as a fraction."),
    ] + GeneratedMarket.parameters)

  private static func volatility(_ name: String, _ summary: String) -> ParameterSchema {
    ParameterSchema(
      name, .numberOrAuto, unit: .perRootDay, minimum: 0, default: .text("auto"), summary)
  }

  private static func duration(_ name: String, _ summary: String) -> ParameterSchema {
    ParameterSchema(
      name, .numberOrAuto, minimum: 0, minimumIsExclusive: true, default: .text("auto"), summary)
  }

  private static let names = ["calm", "wild", "storm"]
  /// A regime this many times shorter than a step would take too many draws to be worth it.
  private static let mostSwitches = 1_000.0

  private let regimes: Int
  private let givenSigmas: [Double?]
  private let givenDays: [Double?]
  private let givenEscalation: Double?
  private let fitWindow: SimDuration
  private let drift: Double
  private var market: GeneratedMarket
  private var chain = RegimeChain()
  private var days = 1.0
  private var times: [Double] = []

  /// Makes the model from parameters that fit ``descriptor``.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    let count = parameters.integer("regimes")
    regimes = count
    givenSigmas = Self.names[..<count].map { parameters.numberOrAuto("\($0)Sigma") }
    givenDays = Self.names[..<count].map { parameters.numberOrAuto("\($0)Days") }
    givenEscalation = count == 3 ? parameters.numberOrAuto("escalation") : 0
    fitWindow = parameters.duration("fitWindow")
    drift = parameters.number("mu")
    market = GeneratedMarket(parameters)
    market.knowsBridges = true
  }

  /// Writes its own prices; reads the window for their level.
  public var requirements: ScenarioRequirements { GeneratedMarket.requirements }

  /// Fits what is `auto`.
  public mutating func prepare(
    history: borrowing MarketBlock, context: MarketContext
  ) throws(MMSError) {
    let recorded = try RecordedReturns(history, context: context)
    days = 1 / context.stepsPerDay
    var (sigmas, spans) = (givenSigmas.compactMap { $0 }, givenDays.compactMap { $0 })
    chain.escalation = givenEscalation ?? 0
    if sigmas.count < regimes || spans.count < regimes || givenEscalation == nil {
      let fit = try fit(recorded, context)
      sigmas = givenSigmas.indices.map { givenSigmas[$0] ?? fit.volatilities[$0] }
      spans = givenDays.indices.map { givenDays[$0] ?? fit.days[$0] }
      chain.escalation = givenEscalation ?? fit.escalation
    }
    chain.top = regimes - 1
    for index in 0..<regimes {
      guard spans[index] * Self.mostSwitches >= days else {
        throw MMSError(
          .invalidValue,
          "\(Self.descriptor.id): \(Self.names[index])Days (\(spans[index])) is less than a thousandth of a step "
            + "(\(context.resolution))", path: "\(Self.names[index])Days",
          hint: "choose at least \(days / Self.mostSwitches), or a shorter step")
      }
      chain.variances[index] = sigmas[index] * sigmas[index]
      chain.rates[index] = 1 / spans[index]
    }
    try market.prepare(
      history: history, context: context, longRunVolatility: chain.meanVariance.squareRoot())
  }

  private func fit(_ recorded: RecordedReturns, _ context: MarketContext) throws(MMSError) -> RegimeFit {
    let width = context.steps(in: fitWindow)
    let count = recorded.values.count / width
    guard count >= RegimeFit.fewest else {
      throw MMSError(
        .noData,
        "\(Self.descriptor.id) needs at least \(RegimeFit.fewest) windows of \(fitWindow) to fit its regimes; the "
          + "period's \(recorded.values.count) recorded steps make \(count)",
        hint: "choose a longer period or a shorter fitWindow, or give every sigma and mean duration")
    }
    var variances: [Double] = []
    for window in 0..<count {
      var sum = 0.0
      for index in window * width..<(window + 1) * width {
        sum += recorded.values[index] * recorded.values[index]
      }
      variances.append(sum / (Double(width) * days))
    }
    guard variances.contains(where: { $0 > 0 }) else {
      throw MMSError(
        .noData, "\(Self.descriptor.id) cannot be fitted: the recorded price never moves",
        hint: "choose another period, or give every sigma and mean duration")
    }
    return RegimeFit(variances: variances, regimes: regimes, windowDays: Double(width) * days)
  }

  /// Starts at the origin in a regime of the stationary law.
  public mutating func begin(_ path: PathContext) throws(MMSError) {
    market.begin()
    chain.start(path.random(.scenario))
  }

  /// Draws the rows' regimes and moves.
  public mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {
    market.reserve(rows.count)
    if times.count < rows.count { times = Array(repeating: 0, count: rows.count) }
    let step = Int64(block.firstStep + rows.lowerBound)
    var all = market.moves.mutableSpan
    var draws = all._mutatingExtracting(0..<rows.count)
    random.normals(step: step, lane: 0, into: &draws)
    var allTimes = times.mutableSpan
    var part = allTimes._mutatingExtracting(0..<rows.count)
    random.exponentials(step: step, lane: RegimeChain.timeLane, into: &part)
    var chain = chain
    let (days, drift) = (days, drift * days)
    let root = days.squareRoot()
    for index in 0..<rows.count {
      market.deviations[index] = chain.variance.squareRoot() * root
      let variance = chain.pass(days, first: times[index], step: step + Int64(index), random)
      let deviation = variance.squareRoot()
      market.bridges[index] = deviation
      market.moves[index] = deviation * market.moves[index] - 0.5 * variance + drift
    }
    self.chain = chain
    market.write(&block, rows: rows, random: random)
  }
}
