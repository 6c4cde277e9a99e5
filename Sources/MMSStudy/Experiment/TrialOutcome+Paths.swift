// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSEngine

extension TrialOutcome {
  /// What the paths of a trial say, in path order.
  ///
  /// The moments by which a Sharpe ratio is judged are those of the first path's hourly returns (longer stretches for
  /// long periods).
  public init(_ paths: [PathResult]) {
    self.init(values: [])
    let estimates = Estimates(paths)
    values += Metric.allInOrder.map { estimates[$0].value }
    values += Metric.allInOrder.map { estimates[$0].standardError }
    values.append(Double(paths.reduce(0) { $0 + $1.trades.count }))
    guard let first = paths.first, first.stretches.count > 1, first.stepsPerStretch > 0 else {
      values += [nil, nil, nil, nil]
      return
    }
    let moments = SampleMoments(first.stretches.map { $0.growth - 1 })
    values += [
      Double(first.stretches.count), first.periodsPerYear / Double(first.stepsPerStretch), moments.skewness,
      moments.excessKurtosis + 3,
    ]
  }
}

extension Metric {
  /// The metrics in the order of ``ExperimentDesign/metricNames``.
  package static let allInOrder = ExperimentDesign.metricNames.compactMap { Metric(rawValue: $0) }
}
