// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSEngine

extension TrialOutcome {
  /// What the paths of a trial say, in path order.
  ///
  /// The moments by which a Sharpe ratio is judged are those of the first path's hourly returns (longer stretches for
  /// long periods).
  ///
  /// - Parameter bootstraps: Whether a single path has errors of return, drawdown and Sharpe ratio, by a bootstrap.
  public init(_ paths: [PathResult], bootstraps: Bool) {
    self.init(values: [])
    values.reserveCapacity(Self.columns.count)
    if paths.count == 1, !bootstraps {
      let path = paths[0]
      for metric in Metric.allInOrder { values.append(metric.value(of: path)) }
      for metric in Metric.allInOrder {
        values.append(
          metric.isPooled ? metric.sums(of: path).standardError(minimum: Estimates.minimumParents) : nil)
      }
    } else {
      let estimates = Estimates(paths)
      for metric in Metric.allInOrder { values.append(estimates[metric].value) }
      for metric in Metric.allInOrder { values.append(estimates[metric].standardError) }
    }
    values.append(Double(paths.reduce(0) { $0 + $1.trades.count }))
    guard let first = paths.first, first.stretches.count > 1, first.stepsPerStretch > 0 else {
      values += [nil, nil, nil, nil]
      return
    }
    let (skewness, kurtosis) = Self.shape(of: first)
    values.append(Double(first.stretches.count))
    values.append(first.periodsPerYear / Double(first.stepsPerStretch))
    values.append(skewness)
    values.append(kurtosis)
  }

  /// Third and fourth standardised moment of a path's returns by stretch; those of a normal law when nothing moves.
  private static func shape(of path: PathResult) -> (skewness: Double, kurtosis: Double) {
    let n = Double(path.stretches.count)
    var mean = 0.0
    for stretch in path.stretches { mean += stretch.growth - 1 }
    mean /= n
    var (second, third, fourth) = (0.0, 0.0, 0.0)
    for stretch in path.stretches {
      let d = stretch.growth - 1 - mean
      let square = d * d
      second += square
      third += square * d
      fourth += square * square
    }
    (second, third, fourth) = (second / n, third / n, fourth / n)
    guard second > 0 else { return (0, 3) }
    return (third / (second * second.squareRoot()), fourth / (second * second))
  }
}

extension Metric {
  /// The metrics in the order of ``ExperimentDesign/metricNames``.
  package static let allInOrder = ExperimentDesign.metricNames.compactMap { Metric(rawValue: $0) }
}
