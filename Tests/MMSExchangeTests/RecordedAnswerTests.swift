// SPDX-License-Identifier: Apache-2.0
#if Service

  import MMSCore
  import MMSExchange
  import Testing

  /// The client reads what Binance really sent.
  @Suite(.enabled(if: Recorded.exist, "the recorded responses are not beside the repository"))
  struct RecordedAnswerTests {
    /// A client of a server that answers everything with one recorded body.
    func client(_ name: String, status: Int = 200) throws -> (BinanceClient, ReplayServer) {
      let body = try Recorded.body(name)
      let server = try ReplayServer { _, _ in ReplayServer.Reply(status: status, body: body) }
      return (try BinanceClient(options(server), clock: ManualClock(keeping: server)), server)
    }

    @Test func `hourly klines arrive as they were recorded`() throws {
      let (client, server) = try client("klines_1h_5.json")
      let wire = WireBars(try #require(Recorded.json("klines_1h_5.json").arrayValue))
      let hour = try BinanceInterval(.hours(1))
      let bars = try client.klines(
        symbol: "BNBUSDT", interval: hour, from: wire.start, to: wire.end(3_600_000), limit: 5)
      #expect(bars.equals(wire, .hours(1)) && bars.count == 5)
      #expect(bars.open[0] == 34.4949 && bars.volume[4] == 4245.6 && bars.source == "binance-spot")
      let asked = try #require(server.asked.first)
      #expect(asked.path == "/api/v3/klines" && asked.query["symbol"] == "BNBUSDT")
      #expect(asked.query["interval"] == "1h" && asked.query["limit"] == "5")
      #expect(asked.query["startTime"] == "1561741200000" && asked.query["endTime"] == "1561759199999")
    }

    @Test(arguments: [
      ("depth_5.json", 5), ("depth_10.json", 10), ("depth_1000_BTCUSDT_20240808.json", 1000),
      ("depth_1000_LRCBTC_1633998516.8443809.json", 0), ("depth_1000_NKNUSDT_1633998512.320639.json", 0),
    ])
    func `order books arrive whole`(name: String, levels: Int) throws {
      let (client, _) = try client(name)
      let book = try client.depth(symbol: "BTCUSDT", limit: 1000)
      let recorded = try Recorded.json(name)
      #expect(book.lastUpdateID == recorded["lastUpdateId"]?.integerValue)
      for (side, found) in [("bids", book.bids), ("asks", book.asks)] {
        let wanted = try #require(recorded[side]?.arrayValue).map { row in
          row.arrayValue?.compactMap { $0.stringValue.flatMap(Double.init) } ?? []
        }
        #expect(found.map { [$0.price, $0.quantity] } == wanted)
        if levels > 0 { #expect(found.count == levels) }
      }
    }

    @Test(arguments: ["agg_trades_5.json", "agg_trades_limit_5.json"])
    func `aggregate trades arrive as they were recorded`(name: String) throws {
      let (client, _) = try client(name)
      let trades = try client.recentAggregateTrades(symbol: "BNBUSDT", limit: 5)
      let recorded = try #require(Recorded.json(name).arrayValue)
      #expect(trades.map(\.id) == recorded.compactMap { $0["a"]?.integerValue })
      #expect(trades.map(\.price) == recorded.compactMap { $0["p"]?.stringValue.flatMap(Double.init) })
      #expect(trades.map(\.quantity) == recorded.compactMap { $0["q"]?.stringValue.flatMap(Double.init) })
      #expect(trades.map(\.buyerIsMaker) == recorded.compactMap { $0["m"]?.boolValue })
      #expect(
        trades.map(\.time.nanoseconds)
          == recorded.compactMap { ($0["T"]?.integerValue).map { $0 * 1_000_000 } })
      #expect(trades.allSatisfy { $0.count == 1 } && trades.count == 5)
    }

    @Test func `the exchange's clock is read`() throws {
      let (client, _) = try client("time.json")
      #expect(try client.serverTime() == SimTime(milliseconds: 1_629_602_498_507))
    }

    @Test func `an unknown symbol is said at once and never asked again`() throws {
      for name in ["klines_bogus_2.json", "agg_trades_bogus.json", "trades_2.json"] {
        let (client, server) = try client(name, status: 400)
        let error = try #require(
          fault {
            switch name {
            case "klines_bogus_2.json":
              _ = try client.klines(
                symbol: "BOGUS", interval: minute, from: SimTime(milliseconds: 1),
                to: SimTime(milliseconds: 2))
            case "agg_trades_bogus.json": _ = try client.recentAggregateTrades(symbol: "BOGUS")
            default: _ = try client.recentTrades(symbol: "BOGUS", limit: 7)
            }
          })
        #expect(error.code == .noData && error.path == "symbol" && error.message.contains("'BOGUS'"))
        #expect(server.asked.count == 1 && client.statistics.retries == 0)
      }
    }

    @Test(arguments: [("depth_2.json", "limit"), ("ping_error.json", "Strange Error")])
    func `a refusal is passed on in the exchange's words`(name: String, words: String) throws {
      let (client, server) = try client(name, status: 400)
      let error = try #require(fault { try client.depth(symbol: "BNBUSDT", limit: 2) })
      #expect(error.code == .unavailable && error.message.contains(words), "\(error)")
      #expect(server.asked.count == 1)
    }
  }

#endif
