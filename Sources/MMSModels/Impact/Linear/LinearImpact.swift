// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Kyle's law: every unit moves the price by the same amount for good, and costs in proportion at once.
public struct LinearImpact: ImpactModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "impact/Linear-v1", kind: .impact,
    summary:
      "Each unit moves the price by the same fraction for good, and pays in proportion to size at once.",
    equations: """
      s = σ̄ ÷ V̄ ÷ L, a fraction of the mid per base unit
      order q after F in the same step: lasting = permanent·s·q
      average price = mid undisplaced · (1 + D + lasting ÷ 2 + temporary·s·(q + 2F)), D' = D + lasting, never fades
      """,
    source: """
      Kyle 1985, Econometrica 53(6) (linear, permanent); Huberman & Stanzl 2004, Econometrica 72(4): only a linear \
      permanent law leaves no round trip that earns. Sizes of order 1: Almgren et al. 2005 find 1.3 for IBM (prior).
      """,
    parameters: [
      ParameterSchema(
        "permanent", minimum: 0, maximum: 1_000, default: .number(1),
        "Permanent move caused by one day's volume, in units of one-day volatility (prior)."),
      ParameterSchema(
        "temporary", minimum: 0, maximum: 1_000, default: .number(1),
        "Temporary move paid by an order of one day's volume, in units of one-day volatility (prior)."),
    ])

  private let permanent: Double
  private let temporary: Double
  private var state = InstantImpact()

  /// Makes the model from `permanent` and `temporary`.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    permanent = parameters.number("permanent")
    temporary = parameters.number("temporary")
  }

  /// The lasting displacement now, a signed fraction of the mid.
  public var displacement: Double { state.displacement }

  /// Whether nothing was traded in this step and nothing displaced before.
  public var isIdle: Bool { state.isIdle }

  /// Whether both sizes are 0.
  public var isNone: Bool { permanent == 0 && temporary == 0 }

  /// Forgets displacement and flow.
  public mutating func begin(_ path: PathContext) { state.begin() }

  /// What executing a signed quantity in base units would do now.
  public func quote(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote {
    law(quantity, conditions).map { state.quote(quantity, $0) } ?? .zero
  }

  /// Executes a signed quantity: the displacement moves by the quote's lasting part.
  @discardableResult
  public mutating func apply(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote {
    law(quantity, conditions).map { state.apply(quantity, $0) } ?? .zero
  }

  /// The law in this market; nil where no scale is known or nothing is traded.
  private func law(_ quantity: Double, _ conditions: ImpactConditions) -> InstantImpact.Law? {
    let scale = conditions.volatility / conditions.liquidity
    guard quantity != 0, scale > 0, scale.isFinite, conditions.volume > 0 else { return nil }
    return InstantImpact.Law(
      slope: permanent * scale / conditions.volume, size: temporary * scale, unit: conditions.volume,
      exponent: 1)
  }

  /// What stays is permanent: every step shows the same.
  public func decay(resolution: SimDuration, into displacements: inout MutableSpan<Double>) {
    state.decay(into: &displacements)
  }

  /// Ends the step that orders traded in together; nothing fades.
  public mutating func decay(steps: Int, resolution: SimDuration) { state.decay(steps: steps) }
}
