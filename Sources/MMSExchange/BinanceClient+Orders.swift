// SPDX-License-Identifier: Apache-2.0
#if Service

  public import MMSCore

  extension BinanceClient {
    /// The most trades of one answer.
    public static let tradesPerPage = 1000

    /// The exchange's clock.
    public func serverTime() throws(MMSError) -> SimTime {
      let endpoint = BinanceEndpoint("time", weight: 1)
      return try get(endpoint) { (answer) throws(MMSError) in
        try BinanceRows(path: endpoint.path).instant(answer["serverTime"], "serverTime")
      }
    }

    /// The order book of this moment.
    ///
    /// - Parameter limit: Levels of each side; Binance takes 5, 10, 20, 50, 100, 500, 1000 and 5000.
    public func depth(symbol: String, limit: Int = 1000) throws(MMSError) -> DepthSnapshot {
      try BinanceEndpoint.check(symbol: symbol)
      let weight = limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1000 ? 50 : 250
      let endpoint = BinanceEndpoint("depth", weight: weight, [("symbol", symbol), ("limit", "\(limit)")])
      return try get(endpoint) { (answer) throws(MMSError) in
        let rows = BinanceRows(path: endpoint.path)
        let bids = try Self.levels(answer["bids"], "bids", rows, isSound: >)
        let asks = try Self.levels(answer["asks"], "asks", rows, isSound: <)
        if let bid = bids.first, let ask = asks.first, bid.price >= ask.price {
          throw rows.fault("the best bid \(bid.price) is not below the best ask \(ask.price)")
        }
        return DepthSnapshot(
          lastUpdateID: try rows.integer(answer["lastUpdateId"], "lastUpdateId"), bids: bids, asks: asks)
      }
    }

    private static func levels(
      _ value: JSONValue?, _ side: String, _ rows: BinanceRows, isSound: (Double, Double) -> Bool
    ) throws(MMSError) -> [DepthSnapshot.Level] {
      var levels: [DepthSnapshot.Level] = []
      for (index, row) in try rows.list(value, side).enumerated() {
        guard let fields = row.arrayValue, fields.count == 2 else {
          throw rows.fault("\(side) holds \(row.write()), which is no pair of price and quantity", index + 1)
        }
        let level = DepthSnapshot.Level(
          price: try rows.decimal(fields[0], "\(side) price", row: index + 1),
          quantity: try rows.decimal(fields[1], "\(side) quantity", row: index + 1))
        if let last = levels.last, !isSound(last.price, level.price) {
          throw rows.fault("\(side) price \(level.price) follows \(last.price)", index + 1)
        }
        levels.append(level)
      }
      return levels
    }

    /// The latest trades, the oldest first.
    public func recentTrades(symbol: String, limit: Int = tradesPerPage) throws(MMSError) -> [ExchangeTrade] {
      try BinanceEndpoint.check(symbol: symbol)
      let endpoint = BinanceEndpoint("trades", weight: 25, [("symbol", symbol), ("limit", "\(limit)")])
      return try get(endpoint) { (answer) throws(MMSError) in
        let rows = BinanceRows(path: endpoint.path)
        return try Self.trades(answer, rows) { (row, number) throws(MMSError) in
          ExchangeTrade(
            id: try rows.integer(row["id"], "id", row: number),
            price: try rows.decimal(row["price"], "price", row: number),
            quantity: try rows.decimal(row["qty"], "qty", row: number),
            time: try rows.instant(row["time"], "time", row: number),
            buyerIsMaker: try rows.flag(row["isBuyerMaker"], "isBuyerMaker", row: number), count: 1)
        }
      }
    }

    /// Trades from an instant on and before another, those of one taker order at one price together.
    ///
    /// Pages by time until the first trade is found, then by its number, so that trades of one millisecond are
    /// neither lost nor doubled.
    ///
    /// - Parameter body: Takes each page, in order of time.
    public func aggregateTrades(
      symbol: String, from: SimTime, to: SimTime, _ body: ([ExchangeTrade]) throws(MMSError) -> Void
    ) throws(MMSError) {
      var next: Int64?
      var window = from
      while next != nil || window < to {
        let end = min(to, window + .hours(1))
        let place: [(name: String, value: String)] =
          if let next {
            [("fromId", "\(next)")]
          } else {
            // Binance answers spans of up to an hour.
            [
              ("startTime", "\(window.milliseconds(roundingUp: true))"),
              ("endTime", "\(end.milliseconds(roundingUp: true) - 1)"),
            ]
          }
        let page = try aggregates(symbol, place)
        if let next, let first = page.first, first.id < next {
          throw MMSError(
            .unavailable, "/api/v3/aggTrades answered with trade \(first.id) where \(next) was asked for")
        }
        let wanted = page.filter { $0.time >= from && $0.time < to }
        if !wanted.isEmpty { try body(wanted) }
        if let last = page.last {
          if last.time >= to { return }
          next = last.id + 1
        } else if next != nil {
          return
        } else {
          window = end
        }
      }
    }

    /// The latest trades, those of one taker order at one price together, the oldest first.
    public func recentAggregateTrades(
      symbol: String, limit: Int = tradesPerPage
    ) throws(MMSError) -> [ExchangeTrade] {
      try aggregates(symbol, [], limit: limit)
    }

    private func aggregates(
      _ symbol: String, _ place: [(name: String, value: String)], limit: Int = tradesPerPage
    ) throws(MMSError) -> [ExchangeTrade] {
      try BinanceEndpoint.check(symbol: symbol)
      let endpoint = BinanceEndpoint(
        "aggTrades", weight: 4, [("symbol", symbol)] + place + [("limit", "\(limit)")])
      return try get(endpoint) { (answer) throws(MMSError) in
        let rows = BinanceRows(path: endpoint.path)
        return try Self.trades(answer, rows) { (row, number) throws(MMSError) in
          let first = try rows.integer(row["f"], "f", row: number)
          let last = try rows.integer(row["l"], "l", row: number)
          if last < first { throw rows.fault("l \(last) is below f \(first)", number) }
          return ExchangeTrade(
            id: try rows.integer(row["a"], "a", row: number),
            price: try rows.decimal(row["p"], "p", row: number),
            quantity: try rows.decimal(row["q"], "q", row: number),
            time: try rows.instant(row["T"], "T", row: number),
            buyerIsMaker: try rows.flag(row["m"], "m", row: number), count: Int(last - first) + 1)
        }
      }
    }

    private static func trades(
      _ answer: JSONValue, _ rows: BinanceRows,
      _ read: (JSONValue, Int) throws(MMSError) -> ExchangeTrade
    ) throws(MMSError) -> [ExchangeTrade] {
      var trades: [ExchangeTrade] = []
      for (index, row) in try rows.list(answer, "the answer").enumerated() {
        guard row.objectValue != nil else { throw rows.fault("\(row.write()) is no trade", index + 1) }
        let trade = try read(row, index + 1)
        if let last = trades.last, trade.id <= last.id || trade.time < last.time {
          throw rows.fault("trade \(trade.id) of \(trade.time) follows \(last.id) of \(last.time)", index + 1)
        }
        trades.append(trade)
      }
      return trades
    }
  }

#endif
