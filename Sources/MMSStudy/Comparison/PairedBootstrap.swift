// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Intervals and p-values of a mean difference over independent pairs.
///
/// Resamples whole pairs and studentises: t* = (θ* − θ) ÷ se*, and the interval is θ ± q · se with q the quantile of
/// |t*|. Symmetric bootstrap-t: P. Hall, "The Bootstrap and Edgeworth Expansion" (1992), section 3.5; its coverage
/// error is of order n⁻². The same |t*| give the p-value, so that interval and test never disagree.
enum PairedBootstrap {
  /// With 1,999 resamples the 95 % quantile is a draw, not between two.
  static let resamples = 1999
  /// More pairs need no resampling: the normal law is exact to what the resamples could show.
  static let mostPairs = 1 << 15

  /// What one metric's pairs are reduced to.
  enum Pairs {
    /// Differences, averaged.
    case means([Double])
    /// Two pooled ratios, subtracted.
    case ratios(a: [ComparisonSample.Ratio], b: [ComparisonSample.Ratio])

    var count: Int {
      switch self {
      case .means(let values): values.count
      case .ratios(let a, _): a.count
      }
    }
  }

  /// A statistic with what it needs to be studentised.
  struct Statistic {
    var value: Double
    var standardError: Double
  }

  /// A test of one metric.
  struct Finding {
    var standardError: Double
    var interval: ClosedRange<Double>?
    var pValue: Double
  }

  /// Tests every metric over the same resamples.
  ///
  /// - Parameters:
  ///   - level: What the intervals are to cover.
  ///   - seed: Of the resamples; another one only in tests of coverage.
  static func test(
    _ metrics: [Pairs], level: Double = 0.95, seed: UInt64 = 0, threads: Int = 1
  ) -> [Finding] {
    let count = metrics.first?.count ?? 0
    let observed = metrics.map { statistic($0, order: nil) }
    guard count <= mostPairs else { return observed.map { normal($0, level: level) } }
    // Each resample is a piece with an address of its own: threads change nothing.
    let pieces = OrderedWork.groups(of: resamples, atMost: 64)
    let parts = OrderedWork.map(pieces.count, threads: threads) { piece in
      let random = RandomSource(seed: seed, path: 3, role: .study)
      var uniforms = [Double](repeating: 0, count: count)
      var order = [Int](repeating: 0, count: count)
      var found = [[Double]](repeating: [], count: metrics.count)
      for resample in pieces[piece] {
        var span = uniforms.mutableSpan
        random.uniforms(step: Int64(resample * count), lane: 0, into: &span)
        for index in 0..<count { order[index] = min(count - 1, Int(uniforms[index] * Double(count))) }
        for (number, pairs) in metrics.enumerated() {
          found[number].append(distance(statistic(pairs, order: order), from: observed[number].value))
        }
      }
      return found
    }
    return observed.enumerated().map { number, observed in
      let distances = parts.flatMap { $0[number] }.sorted()
      return finding(observed, distances: distances, level: level)
    }
  }

  /// |t*|; a resample without spread that is somewhere else is infinitely far away.
  ///
  /// A move of no more than rounding is none: observations that are all alike have an error of rounding too.
  static func distance(_ resampled: Statistic, from value: Double) -> Double {
    let move = (resampled.value - value).magnitude
    if move <= Comparison.rounding * value.magnitude { return 0 }
    return resampled.standardError > 0 ? move / resampled.standardError : .infinity
  }

  /// The interval and the p-value that sorted distances give.
  static func finding(_ observed: Statistic, distances: [Double], level: Double) -> Finding {
    let count = distances.count
    let rank = min(count, Int((level * Double(count + 1)).rounded(.up))) - 1
    let reach = distances[rank] * observed.standardError
    let far = distance(observed, from: 0)
    // Binary search: the first distance that is no smaller.
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if distances[middle] < far { low = middle + 1 } else { high = middle }
    }
    return Finding(
      standardError: observed.standardError,
      interval: reach.isFinite ? observed.value - reach...observed.value + reach : nil,
      pValue: Double(1 + count - low) / Double(count + 1))
  }

  private static func normal(_ observed: Statistic, level: Double) -> Finding {
    let reach = NormalLaw.quantile(0.5 + level / 2) * observed.standardError
    let far = distance(observed, from: 0)
    return Finding(
      standardError: observed.standardError, interval: observed.value - reach...observed.value + reach,
      pValue: 2 * NormalLaw.probability(below: -far))
  }

  /// The statistic over all pairs, or over those an order names.
  static func statistic(_ pairs: Pairs, order: [Int]?) -> Statistic {
    switch pairs {
    case .means(let values):
      let n = Double(values.count)
      let mean = sum(values.count, order) { values[$0] } / n
      let squares = sum(values.count, order) { (values[$0] - mean) * (values[$0] - mean) }
      return Statistic(value: mean, standardError: (squares / (n - 1) / n).squareRoot())
    case .ratios(let a, let b):
      let n = Double(a.count)
      let (first, second) = (pooled(a, order), pooled(b, order))
      let squares = sum(a.count, order) { index in
        let u = influence(a[index], first) - influence(b[index], second)
        return u * u
      }
      return Statistic(
        value: first.value - second.value, standardError: (n / (n - 1) * squares).squareRoot())
    }
  }

  /// What a pair adds to the error of a pooled ratio: (N − R D) ÷ ΣD.
  static func influence(_ part: ComparisonSample.Ratio, _ whole: ComparisonSample.Ratio) -> Double {
    guard whole.denominator != 0 else { return 0 }
    return (part.numerator - whole.value * part.denominator) / whole.denominator
  }

  static func pooled(_ parts: [ComparisonSample.Ratio], _ order: [Int]?) -> ComparisonSample.Ratio {
    ComparisonSample.Ratio(
      numerator: sum(parts.count, order) { parts[$0].numerator },
      denominator: sum(parts.count, order) { parts[$0].denominator })
  }

  @inline(__always)
  private static func sum(_ count: Int, _ order: [Int]?, _ term: (Int) -> Double) -> Double {
    var total = 0.0
    if let order {
      for index in order { total += term(index) }
    } else {
      for index in 0..<count { total += term(index) }
    }
    return total
  }
}
