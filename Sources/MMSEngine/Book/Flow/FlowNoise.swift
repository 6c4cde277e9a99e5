// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

/// The draws of consecutive events, made in batches; what is kept never changes a value.
struct FlowNoise {
  private static let batch: Int64 = 256

  private let random: RandomSource
  private var first: Int64
  private var waits = [Double](repeating: 0, count: Int(batch))
  private var choices = [Double](repeating: 0, count: Int(batch))
  private var places = [Double](repeating: 0, count: Int(batch))

  init(_ random: RandomSource) {
    self.random = random
    first = 0
    fill()
  }

  /// The unit exponential that the event's time is made of.
  @inline(always)
  mutating func wait(_ event: Int64) -> Double {
    reach(event)
    return waits[Int(event &- first)]
  }

  @inline(always)
  mutating func draws(_ event: Int64) -> FlowDraws {
    reach(event)
    let index = Int(event &- first)
    return FlowDraws(number: event, choice: choices[index], place: places[index], random: random)
  }

  @inline(always)
  private mutating func reach(_ event: Int64) {
    if event &- first >= Self.batch {
      first = event & ~(Self.batch &- 1)
      fill()
    }
  }

  @inline(never)
  private mutating func fill() {
    let (random, first) = (random, first)
    var span = waits.mutableSpan
    random.exponentials(step: first, lane: 0, into: &span)
    span = choices.mutableSpan
    random.uniforms(step: first, lane: 1, into: &span)
    span = places.mutableSpan
    random.uniforms(step: first, lane: 2, into: &span)
  }
}
