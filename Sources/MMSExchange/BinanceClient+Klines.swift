// SPDX-License-Identifier: Apache-2.0
#if Service

  public import MMSCore

  extension BinanceClient {
    /// The origin of the bars: the same name that imported files of Binance's spot market have.
    public static let source = "binance-spot"
    /// The most bars of one answer.
    public static let klinesPerPage = 1000

    /// One page of bars: those that open from an instant on and before another, the earliest first.
    ///
    /// Rows out of order are put in order, repeated ones dropped; what contradicts itself or the request is an
    /// unusable answer. A bar that is not over is among them.
    ///
    /// - Parameters:
    ///   - from: The first open.
    ///   - to: The end; no bar opens at or after it.
    ///   - limit: The most bars, 1 to ``klinesPerPage``.
    /// - Throws: ``MMSError/Code/noData`` for an unknown symbol; ``MMSError/Code/unavailable``,
    ///   ``MMSError/Code/timedOut`` or ``MMSError/Code/exhausted`` when the exchange brings nothing usable.
    public func klines(
      symbol: String, interval: BinanceInterval, from: SimTime, to: SimTime, limit: Int = klinesPerPage
    ) throws(MMSError) -> BarSeries {
      try BinanceEndpoint.check(symbol: symbol)
      let endpoint = BinanceEndpoint(
        "klines", weight: 2,
        [
          ("symbol", symbol), ("interval", interval.name),
          ("startTime", "\(from.milliseconds(roundingUp: true))"),
          ("endTime", "\(to.milliseconds(roundingUp: true) - 1)"), ("limit", "\(limit)"),
        ])
      return try get(endpoint) { (answer) throws(MMSError) in
        let rows = BinanceRows(path: endpoint.path)
        let list = try rows.list(answer, "the answer")
        if list.count > limit {
          throw rows.fault("\(list.count) rows came where at most \(limit) were asked for")
        }
        var bars: [Kline] = []
        bars.reserveCapacity(list.count)
        for (index, row) in list.enumerated() {
          let bar = try Kline(row, number: index + 1, interval: interval, rows)
          guard bar.open >= from, bar.open < to else {
            throw rows.fault("the bar opens at \(bar.open), outside \(from) … \(to)", index + 1)
          }
          bars.append(bar)
        }
        return try Self.series(bars, symbol, interval, rows)
      }
    }

    private static func series(
      _ bars: [Kline], _ symbol: String, _ interval: BinanceInterval, _ rows: BinanceRows
    ) throws(MMSError) -> BarSeries {
      var series = BarSeries(symbol: symbol, resolution: interval.duration, source: source)
      series.reserveCapacity(bars.count)
      var last: Kline?
      for bar in bars.sorted(by: { ($0.open, $0.number) < ($1.open, $1.number) }) {
        if let last, last.open == bar.open {
          if last.values == bar.values { continue }
          throw rows.fault(
            "the row contradicts row \(last.number), which opens at \(bar.open) too", bar.number)
        }
        series.append(
          time: (bar.open + interval.duration).nanoseconds, open: bar.values[0], high: bar.values[1],
          low: bar.values[2], close: bar.values[3], volume: bar.values[4])
        if let fault = series.fault(inRow: series.count - 1) { throw rows.fault(fault, bar.number) }
        last = bar
      }
      return series
    }
  }

  /// One row of klines: `[open time, "open", "high", "low", "close", "volume", close time, …]`, twelve values.
  private struct Kline {
    let number: Int
    let open: SimTime
    /// Open, high, low, close and volume.
    let values: [Double]

    init(_ row: JSONValue, number: Int, interval: BinanceInterval, _ rows: BinanceRows) throws(MMSError) {
      guard let fields = row.arrayValue, fields.count == 12 else {
        throw rows.fault(
          "the row is no list of 12 values but \(row.arrayValue.map { "one of \($0.count)" } ?? row.write())",
          number)
      }
      open = try rows.instant(fields[0], "open time", row: number)
      guard open.nanoseconds % interval.duration.nanoseconds == 0 else {
        throw rows.fault("the bar opens at \(open), which is no multiple of \(interval.name)", number)
      }
      var values: [Double] = []
      for (index, name) in ["open", "high", "low", "close", "volume"].enumerated() {
        values.append(try rows.decimal(fields[index + 1], name, row: number))
      }
      self.values = values
      let close = try rows.instant(fields[6], "close time", row: number)
      guard close >= open, close < open + interval.duration else {
        throw rows.fault(
          "the bar opens at \(open) and closes at \(close), not within \(interval.name)", number)
      }
      self.number = number
    }
  }

  extension SimTime {
    func milliseconds(roundingUp: Bool) -> Int64 {
      let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
      return rest > 0 && roundingUp ? whole + 1 : whole
    }
  }

#endif
