// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// A resting order fills with a probability that falls exponentially with its distance from the mid.
public struct ProbabilityFill: LaneFillModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "fill/Probability-v1", kind: .fill,
    summary: "A limit order fills with a probability exponential in its distance from the mid.",
    equations: """
      λ(δ) = A·e^(−k·δ) fills a day, δ = distance of the limit from the mid at the step's open
      linear: p = min(1, λ·dt); exact: p = 1 − e^(−λ·dt); the order fills whole if u < p, u one draw a step and side
      fills come before the mid moves: prices within the step do not matter
      """,
    source: """
      Avellaneda & Stoikov 2008, Quantitative Finance 8(3), equation 2.11 and section 3.3 (linear). Defaults are a \
      prior: half of what comes within 5 bp of the mid in a minute.
      """,
    parameters: [
      ParameterSchema(
        "A", unit: .perDay, minimum: 0, maximum: 1e12, default: .number(1000),
        "Fills a day of an order at the mid itself: the rate of arriving market orders that reach it."),
      ParameterSchema(
        "k", minimum: 0, maximum: 1e9, default: .number(1500),
        "Decay of the rate with distance, per unit of `distance`: 1500 halves it each 4.6 bp."),
      ParameterSchema(
        "distance", .choice(["fraction", "price"]), default: .text("fraction"),
        "Whether distance is a fraction of the mid or in quote currency."),
      ParameterSchema(
        "convention", .choice(["linear", "exact"]), default: .text("exact"),
        "The probability of a step: min(1, λ·dt) as in the paper, or 1 − e^(−λ·dt) as of a Poisson process."),
    ])

  private let rate: Double
  private let decay: Double
  private let isRelative: Bool
  private let isLinear: Bool

  /// Makes the model from parameters that fit ``descriptor``.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    rate = parameters.number("A")
    decay = parameters.number("k")
    isRelative = parameters.text("distance") == "fraction"
    isLinear = parameters.text("convention") == "linear"
  }

  /// Fills by one draw for the step and side: what reaches a farther order of ours reaches a nearer one too.
  public func fill(_ query: FillQuery, in row: MarketRow, random: RandomSource) -> FillDecision {
    if query.isMarketable { return takeAvailable(query) }
    let exponent = exponent(query.side.sign, limit: query.limitPrice, open: row.open)
    let probability = probability(of: MMSMath.exp(exponent), perDay: expected(query.resolution))
    let draw = random.uniform(step: Int64(query.step), lane: Int(query.side.rawValue))
    let quantity = min(query.remaining, query.available)
    return FillDecision(
      quantity: draw < probability ? quantity : 0, probability: probability * quantity / query.remaining,
      queueAhead: 0)
  }

  /// The same for one order of each path.
  public func probabilities(
    _ side: Side, limits: Span<Double>, opens: Span<Double>, resolution: SimDuration,
    into values: inout MutableSpan<Double>
  ) {
    let sign = side.sign
    let perDay = expected(resolution)
    precondition(limits.count == values.count && opens.count == values.count, "one value for each path")
    if isRelative {
      for index in values.indices {
        let (limit, open) = unsafe (limits[unchecked: index], opens[unchecked: index])
        unsafe values[unchecked: index] = Self.plain(-decay * (sign * (open - limit) / open))
      }
    } else {
      for index in values.indices {
        let (limit, open) = unsafe (limits[unchecked: index], opens[unchecked: index])
        unsafe values[unchecked: index] = Self.plain(-decay * (sign * (open - limit)))
      }
    }
    MMSMath.exp(&values)
    if !isLinear {
      for index in values.indices { unsafe values[unchecked: index] *= -perDay }
      MMSMath.expm1(&values)
    }
    let scale = isLinear ? perDay : -1
    for index in values.indices {
      let value = unsafe scale * values[unchecked: index]
      let limit = unsafe limits[unchecked: index]
      let bounded = value < 1 ? value : 1
      unsafe values[unchecked: index] = limit == limit ? bounded : 0
    }
  }

  /// An order far through the mid fills as surely at e^700; no order has no distance, and any will do.
  @inline(__always)
  private static func plain(_ exponent: Double) -> Double { exponent < 700 ? exponent : 700 }

  /// −k·δ, δ positive away from the mid.
  private func exponent(_ sign: Double, limit: Double, open: Double) -> Double {
    let away = sign * (open - limit)
    return Self.plain(-decay * (isRelative ? away / open : away))
  }

  /// A·dt.
  private func expected(_ resolution: SimDuration) -> Double { rate * resolution.days }

  private func probability(of power: Double, perDay: Double) -> Double {
    if isLinear { return min(1, perDay * power) }
    return -MMSMath.expm1(power * -perDay)
  }
}
