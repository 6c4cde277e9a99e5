// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Compares two sides path by path, both of them run with the same draws.
///
/// One primary metric decides at 5 %; the others are corrected for their number (Holm, Scandinavian J. of Statistics
/// 6, 1979). Several paths are resampled as pairs (``PairedBootstrap``); of one path the hours are (``TimeBootstrap``),
/// and its pooled metrics rest on the orders of each side. Of antithetic paths a path and its mirror image are one observation:
/// the two hang together, so what is resampled are both of them, with the mean of their differences or their sums. Two sides are `equal` when every paired difference is 0, and
/// never because a difference was not found.
public struct Comparison: Sendable, Hashable {
  /// Where intervals and p-values come from.
  public enum Method: String, Sendable, Hashable {
    /// Pairs of paths, resampled.
    case paths
    /// Antithetic pairs of such pairs, resampled together.
    case pairs
    /// Hours of one path, resampled in blocks.
    case time
    /// Nothing could be resampled.
    case none
  }

  /// Fewer paths than this show nothing about events, of which each path has its own.
  public static let minimumPathsOfEvents = 30
  /// Fewer orders a side than this show nothing about a pooled metric of one path.
  public static let minimumOrders = 30
  /// Differences of this share of the values, or this size below 1, are rounding.
  static let rounding = 1e-12
  /// How often a difference that is none may be taken for one.
  public static let significance = 0.05

  /// Every metric, in the order asked for.
  public let metrics: [MetricComparison]
  /// The metric that decides.
  public let primary: Metric
  /// Where intervals and p-values come from.
  public let method: Method
  /// Pairs of paths.
  public let paths: Int
  /// What the reader should know.
  public let warnings: [String]

  /// What the primary metric says.
  public var verdict: Verdict { metrics.first { $0.metric == primary }?.verdict ?? .cannotTell }

  /// Compares two samples.
  ///
  /// - Parameters:
  ///   - metrics: The metrics, each once.
  ///   - primary: The metric that decides; one of `metrics`.
  ///   - hasEvents: Whether a side has events: a crash, an outage, a scripted shock.
  ///   - isPaired: Whether path n of both sides is the same market, drawn alike.
  /// - Throws: ``MMSError/Code/internal`` when the sides have different numbers of paths, or none.
  public init(
    _ a: ComparisonSample, _ b: ComparisonSample, metrics: [Metric] = Metric.allCases,
    primary: Metric = .totalReturn, hasEvents: Bool = false, isPaired: Bool = true, threads: Int = 1
  ) throws(MMSError) {
    guard a.paths.count == b.paths.count, !a.paths.isEmpty, a.isAntithetic == b.isAntithetic else {
      throw MMSError(
        .internal, "\(a.paths.count) paths were to be compared with \(b.paths.count); report this")
    }
    let isOne = a.repeatsItself && b.repeatsItself
    let count = isOne ? 1 : a.observations
    let unit = a.isAntithetic ? "antithetic pairs" : "paths"
    self.primary = primary
    paths = a.paths.count
    var warnings: [String] = []
    if isOne, paths > 1 {
      warnings.append("all \(paths) paths are the same: they say as much as one")
    }
    var items = metrics.map { Self.compare($0, a, b) }
    let time = isOne && !hasEvents && isPaired ? TimeBootstrap(a, b) : nil
    if isOne {
      method = time == nil ? .none : .time
      if let time {
        warnings += Self.test(&items, over: time, a, b, threads: threads)
      } else {
        warnings.append(Self.reason(hasEvents: hasEvents, isPaired: isPaired))
      }
    } else if count < Estimates.minimumPaths {
      method = .none
      warnings.append(
        "\(count) \(unit) are too few to say anything; ask for \(Self.minimumPathsOfEvents) or more")
    } else {
      method = a.isAntithetic ? .pairs : .paths
      Self.test(&items, overPathsOf: a, b, threads: threads)
      if hasEvents, count < Self.minimumPathsOfEvents {
        warnings.append(
          "\(count) \(unit) of events are too few for a verdict; ask for \(Self.minimumPathsOfEvents) or more"
        )
      }
    }
    let mayDecide = !hasEvents || count >= Self.minimumPathsOfEvents
    self.metrics = Self.verdicts(items, primary: primary, mayDecide: mayDecide)
    self.warnings = warnings
  }

  private static func reason(hasEvents: Bool, isPaired: Bool) -> String {
    if hasEvents {
      return "one path with events is one accident; ask for \(minimumPathsOfEvents) paths or more"
    }
    if !isPaired {
      return "both sides ran over different times, which one path of each cannot compare; ask for"
        + " \(minimumPathsOfEvents) paths or more"
    }
    return "one path is too short for hours to be resampled, or its sides have different steps; take a longer"
      + " period or \(minimumPathsOfEvents) paths"
  }

  // MARK: Values and tests

  /// The value of a metric over a side's paths.
  private static func value(_ metric: Metric, _ sample: ComparisonSample) -> Double {
    metric.isPooled
      ? PairedBootstrap.pooled(sample.paths.map { $0.ratio(metric) }, nil).value
      : Estimates.mean(sample.paths.map { $0[metric] })
  }

  private static func compare(
    _ metric: Metric, _ a: ComparisonSample, _ b: ComparisonSample
  ) -> MetricComparison {
    var item = MetricComparison(metric, a: value(metric, a), b: value(metric, b))
    let differences = differences(metric, a, b)
    let n = Double(differences.count)
    item.ties = Double(differences.count { $0 == 0 }) / n
    let larger = Double(differences.count { $0 > 0 }) / n
    let smaller = Double(differences.count { $0 < 0 }) / n
    (item.shareA, item.shareB) = metric.isBetterWhenLarger ? (larger, smaller) : (smaller, larger)
    if differences.allSatisfy({ $0 == 0 }) {
      item.verdict = .equal
      item.difference = 0
      item.standardError = 0
      item.interval = 0...0
    }
    return item
  }

  /// The paired differences; what is no more than rounding of the two values is none.
  private static func differences(
    _ metric: Metric, _ a: ComparisonSample, _ b: ComparisonSample
  ) -> [Double] {
    zip(a.paths, b.paths).map { first, second in
      let (x, y) = (first[metric], second[metric])
      return (x - y).magnitude <= rounding * max(1, x.magnitude, y.magnitude) ? 0 : x - y
    }
  }

  private static func test(
    _ items: inout [MetricComparison], overPathsOf a: ComparisonSample, _ b: ComparisonSample, threads: Int
  ) {
    // What differs nowhere needs no test, and what no order was counted for has none.
    let tested = items.indices.filter { index in
      let item = items[index]
      return item.verdict != .equal
        && (!item.metric.isPooled
          || [a, b].allSatisfy { side in side.paths.contains { $0.ratio(item.metric).denominator != 0 } })
    }
    let pairs = tested.map { index -> PairedBootstrap.Pairs in
      let metric = items[index].metric
      if metric.isPooled {
        return .ratios(a: a.ratios(metric), b: b.ratios(metric))
      }
      // A path and its mirror image may differ by opposite amounts: what rounding leaves of them is none.
      return .means(a.observed(differences(metric, a, b)).map { $0.magnitude <= rounding ? 0 : $0 })
    }
    let findings = PairedBootstrap.test(pairs, threads: threads)
    for (index, finding) in zip(tested, findings) {
      items[index].take(finding)
      let n = Double(a.observations)
      let spread = finding.standardError * n.squareRoot()
      if spread > 0 {
        let effect = items[index].difference / spread
        items[index].effectSize = effect
        items[index].pathsForPower = pathsForPower(effect, each: a.isAntithetic ? 2 : 1)
      }
      let apart = spreads(items[index].metric, a, b)
      let unpaired = apart.a * apart.a + apart.b * apart.b
      if unpaired > 0 { items[index].varianceSaved = 1 - spread * spread / unpaired }
    }
  }

  /// ((z₀.₉₇₅ + z₀.₈) ÷ d)² observations, rounded up, of some paths each; nil when there would be no end of them.
  static func pathsForPower(_ effect: Double, each paths: Int = 1) -> Int? {
    guard effect != 0 else { return nil }
    let reach = NormalLaw.quantile(1 - significance / 2) + NormalLaw.quantile(0.8)
    let wanted = max(2, (reach * reach / (effect * effect)).rounded(.up))
    return Int(exactly: wanted * Double(paths))
  }

  /// Standard deviation of one observation's contribution, of each side alone.
  private static func spreads(
    _ metric: Metric, _ a: ComparisonSample, _ b: ComparisonSample
  ) -> (a: Double, b: Double) {
    func spread(_ sample: ComparisonSample) -> Double {
      let n = Double(sample.observations)
      guard metric.isPooled else {
        let values = sample.observed(sample.paths.map { $0[metric] })
        return Estimates.deviation(values, Estimates.mean(values))
      }
      let parts = sample.ratios(metric)
      let whole = PairedBootstrap.pooled(parts, nil)
      let squares = parts.reduce(0) { sum, part in
        let u = PairedBootstrap.influence(part, whole)
        return sum + u * u
      }
      return (n / (n - 1) * squares * n).squareRoot()
    }
    return (spread(a), spread(b))
  }

  private static func test(
    _ items: inout [MetricComparison], over time: TimeBootstrap, _ a: ComparisonSample, _ b: ComparisonSample,
    threads: Int
  ) -> [String] {
    var warnings: [String] = []
    let findings = time.test(threads: threads)
    for index in items.indices where items[index].verdict != .equal {
      let metric = items[index].metric
      if let finding = findings[metric] {
        items[index].take(finding)
        items[index].ties = time.ties
        (items[index].shareA, items[index].shareB) = time.leads
      } else if let first = a.orders[metric], let second = b.orders[metric] {
        if min(first.count, second.count) < minimumOrders {
          warnings.append(
            "\(metric.rawValue): \(first.count) and \(second.count) orders of one path are too few for a verdict;"
              + " \(minimumOrders) a side are needed, or more paths")
        }
        guard let errorA = first.standardError, let errorB = second.standardError else { continue }
        // Orders of two runs have no partners: the errors add up as if the sides were independent.
        let error = (errorA * errorA + errorB * errorB).squareRoot()
        items[index].standardError = error
        guard min(first.count, second.count) >= minimumOrders, error > 0 else { continue }
        let reach = NormalLaw.quantile(1 - significance / 2) * error
        let difference = items[index].difference
        items[index].interval = difference - reach...difference + reach
        items[index].pValue = 2 * NormalLaw.probability(below: -difference.magnitude / error)
      }
    }
    return warnings
  }

  // MARK: Verdicts

  /// The primary metric decides alone; the others go by Holm's steps: the k-th smallest of m p-values times m + 1 − k.
  static func verdicts(
    _ items: [MetricComparison], primary: Metric, mayDecide: Bool
  ) -> [MetricComparison] {
    var items = items
    let others = items.indices.filter { items[$0].metric != primary && items[$0].pValue != nil }
      .sorted { (items[$0].pValue ?? 1, $0) < (items[$1].pValue ?? 1, $1) }
    var largest = 0.0
    for (step, index) in others.enumerated() {
      largest = max(largest, min(1, (items[index].pValue ?? 1) * Double(others.count - step)))
      items[index].adjustedPValue = largest
    }
    for index in items.indices where items[index].verdict != .equal {
      if items[index].metric == primary { items[index].adjustedPValue = items[index].pValue }
      guard let p = items[index].adjustedPValue, p <= significance, mayDecide else { continue }
      items[index].verdict = items[index].leader
    }
    return items
  }
}

extension MetricComparison {
  fileprivate mutating func take(_ finding: PairedBootstrap.Finding) {
    standardError = finding.standardError
    interval = finding.interval
    pValue = finding.pValue
  }
}
