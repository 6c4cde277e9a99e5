// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSStudy

/// Order statistics of a sample.
struct Sample {
  let sorted: [Double]

  init(_ values: [Double]) { sorted = values.sorted() }

  var mean: Double { sorted.isEmpty ? 0 : sorted.reduce(0, +) / Double(sorted.count) }

  /// ``Estimates/quantile(_:_:)`` of the sample.
  func quantile(_ share: Double) -> Double { Estimates.quantile(sorted, share) }

  /// Equal bins over the sample's range.
  func histogram(bins: Int) -> JSONValue {
    guard let low = sorted.first, let high = sorted.last else { return ["edges": [], "counts": []] }
    let count = low == high ? 1 : bins
    let width = low == high ? 1 : (high - low) / Double(count)
    var counts = [Int64](repeating: 0, count: count)
    for value in sorted { counts[min(count - 1, Int((value - low) / width))] += 1 }
    return [
      "edges": .array((0...count).map { .number(low + Double($0) * width) }),
      "counts": .array(counts.map { .integer($0) }),
    ]
  }
}

/// A straight line through points by least squares, with its slope's standard error.
struct LineFit {
  let intercept: Double
  let slope: Double
  let slopeError: Double

  /// Nil with fewer than three points, or when all share one x.
  init?(_ points: [(x: Double, y: Double)]) {
    let n = Double(points.count)
    guard points.count >= 3 else { return nil }
    let (mx, my) = (points.reduce(0) { $0 + $1.x } / n, points.reduce(0) { $0 + $1.y } / n)
    let xx = points.reduce(0) { $0 + ($1.x - mx) * ($1.x - mx) }
    guard xx > 0 else { return nil }
    slope = points.reduce(0) { $0 + ($1.x - mx) * ($1.y - my) } / xx
    intercept = my - slope * mx
    let (a, b) = (intercept, slope)
    let rest = points.reduce(0) { $0 + ($1.y - a - b * $1.x) * ($1.y - a - b * $1.x) }
    slopeError = (rest / (n - 2) / xx).squareRoot()
  }
}
