// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Executes a quantity along the trajectory that weighs expected cost against its variance.
public struct AlmgrenChrissStrategy: Strategy, NativeModel {
  /// What the strategy says about itself.
  public static let descriptor = ModelDescriptor(
    id: "almgren_chriss", kind: .strategy,
    summary: "Executes a quantity so that expected cost + lambda · variance is smallest under linear impact.",
    equations: """
      left after trade j: x_j = X·sinh(κ(T − t_j)) ÷ sinh(κT); N = min(periods, steps of the horizon), τ = T ÷ N
      cosh(κτ) = 1 + κ̃²τ² ÷ 2, κ̃² = λσ² ÷ η̃, η̃ = η − γτ ÷ 2 > 0; trade j + 1 is decided at the close of step ⌊j·H ÷ N⌋
      auto, from step 0's σ̄ (per √day), V̄ (per day) and mid m: σ = σ̄·m, γ = 0.314·σ̄·m ÷ V̄, η = 0.357·σ̄·m ÷ V̄
      """,
    source:
      "Almgren & Chriss 2000, Optimal execution of portfolio transactions, J. Risk 3:5-39, sections 1-3; "
      + "auto: Almgren, Thum, Hauptmann & Li 2005, Risk 18(7), as in impact/AlmgrenChriss-v1 (prior).",
    parameters: Execution.parameters + [
      ParameterSchema(
        "periods", .integer, minimum: 1, maximum: 1_000_000, default: .integer(100),
        "N: number of trades; with fewer steps in the horizon, one per step."),
      ParameterSchema(
        "lambda", minimum: 0, maximum: 1e30, default: .number(1e-6),
        "Aversion to risk per unit of quote currency: cost accepted for less variance; 0 is the uniform schedule."
      ),
      ParameterSchema(
        "sigma", .numberOrAuto, minimum: 0, maximum: 1e30, default: .text("auto"),
        "Volatility of the price in quote currency per √day; auto is the recorded one when trading begins."),
      ParameterSchema(
        "gamma", .numberOrAuto, minimum: 0, maximum: 1e30, default: .text("auto"),
        "Permanent impact: quote currency per base unit; auto is the prior, at most eta ÷ tau."),
      ParameterSchema(
        "eta", .numberOrAuto, minimum: 0, maximum: 1e30, minimumIsExclusive: true, default: .text("auto"),
        "Temporary impact: quote currency per base unit a day; auto is the prior, at least gamma · tau."),
    ])

  private let parameters: ParameterValues
  private var walk: SliceWalk
  private var days = 1.0
  private var schedule: AlmgrenChrissSchedule?
  /// Why there is no schedule.
  private var refusal: String?

  /// Makes the strategy from parameters that fit ``descriptor``.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` when eta, gamma and a horizon given in time leave no best schedule.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    self.parameters = parameters
    walk = SliceWalk(parameters)
    guard let gamma = parameters.numberOrAuto("gamma"), let eta = parameters.numberOrAuto("eta"),
      case .duration(let horizon) = parameters["horizon"], horizon < Self.wholePeriod
    else { return }
    _ = try AlmgrenChrissSchedule(
      quantity: parameters.number("quantity"), horizon: horizon.days, periods: parameters.integer("periods"),
      riskAversion: 0, volatility: 0, permanent: gamma, temporary: eta)
  }

  /// The default horizon: no period is as long.
  private static let wholePeriod = SimDuration.days(3650)

  /// Forgets the schedule.
  public mutating func begin(_ path: PathContext, context: MarketContext) {
    walk.begin(
      path, context, horizon: Execution.horizon(parameters, context), slices: parameters.integer("periods"))
    days = Double(walk.horizon) / context.stepsPerDay
    schedule = nil
    refusal = nil
  }

  /// Passes over rows until a trade is due.
  public mutating func decide(
    _ market: borrowing MarketBlock, rows: Range<Int>, account: borrowing Account,
    orders: inout OrderSink
  ) -> Int {
    guard let first = rows.first else { return rows.upperBound }
    if schedule == nil, refusal == nil { plan(market, row: first) }
    guard let schedule else { return rows.upperBound }
    return walk.decide(market, rows: rows, account: account, orders: &orders) { slice in
      schedule.quantity - schedule.holding(after: slice + 1)
    }
  }

  /// Makes the schedule from what is known at the first row.
  private mutating func plan(_ market: borrowing MarketBlock, row: Int) {
    let volatility = market.baseVolatility[row] * market.mid[row]
    let tau = days / Double(walk.slices)
    let perUnit = market.baseVolume[row] > 0 ? volatility / market.baseVolume[row] : 0
    let (givenGamma, givenEta) = (parameters.numberOrAuto("gamma"), parameters.numberOrAuto("eta"))
    var gamma = givenGamma ?? AlmgrenChrissImpact.permanentPrior * perUnit
    let eta = givenEta ?? max(AlmgrenChrissImpact.temporaryPrior * perUnit, gamma * tau)
    if givenGamma == nil { gamma = min(gamma, eta / tau) }
    // Nothing is known of a market without recorded volume: then nothing speaks against the uniform schedule.
    let isKnown = eta > 0
    do throws(MMSError) {
      schedule = try AlmgrenChrissSchedule(
        quantity: walk.execution.quantity, horizon: days, periods: walk.slices,
        riskAversion: isKnown ? parameters.number("lambda") : 0,
        volatility: parameters.numberOrAuto("sigma") ?? volatility, permanent: isKnown ? gamma : 0,
        temporary: isKnown ? eta : 1)
    } catch {
      refusal = error.message + (error.hint.map { "; \($0)" } ?? "")
    }
  }

  /// Why nothing was traded.
  public var idleReason: String? { refusal ?? walk.idleReason }
}
