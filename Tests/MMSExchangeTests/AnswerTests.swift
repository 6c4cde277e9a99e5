// SPDX-License-Identifier: Apache-2.0
#if Service

  import MMSCore
  import MMSExchange
  import Synchronization
  import Testing

  /// A truth value that threads share.
  final class Flag: Sendable {
    private let state: Mutex<Bool>
    init(_ value: Bool) { state = Mutex(value) }
    var value: Bool {
      get { state.withLock { $0 } }
      set { state.withLock { $0 = newValue } }
    }
  }

  /// What the client makes of answers that are whole but odd.
  struct AnswerTests {
    let wire = WireBars(minutes: 20)

    func client(_ body: String) throws -> BinanceClient {
      let server = try ReplayServer { _, _ in .init(body: body) }
      return try BinanceClient(options(server) { $0.attempts = 1 }, clock: ManualClock(keeping: server))
    }

    func bars(_ rows: [JSONValue]) throws -> BarSeries {
      try client(JSONValue.array(rows).write()).klines(
        symbol: "BTCUSDT", interval: minute, from: wire.start, to: wire.end())
    }

    @Test func `rows out of order are put in order and repeated ones dropped`() throws {
      #expect(try bars(wire.rows.reversed()).equals(wire))
      #expect(try bars(wire.rows + wire.rows[3..<9]).equals(wire))
      #expect(try bars([]).count == 0)
    }

    /// A row with one value replaced.
    func changed(_ index: Int, _ value: JSONValue, row: Int = 2) -> [JSONValue] {
      var rows = wire.rows
      var fields = rows[row].arrayValue ?? []
      fields[index] = value
      rows[row] = .array(fields)
      return rows
    }

    @Test func `an unsound row is named with its value`() throws {
      let open = WireBars.open(wire.rows[2])
      let cases: [(rows: [JSONValue], words: [String])] = [
        (changed(2, "12x"), ["/api/v3/klines, row 3", "high is \"12x\""]),
        (changed(1, "-5"), ["row 3", "open is \"-5\""]),
        (changed(1, "0x10"), ["open is \"0x10\""]),
        (changed(4, "inf"), ["close is \"inf\""]),
        (changed(5, nil), ["volume is null"]),
        (changed(3, 19000), ["low is 19000"]),
        (changed(1, "0.0"), ["row 3", "positive"]),
        (changed(2, "1.0"), ["row 3", "above high"]),
        (changed(0, .integer(open + 1)), ["row 3", "no multiple of 1m"]),
        (changed(0, .integer(open + 6_000_000)), ["row 3", "closes at"]),
        (WireBars(minutes: 21).rows, ["row 21", "outside"]),
        (changed(0, .string("\(open)")), ["row 3", "open time"]),
        (changed(0, .integer(open / 1000)), ["row 3", "no time in milliseconds"]),
        (changed(6, .integer(open + 60_000)), ["row 3", "closes at"]),
        (changed(4, wire.rows[2].arrayValue?[1] ?? nil) + [wire.rows[2]], ["row 21", "contradicts row 3"]),
        ([.array(Array((wire.rows[0].arrayValue ?? []).dropLast()))], ["row 1", "12 values but one of 11"]),
        ([nil], ["row 1", "12 values"]),
      ]
      for (rows, words) in cases {
        let error = try #require(fault { try bars(rows) })
        #expect(error.code == .unavailable)
        for word in words { #expect(error.message.contains(word), "no '\(word)' in \(error)") }
      }
    }

    @Test func `more rows than asked for are refused`() throws {
      let client = try client(JSONValue.array(wire.rows).write())
      let error = try #require(
        fault {
          try client.klines(symbol: "BTCUSDT", interval: minute, from: wire.start, to: wire.end(), limit: 19)
        })
      #expect(error.message.contains("20 rows came where at most 19"))
    }

    @Test func `a document that ends early is named with its place`() throws {
      let error = try #require(
        fault {
          try client("[[1,\"2\"").klines(symbol: "X1", interval: minute, from: wire.start, to: wire.end())
        })
      #expect(error.message.contains("/api/v3/klines:1:8"), "\(error)")
    }

    @Test func `an unsound book is refused`() throws {
      let cases = [
        (#"{"lastUpdateId":1,"bids":[["2","1"],["3","1"]],"asks":[]}"#, "bids price 3.0 follows 2.0"),
        (#"{"lastUpdateId":1,"bids":[["2","1"]],"asks":[["2","1"]]}"#, "not below"),
        (#"{"lastUpdateId":1,"bids":[["2"]],"asks":[]}"#, "no pair"),
        (#"{"lastUpdateId":"1","bids":[],"asks":[]}"#, "lastUpdateId is \"1\""),
        (#"{"bids":{},"asks":[]}"#, "bids is {}, not a list"),
      ]
      for (body, words) in cases {
        let error = try #require(fault { try client(body).depth(symbol: "BTCUSDT") })
        #expect(error.message.contains(words), "\(error)")
      }
    }

    @Test func `unsound trades are refused`() throws {
      func trade(_ id: Int, _ time: Int = 1_561_505_770_154) -> String {
        #"{"id":\#(id),"price":"35.7","qty":"2","quoteQty":"71.4","time":\#(time),"isBuyerMaker":true,"isBestMatch":true}"#
      }
      let sound = try client("[\(trade(1)),\(trade(2))]").recentTrades(symbol: "BNBUSDT")
      #expect(sound.map(\.id) == [1, 2] && sound[0].price == 35.7 && sound[1].buyerIsMaker)
      for (body, words) in [
        ("[\(trade(2)),\(trade(1))]", "trade 1 of"),
        ("[\(trade(1)),\(trade(2, 1_561_505_770_000))]", "follows 1"),
        ("[1]", "1 is no trade"), ("[\(trade(1).replacing("true", with: "1"))]", "isBuyerMaker is 1"),
      ] {
        let error = try #require(fault { try client(body).recentTrades(symbol: "BNBUSDT") })
        #expect(error.message.contains(words), "\(error)")
      }
    }

    @Test func `wrong values are refused before anything is sent`() throws {
      for url in ["ftp://x", "api.binance.com", "https://", "https://u@x", "https://x?y=1", "http://a b"] {
        #expect(fault { try BinanceClient(BinanceOptions(baseURL: url)) }?.path == "base_url", "\(url)")
      }
      let server = try ReplayServer { _, _ in .init() }
      let client = try BinanceClient(options(server), clock: ManualClock())
      for symbol in ["btcusdt", "", "BTC/USDT", "A&limit=5", String(repeating: "A", count: 21)] {
        let error = try #require(fault { try client.depth(symbol: symbol) })
        #expect(error.code == .invalidValue && error.path == "symbol")
      }
      #expect(fault { try client.depth(symbol: "btcusdt") }?.hint == "did you mean 'BTCUSDT'?")
      #expect(fault { try BinanceInterval(name: "7m") }?.message.contains("1m, 3m, 5m") == true)
      #expect(try BinanceInterval(name: "60m").name == "1h")
      #expect(server.asked.isEmpty)
    }

    @Test func `trades of a span come whole, also those of one millisecond and across hours`() throws {
      let start: Int64 = 1_561_500_000_000
      // 2,500 trades within a few milliseconds, nothing for three hours, and five more.
      let times =
        (0..<2500).map { start + 60_000 + Int64($0 / 1100) } + (0..<5).map { start + 11_000_000 + $0 }
      let trades = times.enumerated().map { index, time -> JSONValue in
        [
          "a": .integer(Int64(100 + index)), "p": "35.7", "q": "1.25", "f": .integer(Int64(2 * index)),
          "l": .integer(Int64(2 * index + 1)), "T": .integer(time), "m": .bool(index % 2 == 0), "M": true,
        ]
      }
      let server = try ReplayServer { asked, _ in
        let first = asked.number("fromId") ?? 0
        let (from, to) = (asked.number("startTime") ?? 0, asked.number("endTime") ?? .max)
        let rows = trades.filter { row in
          let (id, time) = (row["a"]?.integerValue ?? 0, row["T"]?.integerValue ?? 0)
          return id >= first && time >= from && time <= to
        }
        return .init(body: JSONValue.array(Array(rows.prefix(1000))).write())
      }
      let client = try BinanceClient(options(server), clock: ManualClock())
      for (end, count, requests) in [
        (14_400_000, 2505, 4), (60_001, 1100, 2), (11_000_002, 2502, 3), (50_000, 0, 1),
      ] {
        let before = server.asked.count
        var ids: [Int64] = []
        try client.aggregateTrades(
          symbol: "BNBUSDT", from: SimTime(milliseconds: start), to: SimTime(milliseconds: start + Int64(end))
        ) { page throws(MMSError) in ids += page.map(\.id) }
        #expect(ids == (0..<Int64(count)).map { 100 + $0 })
        #expect(server.asked.count - before == requests, "\(end)")
      }
    }
  }

#endif
