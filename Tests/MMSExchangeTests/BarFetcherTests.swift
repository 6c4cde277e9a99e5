// SPDX-License-Identifier: Apache-2.0
#if Service

  import MMSCore
  import MMSExchange
  import MMSStore
  import NIOCore
  import Testing

  struct BarFetcherTests {
    let space: Workspace
    let store: Store
    let clock = ManualClock()
    let wire = WireBars(minutes: 2500)
    let request = BarRequest(symbol: "BTCUSDT", resolution: .minutes(1))

    init() throws {
      space = try Workspace()
      store = try space.store()
    }

    func fetch(
      _ server: ReplayServer, _ wire: WireBars? = nil, to end: SimTime? = nil,
      _ change: (inout BinanceOptions) -> Void = { _ in },
      progress: (BarFetcher.Progress) throws(MMSError) -> Void = { _ in }
    ) throws -> BarFetcher.Summary {
      let wire = wire ?? self.wire
      return try BarFetcher(client: BinanceClient(options(server, change), clock: clock), store: store).fetch(
        symbol: "BTCUSDT", interval: minute, from: wire.start, to: end ?? wire.end(), progress: progress)
    }

    @Test func `a span is stored whole, and fetching again asks nothing`() throws {
      let wire = wire
      let server = try ReplayServer { asked, _ in wire.reply(asked) }
      let first = try fetch(server)
      #expect(first.fetched == 2500 && first.stored == 2500 && first.held == 0 && first.missing == 0)
      #expect(first.requests == 3 && first.retries == 0 && server.asked.count == 3)
      #expect(try store.bars(request).equals(wire))
      let again = try fetch(server)
      #expect(again.fetched == 0 && again.stored == 0 && again.held == 2500 && again.requests == 0)
      #expect(server.asked.count == 3)
    }

    @Test(.enabled(if: Recorded.exist, "the recorded responses are not beside the repository"))
    func `what is stored equals what is recorded`() throws {
      let wire = WireBars(try #require(Recorded.json("derived_klines_BTCUSDT_1m_500.json").arrayValue))
      let server = try ReplayServer { asked, _ in wire.reply(asked) }
      #expect(try fetch(server, wire).stored == 500)
      let bars = try store.bars(request)
      #expect(bars.equals(wire) && bars.source == "binance-spot")
      #expect(bars.start == SimTime(iso8601: "2022-11-08T19:00Z"))
    }

    @Test func `holes are found and filled, and only they are asked for`() throws {
      let wire = wire
      let server = try ReplayServer { asked, _ in wire.reply(asked) }
      _ = try fetch(server)
      func at(_ row: Int) -> SimTime { SimTime(milliseconds: WireBars.open(wire.rows[row])) }
      for hole in [0..<3, 700..<701, 1100..<2200, 2499..<2500] {
        let filter = BarFilter(
          symbol: "BTCUSDT", start: at(hole.lowerBound), end: at(hole.upperBound - 1) + .minutes(1))
        #expect(try store.deleteBars(filter) == hole.count)
      }
      let summary = try fetch(server)
      #expect(summary.fetched == 1105 && summary.stored == 1105 && summary.held == 1395)
      #expect(try store.bars(request).equals(wire))
      let windows = server.asked.dropFirst(3).map { [$0.number("startTime"), $0.number("endTime")] }
      func window(_ rows: Range<Int>) -> [Int64?] {
        [WireBars.open(wire.rows[rows.lowerBound]), WireBars.open(wire.rows[rows.upperBound - 1]) + 59_999]
      }
      #expect(
        windows == [
          window(0..<3), window(700..<701), window(1100..<2200), window(2100..<2200), window(2499..<2500),
        ])
    }

    @Test func `bars the exchange lacks are counted, not invented`() throws {
      let partial = WireBars(Array(wire.rows[0..<400] + wire.rows[450..<2490]))
      let server = try ReplayServer { asked, _ in partial.reply(asked) }
      let summary = try fetch(server)
      #expect(summary.fetched == 2440 && summary.missing == 60)
      #expect(try store.bars(request).equals(partial))
      // Asked once more for each hole, since the exchange may have them by now.
      let again = try fetch(server)
      #expect(again.requests == 2 && again.fetched == 0 && again.missing == 60)
    }

    @Test func `a failure keeps the pages before it, and the next run goes on`() throws {
      let wire = wire
      let broken = try ReplayServer { asked, number in number < 2 ? wire.reply(asked) : .init(status: 500) }
      let error = try #require(fault { try fetch(broken) { $0.attempts = 3 } })
      #expect(error.code == .unavailable && broken.asked.count == 5)
      #expect(try store.bars(request).count == 2000)
      let server = try ReplayServer { asked, _ in wire.reply(asked) }
      let summary = try fetch(server)
      #expect(summary.held == 2000 && summary.stored == 500 && summary.requests == 1)
      #expect(try store.bars(request).equals(wire))
    }

    @Test func `every fault in turn leaves the data as they are recorded`() throws {
      let wire = wire
      let faults = FaultCase.all
      let server = try ReplayServer { asked, number in
        let good = wire.reply(asked)
        // Each request is answered by two faults before the truth.
        return number % 3 == 2 ? good : faults[number * 7 % faults.count].make(good.body)
      }
      let summary = try fetch(server) { $0.maximumBody = 400_000 }
      #expect(try store.bars(request).equals(wire))
      #expect(summary.requests == 9 && summary.retries == 6 && summary.stored == 2500)
    }

    @Test func `a page with rows doubled and out of order is stored in order`() throws {
      let wire = wire
      let server = try ReplayServer { asked, _ in
        var rows = wire.answer(asked)
        if rows.count > 20 { rows.replaceSubrange(10..<12, with: [rows[11], rows[10]]) }
        if rows.count > 20, rows.count < 1000 { rows.append(rows[5]) }
        return .init(body: JSONValue.array(rows).write())
      }
      #expect(try fetch(server).stored == 2500)
      #expect(try store.bars(request).equals(wire))
    }

    @Test func `a bar that is not over is left for the next time`() throws {
      let wire = wire
      let open = WireBars.open(wire.rows[1999])
      let server = try ReplayServer { asked, _ in
        asked.path == "/api/v3/time" ? .init(body: #"{"serverTime":\#(open + 30_000)}"#) : wire.reply(asked)
      }
      let summary = try fetch(server, to: SimTime(iso8601: "2100-01-01"))
      #expect(summary.stored == 1999 && summary.to == SimTime(milliseconds: open) && summary.missing == 0)
    }

    @Test func `progress grows to all, and stopping there keeps what is stored`() throws {
      let wire = wire
      let server = try ReplayServer { asked, _ in wire.reply(asked) }
      var seen: [Int] = []
      let error = fault {
        try fetch(
          server,
          progress: { (progress) throws(MMSError) in
            seen.append(progress.done)
            #expect(progress.total == 2500)
            if progress.done == 1000 { throw MMSError(.interrupted, "stopped") }
          })
      }
      #expect(error?.code == .interrupted && seen == [1000])
      #expect(try store.bars(request).count == 1000)
      _ = try fetch(server, progress: { (progress) throws(MMSError) in seen.append(progress.done) })
      #expect(seen == [1000, 1000, 1500, 1500])
    }

    @Test func `a span without a whole bar is refused`() throws {
      let server = try ReplayServer { _, _ in .init(body: "[]") }
      let error = try #require(
        fault {
          try fetch(server, to: wire.start + .seconds(59))
        })
      #expect(error.code == .invalidValue && server.asked.isEmpty)
    }
  }

#endif
