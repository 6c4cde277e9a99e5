// SPDX-License-Identifier: Apache-2.0
#if Service

import Synchronization

/// The mean time to answer over the last minute, in twelve slices of five seconds.
final class ResponseTimes: Sendable {
  private struct Slice {
    var number = -1
    var sum = 0.0
    var count = 0
  }

  private let slices = Mutex([Slice](repeating: Slice(), count: 12))
  private let origin = ContinuousClock.now

  /// Counts an answer.
  func add(_ time: Duration) {
    let number = slice
    slices.withLock { slices in
      let place = number % slices.count
      if slices[place].number != number { slices[place] = Slice(number: number) }
      slices[place].sum += time / .seconds(1)
      slices[place].count += 1
    }
  }

  /// The mean in seconds; 0 when nothing was answered.
  var mean: Double {
    let number = slice
    return slices.withLock { slices in
      let recent = slices.filter { $0.number > number - slices.count && $0.number >= 0 }
      let count = recent.reduce(0) { $0 + $1.count }
      return count == 0 ? 0 : recent.reduce(0) { $0 + $1.sum } / Double(count)
    }
  }

  private var slice: Int { Int((ContinuousClock.now - origin) / .seconds(5)) }
}

#endif
