// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSEngine
import MMSModels
import MMSStudy

/// Smith, Farmer, Gillemot & Krishnamurthy 2003: spread and depth that orders without intelligence make.
public enum ZeroIntelligenceExperiment: PublishedExperiment {
  /// The name on the command line.
  public static let name = "zero-intelligence"
  /// What is run.
  public static let summary =
    "Orders at random in a window beside the opposite best price: time averages of spread, best queue and depth."
  /// Where it was published.
  public static let source =
    "Smith, Farmer, Gillemot & Krishnamurthy 2003, Statistical theory of the continuous double auction, "
    + "Quantitative Finance 3:481-514; on a grid of ticks with a finite window, figures by two programs"
  /// Rates, window and length.
  public static let parameters = [
    ParameterSchema(
      "alpha", minimum: 0, maximum: 100, minimumIsExclusive: true, default: .number(0.5),
      "Limit orders a second at each price of a side's window."),
    ParameterSchema(
      "mu", minimum: 0, maximum: 1e4, default: .number(1), "Market orders a second, both sides together."),
    ParameterSchema(
      "delta", minimum: 0, maximum: 100, minimumIsExclusive: true, default: .number(0.1),
      "Cancellations a second of each resting order."),
    ParameterSchema(
      "window", .integer, minimum: 1, maximum: 10_000, default: .integer(200), "Prices of a side's window."),
    ParameterSchema(
      "t", minimum: 0, maximum: 1e7, minimumIsExclusive: true, default: .number(50_000),
      "Seconds looked at, all paths together."),
  ]

  /// Known figures: spread in ticks, orders at the best price.
  private static let known:
    [(alpha: Double, mu: Double, delta: Double, window: Int, values: (Double, Double))] =
      [(0.5, 1, 0.1, 200, (1.324, 2.830)), (0.1, 1, 0.025, 200, (3.26, 1.812))]
  /// Of figures over the full span; it widens with the root of a shorter one.
  private static let tolerance = 0.02
  private static let fullSpan = 50_000.0
  private static let paths = 16
  /// Lives of an order before a path is looked at.
  private static let settling = 12.0
  private static let mostEvents = 1e10

  /// Lets `flow/ZeroIntelligence-v1` trade in the matching engine.
  public static func run(
    _ parameters: ParameterValues, seed: UInt64, threads: Int
  ) throws(MMSError) -> [ExperimentResult] {
    let (alpha, mu, delta) = (parameters.number("alpha"), parameters.number("mu"), parameters.number("delta"))
    let (window, span) = (parameters.integer("window"), parameters.number("t"))
    let perSide = (alpha * Double(window) - mu / 2) / delta
    guard perSide >= 2 else {
      throw MMSError(
        .invalidValue,
        "alpha · window = \(alpha * Double(window)) leaves a side about \(max(0, perSide)) orders",
        path: "param.alpha", hint: "raise alpha or window, or lower mu or delta")
    }
    guard 4 * alpha * Double(window) * span <= mostEvents else {
      throw MMSError(
        .invalidValue,
        "t = \(span) takes about \(4 * alpha * Double(window) * span) events, more than \(mostEvents)",
        path: "param.t", hint: "lower t, alpha or window")
    }
    let values = try ParameterResolver.resolve(
      [
        ("limit_rate", .number(alpha)), ("market_rate", .number(mu)), ("cancel_rate", .number(delta)),
        ("window", .number(Double(window))),
      ], schema: ZeroIntelligenceFlow.descriptor.parameters, owner: "experiment '\(name)'", path: "param")
    let model = try ZeroIntelligenceFlow(values)
    let averages = try OrderedWork.map(paths, threads: threads, tool: { () throws(MMSError) in }) {
      (_, path) throws(MMSError) in
      try average(
        model, over: span / Double(paths), after: settling / delta,
        path: PathContext(seed: seed, path: path, isCentral: false))
    }
    let figures = known.first {
      ($0.alpha, $0.mu, $0.delta, $0.window) == (alpha, mu, delta, window)
    }?.values
    func result(_ name: String, _ place: Int, _ expected: Double?) -> ExperimentResult {
      let moments = SampleMoments(averages.map { $0[place] })
      return ExperimentResult(
        name, moments.mean, standardError: moments.meanError, expected: expected,
        tolerance: expected.map { tolerance * max(1, (fullSpan / span).squareRoot()) * $0 })
    }
    return [
      result("spread", 0, figures?.0), result("best_size", 1, figures?.1), result("orders", 2, perSide),
    ]
  }

  /// Time averages of one path: spread, mean size of both best queues, mean orders of both sides.
  private static func average(
    _ model: ZeroIntelligenceFlow, over span: Double, after start: Double, path: PathContext
  ) throws(MMSError) -> [Double] {
    var events = BookEvents(.trades)
    let price = 1e6 + 0.5
    var market = try FlowMarket(
      model: model, path: path, reference: FlowConditions(fairPrice: price), into: &events)
    market.observe(FlowConditions(), at: 0, into: &events)
    market.advance(to: start, into: &events)
    events.removeAll()
    var sums = [0.0, 0, 0]
    var now = start
    while now < start + span, let bid = market.book.bestBid, let ask = market.book.bestAsk {
      let best = market.book.quantity(.buy, at: bid) + market.book.quantity(.sell, at: ask)
      let orders = market.orderCount(.buy) + market.orderCount(.sell)
      let next = market.next(before: start + span, into: &events) ?? start + span
      sums[0] += (next - now) * Double(ask - bid)
      sums[1] += (next - now) * 0.5 * Double(best)
      sums[2] += (next - now) * 0.5 * Double(orders)
      now = next
      events.removeAll()
    }
    return sums.map { $0 / span }
  }
}
