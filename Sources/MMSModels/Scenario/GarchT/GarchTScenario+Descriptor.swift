// SPDX-License-Identifier: Apache-2.0

public import MMSCore

extension GarchTScenario {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "scenario/GarchT-v1", kind: .scenario,
    summary: "GARCH(1,1) of log returns with Student t innovations: clusters of volatility and heavy tails.",
    equations: """
      over each span `per`: ε = √(h·W)·ξ, h′ = omega + alpha·ε² + beta·h, W = (nu − 2) ÷ χ²(nu), ξ standard normal,
      so that ε ÷ √h is Student t of variance 1. ln S moves by ε − h·W ÷ 2 + mu·per; E[S] grows by mu alone
      steps of m·per hold m spans; steps of per ÷ m share one W, a Brownian motion of variance h·W within the span
      variance of a span: omega ÷ (1 − alpha − beta); half-life of a shock: ln ½ ÷ ln(alpha + beta) spans
      """,
    source:
      "Bollerslev 1986, J. Econometrics 31; Bollerslev 1987, Rev. Econ. Stat. 69; gamma draws: Marsaglia & Tsang 2000, ACM TOMS 26.",
    parameters: [
      ParameterSchema(
        "omega", .numberOrAuto, minimum: 0, minimumIsExclusive: true, default: .text("auto"),
        "Variance of log returns that each span adds; auto keeps the recorded variance."),
      ParameterSchema(
        "alpha", .numberOrAuto, minimum: 0, maximum: 1, default: .text("auto"),
        "Share of a squared return that enters the next span's variance; auto is fitted."),
      ParameterSchema(
        "beta", .numberOrAuto, minimum: 0, maximum: 1, default: .text("auto"),
        "Share of a span's variance that remains in the next; alpha + beta < 1; auto is fitted."),
      ParameterSchema(
        "nu", .numberOrAuto, minimum: 2, maximum: 10_000, minimumIsExclusive: true, default: .text("auto"),
        "Degrees of freedom of the innovations; auto is fitted."),
      ParameterSchema(
        "innovations", .choice(["student", "normal"]), default: .text("student"),
        "Student t of nu degrees of freedom, or its limit, the normal law, where nu does not count."),
      ParameterSchema(
        "per", .duration, unit: .time, minimum: 1e9, maximum: 86_400e9, default: .duration(.minutes(1)),
        "The span that omega, alpha and beta belong to; the step must divide it or be a multiple of it."),
      ParameterSchema(
        "maxKurtosis", minimum: 0, default: .number(100),
        "A fit stays where the stationary kurtosis is at most this (a prior); 0 is plain maximum likelihood."),
      ParameterSchema(
        "mu", unit: .perDay, default: .number(0), "Drift per day of the mean price, as a fraction."),
    ] + GeneratedMarket.parameters)
}
