// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Impact that grows with the square root of traded volume and fades exponentially.
///
/// The lasting displacement D stands for an effective volume E = sign(D)·(D ÷ s)². Executing q moves E to
/// E + q and D with it; volumes add up, so splitting an order changes nothing and a round trip cannot earn.
public struct SquareRootImpact: ImpactModel, NativeModel {
  /// What an order pays of the displacement it causes.
  private enum Law {
    /// The average along its own execution.
    case average
    /// The price after its last unit.
    case marginal
  }

  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "impact/SquareRoot-v1", kind: .impact,
    summary: "Impact grows with the square root of traded volume and fades with a half-life.",
    equations: """
      s = Y·σ̄ ÷ √V̄ ÷ L, so that an order Q from rest peaks at Y·σ̄·√(Q ÷ V̄) ÷ L (fraction of the mid)
      E = sign(D)·(D ÷ s)², E' = E + q, D' = sign(E')·s·√|E'|; lasting = D' − D
      average: paid = (F(E') − F(E)) ÷ q − D with F(x) = ⅔·s·|x|^(3/2); marginal: paid = D' − D
      temporary = paid ÷ (1 + D), so that the price is mid undisplaced · (1 + D + paid)
      each step of length dt: D ← D·2^(−dt ÷ halfLife), 0 below 1e-12
      """,
    source: """
      Square root and Y of order 1: Tóth et al. 2011, Phys. Rev. X 1, 021006; Donier & Bonart 2015 (Bitcoin). \
      Volume resilience without price manipulation: Alfonsi, Fruth & Schied 2010, Quant. Finance 10(2).
      """,
    parameters: [
      ParameterSchema(
        "Y", minimum: 0, maximum: 10, default: .number(0.7),
        "Size of the impact in units of one-day volatility at one day's volume; of order 1 in all markets measured (prior)."
      ),
      ParameterSchema(
        "halfLife", .duration, unit: .time, minimum: 0, minimumIsExclusive: true,
        default: .duration(.minutes(30)),
        "Time in which half of the displacement fades; minutes to hours in the literature (prior)."),
      ParameterSchema(
        "law", .choice(["average", "marginal"]), default: .text("average"),
        "Whether an order pays the average displacement along its execution or the one after its last unit."),
    ])

  /// Displacements smaller than this are forgotten, so that a path becomes idle again.
  private static let negligible = 1e-12

  private let size: Double
  private let halfLife: SimDuration
  private let law: Law
  /// The factor of one step and the resolution it belongs to: a power is dear, and resolutions rarely change.
  private var stepFactor = 1.0
  private var stepResolution = SimDuration(nanoseconds: 0)

  /// The displacement as the law has it, far outside its range too.
  private var state = 0.0

  /// The lasting displacement now, a signed fraction of the mid.
  public var displacement: Double { ImpactArithmetic.shown(state) }

  /// Makes the model from `Y`, `halfLife` and `law`.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    size = parameters.number("Y")
    halfLife = parameters.duration("halfLife")
    law = parameters.text("law") == "average" ? .average : .marginal
  }

  /// Whether there is no displacement left to fade.
  public var isIdle: Bool { state == 0 }

  /// Whether Y is 0.
  public var isNone: Bool { size == 0 }

  /// Forgets the displacement.
  public mutating func begin(_ path: PathContext) { state = 0 }

  /// What executing a signed quantity in base units would do now.
  public func quote(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote {
    move(quantity, conditions).quote
  }

  /// Executes a signed quantity: the displacement moves by the quote's lasting part.
  @discardableResult
  public mutating func apply(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote {
    let (quote, after) = move(quantity, conditions)
    state = after
    return quote
  }

  private func move(
    _ quantity: Double, _ conditions: ImpactConditions
  ) -> (quote: ImpactQuote, after: Double) {
    let scale = size * conditions.volatility / (conditions.volume.squareRoot() * conditions.liquidity)
    guard scale > 0, scale.isFinite, quantity != 0 else { return (.zero, state) }
    // Everything below is seen from the order: its own direction is up.
    let sign: Double = quantity > 0 ? 1 : -1
    let size = quantity.magnitude
    let start = sign * state / scale
    let effective = start * start.magnitude + size
    let end = effective < 0 ? -(-effective).squareRoot() : effective.squareRoot()
    let (a, b) = (start.magnitude, end.magnitude)
    // Differences of nearly equal powers are divided out by hand: no digits are lost at any size.
    let lasting: Double
    let average: Double
    if start < 0, end > 0 {
      lasting = a + b
      average = (2 * b * b * b + a * a * a + 3 * a * b * b) / (3 * size)
    } else {
      // a + b is 0 only for a size that vanishes in rounding.
      guard a + b > 0 else { return (.zero, state) }
      lasting = size / (a + b)
      average = size * (2 * b + a) / (3 * (a + b) * (a + b))
    }
    let temporary = law == .average ? average : lasting
    return (
      ImpactArithmetic.quote(
        paid: sign * scale * temporary, displacement: state, lasting: sign * scale * lasting),
      sign * scale * end
    )
  }

  /// The displacement after 1, 2, 3 … further steps, without moving on.
  public func decay(resolution: SimDuration, into displacements: inout MutableSpan<Double>) {
    let factor = resolution == stepResolution ? stepFactor : factor(of: resolution)
    var value = state
    for index in displacements.indices {
      value = Self.faded(value, factor)
      displacements[index] = ImpactArithmetic.shown(value)
    }
  }

  /// Lets a number of steps pass.
  public mutating func decay(steps: Int, resolution: SimDuration) {
    if resolution != stepResolution {
      stepFactor = factor(of: resolution)
      stepResolution = resolution
    }
    // Multiplied step by step: the same bits however the steps are grouped.
    var remaining = steps
    while remaining > 0, state != 0 {
      state = Self.faded(state, stepFactor)
      remaining -= 1
    }
  }

  private func factor(of resolution: SimDuration) -> Double {
    MMSMath.pow(0.5, Double(resolution.nanoseconds) / Double(halfLife.nanoseconds))
  }

  @inline(__always)
  private static func faded(_ value: Double, _ factor: Double) -> Double {
    let next = value * factor
    return next.magnitude < negligible ? 0 : next
  }
}
