// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore

/// Tests of samples against laws, and the numbers they need.
enum Law {
  /// The p-value of the Kolmogorov-Smirnov test that two samples have one law.
  static func sameLaw(_ a: [Double], _ b: [Double]) -> Double {
    let (x, y) = (a.sorted(), b.sorted())
    var (i, j, largest) = (0, 0, 0.0)
    while i < x.count, j < y.count {
      let value = min(x[i], y[j])
      while i < x.count, x[i] <= value { i += 1 }
      while j < y.count, y[j] <= value { j += 1 }
      largest = max(largest, abs(Double(i) / Double(x.count) - Double(j) / Double(y.count)))
    }
    return tail(largest, Double(x.count) * Double(y.count) / Double(x.count + y.count))
  }

  /// The p-value of the Kolmogorov-Smirnov test that a sample is uniform in [0, 1].
  static func isUniform(_ sample: [Double]) -> Double {
    let n = Double(sample.count)
    var largest = 0.0
    for (index, value) in sample.sorted().enumerated() {
      largest = max(largest, max(value - Double(index) / n, Double(index + 1) / n - value))
    }
    return tail(largest, n)
  }

  private static func tail(_ distance: Double, _ n: Double) -> Double {
    let t = distance * (n.squareRoot() + 0.12 + 0.11 / n.squareRoot())
    var sum = 0.0
    for k in 1...100 { sum += (k % 2 == 1 ? 2 : -2) * exp(-2 * Double(k * k) * t * t) }
    return t < 0.2 ? 1 : min(1, max(0, sum))
  }

  /// Mean and variance with their standard errors.
  static func moments(_ values: [Double]) -> (
    mean: Double, meanError: Double, variance: Double, varianceError: Double, skewness: Double,
    kurtosis: Double
  ) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    var (m2, m3, m4) = (0.0, 0.0, 0.0)
    for value in values {
      let d = value - mean
      m2 += d * d
      m3 += d * d * d
      m4 += d * d * d * d
    }
    (m2, m3, m4) = (m2 / n, m3 / n, m4 / n)
    return (
      mean, (m2 / n).squareRoot(), m2, ((m4 - m2 * m2) / n).squareRoot(), m3 / pow(m2, 1.5),
      m4 / (m2 * m2) - 3
    )
  }
}

/// Ends of many short paths of a scenario model on a market of its own.
///
/// - Parameters:
///   - steps: Steps of a path, each of the resolution.
///   - value: What to take from the model and its block when a path is over.
func pathEnds<M: ScenarioModel, Value>(
  _ model: M, steps: Int, resolution: SimDuration, paths: Int, seed: UInt64 = 5,
  _ value: (M, MarketBlock) -> Value
) throws -> [Value] {
  var model = model
  let recorded = testMarket(steps: steps, seed: 3, resolution: resolution)
  try model.prepare(history: recorded, context: testContext(steps: steps, resolution: resolution))
  var block = recorded
  return try (0..<paths).map { number in
    let path = PathContext(seed: seed, path: number, isCentral: false)
    try model.begin(path)
    try model.advance(&block, rows: 0..<steps, flow: OwnFlow(), random: path.random(.scenario))
    return value(model, block)
  }
}

/// Log returns from the first open to the last close.
func logReturns<M: ScenarioModel & NativeModel>(
  _ model: M, steps: Int, resolution: SimDuration, paths: Int, seed: UInt64 = 5
) throws -> [Double] {
  try pathEnds(model, steps: steps, resolution: resolution, paths: paths, seed: seed) { _, block in
    log(block.mid[steps - 1] / block.open[0])
  }
}

/// The error of preparing a model on a recorded market; nil when there is none.
func prepareError<M: ScenarioModel & NativeModel>(
  _ model: M, _ recorded: MarketBlock, resolution: SimDuration = .minutes(1)
) -> MMSError? {
  var model = model
  do throws(MMSError) {
    try model.prepare(
      history: recorded, context: testContext(steps: recorded.count, resolution: resolution))
    return nil
  } catch {
    return error
  }
}

/// A path of a model as if it had been recorded.
func recordedPath<M: ScenarioModel & NativeModel>(
  _ model: M, steps: Int, resolution: SimDuration = .minutes(1), seed: UInt64 = 5
) throws -> MarketBlock {
  try pathEnds(model, steps: steps, resolution: resolution, paths: 1, seed: seed) { $1 }[0]
}
