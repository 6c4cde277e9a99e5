// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Days of a Gaussian random walk from 0, of variance 1 over the day: close, maximum and minimum over all steps.
///
/// A day is drawn from its ends inwards: the close first, then the middle of each stretch from the law of a Brownian
/// bridge between its ends, and only of stretches that can still hold the day's maximum or minimum. The law is that
/// of the walk drawn step by step; at 2,000 steps a tenth of the draws decide it.
struct WalkDay {
  /// A stretch that cannot pass an extreme but with probability e⁻²⁵ (10⁻¹¹) is left alone.
  private static let certainty = 25.0
  private static let batch = 256

  private struct Stretch {
    var first: Int32
    var last: Int32
    var start: Double
    var end: Double
  }

  private(set) var close = 0.0
  private(set) var maximum = 0.0
  private(set) var minimum = 0.0

  private let steps: Int
  private var open: [Stretch] = []
  private var next: [Stretch] = []
  private var draws = [Double](repeating: 0, count: Self.batch)
  private var used = 0
  private var drawn = 0

  init(steps: Int) { self.steps = steps }

  /// Draws a day; the draws of each day are its own path of the source.
  mutating func draw(day: Int, seed: UInt64) {
    let random = RandomSource(seed: seed, path: UInt64(day), role: .scenario)
    (used, drawn) = (Self.batch, 0)
    let variance = 1 / Double(steps)
    close = normal(random)
    (maximum, minimum) = (max(0, close), min(0, close))
    open.removeAll(keepingCapacity: true)
    open.append(Stretch(first: 0, last: Int32(steps), start: 0, end: close))
    while !open.isEmpty {
      next.removeAll(keepingCapacity: true)
      for index in open.indices {
        let stretch = open[index]
        let length = stretch.last - stretch.first
        guard length > 1, mayExtend(stretch, variance: variance * Double(length)) else { continue }
        let middle = stretch.first + length / 2
        let share = Double(middle - stretch.first) / Double(length)
        let spread = (variance * Double(stretch.last - middle) * share).squareRoot()
        let level = stretch.start + (stretch.end - stretch.start) * share + spread * normal(random)
        maximum = Double.maximum(maximum, level)
        minimum = Double.minimum(minimum, level)
        next.append(Stretch(first: stretch.first, last: middle, start: stretch.start, end: level))
        next.append(Stretch(first: middle, last: stretch.last, start: level, end: stretch.end))
      }
      swap(&open, &next)
    }
  }

  /// Whether a bridge over the stretch passes the maximum or the minimum with any probability:
  /// e^(−2 (M − a)(M − b) ÷ variance).
  private func mayExtend(_ stretch: Stretch, variance: Double) -> Bool {
    let bound = 0.5 * Self.certainty * variance
    return (maximum - stretch.start) * (maximum - stretch.end) < bound
      || (stretch.start - minimum) * (stretch.end - minimum) < bound
  }

  private mutating func normal(_ random: RandomSource) -> Double {
    if used == Self.batch {
      let first = Int64(drawn)
      var span = draws.mutableSpan
      random.normals(step: first, lane: 0, into: &span)
      drawn += Self.batch
      used = 0
    }
    used += 1
    return draws[used - 1]
  }
}
