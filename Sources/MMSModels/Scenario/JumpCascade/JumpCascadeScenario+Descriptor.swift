// SPDX-License-Identifier: Apache-2.0

public import MMSCore

extension JumpCascadeScenario {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "scenario/JumpCascade-v1", kind: .scenario,
    summary: "One crash per path: a gap, a cascade of forced selling, a thin book, a partial recovery.",
    equations: """
      w = 0 before t*, then 2^(−(t − t*) ÷ stressHalfLife); columns follow w as in scenario/Stress-v1
      jump in logs J = (ln(1 − gap) + (ln(1 − drop) − ln(1 − gap))·f − F)·R, the gap at the open of t*
      f(u) = (1 − e^(−exponent·u)) ÷ (1 − e^(−exponent)), u = min(1, (t − t*) ÷ over)
      R = 1 − recovery·(1 − 2^(−(t − t* − over) ÷ recoveryHalfLife)) after the ramp, 1 before
      forced selling F, every 5 steps until 60 min after the ramp: F → max(F, F + (leverage·excess − F)·(1 − 2^(−block ÷ 5 min)))
      excess = max(0, plan − ln(price ÷ price before t*)) + σ̄·√(own net sales since t* ÷ V̄) ÷ L; F ≤ ½·|ln(1 − drop)|
      depth' = depth·(d0 + (L^w − d0)·min(1, (t − t*) ÷ depthRelaxation)), d0 one for the bid, one for the ask
      """,
    source: """
      Sizes: 2020-03-12 (first leg −23 % in 45 min), 2021-05-19 (−31 %), 2022-11 (−27.7 % in the month). \
      Shape: 2025-10-10 (70 % of liquidations in 40 min); worst real minute −2.7 %, worst 40 min −9.7 %.
      """,
    parameters: [
      ParameterSchema(
        "drop", .interval, unit: .fraction, minimum: 0, maximum: 0.95, default: .interval(0.15, 0.35),
        "Whole fall of the crash; 2020-03-12 −23 % in 45 min, 2021-05-19 −31 %, 2022-11 −27.7 %."),
      ParameterSchema(
        "gap", unit: .fraction, minimum: 0, maximum: 0.95, default: .number(0.03),
        "Part of the fall that is there at the open of the first bar; the worst recorded minute is −2.7 %."),
      ParameterSchema(
        "over", .duration, unit: .time, minimum: 0, minimumIsExclusive: true,
        default: .duration(.minutes(40)),
        "Time the rest of the fall takes; 70 % of the liquidations of 2025-10-10 fell in 40 minutes."),
      ParameterSchema(
        "exponent", minimum: 0, maximum: 50, minimumIsExclusive: true, default: .number(3),
        "Front-loading of the ramp, 1 − e^(−exponent·u): most of the fall comes first, as liquidations did on 2025-10-10 (prior)."
      ),
      ParameterSchema(
        "recovery", .interval, unit: .fraction, minimum: 0, maximum: 1, default: .interval(0, 0.7),
        "Share of the whole log fall that comes back (prior)."),
      ParameterSchema(
        "recoveryHalfLife", .duration, unit: .time, minimum: 0, minimumIsExclusive: true,
        default: .duration(.minutes(90)), "Half-life of the recovery after the ramp (prior)."),
      ParameterSchema(
        "stressHalfLife", .duration, unit: .time, minimum: 0, minimumIsExclusive: true,
        default: .duration(.hours(36)),
        "Half-life of the stress level; daily volatility after FTX was × 5.0, 4.5, 4.6, 3.3, 1.3 of normal."),
      ParameterSchema(
        "leverage", minimum: 0, maximum: 0.99, default: .number(0.4),
        "Forced selling per unit of fall beyond the plan; the cascade amplifies by 1 ÷ (1 − leverage) (prior)."
      ),
      ParameterSchema(
        "at", .interval, unit: .fraction, minimum: 0, maximum: 1, default: .interval(0.1, 0.8),
        "Shares of the period between which the crash begins: late enough to hold a position, early enough to see the rest."
      ),
      ParameterSchema(
        "centre", unit: .fraction, minimum: 0, maximum: 1, default: .number(0.5),
        "Share of the period at which the crash of a single central path begins."),
      ParameterSchema(
        "bidDepthAtCrash", minimum: 0, maximum: 10, default: .number(0.1),
        "Factor of the bid depth when the crash begins (prior)."),
      ParameterSchema(
        "askDepthAtCrash", minimum: 0, maximum: 10, default: .number(0.3),
        "Factor of the ask depth when the crash begins; in a fall offers thin out less than bids (prior)."),
      ParameterSchema(
        "depthRelaxation", .duration, unit: .time, minimum: 0, minimumIsExclusive: true,
        default: .duration(.hours(1)), "Time in which depth comes from its crash factor to L^w (prior)."),
    ])
}
