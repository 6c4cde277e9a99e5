// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// A block-shaped book that refills: an order eats evenly spread depth, part of the gap closes again.
public struct ObizhaevaWangImpact: ImpactModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "impact/ObizhaevaWang-v1", kind: .impact,
    summary:
      "Orders eat a block-shaped book; a share of the displacement stays, the rest refills exponentially.",
    equations: """
      slope b = 1 ÷ (q·L·mid undisplaced), or size·σ̄ ÷ V̄ ÷ L when q is auto (fraction per base unit)
      order x: lasting = b·x, average price = mid undisplaced · (1 + D + b·x ÷ 2)
      D = P + K: P' = P + permanent·b·x stays, K' = K + (1 − permanent)·b·x; each step K ← K·e^(−rho·dt)
      """,
    source: """
      Obizhaeva & Wang 2013, J. Financial Markets 16:1-32 (density q, λ = permanent ÷ q, κ = 1 ÷ q − λ, \
      resilience ρ); both sides displaced together: Alfonsi, Fruth & Schied 2010, Quant. Finance 10(2).
      """,
    parameters: [
      ParameterSchema(
        "q", .numberOrAuto, minimum: 1e-12, default: .text("auto"),
        "Density of the book in base units per unit of quote currency; auto scales with the market by `size`."
      ),
      ParameterSchema(
        "size", minimum: 0, maximum: 1_000, default: .number(1),
        "With q auto: the move caused by one day's volume at once, in units of one-day volatility (prior)."),
      ParameterSchema(
        "permanent", minimum: 0, maximum: 1, default: .number(0.5),
        "Share of the move that stays, λ·q (the paper's example: one half)."),
      ParameterSchema(
        "rho", unit: .perDay, minimum: 0, maximum: 1e9, default: .number(33.27),
        "Resilience: the rate at which the rest refills; 33.27 a day is a half-life of 30 minutes (prior)."),
    ])

  private let density: Double?
  private let size: Double
  private let permanentShare: Double
  private let rate: Double
  private var permanent = 0.0
  private var transient = 0.0
  /// The factor of one step and the resolution it belongs to.
  private var stepFactor = 1.0
  private var stepResolution = SimDuration(nanoseconds: 0)

  /// Makes the model from `q`, `size`, `permanent` and `rho`.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    density = parameters.numberOrAuto("q")
    size = parameters.number("size")
    permanentShare = parameters.number("permanent")
    rate = parameters.number("rho")
  }

  /// The lasting displacement now, a signed fraction of the mid.
  public var displacement: Double { ImpactArithmetic.shown(permanent + transient) }

  /// Whether nothing is displaced.
  public var isIdle: Bool { permanent == 0 && transient == 0 }

  /// Whether `size` is 0 and nothing else is asked for.
  public var isNone: Bool { density == nil && size == 0 }

  /// Forgets the displacement.
  public mutating func begin(_ path: PathContext) { (permanent, transient) = (0, 0) }

  /// What executing a signed quantity in base units would do now.
  public func quote(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote {
    let lasting = slope(conditions) * quantity
    guard lasting != 0 else { return .zero }
    return ImpactArithmetic.quote(
      paid: lasting / 2, displacement: permanent + transient, lasting: lasting)
  }

  /// Executes a signed quantity: the displacement moves by the quote's lasting part.
  @discardableResult
  public mutating func apply(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote {
    let quote = quote(quantity, in: conditions)
    permanent += permanentShare * quote.lasting
    transient += (1 - permanentShare) * quote.lasting
    return quote
  }

  /// Fraction of the undisplaced mid per base unit; 0 where the market gives no scale.
  private func slope(_ conditions: ImpactConditions) -> Double {
    let value =
      if let density {
        // The book's prices are in quote currency; displacements are fractions of the mid without us.
        (1 + displacement) / (conditions.price * density * conditions.liquidity)
      } else {
        size * conditions.volatility / (conditions.volume * conditions.liquidity)
      }
    return value > 0 && value.isFinite ? value : 0
  }

  /// The displacement after 1, 2, 3 … further steps, without moving on.
  public func decay(resolution: SimDuration, into displacements: inout MutableSpan<Double>) {
    let factor = resolution == stepResolution ? stepFactor : factor(of: resolution)
    let stays = ImpactArithmetic.kept(permanent)
    var fades = transient
    for index in displacements.indices {
      fades = ImpactArithmetic.kept(fades * factor)
      displacements[index] = ImpactArithmetic.shown(stays + fades)
    }
  }

  /// Lets a number of steps pass.
  public mutating func decay(steps: Int, resolution: SimDuration) {
    guard steps > 0 else { return }
    if resolution != stepResolution {
      stepFactor = factor(of: resolution)
      stepResolution = resolution
    }
    permanent = ImpactArithmetic.kept(permanent)
    // Multiplied step by step: the same bits however the steps are grouped.
    var remaining = steps
    while remaining > 0, transient != 0 {
      transient = ImpactArithmetic.kept(transient * stepFactor)
      remaining -= 1
    }
  }

  private func factor(of resolution: SimDuration) -> Double { MMSMath.exp(-rate * resolution.days) }
}
