// SPDX-License-Identifier: Apache-2.0

import Foundation
public import MMSCore
import MMSModels

/// Gatheral 2010: what a round trip costs in a market with decaying impact, and which laws let it earn.
public enum GatheralExperiment: PublishedExperiment {
  /// The name on the command line.
  public static let name = "gatheral"
  /// What is run.
  public static let summary =
    "Cost of buying over a share theta of one day and selling over the rest, and whether the law is accepted."
  /// Where it was published.
  public static let source =
    "Gatheral 2010, No-dynamic-arbitrage and market impact, Quantitative Finance 10(7):749-759, sections 4 and 5"
  /// A linear law with exponential decay, bought and sold at the same rate.
  public static let parameters = [
    ParameterSchema(
      "law", .choice(["linear", "power"]), default: .text("linear"),
      "f(v), the push of trading at rate v: v or v^delta."),
    ParameterSchema(
      "delta", minimum: 0, maximum: 1, minimumIsExclusive: true, default: .number(0.5),
      "Power of the rate, with law=power."),
    ParameterSchema(
      "kernel", .choice(["exponential", "power"]), default: .text("exponential"),
      "G(t), the decay of a push: e^(−rho·t) or t^(−gamma)."),
    ParameterSchema(
      "rho", unit: .perDay, minimum: 0, maximum: 1e6, default: .number(1),
      "Rate of the decay, with kernel=exponential."),
    ParameterSchema(
      "gamma", minimum: 0, maximum: 0.99, minimumIsExclusive: true, default: .number(0.5),
      "Power of the decay, with kernel=power."),
    ParameterSchema(
      "theta", minimum: 0, maximum: 1, minimumIsExclusive: true, default: .number(0.5),
      "Share of the time in which the unit is bought, at rate 1 ÷ theta; the rest sells it."),
  ]

  /// Pushes so small that prices stay far from zero whatever the parameters; the cost is in units of it.
  private static let size = 1e-8

  /// Trades through the propagator: one step of buying, one of selling.
  public static func run(
    _ parameters: ParameterValues, seed: UInt64, threads: Int
  ) throws(MMSError) -> [ExperimentResult] {
    let theta = parameters.number("theta")
    let isPower = parameters.text("kernel") == "power"
    // The sum of exponentials is a power law from a second on.
    let least = isPower ? 1e-4 : 1e-6
    guard theta >= least, theta <= 1 - least else {
      throw MMSError(
        .invalidValue, "theta is \(theta): one side of the round trip has no time to trade",
        path: "param.theta", hint: "\(least) ≤ theta ≤ \(1 - least) with this kernel")
    }
    let checked = try Self.modelParameters(parameters)
    let cost: Double
    var accepted = 1.0
    do throws(MMSError) {
      cost = Self.cost(try PropagatorImpact(checked), theta: theta)
    } catch {
      // A refusal is a result: here is what it saves us from.
      accepted = 0
      cost = Self.cost(PropagatorImpact(unchecked: checked), theta: theta)
    }
    let expected = Self.expected(parameters, theta: theta)
    return [
      ExperimentResult(
        "round_trip_cost", cost, expected: expected, tolerance: 1e-5 * max(1, expected.magnitude)),
      ExperimentResult("accepted", accepted, expected: isAccepted(parameters) ? 1 : 0, tolerance: 0),
    ]
  }

  private static func modelParameters(_ parameters: ParameterValues) throws(MMSError) -> ParameterValues {
    try ParameterResolver.resolve(
      [
        ("kernel", .text(parameters.text("kernel"))), ("law", .text(parameters.text("law"))),
        ("delta", .number(parameters.number("delta"))), ("gamma", .number(parameters.number("gamma"))),
        ("rho", .number(parameters.number("rho"))), ("size", .number(size)),
      ],
      schema: PropagatorImpact.descriptor.parameters, owner: "model '\(PropagatorImpact.descriptor.id)'",
      path: "param")
  }

  /// What one unit bought over theta and sold over the rest costs, in units of ``size``.
  private static func cost(_ fresh: PropagatorImpact, theta: Double) -> Double {
    var model = fresh
    var cost = 0.0
    for (quantity, days) in [(1.0, theta), (-1.0, 1 - theta)] {
      let resolution = SimDuration(nanoseconds: Int64((days * 86_400e9).rounded()))
      let before = model.displacement
      let quote = model.apply(
        quantity,
        in: ImpactConditions(
          volatility: 1, volume: 1, liquidity: 1, price: 100 * (1 + before), resolution: resolution))
      cost += quantity * ((1 + before) * (1 + quote.temporary) - 1)
      model.decay(steps: 1, resolution: resolution)
    }
    return cost / size
  }

  /// ∫ v_t ∫ f(v_s) G(t − s) ds dt in closed form.
  private static func expected(_ parameters: ParameterValues, theta: Double) -> Double {
    let delta = parameters.text("law") == "linear" ? 1 : parameters.number("delta")
    let (buying, selling) = (1 / theta, 1 / (1 - theta))
    /// ∫₀ᵗ ∫₀ᵘ G
    func area(_ t: Double) -> Double {
      if parameters.text("kernel") == "power" {
        let gamma = parameters.number("gamma")
        return pow(t, 2 - gamma) / ((1 - gamma) * (2 - gamma))
      }
      let z = parameters.number("rho") * t
      // (z − 1 + e^(−z)) ÷ z², where it cancels by its series.
      let share =
        z < 0.01 ? 0.5 - z / 6 + z * z / 24 - z * z * z / 120 : (z + expm1(-z)) / (z * z)
      return t * t * share
    }
    let crossed = area(1) - area(theta) - area(1 - theta)
    return pow(buying, 1 + delta) * area(theta) + pow(selling, 1 + delta) * area(1 - theta)
      - selling * pow(buying, delta) * crossed
  }

  private static func isAccepted(_ parameters: ParameterValues) -> Bool {
    if parameters.text("law") == "linear" { return true }
    let delta = parameters.number("delta")
    if parameters.text("kernel") == "exponential" { return delta == 1 }
    let gamma = parameters.number("gamma")
    return gamma >= 0.415037 && gamma + delta >= 1 - 1e-12
  }
}
