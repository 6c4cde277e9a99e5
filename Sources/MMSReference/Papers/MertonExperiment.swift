// SPDX-License-Identifier: Apache-2.0

import Foundation
public import MMSCore
import MMSModels
import MMSStudy

/// Merton 1976: a call and the moments of the log return in a market that jumps.
public enum MertonExperiment: PublishedExperiment {
  /// The name on the command line.
  public static let name = "merton"
  /// What is run.
  public static let summary =
    "Call price and moments of the log return of a jump diffusion, simulated in one exact step, against the series."
  /// Where it was published.
  public static let source =
    "Merton 1976, Option pricing when underlying stock returns are discontinuous, J. Financial Economics 3:125-144"
  /// The unit of time is a year; the model's is a day, and nothing but the name differs.
  public static let parameters = [
    ParameterSchema(
      "s0", unit: .price, minimum: 0, minimumIsExclusive: true, default: .number(100), "Price at the start."),
    ParameterSchema(
      "r", minimum: -10, maximum: 10, default: .number(0.05), "Interest rate, continuous, per unit of time."),
    ParameterSchema(
      "sigma", minimum: 0, maximum: 10, default: .number(0.2), "Volatility between jumps per √unit of time."),
    ParameterSchema("lambda", minimum: 0, default: .number(1), "Jumps per unit of time."),
    ParameterSchema("m", minimum: -5, maximum: 5, default: .number(-0.1), "Mean of a jump of the logarithm."),
    ParameterSchema(
      "d", minimum: 0, maximum: 5, default: .number(0.15), "Standard deviation of a jump of the logarithm."),
    ParameterSchema("T", minimum: 1e-6, maximum: 1000, default: .number(1), "Time to expiry."),
    ParameterSchema(
      "strike", unit: .price, minimum: 0, minimumIsExclusive: true, default: .number(100),
      "Strike of the call."),
    ParameterSchema(
      "paths", .integer, minimum: 100, maximum: 20_000_000, default: .integer(400_000), "Simulated paths."),
  ]

  /// Runs `scenario/Merton-v1` over one step of length T.
  public static func run(
    _ parameters: ParameterValues, seed: UInt64, threads: Int
  ) throws(MMSError) -> [ExperimentResult] {
    let (s0, r, strike) = (parameters.number("s0"), parameters.number("r"), parameters.number("strike"))
    let (sigma, lambda) = (parameters.number("sigma"), parameters.number("lambda"))
    let (m, d, T) = (parameters.number("m"), parameters.number("d"), parameters.number("T"))
    let rate = lambda * (m * m + d * d)
    guard sigma * sigma + rate > 0 else {
      throw MMSError(
        .invalidValue, "sigma 0 with lambda \(lambda), m \(m) and d \(d): the price never moves",
        path: "param.sigma", hint: "choose a positive sigma, or jumps of some size")
    }
    let model = try ExperimentMarket.make(
      MertonScenario.self,
      [
        "mu": .number(r), "sigma": .number(sigma), "lambda": .number(lambda), "m": .number(m),
        "d": .number(d), "range": .text("none"),
      ])
    let market = try ExperimentMarket(steps: 1, days: T, price: s0)
    let paths = try ScenarioPaths(model, on: market, seed: seed)
    let prices = try paths.values(paths: parameters.integer("paths"), threads: threads) { _, block in
      block.mid[0]
    }
    let discount = exp(-r * T)
    let calls = SampleMoments(prices.map { discount * max(0, $0 - strike) })
    let returns = SampleMoments(prices.map { log($0 / s0) })

    let variance = (sigma * sigma + rate) * T
    let third = lambda * T * m * (m * m + 3 * d * d)
    let fourth = lambda * T * (m * m * m * m + 6 * m * m * d * d + 3 * d * d * d * d)
    let call =
      discount
      * OptionFormula.merton(
        forward: s0 * exp(r * T), strike: strike, sigma: sigma, lambda: lambda, m: m, d: d, T: T)
    return [
      // A call that hardly ever pays may never have paid in the sample.
      .sampled(
        "call", (calls.mean, calls.meanError), expected: call, allowance: 1e-6 * parameters.number("s0")),
      .sampled("variance", (returns.variance, returns.varianceError), expected: variance),
      .sampled(
        "skewness", (returns.skewness, returns.skewnessError), expected: third / pow(variance, 1.5)),
      .sampled(
        "excess_kurtosis", (returns.excessKurtosis, returns.excessKurtosisError),
        expected: fourth / (variance * variance)),
    ]
  }
}
