// SPDX-License-Identifier: Apache-2.0

import MMSCore
import Testing

@testable import MMSEngine

struct LedgerTests {
  struct Curve: Sendable {
    var resolution: SimDuration
    var steps: Int
    var volatility: Double
  }

  /// Marks one unit held against mids, in pieces of changing length.
  private func marked(_ mids: [Double], cash: Double, resolution: SimDuration, seed: UInt64) -> Ledger {
    var ledger = Ledger(initialEquity: cash + mids[0], resolution: resolution)
    let random = RandomSource(seed: seed, path: 0, role: .study)
    var row = 0
    while row < mids.count {
      let end = min(mids.count, row + 1 + Int(300 * random.uniform(step: Int64(row))))
      ledger.mark(mids: mids.span, rows: row..<end, cash: cash, position: 1)
      row = end
    }
    return ledger
  }

  private func walk(_ curve: Curve, seed: UInt64) -> [Double] {
    let random = RandomSource(seed: seed, path: 0, role: .data)
    var price = 100.0
    return (0..<curve.steps).map { step in
      price *= 1 + curve.volatility * random.normal(step: Int64(step))
      return price
    }
  }

  @Test(arguments: [
    Curve(resolution: .minutes(1), steps: 10_000, volatility: 0.001),
    Curve(resolution: .minutes(1), steps: 61, volatility: 0.01),
    Curve(resolution: .hours(1), steps: 9_000, volatility: 0.005),
    Curve(resolution: .minutes(7), steps: 5_000, volatility: 0.002),
    Curve(resolution: .days(1), steps: 400, volatility: 0.03),
  ])
  func `return, drawdown and Sharpe agree with a naive reckoning`(curve: Curve) {
    for seed in 1...4 as ClosedRange<UInt64> {
      let mids = walk(curve, seed: seed)
      let cash = 40.0
      var ledger = marked(mids, cash: cash, resolution: curve.resolution, seed: seed)
      let total = ledger.finish()
      let equity = [cash + mids[0]] + mids.map { cash + $0 }
      let returns = zip(equity.dropFirst(), equity).map { $0 / $1 - 1 }
      let n = Double(returns.count)
      let mean = returns.reduce(0, +) / n
      let deviation = (returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)).squareRoot()
      let year = 365 * 86_400e9 / Double(curve.resolution.nanoseconds)
      var (highest, drawdown) = (0.0, 0.0)
      for level in equity {
        highest = max(highest, level)
        drawdown = min(drawdown, level / highest - 1)
      }
      #expect(total.steps == curve.steps)
      #expect(close(ledger.equity, equity[equity.count - 1]))
      #expect(close(total.growth, equity[equity.count - 1] / equity[0], 1e-10))
      #expect(close(total.drawdown, drawdown, 1e-10))
      #expect(close(total.sharpe(periodsPerYear: year), mean / deviation * year.squareRoot(), 1e-9))
      let joined = ledger.stretches.reduce(into: ReturnSummary()) { $0.append($1) }
      #expect(joined.steps == curve.steps)
      #expect(close(joined.drawdown, drawdown, 1e-10))
      #expect(close(joined.sum, returns.reduce(0, +), 1e-9))
      #expect(ledger.stretches.count <= Ledger.capacity)
    }
  }

  @Test func `daily returns are those of whole days`() {
    let curve = Curve(resolution: .minutes(1), steps: 5 * 1440 + 700, volatility: 0.001)
    let mids = walk(curve, seed: 9)
    var ledger = marked(mids, cash: 0, resolution: curve.resolution, seed: 9)
    _ = ledger.finish()
    let ends = [mids[0]] + (1...5).map { mids[$0 * 1440 - 1] }
    let days = zip(ends.dropFirst(), ends).map { $0 / $1 - 1 }
    // The unfinished day closes no daily return.
    #expect(ledger.dailyCount == 5)
    #expect(close(ledger.dailySum, days.reduce(0, +), 1e-10))
    #expect(close(ledger.dailySumOfSquares, days.reduce(0) { $0 + $1 * $1 }, 1e-10))
  }

  @Test func `the Sharpe ratio of what never changes is zero`() {
    var ledger = Ledger(initialEquity: 100, resolution: .minutes(1))
    let mids = [Double](repeating: 10, count: 5000)
    ledger.mark(mids: mids.span, rows: 0..<5000, cash: 0, position: 10)
    #expect(ledger.finish().sharpe(periodsPerYear: 525_600) == 0)
    // Constant growth has no spread either, but for rounding.
    var growing = ReturnSummary()
    growing.steps = 100_000
    for _ in 0..<100_000 {
      growing.sum += 0.001
      growing.sumOfSquares += 0.001 * 0.001
    }
    #expect(growing.sharpe(periodsPerYear: 365) == 0)
    var one = ReturnSummary()
    (one.steps, one.sum, one.sumOfSquares) = (1, 0.1, 0.01)
    #expect(one.sharpe(periodsPerYear: 365) == 0)
  }

  @Test func `the pieces in which rows are marked change no bit`() {
    let mids = walk(Curve(resolution: .minutes(1), steps: 4000, volatility: 0.003), seed: 3)
    var whole = Ledger(initialEquity: 33.7 + mids[0], resolution: .minutes(1))
    whole.mark(mids: mids.span, rows: 0..<mids.count, cash: 33.7, position: 1)
    let total = whole.finish()
    for seed in 1...20 as ClosedRange<UInt64> {
      var pieces = marked(mids, cash: 33.7, resolution: .minutes(1), seed: seed)
      #expect(pieces.finish() == total)
      #expect(pieces.stretches == whole.stretches)
    }
  }

  @Test func `ten million steps keep at most 4096 stretches and buckets`() {
    let count = 100_000
    let mids = walk(Curve(resolution: .minutes(1), steps: count, volatility: 0.0002), seed: 4)
    var block = MarketBlock(count: count)
    block.mid = mids
    block.high = mids
    block.low = mids
    var ledger = Ledger(initialEquity: 1000, resolution: .minutes(1))
    var recorder = SeriesRecorder(equity: 100)
    let rounds = isSlow ? 100 : 3
    for _ in 0..<rounds {
      ledger.mark(mids: mids.span, rows: 0..<count, cash: 900, position: 1)
      recorder.record(block, rows: 0..<count, cash: 900, position: 1)
      #expect(ledger.stretches.count < Ledger.capacity)
      #expect(recorder.finished.time.count < SeriesRecorder.capacity)
    }
    // The other steps in bulk: flat, so whole rounds cost nothing.
    for _ in rounds..<100 {
      ledger.mark(mids: mids.span, rows: 0..<count, cash: ledger.equity, position: 0)
      #expect(ledger.stretches.count < Ledger.capacity)
    }
    #expect(ledger.finish().steps == 10_000_000)
    #expect(ledger.stretches.reduce(0) { $0 + $1.steps } == 10_000_000)
    #expect(ledger.stepsPerStretch == 64 * 60)
    let equity = recorder.finished.columns[0]
    #expect(equity.last.count == recorder.finished.time.count)
    #expect(equity.high.max() == (mids.max() ?? 0) + 900)
    #expect(equity.low.min() == (mids.min() ?? 0) + 900)
    #expect(equity.last.last == mids[count - 1] + 900)
  }

  @Test func `a recorder keeps each bucket's last, lowest and highest value`() {
    let mids = walk(Curve(resolution: .minutes(1), steps: 10_000, volatility: 0.01), seed: 6)
    var block = MarketBlock(count: mids.count)
    block.mid = mids
    block.high = mids.map { $0 * 1.01 }
    block.low = mids.map { _ in .nan }
    for row in block.rows { block.time[row] = Int64(row) }
    var recorder = SeriesRecorder(equity: 100)
    recorder.record(block, rows: 0..<10_000, cash: 0, position: 2)
    let series = recorder.finished
    #expect(series.stepsPerBucket == 4)
    #expect(series.time.count == 2500)
    for bucket in stride(from: 0, to: 2500, by: 97) {
      let part = mids[4 * bucket..<4 * bucket + 4]
      #expect(series.time[bucket] == Int64(4 * bucket + 3))
      #expect(series.columns[2].last[bucket] == part.last)
      #expect(series.columns[2].low[bucket] == part.min())
      #expect(series.columns[2].high[bucket] == (part.max() ?? 0) * 1.01)
      #expect(series.columns[0].high[bucket] == 2 * (part.max() ?? 0))
    }
  }
}
