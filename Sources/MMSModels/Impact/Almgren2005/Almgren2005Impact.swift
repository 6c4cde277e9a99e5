// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// The impact of large equity orders as estimated by Almgren, Thum, Hauptmann & Li, with their constants.
public struct Almgren2005Impact: ImpactModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "impact/Almgren2005-v1", kind: .impact,
    summary: "Permanent impact linear in size and temporary impact with the 3/5 power of the trading rate.",
    equations: """
      I = gamma·σ̄·(X ÷ V̄)^alpha·(Θ ÷ V̄)^delta ÷ L, alpha = 1; K = eta·σ̄·|X ÷ (V̄·T)|^beta ÷ L
      an order X alone in its step pays J = I ÷ 2 + K on average; I stays for good; T is the horizon in days
      orders of one step pay together what their sum would have paid
      """,
    source: """
      Almgren, Thum, Hauptmann & Li 2005, Risk 18(7):58-62: gamma = .314 ± .041, eta = .142 ± .0062, \
      beta = .600 ± .038, delta = 1/4. Sample: orders of Citigroup's US equity desks, December 2001 to June \
      2003; 0.25 % to 88.62 % of a day's volume, up to 1.01 days, volatility 0.7 % to 12.5 % a day.
      """,
    parameters: [
      ParameterSchema(
        "gamma", minimum: 0, maximum: 100, default: .number(0.314),
        "Size of the permanent impact (published .314)."),
      ParameterSchema(
        "eta", minimum: 0, maximum: 100, default: .number(0.142),
        "Size of the temporary impact (published .142)."),
      ParameterSchema(
        "alpha", minimum: 0, maximum: 2, default: .number(1),
        "Power of size in the permanent impact; only 1 leaves no round trip that earns, others are refused."),
      ParameterSchema(
        "beta", minimum: 0, maximum: 2, minimumIsExclusive: true, default: .number(0.6),
        "Power of the trading rate in the temporary impact (published 3/5)."),
      ParameterSchema(
        "delta", minimum: 0, maximum: 2, default: .number(0.25),
        "Power of Θ ÷ V̄, the inverse turnover, in the permanent impact (published 1/4)."),
      ParameterSchema(
        "sharesOutstanding", .numberOrAuto, unit: .baseUnits, minimum: 0, maximum: 1e18,
        minimumIsExclusive: true,
        default: .text("auto"),
        "Θ: shares outstanding, or a coin's circulating supply; auto takes daysOfVolume · V̄."),
      ParameterSchema(
        "daysOfVolume", minimum: 0, maximum: 1e9, minimumIsExclusive: true, default: .number(263),
        "Θ ÷ V̄ when sharesOutstanding is auto; 263 is IBM's in the paper."),
      ParameterSchema(
        "horizon", .durationOrSteps, minimum: 1, default: .integer(1),
        "T, the time over which an order is worked: by default the step it executes in."),
    ])

  private let gamma: Double
  private let eta: Double
  private let beta: Double
  private let delta: Double
  private let supply: Double?
  /// (Θ ÷ V̄)^delta where it does not hang on V̄.
  private let fixedTurnover: Double
  private let horizon: Horizon
  private var state = InstantImpact()
  private var outside = FittedRange.Counts()

  private enum Horizon: Sendable {
    case steps(Double)
    case days(Double)
  }

  /// Makes the model from its constants.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` for a permanent impact that is not linear.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    gamma = parameters.number("gamma")
    eta = parameters.number("eta")
    beta = parameters.number("beta")
    delta = parameters.number("delta")
    supply = parameters.numberOrAuto("sharesOutstanding")
    fixedTurnover = MMSMath.pow(parameters.number("daysOfVolume"), delta)
    if case .duration(let span) = parameters["horizon"] {
      horizon = .days(span.days)
    } else {
      horizon = .steps(parameters.number("horizon"))
    }
    let alpha = parameters.number("alpha")
    if alpha != 1 { throw Manipulation.nonlinearPermanent("alpha", alpha) }
  }

  /// The lasting displacement now, a signed fraction of the mid.
  public var displacement: Double { state.displacement }

  /// Whether nothing was traded in this step and nothing displaced before.
  public var isIdle: Bool { state.isIdle }

  /// Whether both sizes are 0.
  public var isNone: Bool { gamma == 0 && eta == 0 }

  /// How many executions of this path lay outside the sample, by what was outside.
  public var remarks: [String: Int] { outside.remarks }

  /// Forgets displacement, flow and remarks.
  public mutating func begin(_ path: PathContext) {
    state.begin()
    outside = FittedRange.Counts()
  }

  /// What executing a signed quantity in base units would do now.
  public func quote(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote {
    law(quantity, conditions).map { state.quote(quantity, $0) } ?? .zero
  }

  /// Executes a signed quantity: the displacement moves by the quote's lasting part.
  @discardableResult
  public mutating func apply(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote {
    guard let law = law(quantity, conditions) else { return .zero }
    outside.see(
      share: quantity.magnitude / conditions.volume, days: days(conditions),
      volatility: conditions.volatility)
    return state.apply(quantity, law)
  }

  private func days(_ conditions: ImpactConditions) -> Double {
    switch horizon {
    case .steps(let count): count * conditions.resolution.days
    case .days(let days): days
    }
  }

  /// The law in this market; nil where no scale is known or nothing is traded.
  private func law(_ quantity: Double, _ conditions: ImpactConditions) -> InstantImpact.Law? {
    let scale = conditions.volatility / conditions.liquidity
    guard quantity != 0, scale > 0, scale.isFinite, conditions.volume > 0 else { return nil }
    let turnover = supply.map { MMSMath.pow($0 / conditions.volume, delta) } ?? fixedTurnover
    let slope = gamma * scale * turnover / conditions.volume
    guard slope.isFinite else { return nil }
    return InstantImpact.Law(
      slope: slope, size: eta * scale,
      unit: conditions.volume * days(conditions), exponent: beta)
  }

  /// What stays is permanent: every step shows the same.
  public func decay(resolution: SimDuration, into displacements: inout MutableSpan<Double>) {
    state.decay(into: &displacements)
  }

  /// Ends the step that orders traded in together; nothing fades.
  public mutating func decay(steps: Int, resolution: SimDuration) { state.decay(steps: steps) }
}

/// The orders the constants were estimated from: the paper's table of its sample.
private enum FittedRange {
  static let shares = 0.0025...0.8862
  static let longest = 1.01
  static let volatilities = 0.007...0.125

  struct Counts: Sendable {
    private var small = 0
    private var large = 0
    private var long = 0
    private var volatility = 0

    mutating func see(share: Double, days: Double, volatility now: Double) {
      if share < shares.lowerBound { small += 1 }
      if share > shares.upperBound { large += 1 }
      if days > longest { long += 1 }
      if !volatilities.contains(now) { volatility += 1 }
    }

    var remarks: [String: Int] {
      var remarks: [String: Int] = [:]
      let model = "impact/Almgren2005-v1 was fitted on"
      if small > 0 { remarks["smaller than the orders \(model) (0.25 % of a day's volume and more)"] = small }
      if large > 0 { remarks["larger than the orders \(model) (up to 88.62 % of a day's volume)"] = large }
      if long > 0 { remarks["slower than the orders \(model) (up to 1.01 days)"] = long }
      if volatility > 0 {
        remarks["at a volatility outside what \(model) (0.7 % to 12.5 % a day)"] = volatility
      }
      return remarks
    }
  }
}
