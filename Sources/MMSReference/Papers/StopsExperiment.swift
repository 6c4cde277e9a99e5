// SPDX-License-Identifier: Apache-2.0

import Foundation
public import MMSCore
import MMSEngine
import MMSModels
import MMSStudy

/// A protective stop below a driftless Brownian motion, watched at steps and watched throughout.
public enum StopsExperiment: PublishedExperiment {
  /// The name on the command line.
  public static let name = "stops"
  /// What is run.
  public static let summary =
    "How often a stop is hit when watched at checks or throughout, and how far past it a check finds the price."
  /// Where it was published.
  public static let source =
    "Broadie, Glasserman & Kou 1997, A continuity correction for discrete barrier options, Mathematical Finance"
    + " 7:325-349; Siegmund 1979, Advances in Applied Probability 11:701-719"
  /// Volatility, distance, horizon, checks, sample.
  public static let parameters = [
    ParameterSchema(
      "sigma", unit: .perRootDay, minimum: 1e-6, maximum: 5, default: .number(0.02),
      "Volatility of the logarithm of the price per √day; it has no drift."),
    ParameterSchema(
      "stop", unit: .fraction, minimum: 0, maximum: 10, minimumIsExclusive: true, default: .number(0.05),
      "Distance of the stop below the entry, in logarithms (or in units of the price at the entry, of which the"
        + " motion is then arithmetic)."),
    ParameterSchema(
      "days", minimum: 1e-3, maximum: 100_000, default: .number(30),
      "How long the position is held."),
    ParameterSchema(
      "checks_per_day", minimum: 1e-3, maximum: 86_400, default: .number(1), "How often the stop is watched."),
    ParameterSchema(
      "paths", .integer, minimum: 100, maximum: 1e8, default: .integer(60_000),
      "Paths of each way of watching."),
  ]

  /// Paths in memory at once.
  private static let chunk = 4_096
  private static let mostSteps = 1_000_000

  /// Holds a position with a stop through the engine, twice on the same draws.
  public static func run(
    _ parameters: ParameterValues, seed: UInt64, threads: Int
  ) throws(MMSError) -> [ExperimentResult] {
    let (sigma, stop) = (parameters.number("sigma"), parameters.number("stop"))
    let (days, perDay) = (parameters.number("days"), parameters.number("checks_per_day"))
    let steps = (days * perDay).rounded()
    guard (steps - days * perDay).magnitude < 1e-9 * steps, steps >= 1, steps <= Double(mostSteps) else {
      throw MMSError(
        .invalidValue,
        "days (\(days)) times checks_per_day (\(perDay)) is not a whole number of checks from 1 to \(mostSteps)",
        path: "param.days", hint: "choose days and checks_per_day whose product is, such as 30 and 24")
    }
    let paths = parameters.integer("paths")
    let work = Double(paths) * steps
    guard work <= 1e11 else {
      throw MMSError(
        .invalidValue, "\(paths) paths of \(Int(steps)) checks are too many to simulate", path: "param.paths",
        hint: "choose fewer paths, days or checks_per_day")
    }
    let deviation = sigma / perDay.squareRoot()
    let position = Position(sigma: sigma, stop: stop, checks: Int(steps), perDay: perDay, seed: seed)
    let throughout = try position.overshoots(.intrabar, paths: paths, threads: threads)
    let checked = try position.overshoots(.close, paths: paths, threads: threads)
    let expected = WatchedWalk(distance: stop / deviation, steps: Int(steps))
    let reflected = erfc(stop / (sigma * (2 * days).squareRoot()))
    var results: [ExperimentResult] = [
      .sampled(
        "p_hit", share(checked.count, of: paths), expected: expected.isKnown ? expected.probability : nil),
      .sampled("p_hit_bridge", share(throughout.count, of: paths), expected: reflected),
    ]
    // Where next to no path is stopped there is no overshoot to measure.
    if checked.count >= 2 {
      let moments = SampleMoments(checked)
      results.append(
        .sampled(
          "overshoot", (moments.mean, moments.meanError),
          expected: expected.isKnown ? expected.overshoot.map { $0 * deviation } : nil)
      )
    }
    return results
  }

  /// A share with its error, which is that of the rule of succession so that 0 and 1 have one too.
  private static func share(_ hits: Int, of paths: Int) -> (value: Double, standardError: Double) {
    let smoothed = (Double(hits) + 1) / (Double(paths) + 2)
    return (Double(hits) / Double(paths), (smoothed * (1 - smoothed) / Double(paths)).squareRoot())
  }

  /// One unit of a driftless log price with a stop.
  private struct Position {
    let sigma: Double
    let stop: Double
    let checks: Int
    let perDay: Double
    let seed: UInt64

    /// Runs the paths; of each that was stopped, how far below the stop it was sold, in logarithms.
    func overshoots(_ mode: StopMode, paths: Int, threads: Int) throws(MMSError) -> [Double] {
      // The first row is the decision's; a stop seen at a close is executed in the row after it.
      let rows = 1 + checks + (mode == .close ? 1 : 0)
      let market = try ExperimentMarket(steps: rows, days: 1 / perDay, price: 100)
      // A mean that grows by σ² ÷ 2 is what takes the drift out of the logarithm.
      let scenario = try ExperimentMarket.make(
        BrownianScenario.self,
        [
          "sigma": .number(sigma), "mu": .number(sigma * sigma / 2), "start": .number(100),
          "range": .text("none"),
        ])
      var execution = ExperimentMarket.frictionless
      execution.stop = mode
      let plan = try market.plan(
        scenario: scenario, fill: ExperimentMarket.make(TouchFill.self),
        impact: ExperimentMarket.make(NoImpact.self),
        strategy: ExperimentMarket.make(HoldWithStop.self, ["stop_loss": .number(-expm1(-stop))]),
        execution: execution, seed: seed)
      let runner = MonteCarlo(threads: threads)
      var found: [Double] = []
      var first = 0
      while first < paths {
        let next = min(paths, first + StopsExperiment.chunk)
        for result in try runner.run(plan, paths: first..<next) {
          guard let trade = result.trades.first, trade.stopped else { continue }
          found.append(log(trade.entryPrice / trade.exitPrice) - stop)
        }
        first = next
      }
      return found
    }
  }
}
