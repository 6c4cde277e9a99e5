// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// One hour of a recorded market, in the figures a calibration compares.
struct MarketHour: Sendable {
  /// Realised variance per day: Σ r² of the bars' log returns, scaled to 24 hours.
  let variance: Double
  /// Traded volume, base units, scaled to a whole hour.
  let volume: Double
  /// The deepest fall of a close from the highest before it in this hour, ≤ 0.
  let drawdown: Double
  /// The squared spread by EDGE with its sign; NaN when the bars carry no information.
  let squaredSpread: Double
  /// Mean half spread of the quotes, a fraction; NaN without quotes.
  let quotedHalfSpread: Double
}

/// The hours of a series, in order; those with fewer than half of their bars are left out.
struct MarketHours: Sendable {
  let hours: [MarketHour]
  /// Hours that were too short.
  let omitted: Int

  /// Cuts a series into hours of the clock.
  init(_ bars: BarSeries) {
    let hour: Int64 = 3_600_000_000_000
    let whole = Int(hour / max(1, bars.resolution.nanoseconds))
    var made: [MarketHour] = []
    var omitted = 0
    var start = 0
    while start < bars.count {
      // A bar belongs to the hour it opens in.
      let number = (bars.time[start] - bars.resolution.nanoseconds).floorDivided(by: hour)
      var end = start + 1
      while end < bars.count, (bars.time[end] - bars.resolution.nanoseconds).floorDivided(by: hour) == number
      {
        end += 1
      }
      if 2 * (end - start) >= whole, end - start >= 3 {
        made.append(Self.hour(bars, start..<end, whole: whole))
      } else {
        omitted += 1
      }
      start = end
    }
    hours = made
    self.omitted = omitted
  }

  private static func hour(_ bars: BarSeries, _ rows: Range<Int>, whole: Int) -> MarketHour {
    let share = Double(whole) / Double(rows.count)
    var (squares, volume, drawdown, quotes) = (0.0, 0.0, 0.0, 0.0)
    var (highest, quoted) = (0.0, 0)
    for row in rows {
      // A gap's return belongs to no bar: the first of an hour after one counts from its own open.
      let follows = row > 0 && bars.time[row] - bars.time[row - 1] == bars.resolution.nanoseconds
      let before = follows ? bars.close[row - 1] : bars.open[row]
      let step = MMSMath.log(bars.close[row] / before)
      squares += step * step
      volume += bars.volume[row]
      highest = max(highest, bars.close[row])
      drawdown = min(drawdown, bars.close[row] / highest - 1)
      if bars.hasQuotes, bars.bid[row] > 0, bars.ask[row] >= bars.bid[row] {
        quotes += (bars.ask[row] - bars.bid[row]) / (bars.ask[row] + bars.bid[row])
        quoted += 1
      }
    }
    let spread = EdgeSpread.signed(
      open: Array(bars.open[rows]), high: Array(bars.high[rows]), low: Array(bars.low[rows]),
      close: Array(bars.close[rows]))
    return MarketHour(
      variance: squares * share * 24, volume: volume * share, drawdown: drawdown,
      squaredSpread: spread.magnitude * spread, quotedHalfSpread: quoted > 0 ? quotes / Double(quoted) : .nan)
  }
}

extension Int64 {
  /// The quotient rounded down, for instants before 1970 too.
  fileprivate func floorDivided(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
