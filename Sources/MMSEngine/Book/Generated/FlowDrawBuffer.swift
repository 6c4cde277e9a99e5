// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

/// The draws of events, made 64 events at a time; what is kept never changes a value.
struct FlowDrawBuffer {
  private var waits = [Double](repeating: 0, count: 64)
  private var choices = [Double](repeating: 0, count: 64)
  private var placements = [Double](repeating: 0, count: 64)
  private var first = Int64.min
  private var key: (UInt64, UInt64) = (0, 0)

  @inline(__always)
  mutating func of(_ number: Int64, _ random: RandomSource) -> (wait: Double, choice: Double, place: Double) {
    let block = number & ~63
    if block != first || key != (random.key, random.path) { refill(block, random) }
    let index = Int(truncatingIfNeeded: number & 63)
    return (waits[index], choices[index], placements[index])
  }

  @inline(never)
  private mutating func refill(_ block: Int64, _ random: RandomSource) {
    first = block
    key = (random.key, random.path)
    var span = waits.mutableSpan
    random.exponentials(step: block, lane: 0, into: &span)
    var second = choices.mutableSpan
    random.uniforms(step: block, lane: 1, into: &second)
    var third = placements.mutableSpan
    random.uniforms(step: block, lane: 2, into: &third)
  }
}
