// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Days of a Gaussian random walk from 0, of variance 1 over the day: close, maximum and minimum over all steps.
///
/// A day is drawn from its ends inwards: the close first, then the middle of each stretch from the law of a Brownian
/// bridge between its ends, and only of stretches that can still hold the day's maximum or minimum. The law is that
/// of the walk drawn step by step; at 2,000 steps a tenth of the draws decide it.
struct WalkDay {
  /// Stretches that pass an extreme with a probability below e⁻¹² (6·10⁻⁶), and then barely, are left alone.
  private static let certainty = 12.0

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
  private var normals = NormalStream()
  private var open: [Stretch] = []
  private var next: [Stretch] = []

  init(steps: Int) { self.steps = steps }

  /// Draws a day; the draws of each day are its own path of the source.
  mutating func draw(day: Int, seed: UInt64) {
    normals.restart(RandomSource(seed: seed, path: UInt64(day), role: .scenario))
    close = normals.next()
    (maximum, minimum) = (max(0, close), min(0, close))
    open.removeAll(keepingCapacity: true)
    open.append(Stretch(first: 0, last: Int32(steps), start: 0, end: close))
    var shortest = steps
    while !open.isEmpty {
      next.removeAll(keepingCapacity: true)
      Self.halve(open, shortest, 1 / Double(steps), &normals, &maximum, &minimum, into: &next)
      swap(&open, &next)
      shortest /= 2
    }
  }

  /// Draws the middles of stretches of one of two lengths, and keeps the halves that may extend the extremes.
  private static func halve(
    _ stretches: [Stretch], _ shortest: Int, _ variance: Double, _ normals: inout NormalStream,
    _ maximum: inout Double, _ minimum: inout Double, into halves: inout [Stretch]
  ) {
    func middle(_ length: Int) -> (share: Double, spread: Double) {
      let (before, after) = (Double(length / 2), Double(length - length / 2))
      return (before / Double(length), (variance * before * after / Double(length)).squareRoot())
    }
    let (shorter, longer) = (middle(shortest), middle(shortest + 1))
    var (top, bottom) = (maximum, minimum)
    /// Whether a bridge may pass an extreme: e^(−2 (M − a)(M − b) ÷ variance).
    func mayExtend(_ start: Double, _ end: Double, _ length: Int32) -> Bool {
      let bound = 0.5 * certainty * variance * Double(length)
      return (top - start) * (top - end) < bound || (start - bottom) * (end - bottom) < bound
    }
    for stretch in stretches {
      let length = stretch.last &- stretch.first
      // The extremes have moved since the stretch was kept.
      guard length > 1, mayExtend(stretch.start, stretch.end, length) else { continue }
      let (share, spread) = Int(length) == shortest ? shorter : longer
      let level = stretch.start + (stretch.end - stretch.start) * share + spread * normals.next()
      if level > top { top = level }
      if level < bottom { bottom = level }
      let place = stretch.first &+ length / 2
      halves.append(Stretch(first: stretch.first, last: place, start: stretch.start, end: level))
      halves.append(Stretch(first: place, last: stretch.last, start: level, end: stretch.end))
    }
    (maximum, minimum) = (top, bottom)
  }
}

/// Standard normal numbers one after another, drawn a batch at a time.
private struct NormalStream {
  private static let batch = 64

  private var random = RandomSource(seed: 0, path: 0, role: .scenario)
  private var values = [Double](repeating: 0, count: Self.batch)
  private var used = Self.batch
  private var drawn = 0

  mutating func restart(_ random: RandomSource) {
    self.random = random
    (used, drawn) = (Self.batch, 0)
  }

  mutating func next() -> Double {
    if used == Self.batch { refill() }
    used &+= 1
    return values[used &- 1]
  }

  private mutating func refill() {
    let (source, first) = (random, Int64(drawn))
    var span = values.mutableSpan
    source.normals(step: first, lane: 0, into: &span)
    drawn += Self.batch
    used = 0
  }
}
