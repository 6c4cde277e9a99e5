// SPDX-License-Identifier: Apache-2.0

public import MMSEngine

/// A number with its error bar.
public struct Estimate: Sendable, Hashable {
  /// The value.
  public let value: Double
  /// The standard error of the value; nil when it cannot be known from these paths.
  public let standardError: Double?
}

/// How the values of a metric spread over paths.
public struct Dispersion: Sendable, Hashable {
  /// 1st percentile.
  public let p1: Double
  /// 5th percentile.
  public let p5: Double
  /// Lower quartile.
  public let p25: Double
  /// Median.
  public let p50: Double
  /// Upper quartile.
  public let p75: Double
  /// 95th percentile.
  public let p95: Double
  /// 99th percentile.
  public let p99: Double
  /// The worst path.
  public let worst: Double
}

/// The six metrics of a simulation, pooled or averaged over paths, with standard errors.
public struct Estimates: Sendable {
  /// Where the standard errors come from.
  public enum Method: String, Sendable, Hashable {
    /// Over paths that differ.
    case paths
    /// Over antithetic pairs of paths that differ: a pair is one observation.
    case pairs
    /// Over orders (ratios) and a stationary bootstrap over time (the rest), within the paths given.
    case bootstrap
  }

  /// Fewer paths than this say nothing about their own spread.
  public static let minimumPaths = 8
  /// Fewer parents than this say nothing about theirs.
  public static let minimumParents = 10

  private let byMetric: [Metric: Estimate]
  /// Spread over paths, of the metrics that are averaged.
  public let dispersion: [Metric: Dispersion]
  /// Where the standard errors come from.
  public let method: Method

  /// The estimate of a metric.
  public subscript(metric: Metric) -> Estimate {
    byMetric[metric] ?? Estimate(value: 0, standardError: nil)
  }

  /// Aggregates paths, in path order.
  ///
  /// With ``minimumPaths`` paths or more that differ: sd ÷ √n, and for pooled ratios R = ΣN ÷ ΣD
  /// √(n/(n−1) · Σ(N_i − R D_i)²) ÷ ΣD. Of antithetic paths n counts pairs, each with its mean or its sums, as many of
  /// them as are asked of paths: the two of a pair hang together. Otherwise ratios are clustered by parent and the others come from a
  /// stationary bootstrap of hourly summaries (``StationaryBootstrap``), null where too little is known.
  public init(_ results: [PathResult]) {
    let differ =
      results.contains { $0.totalReturn != results[0].totalReturn }
      || results.contains { $0.slippage.numerator != results[0].slippage.numerator }
    let isPaired = results.contains(where: \.isMirrored)
    let observations = isPaired ? results.count / 2 : results.count
    method =
      observations >= Self.minimumPaths && differ ? (isPaired ? .pairs : .paths) : .bootstrap
    let resampled = method == .bootstrap ? results.first.flatMap { StationaryBootstrap.errors(of: $0) } : nil
    var estimates: [Metric: Estimate] = [:]
    var spreads: [Metric: Dispersion] = [:]
    for metric in Metric.allCases {
      if metric.isPooled {
        var byPath = RatioSums()
        var byParent = RatioSums()
        var first = RatioSums()
        for (place, result) in results.enumerated() {
          let sums = metric.sums(of: result)
          byParent.add(sums)
          if isPaired, place & 1 == 0 {
            first = sums
          } else {
            byPath.add(
              numerator: first.numerator + sums.numerator, denominator: first.denominator + sums.denominator)
          }
        }
        // Paths that repeat each other hold each parent many times over: one of them is the sample.
        let sample = method != .bootstrap || results.isEmpty ? byParent : metric.sums(of: results[0])
        let error =
          method != .bootstrap
          ? byPath.standardError(minimum: Self.minimumPaths)
          : (differ ? byParent : sample).standardError(minimum: Self.minimumParents)
        estimates[metric] = Estimate(value: byParent.ratio, standardError: error)
      } else {
        let values = results.map { metric.value(of: $0) }
        let mean = Self.mean(values)
        let error: Double? =
          switch method {
          case .paths: Self.deviation(values, mean) / Double(values.count).squareRoot()
          case .pairs: Self.pairedError(values, mean)
          case .bootstrap: resampled?[metric].map { $0 / (differ ? Double(values.count).squareRoot() : 1) }
          }
        estimates[metric] = Estimate(value: mean, standardError: error)
        spreads[metric] = Self.dispersion(values)
      }
    }
    byMetric = estimates
    dispersion = spreads
  }

  /// The mean, summed in path order.
  static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }

  /// The standard error of the mean of pairs: the deviation of their means ÷ √pairs.
  private static func pairedError(_ values: [Double], _ mean: Double) -> Double {
    let means = stride(from: 0, to: values.count - 1, by: 2).map { (values[$0] + values[$0 + 1]) / 2 }
    return deviation(means, mean) / Double(means.count).squareRoot()
  }

  /// The standard deviation with divisor n − 1.
  static func deviation(_ values: [Double], _ mean: Double) -> Double {
    guard values.count > 1 else { return 0 }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }

  private static func dispersion(_ values: [Double]) -> Dispersion {
    let sorted = values.sorted()
    return Dispersion(
      p1: quantile(sorted, 0.01), p5: quantile(sorted, 0.05), p25: quantile(sorted, 0.25),
      p50: quantile(sorted, 0.5), p75: quantile(sorted, 0.75), p95: quantile(sorted, 0.95),
      p99: quantile(sorted, 0.99), worst: sorted.first ?? 0)
  }

  /// Quantile of sorted values by linear interpolation between order statistics (Hyndman & Fan type 7);
  /// 0 of nothing.
  public static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    guard let last = sorted.last else { return 0 }
    let position = share * Double(sorted.count - 1)
    let index = Int(position)
    guard index + 1 < sorted.count else { return last }
    return sorted[index] + (position - Double(index)) * (sorted[index + 1] - sorted[index])
  }
}
