// SPDX-License-Identifier: Apache-2.0
// hot path

public import MMSCore

/// A logarithm of the price that is drawn back to a level: an Ornstein-Uhlenbeck process.
public struct OrnsteinUhlenbeckScenario: ScenarioModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "scenario/OrnsteinUhlenbeck-v1", kind: .scenario,
    summary: "The logarithm of the price is drawn back to a level: an Ornstein-Uhlenbeck process.",
    equations: """
      X = ln(S ÷ level): dX = −κ·X dt + σ dW, drawn exactly at any dt:
      X(t + dt) = e^(−κ·dt)·X(t) + σ·√((1 − e^(−2κ·dt)) ÷ (2κ))·ξ
      auto: maximum likelihood of the recorded closes; refused where they cannot be told from a random walk
      """,
    source: """
      Uhlenbeck & Ornstein 1930, Physical Review 36:823-841; Vasicek 1977, J. Financial Economics 5:177-188. \
      Test: Dickey & Fuller 1979, J. Am. Stat. Assoc. 74:427-431.
      """,
    parameters: [
      ParameterSchema(
        "kappa", .numberOrAuto, unit: .perDay, minimum: 0, minimumIsExclusive: true, default: .text("auto"),
        "Rate of return to the level per day, half of a distance is gone after ln 2 ÷ kappa; auto is fitted."),
      ParameterSchema(
        "level", .numberOrAuto, unit: .price, minimum: 0, minimumIsExclusive: true, default: .text("auto"),
        "Price it returns to; auto is the start where one is given, else the recorded mean of the logarithm."),
      ParameterSchema(
        "sigma", .numberOrAuto, unit: .perRootDay, minimum: 0, default: .text("auto"),
        "Volatility per √day; auto is fitted."),
    ] + GeneratedMarket.parameters)

  private let givenKappa: Double?
  private let givenLevel: Double?
  private let givenSigma: Double?
  private var market: GeneratedMarket

  /// What a step leaves of the distance, less one.
  private var pull = 0.0
  /// The standard deviation of a step's move.
  private var deviation = 0.0
  private var firstDistance = 0.0
  /// ln(price ÷ level) at the last close.
  private var distance = 0.0

  /// Makes the model from parameters that fit ``descriptor``.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    givenKappa = parameters.numberOrAuto("kappa")
    givenLevel = parameters.numberOrAuto("level")
    givenSigma = parameters.numberOrAuto("sigma")
    market = GeneratedMarket(parameters)
  }

  /// Writes its own prices; reads the window for their level.
  public var requirements: ScenarioRequirements { GeneratedMarket.requirements }

  /// Fits what is not given.
  ///
  /// - Throws: ``MMSError/Code/noData`` when the history is too short, or does not return to any level.
  public mutating func prepare(
    history: borrowing MarketBlock, context: MarketContext
  ) throws(MMSError) {
    let recorded = try RecordedReturns(history, context: context)
    // A start of its own puts the path, and its level, on another scale than the recorded market's.
    let fit = try MeanReversionFit(
      recorded, kappa: givenKappa, level: market.startPrice == nil ? givenLevel : nil, sigma: givenSigma,
      needsLevel: givenLevel == nil && market.startPrice == nil)
    let level = givenLevel ?? market.startPrice ?? fit.level
    let days = 1 / context.stepsPerDay
    pull = MMSMath.expm1(-fit.kappa * days)
    deviation = fit.sigma * (-MMSMath.expm1(-2 * fit.kappa * days) / (2 * fit.kappa)).squareRoot()
    try market.prepare(
      history: history, context: context, longRunVolatility: deviation * context.stepsPerDay.squareRoot())
    firstDistance = MMSMath.log(market.origin / level)
  }

  /// Starts at the origin.
  public mutating func begin(_ path: PathContext) throws(MMSError) {
    market.begin()
    distance = firstDistance
  }

  /// Draws the rows' moves.
  public mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {
    market.reserve(rows.count)
    let first = block.firstStep + rows.lowerBound
    let standing = min(rows.count, max(0, market.firstMovingStep - first))
    let (pull, deviation) = (pull, deviation)
    var distance = distance
    var all = market.moves.mutableSpan
    var moves = all._mutatingExtracting(0..<rows.count)
    random.normals(step: Int64(first), lane: 0, into: &moves)
    for index in 0..<standing { moves[index] = 0 }
    for index in standing..<rows.count {
      let move = pull * distance + deviation * moves[index]
      distance += move
      moves[index] = move
    }
    self.distance = distance
    for index in 0..<rows.count { market.deviations[index] = deviation }
    market.write(&block, rows: rows, random: random)
  }
}
