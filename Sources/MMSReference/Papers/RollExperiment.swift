// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSStudy

/// Roll 1984: the bounce of prices between bid and ask, and the spread read off it.
public enum RollExperiment: PublishedExperiment {
  /// The name on the command line.
  public static let name = "roll"
  /// What is run.
  public static let summary =
    "Transaction prices that bounce between bid and ask around a random walk, and the spread estimated from them."
  /// Where it was published.
  public static let source =
    "Roll 1984, A simple implicit measure of the effective bid-ask spread in an efficient market, J. Finance 39:1127-1139"
  /// Half spread, volatility, number of trades.
  public static let parameters = [
    ParameterSchema(
      "c", unit: .price, minimum: 0, maximum: 1e12, minimumIsExclusive: true, default: .number(0.05),
      "Half of the spread, in quote currency."),
    ParameterSchema(
      "sigma_u", unit: .price, minimum: 0, maximum: 1e12, default: .number(0.02),
      "Standard deviation of the value's move between two trades, in quote currency."),
    ParameterSchema(
      "n", .integer, minimum: 1_000, maximum: 20_000_000, default: .integer(1_000_000),
      "Trades that are simulated."),
  ]

  /// Simulates trades and measures their changes.
  public static func run(
    _ parameters: ParameterValues, seed: UInt64, threads: Int
  ) throws(MMSError) -> [ExperimentResult] {
    let (half, sigma) = (parameters.number("c"), parameters.number("sigma_u"))
    let prices = bounce(half: half, sigma: sigma, count: parameters.integer("n"), seed: seed)
    // Changes have memory of one step only, so groups of neighbours are as good as independent.
    let groups = OrderedWork.groups(of: prices.count - 2, atMost: 200)
    let sums = OrderedWork.map(groups.count, threads: threads) { piece in
      var sums = [0.0, 0, 0]
      for t in groups[piece] {
        let (before, change) = (prices[t + 1] - prices[t], prices[t + 2] - prices[t + 1])
        sums[0] += 1
        sums[1] += change * before
        sums[2] += change * change
      }
      return sums
    }
    let found = Jackknife.estimates(sums) { sums in
      let (covariance, variance) = (sums[1] / sums[0], sums[2] / sums[0])
      return [covariance, variance, covariance / variance, RollSpread.signed(covariance: covariance)]
    }
    let (square, variance) = (half * half, 2 * half * half + sigma * sigma)
    return [
      .sampled("covariance", found[0], expected: -square),
      .sampled("variance", found[1], expected: variance),
      .sampled("first_autocorrelation", found[2], expected: -square / variance),
      .sampled("spread", (RollSpread.signed(prices), found[3].standardError), expected: 2 * half),
    ]
  }

  /// p_t = m_t + c q_t: m a random walk, q = ±1 with equal probability.
  private static func bounce(half: Double, sigma: Double, count: Int, seed: UInt64) -> [Double] {
    var prices = [Double](repeating: 0, count: count)
    var sides = prices
    var moves = prices.mutableSpan
    RandomSource(seed: seed, path: 0, role: .scenario).normals(step: 0, into: &moves)
    var draws = sides.mutableSpan
    RandomSource(seed: seed, path: 0, role: .flow).uniforms(step: 0, into: &draws)
    var value = 0.0
    for t in 0..<count {
      value += sigma * prices[t]
      prices[t] = value + (sides[t] < 0.5 ? -half : half)
    }
    return prices
  }
}
