// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSEngine
import MMSModels
import MMSStudy

/// Cont, Stoikov & Talreja 2010: which way the mid of a book moves next, from the sizes of its best queues.
public enum ContStoikovTalrejaExperiment: PublishedExperiment {
  /// The name on the command line.
  public static let name = "cont-stoikov-talreja"
  /// What is run.
  public static let summary =
    "The probability that the mid moves up next, at a spread of one tick, by the best queues; in the full book."
  /// Where it was published.
  public static let source =
    "Cont, Stoikov & Talreja 2010, A stochastic model for order book dynamics, Operations Research "
    + "58(3):549-563, section 4.2"
  /// The rates beside the opposite best price, and the sample.
  public static let parameters = [
    ParameterSchema(
      "limit_rate", minimum: 0, maximum: 1e3, minimumIsExclusive: true, default: .number(1.85),
      "Limit orders a second on each side, one tick from the opposite best price."),
    ParameterSchema(
      "cancel_rate", minimum: 0, maximum: 1e3, default: .number(0.71),
      "Cancellations a second of each order there."),
    ParameterSchema(
      "market_rate", minimum: 0, maximum: 1e3, minimumIsExclusive: true, default: .number(0.94),
      "Market orders a second on each side."),
    ParameterSchema(
      "size", .integer, minimum: 1, maximum: 10, default: .integer(5), "The largest queues in the table."),
    ParameterSchema(
      "paths", .integer, minimum: 100, maximum: 10_000_000, default: .integer(200_000),
      "Books for each pair of queues."),
  ]

  private static let tolerance = 0.005
  private static let bid: Int64 = 100_000
  /// How far the linear equations go.
  private static let grid = 60

  /// Lets `flow/ContStoikovTalreja-v1` trade in the matching engine from each pair of queues to the first move.
  public static func run(
    _ parameters: ParameterValues, seed: UInt64, threads: Int
  ) throws(MMSError) -> [ExperimentResult] {
    let (size, paths) = (parameters.integer("size"), parameters.integer("paths"))
    let formula = upProbabilities(
      birth: parameters.number("limit_rate"), death: parameters.number("market_rate"),
      each: parameters.number("cancel_rate"))
    let values = try ParameterResolver.resolve(
      [
        ("limit_rate_1", .number(parameters.number("limit_rate"))),
        ("cancel_rate_1", .number(parameters.number("cancel_rate"))),
        ("market_rate", .number(parameters.number("market_rate"))),
      ], schema: ContStoikovTalrejaFlow.descriptor.parameters, owner: "experiment '\(name)'", path: "param")
    let model = try ContStoikovTalrejaFlow(values)
    let groups = OrderedWork.groups(of: paths, atMost: 16)
    let pairs = size * size
    let counts = try OrderedWork.map(
      pairs * groups.count, threads: threads, tool: { () throws(MMSError) in }
    ) { (_, piece) throws(MMSError) in
      let pair = piece / groups.count
      return try ups(
        model, bids: pair / size + 1, asks: pair % size + 1, paths: groups[piece % groups.count].count,
        path: PathContext(seed: seed, path: piece, isCentral: false))
    }
    return (0..<pairs).map { pair in
      let (b, a) = (pair / size + 1, pair % size + 1)
      let ups = counts[pair * groups.count..<(pair + 1) * groups.count].reduce(0, +)
      let share = Double(ups) / Double(paths)
      let error = (share * (1 - share) / Double(paths)).squareRoot()
      return ExperimentResult(
        "up_\(b)_\(a)", share, standardError: error, expected: formula[b][a],
        tolerance: max(tolerance, 4 * error))
    }
  }

  /// In how many of some books the ask side's best queue is used up first.
  private static func ups(
    _ model: ContStoikovTalrejaFlow, bids: Int, asks: Int, paths: Int, path: PathContext
  ) throws(MMSError) -> Int {
    var events = BookEvents(.trades)
    let reference = FlowConditions(fairPrice: Double(bid) + 0.5)
    var market = try FlowMarket(model: model, path: path, reference: reference, into: &events)
    // No fair price: rates are the paper's.
    market.observe(FlowConditions(), at: 0, into: &events)
    let middle = Double(bid) + 0.5
    var ups = 0
    for _ in 0..<paths {
      market.withdrawFlow(into: &events)
      market.place(.buy, orders: bids, at: bid, into: &events)
      market.place(.sell, orders: asks, at: bid + 1, into: &events)
      for behind in 1...4 as ClosedRange<Int64> {
        market.place(.buy, orders: 2, at: bid - behind, into: &events)
        market.place(.sell, orders: 2, at: bid + 1 + behind, into: &events)
      }
      while market.mid == middle {
        events.removeAll()
        if market.next(before: .infinity, into: &events) == nil { break }
      }
      if market.mid > middle { ups += 1 }
    }
    return ups
  }

  /// The probability that the ask queue reaches 0 first, by bid and ask queue.
  ///
  /// Two independent birth-death queues, birth λ, death μ + nθ: (2λ + d_b + d_a) p(b,a) = λ p(b+1,a) + λ p(b,a+1)
  /// + d_b p(b−1,a) + d_a p(b,a−1), p(0,a) = 0, p(b,0) = 1, by Gauss and Seidel; no births at the edge of the grid.
  private static func upProbabilities(birth: Double, death: Double, each: Double) -> [[Double]] {
    var p = [[Double]](repeating: [Double](repeating: 0.5, count: grid + 1), count: grid + 1)
    for n in 1...grid { (p[n][0], p[0][n]) = (1, 0) }
    for _ in 0..<20_000 {
      var change = 0.0
      for b in 1...grid {
        for a in 1...grid {
          let (downBid, downAsk) = (death + Double(b) * each, death + Double(a) * each)
          var (sum, rate) = (downBid * p[b - 1][a] + downAsk * p[b][a - 1], downBid + downAsk)
          if b < grid { (sum, rate) = (sum + birth * p[b + 1][a], rate + birth) }
          if a < grid { (sum, rate) = (sum + birth * p[b][a + 1], rate + birth) }
          change = max(change, (sum / rate - p[b][a]).magnitude)
          p[b][a] = sum / rate
        }
      }
      if change < 1e-10 { break }
    }
    return p
  }
}
