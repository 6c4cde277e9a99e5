// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSStudy

/// Kyle 1985: the equilibrium of one auction with an informed trader.
public enum KyleExperiment: PublishedExperiment {
  /// The name on the command line.
  public static let name = "kyle"
  /// What is run.
  public static let summary =
    "One auction with an informed trader: price slope, trading intensity, what stays unknown, expected profit."
  /// Where it was published.
  public static let source =
    "Kyle 1985, Continuous auctions and insider trading, Econometrica 53:1315-1335, section 2"
  /// Variance of the value, noise trading, sample.
  public static let parameters = [
    ParameterSchema(
      "sigma0", minimum: 1e-12, maximum: 1e12, default: .number(4),
      "Variance of the value before the auction, Σ0, in quote currency squared."),
    ParameterSchema(
      "sigma_u", minimum: 1e-12, maximum: 1e12, default: .number(100),
      "Standard deviation of the noise traders' order, base units."),
    ParameterSchema(
      "paths", .integer, minimum: 100, maximum: 1e9, default: .integer(400_000),
      "Auctions that are simulated."),
  ]

  private static let exactness = 1e-6

  /// Lets trader and market maker answer each other, then holds auctions.
  public static func run(
    _ parameters: ParameterValues, seed: UInt64, threads: Int
  ) throws(MMSError) -> [ExperimentResult] {
    let (variance, noise) = (parameters.number("sigma0"), parameters.number("sigma_u"))
    let auction = KyleAuction(valueVariance: variance, noiseDeviation: noise)
    let groups = OrderedWork.groups(of: parameters.integer("paths"))
    let sums = OrderedWork.map(groups.count, threads: threads) { hold(auction, groups[$0], seed: seed) }
    let found = Jackknife.estimates(sums, statistics)
    let lambda = 0.5 * (variance / (noise * noise)).squareRoot()
    let profit = 0.5 * (variance * noise * noise).squareRoot()
    return [
      .exact("lambda", auction.priceSlope, expected: lambda, relative: exactness),
      .exact("beta", auction.intensity, expected: 0.5 / lambda, relative: exactness),
      .exact("posterior_variance", auction.posteriorVariance, expected: variance / 2, relative: exactness),
      // The two controls explain an equilibrium's profit whole: what is left is rounding.
      .sampled("profit", found[0], expected: profit, allowance: exactness * profit),
      .sampled("simulated.lambda", found[1], expected: lambda),
      .sampled("simulated.posterior_variance", found[2], expected: variance / 2),
      .sampled("simulated.profit", found[3], expected: profit),
    ]
  }

  /// Holds auctions and adds up what ``statistics(_:)`` needs.
  private static func hold(_ auction: KyleAuction, _ paths: Range<Int>, seed: UInt64) -> [Double] {
    let deviation = auction.valueVariance.squareRoot()
    let values = RandomSource(seed: seed, path: 0, role: .scenario)
    let noises = RandomSource(seed: seed, path: 0, role: .flow)
    var sums = [Double](repeating: 0, count: 12)
    var z = [Double](repeating: 0, count: 1024)
    var u = z
    var first = paths.lowerBound
    while first < paths.upperBound {
      let count = min(z.count, paths.upperBound - first)
      draw(values, first, count, &z)
      draw(noises, first, count, &u)
      for index in 0..<count {
        let value = deviation * z[index]
        let (flow, _, profit) = auction.clear(value: value, noise: auction.noiseDeviation * u[index])
        // Controls: their means are 0 whatever the trader and the market maker do.
        let (square, product) = (z[index] * z[index] - 1, z[index] * u[index])
        let terms: [12 of Double] = [
          1, value * value, flow * flow, value * flow, profit, square, product, square * square,
          square * product, product * product, profit * square, profit * product,
        ]
        for term in terms.indices { sums[term] += terms[term] }
      }
      first += count
    }
    return sums
  }

  private static func draw(_ random: RandomSource, _ first: Int, _ count: Int, _ values: inout [Double]) {
    var span = values.mutableSpan
    var part = span._mutatingExtracting(0..<count)
    random.normals(step: Int64(first), lane: 0, into: &part)
  }

  /// Profit with controls, slope of the value on the flow, variance left over, plain mean profit.
  private static func statistics(_ sums: [Double]) -> [Double] {
    let mean = sums.map { $0 / sums[0] }
    let (valueSquare, flowSquare, both, profit) = (mean[1], mean[2], mean[3], mean[4])
    let slope = both / flowSquare
    // Least squares of the profit on both controls, read off where the controls have their known means.
    let (a, b) = (mean[5], mean[6])
    let (aa, ab, bb) = (mean[7] - a * a, mean[8] - a * b, mean[9] - b * b)
    let (pa, pb) = (mean[10] - profit * a, mean[11] - profit * b)
    let determinant = aa * bb - ab * ab
    let (onA, onB) = ((pa * bb - pb * ab) / determinant, (pb * aa - pa * ab) / determinant)
    return [profit - onA * a - onB * b, slope, valueSquare - slope * both, profit]
  }
}
