// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Brownian motion of the price or of its logarithm: the null model of every other one.
public struct BrownianScenario: ScenarioModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "scenario/Brownian-v1", kind: .scenario,
    summary: "Brownian motion of the price or of its logarithm, with Gaussian or ± steps.",
    equations: """
      geometric: ln S(t + dt) = ln S(t) + (mu − σ²÷2)·dt + σ·√dt·ξ; arithmetic: S(t + dt) = S(t) + mu·dt + σ·√dt·ξ
      ξ standard normal, or ±1 with probability ½ each; dt in days, σ per √day (arithmetic: quote currency)
      high, low: Brownian bridge; volume, spread and depth constant at their recorded means
      """,
    source:
      "Bachelier 1900; Osborne 1959, Operations Research 7(2); ± steps: Avellaneda & Stoikov 2008, section 3.3.",
    parameters: [
      ParameterSchema(
        "sigma", .numberOrAuto, unit: .perRootDay, minimum: 0, default: .text("auto"),
        "Volatility per √day: a fraction (geometric) or quote currency (arithmetic); auto is the recorded one."
      ),
      ParameterSchema(
        "mu", unit: .perDay, default: .number(0),
        "Drift per day: of the mean price as a fraction (geometric), or quote currency (arithmetic)."),
      ParameterSchema(
        "law", .choice(["geometric", "arithmetic"]), default: .text("geometric"),
        "Whether the logarithm or the price itself moves."),
      ParameterSchema(
        "steps", .choice(["gaussian", "binomial"]), default: .text("gaussian"),
        "Whether a step's move is normal or one of two equally likely values."),
    ] + GeneratedMarket.parameters)

  private let givenSigma: Double?
  private let drift: Double
  private let isArithmetic: Bool
  let isBinomial: Bool
  private(set) var market: GeneratedMarket
  /// Mean and standard deviation of a step's move.
  private(set) var (mean, deviation) = (0.0, 0.0)

  /// Makes the model from parameters that fit ``descriptor``.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    givenSigma = parameters.numberOrAuto("sigma")
    drift = parameters.number("mu")
    isArithmetic = parameters.text("law") == "arithmetic"
    isBinomial = parameters.text("steps") == "binomial"
    market = GeneratedMarket(parameters, law: isArithmetic ? .arithmetic : .geometric)
  }

  /// Writes its own prices; reads the window for their level.
  public var requirements: ScenarioRequirements { GeneratedMarket.requirements }

  /// Measures the recorded volatility where it is needed.
  public mutating func prepare(
    history: borrowing MarketBlock, context: MarketContext
  ) throws(MMSError) {
    let recorded = try RecordedReturns(history, context: context)
    let price = market.startPrice ?? recorded.firstPrice
    if givenSigma == nil {
      try recorded.require(20, for: Self.descriptor.id, hint: "give sigma, or a longer period")
    }
    let sigma = givenSigma ?? recorded.volatility * (isArithmetic ? price : 1)
    try market.prepare(
      history: history, context: context, longRunVolatility: isArithmetic ? sigma / price : sigma)
    let days = 1 / context.stepsPerDay
    deviation = sigma * days.squareRoot()
    mean = (isArithmetic ? drift : drift - 0.5 * sigma * sigma) * days
  }

  /// Starts at the origin.
  public mutating func begin(_ path: PathContext) throws(MMSError) { market.begin() }

  /// Draws the rows' moves.
  public mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {
    market.reserve(rows.count)
    let step = Int64(block.firstStep + rows.lowerBound)
    let (mean, deviation, isBinomial) = (mean, deviation, isBinomial)
    var all = market.moves.mutableSpan
    var draws = all._mutatingExtracting(0..<rows.count)
    if isBinomial {
      random.signs(step: step, lane: 0, into: &draws)
    } else {
      random.normals(step: step, lane: 0, into: &draws)
    }
    for index in draws.indices { draws[index] = mean + deviation * draws[index] }
    for index in 0..<rows.count { market.deviations[index] = deviation }
    market.write(&block, rows: rows, random: random)
  }
}
