// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

/// Nothing before a step may hang on what comes after it.
struct CausalityTests {
  @Test(arguments: [true, false], [true, false])
  func `permuting the future leaves every fill and equity of the past`(threshold: Bool, queues: Bool) throws {
    let steps = 1500
    let bars = try HistoryMarket.bars(steps: steps, seed: 21)
    let strategy: any Strategy =
      threshold ? try HistoryMarket.threshold() : RandomStrategy(activity: 0.1, size: 3)
    let fill: any FillModel = queues ? try make(QueuePositionFill.self) : try make(TouchFill.self)
    func result(_ bars: BarSeries) throws -> PathResult {
      var runner = try PathRunner(HistoryMarket.plan(bars, strategy: strategy, fill: fill))
      return try runner.run(path: 0)
    }
    let original = try result(bars)
    #expect(original.fillCount > 10)
    for last in [255, 1024, 1400] {
      let permuted = try result(permuting(bars, after: HistoryMarket.warmUp + last))
      #expect(past(permuted.fills, last) == past(original.fills, last))
      let (a, b) = (try #require(original.series), try #require(permuted.series))
      #expect(a.columns[0].last[...last] == b.columns[0].last[...last])
      #expect(a.columns[1].last[...last] == b.columns[1].last[...last])
      #expect(a.columns[0].last.last != b.columns[0].last.last)
    }
  }

  /// Fills up to a step, and of the mids after them those that were known by then.
  private func past(_ fills: [FillRecord], _ last: Int) -> [FillRecord] {
    fills.filter { $0.step <= last }.map { fill in
      var fill = fill
      fill.later = zip(FillRecord.markoutSteps, fill.later).filter { fill.step + $0.0 <= last }.map(\.1)
      return fill
    }
  }

  /// Rows after one in reverse order; the columns' times stay.
  private func permuting(_ bars: BarSeries, after row: Int) -> BarSeries {
    var other = bars
    let tail = row + 1..<bars.count
    for (to, from) in zip(tail, tail.reversed()) {
      other.open[to] = bars.open[from]
      other.high[to] = bars.high[from]
      other.low[to] = bars.low[from]
      other.close[to] = bars.close[from]
      other.volume[to] = bars.volume[from]
    }
    return other
  }
}
