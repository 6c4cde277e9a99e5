// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSEngine
import MMSModels
import MMSStudy

/// Almgren & Chriss 2000: the schedule of a sale, its expected shortfall and the shortfall's deviation.
public enum AlmgrenChrissExperiment: PublishedExperiment {
  /// The name on the command line.
  public static let name = "almgren-chriss"
  /// What is run.
  public static let summary =
    "Selling X shares in N trades over T days at the least expected shortfall + lambda · variance."
  /// Where it was published.
  public static let source =
    "Almgren & Chriss 2000, Optimal execution of portfolio transactions, J. Risk 3:5-39, section 3.4"
  /// The paper's example: a million shares in five days.
  public static let parameters = [
    ParameterSchema(
      "s0", unit: .price, minimum: 0, maximum: 1e12, minimumIsExclusive: true, default: .number(50),
      "Price at the start."),
    ParameterSchema(
      "X", unit: .baseUnits, minimum: 0, maximum: 1e12, minimumIsExclusive: true, default: .number(1e6),
      "Shares to sell."),
    ParameterSchema(
      "T", minimum: 0, maximum: 1e4, minimumIsExclusive: true, default: .number(5), "Days to sell them in."),
    ParameterSchema(
      "N", .integer, minimum: 1, maximum: 5000, default: .integer(5), "Number of trades."),
    ParameterSchema(
      "sigma", minimum: 0, maximum: 1e12, default: .number(0.95), "Volatility in $ per √day."),
    ParameterSchema(
      "epsilon", minimum: 0, maximum: 1e12, default: .number(0.0625), "Fixed cost in $ per share."),
    ParameterSchema(
      "gamma", minimum: 0, maximum: 1e12, default: .number(2.5e-7),
      "Permanent impact in $ per share, per share."),
    ParameterSchema(
      "eta", minimum: 0, maximum: 1e12, minimumIsExclusive: true, default: .number(2.5e-6),
      "Temporary impact in $ per share, per share a day."),
    ParameterSchema(
      "lambda", minimum: 0, maximum: 1e12, default: .number(1e-6), "Aversion to risk, per $."),
    ParameterSchema(
      "paths", .integer, minimum: 100, maximum: 10_000_000, default: .integer(10_000),
      "Paths of the simulated shortfall."),
  ]

  /// One run on a flat market, one for each period whose price moves, and many in a Brownian market.
  public static func run(
    _ parameters: ParameterValues, seed: UInt64, threads: Int
  ) throws(MMSError) -> [ExperimentResult] {
    let sale = try AlmgrenChrissSale(parameters)
    let formula = AlmgrenChrissFormula(sale)
    try sale.check(formula)
    // The first row stands at s0: what is decided at its close is the first trade, at the next row's open.
    let market = try ExperimentMarket(
      steps: sale.N + 1, days: sale.tau, price: sale.s0, volume: max(1e15, 1e3 * sale.X))
    var execution = ExperimentMarket.frictionless
    execution.initialEquity = max(1e9, 1e3 * sale.X * sale.s0)
    let impact = try ExperimentMarket.make(
      AlmgrenChrissImpact.self,
      [
        "units": .text("absolute"), "gamma": .number(sale.gamma), "eta": .number(sale.eta),
        "epsilon": .number(sale.epsilon),
      ])
    let strategy = try ExperimentMarket.make(
      AlmgrenChrissStrategy.self,
      [
        "side": .text("sell"), "quantity": .number(sale.X), "periods": .number(Double(sale.N)),
        "lambda": .number(sale.lambda), "sigma": .number(sale.sigma), "gamma": .number(sale.gamma),
        "eta": .number(sale.eta),
      ])
    func plan(_ scenario: any ScenarioModel) throws(MMSError) -> RunPlan {
      try market.plan(
        scenario: scenario, fill: ExperimentMarket.make(TouchFill.self), impact: impact, strategy: strategy,
        execution: execution, seed: seed)
    }
    let monteCarlo = MonteCarlo(threads: threads)

    // Path 0 is flat; in path k the price moves in period k only. The shortfall is linear in the moves, so that
    // any size serves: that of the price keeps the digits.
    let move = 0.01 * sale.s0
    var single = try plan(SingleMoveScenario(move: move))
    single.recordsFills = true
    let flat = try monteCarlo.run(single, paths: 0..<1)
    single.recordsFills = false
    let moved = try monteCarlo.run(single, paths: 1..<sale.N + 1)
    var trades = [Double](repeating: 0, count: sale.N)
    for fill in flat.flatMap(\.fills) { trades[fill.step - 1] += fill.quantity }
    let scale = sale.sigma * sale.tau.squareRoot() / move
    let variance = moved.reduce(0) { $0 + ($1.costs.delay * scale) * ($1.costs.delay * scale) }

    let brownian = try ExperimentMarket.make(
      BrownianScenario.self,
      [
        "law": .text("arithmetic"), "sigma": .number(sale.sigma), "start": .number(sale.s0),
        "range": .text("none"),
      ])
    let sample = SampleMoments(
      try monteCarlo.run(plan(brownian), paths: 0..<parameters.integer("paths")).map(\.costs.total))

    let schedule = try sale.schedule()
    var results = [ExperimentResult.exact("kappa", schedule.kappa, expected: formula.kappa, relative: 1e-6)]
    for (index, quantity) in trades.enumerated() {
      // What is sent is what is left: a trade is known to within rounding of the whole.
      results.append(
        ExperimentResult(
          "trade_\(index + 1)", quantity, expected: formula.trades[index],
          tolerance: 1e-6 * formula.trades[index] + 1e-12 * sale.X))
    }
    let rounding = 1e-12 * sale.X * sale.s0
    return results + [
      .exact(
        "expected_shortfall", flat[0].costs.total, expected: formula.expectedShortfall, relative: 1e-6),
      ExperimentResult(
        "shortfall_sd", variance.squareRoot(), expected: formula.deviation,
        tolerance: 1e-6 * formula.deviation + rounding),
      .sampled(
        "simulated.expected_shortfall", (sample.mean, sample.meanError), expected: formula.expectedShortfall,
        allowance: rounding),
      .sampled(
        "simulated.shortfall_sd", (sample.deviation, sample.deviationError), expected: formula.deviation,
        allowance: rounding + (formula.deviation - formula.deviationWithMovingImpact)),
    ]
  }
}

/// A flat market whose price moves once: in path k during step k, in path 0 never.
private struct SingleMoveScenario: ScenarioModel, NativeModel {
  static let descriptor = ModelDescriptor(
    id: "scenario/SingleMove", kind: .scenario, summary: "", equations: "", source: "", parameters: [])
  let move: Double
  private var step = 0

  init(_ parameters: ParameterValues) throws(MMSError) { self.init(move: 0) }
  init(move: Double) { self.move = move }

  var requirements: ScenarioRequirements { ScenarioRequirements(writesPrices: true) }

  mutating func begin(_ path: PathContext) throws(MMSError) { step = path.path == 0 ? Int.max : path.path }

  mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {
    for row in rows where block.firstStep + row >= step {
      block.high[row] += move
      block.mid[row] += move
      if block.firstStep + row > step {
        block.open[row] += move
        block.low[row] += move
      }
    }
  }
}
