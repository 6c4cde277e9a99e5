// SPDX-License-Identifier: Apache-2.0

import Foundation
public import MMSCore
import MMSModels
import MMSStudy

/// Heston 1993: a call and the moments of variance and log return under stochastic volatility.
public enum HestonExperiment: PublishedExperiment {
  /// The name on the command line.
  public static let name = "heston"
  /// What is run.
  public static let summary =
    "Call price and moments of the variance under stochastic volatility, simulated, against the closed form."
  /// Where it was published.
  public static let source =
    "Heston 1993, A closed-form solution for options with stochastic volatility, Review of Financial Studies 6:327-343"
  /// The unit of time is a year; the model's is a day, and nothing but the name differs.
  public static let parameters = [
    ParameterSchema(
      "s0", unit: .price, minimum: 0, minimumIsExclusive: true, default: .number(100), "Price at the start."),
    ParameterSchema(
      "r", minimum: -10, maximum: 10, default: .number(0), "Interest rate, continuous, per unit of time."),
    ParameterSchema(
      "q", minimum: -10, maximum: 10, default: .number(0), "Dividend yield, continuous, per unit of time."),
    ParameterSchema("v0", minimum: 0, maximum: 100, default: .number(0.09), "Variance at the start."),
    ParameterSchema(
      "kappa", minimum: 0, minimumIsExclusive: true, default: .number(2),
      "Rate of the variance's return to theta."),
    ParameterSchema(
      "theta", minimum: 0, maximum: 100, minimumIsExclusive: true, default: .number(0.04), "Mean variance."),
    ParameterSchema("xi", minimum: 0, default: .number(0.3), "Volatility of the variance."),
    ParameterSchema(
      "rho", minimum: -1, maximum: 1, default: .number(-0.7), "Correlation of price and variance."),
    ParameterSchema("T", minimum: 1e-6, maximum: 1000, default: .number(1), "Time to expiry."),
    ParameterSchema(
      "strike", unit: .price, minimum: 0, minimumIsExclusive: true, default: .number(100),
      "Strike of the call."),
    ParameterSchema(
      "paths", .integer, minimum: 100, maximum: 20_000_000, default: .integer(200_000), "Simulated paths."),
  ]

  /// Steps of a path; the model divides them further where variance moves fast.
  private static let steps = 32

  /// Runs `scenario/Heston-v1` over 32 steps.
  public static func run(
    _ parameters: ParameterValues, seed: UInt64, threads: Int
  ) throws(MMSError) -> [ExperimentResult] {
    let (s0, r, q) = (parameters.number("s0"), parameters.number("r"), parameters.number("q"))
    let (strike, T) = (parameters.number("strike"), parameters.number("T"))
    let formula = HestonFormula(
      v0: parameters.number("v0"), kappa: parameters.number("kappa"), theta: parameters.number("theta"),
      xi: parameters.number("xi"), rho: parameters.number("rho"), T: T)
    let model = try ExperimentMarket.make(
      HestonScenario.self,
      [
        "mu": .number(r - q), "v0": .number(formula.v0), "kappa": .number(formula.kappa),
        "theta": .number(formula.theta), "xi": .number(formula.xi), "rho": .number(formula.rho),
        "range": .text("none"),
      ])
    let market = try ExperimentMarket(steps: steps, days: T / Double(steps), price: s0)
    let stepLength = T / Double(steps)
    let paths = try ScenarioPaths(model, on: market, seed: seed)
    let ends = try paths.values(paths: parameters.integer("paths"), threads: threads) { model, block in
      var integrated = 0.0
      for volatility in block.volatility { integrated += volatility * volatility * stepLength }
      return SIMD4(block.mid[block.count - 1], model.variance, integrated, 0)
    }
    // Biases of the scheme at the step it takes. Integrals of the variance are sums of trapezia, whose error for
    // what fades exponentially is (κh)² ÷ 12; the call's was at most half a per cent times the pace of the step.
    let pace = max(formula.kappa, formula.xi * formula.xi / (4 * formula.theta))
    let length = min(stepLength, 1 / (8 * pace))
    let trapezia =
      (formula.meanIntegratedVariance - formula.theta * T).magnitude * pow(formula.kappa * length, 2) / 12
    // Without vol of vol nothing is sampled in the variance, and rounding is all there is.
    let rounding = 1e-12 * (formula.v0 + formula.theta)
    let discount = exp(-r * T)
    let call = discount * formula.call(forward: s0 * exp((r - q) * T), strike: strike)
    let calls = SampleMoments(ends.map { discount * max(0, $0.x - strike) })
    let variances = SampleMoments(ends.map(\.y))
    let integrated = SampleMoments(ends.map(\.z))
    let returns = SampleMoments(ends.map { log($0.x / s0) })
    return [
      .sampled(
        "call", (calls.mean, calls.meanError),
        expected: call, allowance: 0.02 * pace * length * call + 1e-6 * parameters.number("s0")),
      .sampled(
        "mean_v", (variances.mean, variances.meanError), expected: formula.meanVariance,
        allowance: rounding),
      .sampled(
        "var_v", (variances.variance, variances.varianceError), expected: formula.varianceOfVariance,
        allowance: rounding * rounding),
      .sampled(
        "mean_integrated_v", (integrated.mean, integrated.meanError),
        expected: formula.meanIntegratedVariance,
        allowance: trapezia + rounding * T),
      .sampled(
        "mean_log_return", (returns.mean, returns.meanError),
        expected: (r - q) * T - 0.5 * formula.meanIntegratedVariance,
        allowance: trapezia + 1e-3 * pace * length * formula.meanIntegratedVariance),
    ]
  }
}
