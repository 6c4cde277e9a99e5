// SPDX-License-Identifier: Apache-2.0

/// Recorded bars of one symbol at one resolution, struct of arrays: what a ``DataSource`` delivers.
///
/// All columns have the same length. Every series in the engine has passed ``validate()``.
public struct BarSeries: Sendable {
  /// The trading pair, such as `BTCUSDT`.
  public var symbol: String
  /// The length of a bar.
  public var resolution: SimDuration
  /// Which market the bars come from, such as `binance-spot`; bars of two origins never mix.
  public var source: String
  /// When each row is known: the bar's close, in nanoseconds since the Unix epoch, strictly rising.
  public var time: [Int64]
  /// First price of the bar, in quote currency.
  public var open: [Double]
  /// Highest price of the bar.
  public var high: [Double]
  /// Lowest price of the bar.
  public var low: [Double]
  /// Last price of the bar.
  public var close: [Double]
  /// Traded volume in base units.
  public var volume: [Double]
  /// Best bid at the close, NaN where unknown; empty when the source has no quotes.
  public var bid: [Double]
  /// Best ask at the close, NaN where unknown; empty when the source has no quotes.
  public var ask: [Double]

  /// Makes an empty series.
  public init(symbol: String, resolution: SimDuration, source: String) {
    self.symbol = symbol
    self.resolution = resolution
    self.source = source
    time = []
    open = []
    high = []
    low = []
    close = []
    volume = []
    bid = []
    ask = []
  }

  /// The number of bars.
  public var count: Int { time.count }

  /// Whether bid and ask columns are present.
  public var hasQuotes: Bool { !bid.isEmpty }

  /// When the first bar opened; nil when there is none.
  public var start: SimTime? {
    time.first.map { SimTime(nanoseconds: $0) - resolution }
  }

  /// When the last bar closed; nil when there is none.
  public var end: SimTime? { time.last.map { SimTime(nanoseconds: $0) } }

  /// Reserves room for a number of bars.
  public mutating func reserveCapacity(_ count: Int) {
    time.reserveCapacity(count)
    open.reserveCapacity(count)
    high.reserveCapacity(count)
    low.reserveCapacity(count)
    close.reserveCapacity(count)
    volume.reserveCapacity(count)
  }

  /// Appends a bar without quotes.
  public mutating func append(
    time: Int64, open: Double, high: Double, low: Double, close: Double, volume: Double
  ) {
    self.time.append(time)
    self.open.append(open)
    self.high.append(high)
    self.low.append(low)
    self.close.append(close)
    self.volume.append(volume)
  }

  /// The rows of a range, as a series of its own.
  public func rows(_ range: Range<Int>) -> BarSeries {
    var part = BarSeries(symbol: symbol, resolution: resolution, source: source)
    part.time = Array(time[range])
    part.open = Array(open[range])
    part.high = Array(high[range])
    part.low = Array(low[range])
    part.close = Array(close[range])
    part.volume = Array(volume[range])
    if hasQuotes {
      part.bid = Array(bid[range])
      part.ask = Array(ask[range])
    }
    return part
  }

  /// The index of the first row whose time is at or after an instant.
  ///
  /// - Complexity: O(log `count`).
  public func firstRow(atOrAfter instant: SimTime) -> Int {
    var low = 0
    var high = time.count
    while low < high {
      let middle = (low + high) / 2
      if time[middle] < instant.nanoseconds { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
