// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Linear impact: a permanent part that stays for good and a temporary one in proportion to the rate of trading.
///
/// A trade pays the temporary part and what earlier trades have moved for good, not its own permanent move.
/// Fractions are of the undisplaced mid, so costs in quote currency are exactly linear.
public struct AlmgrenChrissImpact: ImpactModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "impact/AlmgrenChriss-v1", kind: .impact,
    summary:
      "Linear permanent impact that never fades and temporary impact in proportion to the trading rate.",
    equations: """
      a trade of n at the rate v = n ÷ τ: temporary h(v) = ε·sgn(v) + η·v, permanent g = γ·n; both ÷ L
      absolute: ε, h and g in quote currency; relative: ε a fraction, η and γ in units of σ̄ per V̄ (v ÷ V̄, n ÷ V̄)
      it pays h and the γ·n of all trades before it; γτ ÷ 2 ≤ η, so that no round trip earns; nothing fades
      X in N trades from rest: expected cost ½γX² + ε·Σ|n| + (η − γτ ÷ 2) ÷ τ·Σn²
      """,
    source: """
      Almgren & Chriss 2000, J. Risk 3:5-39, section 1.2; linear permanent impact admits no manipulation: Huberman \
      & Stanzl 2004, Econometrica 72. auto: γ = 0.314 and η = 0.142·(10 %)^(3/5) ÷ 10 % = 0.357, the line through \
      the power law at a tenth of the volume, from Almgren, Thum, Hauptmann & Li 2005, Risk 18(7) (prior).
      """,
    parameters: [
      ParameterSchema(
        "units", .choice(["relative", "absolute"]), default: .text("relative"),
        "relative: multiples of σ̄ per V̄, for any symbol; absolute: quote currency and base units, as in the paper."
      ),
      ParameterSchema(
        "gamma", .numberOrAuto, minimum: 0, maximum: 1e30, default: .text("auto"),
        "Permanent impact of a base unit (absolute: quote currency) or of a day's volume (relative: σ̄)."),
      ParameterSchema(
        "eta", .numberOrAuto, minimum: 0, maximum: 1e30, default: .text("auto"),
        "Temporary impact at a base unit a day (absolute: quote currency) or at a day's volume a day (relative: σ̄)."
      ),
      ParameterSchema(
        "epsilon", minimum: 0, maximum: 1e30, default: .number(0),
        "Fixed cost of a base unit, besides the half spread the venue charges anyway (quote currency; fraction)."
      ),
      ParameterSchema(
        "tau", .durationOrSteps, unit: .time, minimum: 0, minimumIsExclusive: true, default: .integer(1),
        "Time over which a trade is spread: its rate is n ÷ tau. By default one step."),
    ])

  /// γ and η in units of σ̄ per V̄: the priors of `auto`.
  static let permanentPrior = 0.314
  static let temporaryPrior = 0.357

  private let isAbsolute: Bool
  private let gamma: Double
  private let eta: Double
  private let epsilon: Double
  /// τ in time, or in steps when that is nil.
  private let tau: SimDuration?
  private let tauSteps: Double

  /// The lasting displacement now, a signed fraction of the undisplaced mid.
  public var displacement: Double { ImpactArithmetic.shown(raw) }

  /// The displacement as it adds up; prices are kept positive and finite by what is shown of it.
  private var raw = 0.0

  /// Makes the model from parameters that fit ``descriptor``.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` for absolute units without numbers, and when γτ ÷ 2 exceeds η.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    isAbsolute = parameters.text("units") == "absolute"
    let given = (gamma: parameters.numberOrAuto("gamma"), eta: parameters.numberOrAuto("eta"))
    if isAbsolute {
      for (name, value) in [("gamma", given.gamma), ("eta", given.eta)] where value == nil {
        throw MMSError(
          .invalidValue, "impact/AlmgrenChriss-v1: \(name) cannot be auto in absolute units", path: name,
          hint: "give \(name) in quote currency, or use units: relative")
      }
    }
    gamma = given.gamma ?? Self.permanentPrior
    eta = given.eta ?? Self.temporaryPrior
    epsilon = parameters.number("epsilon")
    switch parameters["tau"] {
    case .duration(let span):
      tau = span
      tauSteps = 0
      let least = 0.5 * gamma * span.days
      if least > eta {
        throw MMSError(
          .invalidValue,
          "impact/AlmgrenChriss-v1: gamma · tau ÷ 2 = \(least) exceeds eta = \(eta): buying and selling again"
            + " would earn, by moving the price for good at less than it costs (price manipulation)",
          path: "eta", hint: "raise eta to at least \(least), or lower gamma or tau")
      }
    default:
      tau = nil
      tauSteps = Double(parameters.integer("tau"))
    }
  }

  /// Whether nothing is displaced; what is displaced stays so.
  public var isIdle: Bool { raw == 0 }

  /// Whether every part is 0.
  public var isNone: Bool { gamma == 0 && eta == 0 && epsilon == 0 }

  /// Forgets the displacement.
  public mutating func begin(_ path: PathContext) { raw = 0 }

  /// What executing a signed quantity in base units would do now.
  public func quote(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote {
    move(quantity, conditions).quote
  }

  /// Executes a signed quantity: the displacement moves for good.
  @discardableResult
  public mutating func apply(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote {
    let (quote, after) = move(quantity, conditions)
    raw = after
    return quote
  }

  private func move(
    _ quantity: Double, _ conditions: ImpactConditions
  ) -> (quote: ImpactQuote, after: Double) {
    let level = 1 + displacement
    // Both laws as fractions of the undisplaced mid, per base unit (traded, or a day).
    let scale: Double
    let fixed: Double
    if isAbsolute {
      scale = level / conditions.price / conditions.liquidity
      fixed = epsilon * scale
    } else {
      scale = conditions.volatility / conditions.volume / conditions.liquidity
      fixed = epsilon / conditions.liquidity
    }
    guard quantity != 0, scale >= 0, scale.isFinite, fixed.isFinite else { return (.zero, raw) }
    let days = tau?.days ?? tauSteps * conditions.resolution.days
    // With τ in steps the step is known only here: η counts as at least γτ ÷ 2, where round trips are free.
    let slope = max(eta / days, 0.5 * gamma) * scale
    let sign: Double = quantity > 0 ? 1 : -1
    let temporary = sign * fixed + slope * quantity
    let lasting = gamma * scale * quantity
    var after = raw + lasting
    // What rounding leaves of a round trip is no displacement.
    if after.magnitude < 1e-12 * lasting.magnitude { after = 0 }
    return (
      ImpactArithmetic.quote(paid: temporary, displacement: raw, lasting: after - raw), after
    )
  }

  /// The displacement of further steps: nothing fades.
  public func decay(resolution: SimDuration, into displacements: inout MutableSpan<Double>) {
    for index in displacements.indices { displacements[index] = displacement }
  }

  /// Lets steps pass: nothing fades.
  public mutating func decay(steps: Int, resolution: SimDuration) {}
}
