// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSEngine
import MMSModels
import MMSStudy

/// Avellaneda & Stoikov 2008: market making with and without leaning against the inventory.
public enum AvellanedaStoikovExperiment: PublishedExperiment {
  /// The name on the command line.
  public static let name = "avellaneda-stoikov"
  /// What is run.
  public static let summary =
    "Market making with inventory aversion beside symmetric quotes of the same spread."
  /// Where it was published.
  public static let source =
    "Avellaneda & Stoikov 2008, High-frequency trading in a limit order book, Quantitative Finance 8:217-224, 3.3"
  /// The paper's example.
  public static let parameters = [
    ParameterSchema("gamma", minimum: 0, default: .number(0.1), "Risk aversion."),
    ParameterSchema(
      "k", minimum: 0, minimumIsExclusive: true, default: .number(1.5),
      "Decay of the fill rate with distance."),
    ParameterSchema("A", minimum: 0, default: .number(140), "Fill rate at the mid."),
    ParameterSchema("sigma", minimum: 0, default: .number(2), "Volatility of the price, absolute."),
    ParameterSchema("T", minimum: 0, minimumIsExclusive: true, default: .number(1), "Length of the session."),
    ParameterSchema("dt", minimum: 0, minimumIsExclusive: true, default: .number(0.005), "Length of a step."),
    ParameterSchema(
      "s0", minimum: 0, minimumIsExclusive: true, default: .number(100), "Price at the start."),
    ParameterSchema(
      "q0", .integer, minimum: -1000, maximum: 1000, default: .integer(0),
      "Inventory at the start; profit is cash(T) + q(T)·s(T) with cash(0) = 0."),
    ParameterSchema(
      "paths", .integer, minimum: 2, maximum: 10_000_000, default: .integer(20_000), "Sample size."),
  ]

  /// Runs both strategies on the same paths.
  public static func run(
    _ parameters: ParameterValues, seed: UInt64, threads: Int
  ) throws(MMSError) -> [ExperimentResult] {
    let setting = try Setting(parameters)
    var results: [ExperimentResult] = []
    for isSkewed in [true, false] {
      results += try setting.results(isSkewed: isSkewed, seed: seed, threads: threads)
    }
    return results
  }

  /// The plan of one of the two strategies, with the paper's parameters: what the benchmark runs.
  ///
  /// - Throws: What the models throw.
  public static func plan(isSkewed: Bool, seed: UInt64) throws(MMSError) -> RunPlan {
    try Setting(
      ParameterResolver.resolve([], schema: parameters, owner: "experiment '\(name)'", path: "param")
    ).plan(isSkewed: isSkewed, seed: seed)
  }
}

extension AvellanedaStoikovExperiment {
  /// The paper's market and dealer, a session being one day.
  struct Setting {
    let gamma, k, rate, sigma, dt, start: Double
    /// The price at which the experiment is run.
    let level: Double
    let steps, initial, paths: Int

    init(_ parameters: ParameterValues) throws(MMSError) {
      gamma = parameters.number("gamma")
      k = parameters.number("k")
      rate = parameters.number("A")
      sigma = parameters.number("sigma")
      dt = parameters.number("dt")
      start = parameters.number("s0")
      initial = parameters.integer("q0")
      paths = parameters.integer("paths")
      let session = parameters.number("T")
      let count = (session / dt).rounded()
      guard count >= 1, count <= 1_000_000, (count * dt - session).magnitude <= 1e-9 * session else {
        throw MMSError(
          .invalidValue, "dt (\(dt)) does not divide T (\(session)) into 1 to 1,000,000 whole steps",
          path: "param.dt",
          hint: "give a dt such as T ÷ 200")
      }
      steps = Int(count)
      // Profits do not depend on the level of prices. At this one no path of any sample gets near zero, and no
      // quote gets near the ends of the market, however far it leans.
      let risk = gamma * sigma * sigma * session
      let reach = 8 * sigma * session.squareRoot() + (Double(initial.magnitude) + 100) * risk + 2 / k
      level = max(start, 2 * reach)
      guard level.isFinite, level < 1e12 else {
        throw MMSError(
          .invalidValue,
          "sigma (\(sigma)), gamma (\(gamma)) or q0 (\(initial)) move quotes by \(reach): too far to sum up",
          path: "param.sigma", hint: "lower one of them")
      }
    }

    /// One row for the start, and one for each step.
    func plan(isSkewed: Bool, seed: UInt64) throws(MMSError) -> RunPlan {
      // The dealer is the market: nobody else quotes near the mid, so no quote of ours ever crosses another.
      let market = try ExperimentMarket(steps: steps + 1, days: dt, price: level, halfSpread: 0.9)
      var execution = ExperimentMarket.frictionless
      // Enough that no path ends for want of money, and little enough that cents keep their digits.
      execution.initialEquity = 1000 * level
      execution.initialPosition = Double(initial)
      return try market.plan(
        scenario: ExperimentMarket.make(
          BrownianScenario.self,
          [
            "sigma": .number(sigma), "law": .text("arithmetic"), "steps": .text("binomial"),
            "start": .number(level), "range": .text("none"),
          ]),
        fill: ExperimentMarket.make(
          ProbabilityFill.self,
          [
            "A": .number(rate), "k": .number(k), "distance": .text("price"), "convention": .text("linear"),
          ]),
        impact: ExperimentMarket.make(NoImpact.self),
        strategy: ExperimentMarket.make(
          AvellanedaStoikovStrategy.self,
          [
            "gamma": .number(gamma), "k": .number(k), "sigma": .number(sigma), "horizon": .text("0 s"),
            "quantity": .number(1), "skew": .flag(isSkewed), "units": .text("price"),
          ]), execution: execution,
        seed: seed)
    }

    /// What sums of money lose in rounding: it counts where every path earns the same.
    private static let rounding = 1e-5

    func results(isSkewed: Bool, seed: UInt64, threads: Int) throws(MMSError) -> [ExperimentResult] {
      let plan = try plan(isSkewed: isSkewed, seed: seed)
      guard var strategy = plan.strategy as? AvellanedaStoikovStrategy else {
        throw MMSError(.internal, "the experiment's plan has another strategy")
      }
      strategy.begin(PathContext(seed: seed, path: 0, isCentral: false), context: plan.context)
      var spread = 0.0
      for step in 0..<steps { spread += strategy.spread(step: step, sigma: sigma) }
      let outcomes = try MonteCarlo(threads: threads).outcomes(plan, paths: 0..<paths)
      // What the account was given at the start was worth this.
      let given = Double(initial) * start
      let profit = SampleMoments(outcomes.map { $0.finalEquity - plan.execution.initialEquity + given })
      let inventory = SampleMoments(outcomes.map { $0.finalPosition })
      let law = law(isSkewed: isSkewed)
      let name = isSkewed ? "inventory." : "symmetric."
      return [
        .exact("\(name)spread", spread / Double(steps), expected: law.spread, relative: 1e-9),
        .sampled(
          "\(name)profit", (profit.mean, profit.meanError), expected: law.profit.mean,
          allowance: Self.rounding),
        .sampled(
          "\(name)profit_sd", (profit.deviation, profit.deviationError), expected: law.profit.deviation,
          allowance: Self.rounding),
        .sampled("\(name)q_mean", (inventory.mean, inventory.meanError), expected: law.inventory.mean),
        .sampled(
          "\(name)q_sd", (inventory.deviation, inventory.deviationError), expected: law.inventory.deviation),
      ]
    }
  }
}
