// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// What a benchmark found.
struct Reading {
  let value: Double
  let unit: String
  let detail: String
}

/// Times repeated work; the best run stands for the machine, the median for its noise.
enum Stopwatch {
  /// How many runs there are, for counting what one costs as the difference of two; nil for half a second of them.
  @TaskLocal static var runs: Int?

  /// Runs the work until half a second has passed, at least five times, after one run that warms up.
  ///
  /// - Parameter elements: How many elements one run works through; the value is per element.
  static func nanoseconds(
    per elements: Int, _ noun: String, _ work: () throws(MMSError) -> Void
  ) throws(MMSError) -> Reading {
    let wanted = Self.runs
    if wanted == nil { try work() }
    let clock = ContinuousClock()
    let began = clock.now
    var runs: [Double] = []
    while wanted.map({ runs.count < $0 })
      ?? (runs.count < 5 || (clock.now - began < .milliseconds(500) && runs.count < 10_000))
    {
      let start = clock.now
      try work()
      runs.append((clock.now - start) / .nanoseconds(1))
    }
    runs.sort()
    let (best, median) = (runs[0], runs[runs.count / 2])
    let count = Double(elements)
    return Reading(
      value: best / count, unit: "ns/\(noun)",
      detail: "best of \(runs.count) runs of \(Figures.count(elements)) \(noun)s; median"
        + " \(Figures.plain(median / count, 3)); a run \(Figures.plain(best / 1e6, 3)) ms")
  }
}

/// A value the optimizer knows nothing about.
@_optimize(none) @inline(never)
func opaque<Value>(_ value: Value) -> Value { value }

/// Takes a value so that computing it is not left out.
@_optimize(none) @inline(never)
func sink<Value>(_ value: Value) {}
