// SPDX-License-Identifier: Apache-2.0

public import MMSCore

extension PropagatorImpact {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "impact/Propagator-v1", kind: .impact,
    summary:
      "Trading at rate v pushes the price by f(v), and every push decays exponentially or as a power of time.",
    equations: """
      D(t) = ∫ f(v(s))·G(t − s) ds + permanent·σ̄·(traded ÷ V̄) ÷ L, t in days
      v: what a step trades ÷ (V̄·dt), constant over the step; f(v) = size·σ̄·sign(v)·|v|^delta ÷ L, linear: delta = 1
      G(t) = e^(−rho·t), or t^(−gamma) as a sum of 32 exponentials (1 s to 100 days)
      an order pays the average of D over its step, which starts at the mid it meets
      """,
    source: """
      Gatheral 2010, Quant. Finance 10(7):749-759; Bouchaud et al. 2004 (propagator). Sum of exponentials: \
      Beylkin & Monzón 2005, Appl. Comput. Harmon. Anal. 19(1). Defaults: size chosen so that the square root law \
      has Y = 0.7 (prior).
      """,
    parameters: [
      ParameterSchema(
        "kernel", .choice(["power", "exponential"]), default: .text("power"),
        "How a push decays: as t^(−gamma) or as e^(−rho·t)."),
      ParameterSchema(
        "law", .choice(["power", "linear"]), default: .text("power"),
        "How the push grows with the trading rate: |v|^delta or v."),
      ParameterSchema(
        "delta", minimum: 0, maximum: 1, minimumIsExclusive: true, default: .number(0.5),
        "Power of the trading rate; gamma + delta = 1 makes an order's impact depend on its size alone."),
      ParameterSchema(
        "gamma", minimum: 0, maximum: 0.99, minimumIsExclusive: true, default: .number(0.5),
        "Power of the decay in time."),
      ParameterSchema(
        "rho", unit: .perDay, minimum: 0, maximum: 1e9, default: .number(33.27),
        "Rate of the exponential decay; 33.27 a day is a half-life of 30 minutes (prior)."),
      ParameterSchema(
        "size", minimum: 0, maximum: 1_000, default: .number(0.35),
        "Push at the rate of one day's volume a day, in one-day volatilities a day (prior)."),
      ParameterSchema(
        "permanent", minimum: 0, maximum: 1_000, default: .number(0),
        "Permanent move caused by one day's volume, in units of one-day volatility."),
      ParameterSchema(
        "permanentDelta", minimum: 0, maximum: 2, default: .number(1),
        "Power of size in the permanent part; only 1 leaves no round trip that earns, others are refused."),
    ])
}
