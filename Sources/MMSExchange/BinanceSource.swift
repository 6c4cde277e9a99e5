// SPDX-License-Identifier: Apache-2.0
#if Service

  public import MMSCore
  public import MMSData

  /// Bars straight from Binance: `binance:` or `binance:?base_url=URL`.
  ///
  /// Nothing is kept: each reading asks the exchange. `mms data fetch` keeps what it reads.
  public struct BinanceSource: DataSource {
    /// `binance:` and the address, unless it is the exchange's own.
    public let name: String
    private let client: BinanceClient

    /// Reads through a client.
    public init(client: BinanceClient) {
      let url = client.options.baseURL
      name = url == BinanceOptions.defaultBaseURL ? "binance:" : "binance:?base_url=\(url)"
      self.client = client
    }

    /// Refuses: the exchange has thousands of symbols, so one has to be named.
    public func coverage() throws(MMSError) -> [DataCoverage] {
      throw MMSError(.usage, "'\(name)' holds too much to be listed; name a symbol", path: "symbol")
    }

    /// What the exchange holds of one symbol; the count is that of a series without holes.
    public func coverage(for request: BarRequest) throws(MMSError) -> [DataCoverage] {
      let interval = try BinanceInterval(request.resolution)
      let now = try client.serverTime()
      let first = try client.klines(
        symbol: request.symbol, interval: interval, from: SimTime(nanoseconds: 0), to: now, limit: 1)
      guard let start = first.start else {
        throw MMSError(.noData, "\(name) holds no \(interval.name) bars of \(request.symbol)", path: "symbol")
      }
      let end = now.lastClose(of: interval)
      let count = Int((end - start).nanoseconds / interval.duration.nanoseconds)
      if count < 1 {
        throw MMSError(.noData, "the first \(interval.name) bar of \(request.symbol) is not over yet")
      }
      return [
        DataCoverage(
          symbol: request.symbol, resolution: interval.duration, source: BinanceClient.source, start: start,
          end: end, count: count)
      ]
    }

    /// The bars of a span, page by page; one that is not over is left out.
    public func bars(_ request: BarRequest) throws(MMSError) -> BarSeries {
      if let origin = request.source, origin != BinanceClient.source {
        throw MMSError(
          .noData, "\(name) holds bars from '\(BinanceClient.source)', none from '\(origin)'", path: "source")
      }
      guard let held = try coverage(for: request).first else {
        throw .noBars(of: request.symbol, in: name, held: nil, to: nil, request)
      }
      let interval = try BinanceInterval(request.resolution)
      let from = (max(request.start ?? held.start, held.start)).firstOpen(of: interval)
      let to = min(request.end ?? held.end, held.end).lastClose(of: interval)
      var bars = BarSeries(
        symbol: request.symbol, resolution: interval.duration, source: BinanceClient.source)
      if from < to {
        bars.reserveCapacity(Int((to - from).nanoseconds / interval.duration.nanoseconds))
        try client.eachPage(symbol: request.symbol, interval: interval, from: from, to: to) {
          (page) throws(MMSError) in
          for row in 0..<page.count {
            bars.append(
              time: page.time[row], open: page.open[row], high: page.high[row], low: page.low[row],
              close: page.close[row], volume: page.volume[row])
          }
        }
      }
      if bars.count == 0 {
        throw .noBars(of: request.symbol, in: name, held: held.start, to: held.end, request)
      }
      return bars
    }
  }

  extension DataSourceFactory.Scheme {
    /// `binance:`, for the program to register.
    public static let binance = Self(
      name: "binance", form: "binance:[?base_url=URL]", parameters: ["base_url"]
    ) { (uri) throws(MMSError) in
      try uri.refuseFile()
      return BinanceSource(
        client: try BinanceClient(
          BinanceOptions(baseURL: uri.parameters["base_url"] ?? BinanceOptions.defaultBaseURL)))
    }
  }

  extension BinanceClient {
    /// Reads a span page by page, in order of time.
    ///
    /// - Parameters:
    ///   - from: An open of a bar.
    ///   - to: A close of a bar.
    ///   - body: Takes each page; none is empty.
    func eachPage(
      symbol: String, interval: BinanceInterval, from: SimTime, to: SimTime,
      _ body: (BarSeries) throws(MMSError) -> Void
    ) throws(MMSError) {
      var next = from
      // Each page ends later than the one before, so this ends.
      while next < to {
        let page = try klines(symbol: symbol, interval: interval, from: next, to: to)
        guard let end = page.end else { return }
        try body(page)
        next = end
      }
    }
  }

  extension SimTime {
    /// The first open of a bar at or after the instant.
    func firstOpen(of interval: BinanceInterval) -> SimTime {
      let open = lastClose(of: interval)
      return open < self ? open + interval.duration : open
    }

    /// The last close of a bar at or before the instant.
    func lastClose(of interval: BinanceInterval) -> SimTime {
      let length = interval.duration.nanoseconds
      let rest = nanoseconds % length
      return SimTime(nanoseconds: nanoseconds - (rest < 0 ? rest + length : rest))
    }
  }

#endif
