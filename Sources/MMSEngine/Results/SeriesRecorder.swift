// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// One series thinned to buckets that keep its last, lowest and highest value.
public struct ThinnedSeries: Sendable, Hashable {
  /// The name, such as `equity`.
  public let name: String
  /// Last value of each bucket.
  public internal(set) var last: [Double] = []
  /// Lowest value of each bucket.
  public internal(set) var low: [Double] = []
  /// Highest value of each bucket.
  public internal(set) var high: [Double] = []
}

/// The series of one path on one time axis.
public struct PathSeries: Sendable, Hashable {
  /// Close of each bucket's last step, nanoseconds since the Unix epoch.
  public internal(set) var time: [Int64] = []
  /// Steps in a bucket (the last may hold fewer).
  public internal(set) var stepsPerBucket = 1
  /// The series, in the order of the report.
  public internal(set) var columns: [ThinnedSeries] = []
  /// The deepest falls of equity from a maximum, the deepest first; at most five.
  public internal(set) var drawdowns: [DrawdownEpisode] = []

  /// A column by name.
  public subscript(name: String) -> ThinnedSeries? { columns.first { $0.name == name } }
}

/// Thins series while they are made: at most 4,096 buckets, joined two by two when they run out.
struct SeriesRecorder {
  static let capacity = 4096
  private static let names = [
    "equity", "position", "mid", "half_spread", "bid_depth", "ask_depth", "volume", "volatility",
    "stress", "halted", "drawdown",
  ]

  private var series = PathSeries()
  private var filled = 0
  private var falls: DrawdownWatch

  /// Starts a path.
  ///
  /// - Parameter equity: Equity before the first step, quote currency.
  init(equity: Double) {
    falls = DrawdownWatch(equity: equity)
    series.columns = Self.names.map { ThinnedSeries(name: $0) }
  }

  mutating func record(_ market: borrowing MarketBlock, rows: Range<Int>, cash: Double, position: Double) {
    for row in rows {
      let starts = filled == 0
      if starts { series.time.append(0) }
      series.time[series.time.count - 1] = market.time[row]
      let mid = market.mid[row]
      let equity = cash + position * mid
      add(0, equity, starts)
      add(10, falls.see(equity, time: market.time[row]), starts)
      add(1, position, position, position, starts)
      add(2, mid, Double.minimum(market.low[row], mid), Double.maximum(market.high[row], mid), starts)
      add(3, market.halfSpread[row], starts)
      add(4, market.bidDepth[row], starts)
      add(5, market.askDepth[row], starts)
      add(6, market.volume[row], starts)
      add(7, market.volatility[row], starts)
      add(8, market.stress[row], starts)
      add(9, market.halted[row], starts)
      filled += 1
      if filled == series.stepsPerBucket {
        filled = 0
        if series.time.count == Self.capacity { join() }
      }
    }
  }

  /// Everything recorded so far.
  var finished: PathSeries {
    var series = series
    series.drawdowns = falls.worst
    return series
  }

  private mutating func add(_ column: Int, _ value: Double, _ starts: Bool) {
    add(column, value, value, value, starts)
  }

  private mutating func add(_ column: Int, _ value: Double, _ low: Double, _ high: Double, _ starts: Bool) {
    if starts {
      series.columns[column].last.append(value)
      series.columns[column].low.append(low)
      series.columns[column].high.append(high)
    } else {
      let end = series.columns[column].last.count - 1
      series.columns[column].last[end] = value
      series.columns[column].low[end] = min(series.columns[column].low[end], low)
      series.columns[column].high[end] = max(series.columns[column].high[end], high)
    }
  }

  private mutating func join() {
    let half = Self.capacity / 2
    for index in 0..<half { series.time[index] = series.time[2 * index + 1] }
    series.time.removeLast(half)
    for column in series.columns.indices {
      for index in 0..<half {
        series.columns[column].last[index] = series.columns[column].last[2 * index + 1]
        series.columns[column].low[index] = min(
          series.columns[column].low[2 * index], series.columns[column].low[2 * index + 1])
        series.columns[column].high[index] = max(
          series.columns[column].high[2 * index], series.columns[column].high[2 * index + 1])
      }
      series.columns[column].last.removeLast(half)
      series.columns[column].low.removeLast(half)
      series.columns[column].high.removeLast(half)
    }
    series.stepsPerBucket *= 2
  }
}
