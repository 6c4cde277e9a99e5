// SPDX-License-Identifier: Apache-2.0

/// What hours say about the cost of a small trade: half of a spread.
struct HourCost {
  /// Whether quotes say it, or EDGE.
  let isQuoted: Bool
  /// Half of the spread, a fraction with EDGE's sign; NaN when the hours say nothing.
  let value: Double
  /// What is averaged over the hours: half spreads of quotes, or signed squares of EDGE.
  let level: Double
  /// Hours that say something.
  let count: Int

  init(_ hours: [MarketHour]) {
    let quoted = hours.map(\.quotedHalfSpread).filter { !$0.isNaN }
    isQuoted = quoted.count >= 2
    if isQuoted {
      level = Estimates.mean(quoted)
      value = level
      count = quoted.count
      return
    }
    // Squares are averaged: the mean of roots would depend on how many bars an hour has.
    let squares = hours.map(\.squaredSpread).filter { !$0.isNaN }
    count = squares.count
    level = squares.isEmpty ? .nan : Estimates.mean(squares)
    value = (level < 0 ? -(-level).squareRoot() : level.squareRoot()) / 2
  }
}
