// SPDX-License-Identifier: Apache-2.0

public import MMSEngine

/// What a comparison needs of one side's paths, and nothing else.
public struct ComparisonSample: Sendable, Hashable {
  /// What a comparison needs of one path.
  public struct Path: Sendable, Hashable {
    /// Total return, a fraction.
    public var totalReturn: Double
    /// Maximum drawdown, a fraction ≤ 0.
    public var maxDrawdown: Double
    /// Annualised Sharpe ratio.
    public var sharpe: Double
    /// Sums of slippage.
    public var slippage: Ratio
    /// Sums of the fill probability.
    public var fillProbability: Ratio
    /// Sums of the price impact.
    public var priceImpact: Ratio
    /// Reserved for importance sampling: log of the path's weight; 0 for plain Monte Carlo.
    public var logWeight = 0.0

    /// States a path.
    public init(
      totalReturn: Double = 0, maxDrawdown: Double = 0, sharpe: Double = 0, slippage: Ratio = Ratio(),
      fillProbability: Ratio = Ratio(), priceImpact: Ratio = Ratio(), logWeight: Double = 0
    ) {
      self.totalReturn = totalReturn
      self.maxDrawdown = maxDrawdown
      self.sharpe = sharpe
      self.slippage = slippage
      self.fillProbability = fillProbability
      self.priceImpact = priceImpact
      self.logWeight = logWeight
    }
  }

  /// Numerator and denominator of a pooled metric on one path.
  public struct Ratio: Sendable, Hashable {
    /// ΣN.
    public var numerator: Double
    /// ΣD.
    public var denominator: Double

    /// States sums; by default nothing was ordered.
    public init(numerator: Double = 0, denominator: Double = 0) {
      self.numerator = numerator
      self.denominator = denominator
    }

    /// ΣN ÷ ΣD; 0 when nothing was added.
    public var value: Double { denominator == 0 ? 0 : numerator / denominator }
  }

  /// A pooled metric over one side's orders: its error when only one path is there.
  public struct Orders: Sendable, Hashable {
    /// How many parents it rests on.
    public var count: Int
    /// Its standard error, clustered by parent; nil with fewer than ``Estimates/minimumParents``.
    public var standardError: Double?

    /// States what is known.
    public init(count: Int = 0, standardError: Double? = nil) {
      self.count = count
      self.standardError = standardError
    }
  }

  /// The paths, in order.
  public var paths: [Path]
  /// Whether the second of each two paths is the mirror image of the first: the two are one observation.
  public var isAntithetic: Bool
  /// Summaries of the first path's stretches of time, in order; empty when they were not kept.
  public var stretches: [ReturnSummary]
  /// Steps in one stretch.
  public var stepsPerStretch: Int
  /// Steps a year has.
  public var periodsPerYear: Double
  /// What is known of the pooled metrics from the orders of the first path.
  public var orders: [Metric: Orders]

  /// States a sample.
  public init(
    paths: [Path], isAntithetic: Bool = false, stretches: [ReturnSummary] = [], stepsPerStretch: Int = 0,
    periodsPerYear: Double = 0,
    orders: [Metric: Orders] = [:]
  ) {
    self.paths = paths
    self.isAntithetic = isAntithetic
    self.stretches = stretches
    self.stepsPerStretch = stepsPerStretch
    self.periodsPerYear = periodsPerYear
    self.orders = orders
  }

  /// Takes what is needed from the paths of a simulation.
  public init(_ results: [PathResult]) {
    func ratio(_ sums: RatioSums) -> Ratio {
      Ratio(numerator: sums.numerator, denominator: sums.denominator)
    }
    let first = results.first
    self.init(
      paths: results.map { result in
        Path(
          totalReturn: result.totalReturn, maxDrawdown: result.maxDrawdown, sharpe: result.sharpe,
          slippage: ratio(result.slippage), fillProbability: ratio(result.fillProbability),
          priceImpact: ratio(result.priceImpact), logWeight: result.logWeight)
      },
      isAntithetic: results.contains(where: \.isMirrored),
      stretches: first?.stretches ?? [], stepsPerStretch: first?.stepsPerStretch ?? 0,
      periodsPerYear: first?.periodsPerYear ?? 0)
    guard let first else { return }
    for metric in Metric.allCases where metric.isPooled {
      let sums = metric.sums(of: first)
      orders[metric] = Orders(
        count: sums.count, standardError: sums.standardError(minimum: Estimates.minimumParents))
    }
  }

  /// How many observations the paths are.
  var observations: Int { isAntithetic ? paths.count / 2 : paths.count }

  /// A number of each path made one of each observation.
  func observed(_ values: [Double]) -> [Double] {
    guard isAntithetic else { return values }
    return (0..<observations).map { index in
      let sum: Double = values[2 * index] + values[2 * index + 1]
      return sum / 2
    }
  }

  /// A pooled metric's sums of each observation.
  func ratios(_ metric: Metric) -> [Ratio] {
    guard isAntithetic else { return paths.map { $0.ratio(metric) } }
    return (0..<observations).map { index in
      let (first, second) = (paths[2 * index].ratio(metric), paths[2 * index + 1].ratio(metric))
      return Ratio(
        numerator: first.numerator + second.numerator, denominator: first.denominator + second.denominator)
    }
  }

  /// Whether every path says the same: then they are one path, repeated.
  var repeatsItself: Bool {
    guard let first = paths.first else { return true }
    return paths.allSatisfy { $0 == first }
  }
}

extension ComparisonSample.Path {
  /// The path's value of a metric.
  public subscript(metric: Metric) -> Double {
    switch metric {
    case .totalReturn: totalReturn
    case .maxDrawdown: maxDrawdown
    case .sharpeRatio: sharpe
    case .slippage, .fillProbability, .priceImpact: ratio(metric).value
    }
  }

  /// The path's sums of a pooled metric.
  func ratio(_ metric: Metric) -> ComparisonSample.Ratio {
    switch metric {
    case .fillProbability: fillProbability
    case .priceImpact: priceImpact
    default: slippage
    }
  }
}

extension Metric {
  /// Whether more of it is better for us; costs are better when they are less.
  public var isBetterWhenLarger: Bool {
    switch self {
    case .slippage, .priceImpact: false
    case .fillProbability, .totalReturn, .maxDrawdown, .sharpeRatio: true
    }
  }
}
