// SPDX-License-Identifier: Apache-2.0
#if Service

  import MMSCore
  import MMSExchange
  import NIOCore
  import Testing

  /// One fault of a server, and whether its waits are those its header names.
  struct FaultCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let make: @Sendable (String) -> ReplayServer.Reply
    var asked: SimDuration?

    init(
      _ name: String, asked: SimDuration? = nil, _ make: @escaping @Sendable (String) -> ReplayServer.Reply
    ) {
      testDescription = name
      self.make = make
      self.asked = asked
    }

    static let all: [FaultCase] = [
      FaultCase("429", asked: .seconds(7)) { _ in .init(status: 429, headers: [("Retry-After", "7")]) },
      FaultCase("418", asked: .seconds(123)) { _ in
        .init(
          status: 418, headers: [("Retry-After", "123")],
          body: #"{"code":-1003,"msg":"Way too many requests"}"#)
      },
      FaultCase("429 without a time", asked: .minutes(1)) { _ in .init(status: 429) },
      FaultCase("418 with the time in its words", asked: .seconds(90)) { _ in
        .init(status: 418, body: #"{"code":-1003,"msg":"IP banned until 1700000090000. Use websockets."}"#)
      },
      FaultCase("429 with a date", asked: .seconds(40)) { _ in
        .init(status: 429, headers: [("Retry-After", "Tue, 14 Nov 2023 22:14:00 GMT")])
      },
      FaultCase("500") { _ in .init(status: 500, body: "<html>") },
      FaultCase("503") { _ in .init(status: 503, body: #"{"code":-1001,"msg":"Disconnected"}"#) },
      FaultCase("slow") { .init(body: $0, delay: .seconds(1)) },
      FaultCase("cut") { .init(body: $0, cutAfter: $0.utf8.count / 2) },
      FaultCase("cut and left open") { .init(body: $0, cutAfter: $0.utf8.count / 2, delay: .seconds(1)) },
      FaultCase("closed") { .init(body: $0, cutAfter: -1) },
      FaultCase("half a document") { .init(body: String($0.prefix($0.count / 2))) },
      FaultCase("no document") { _ in .init(body: "") },
      FaultCase("wrong type") { .init(body: $0.replacing("\"20000.00\"", with: "20000.00")) },
      FaultCase("no number") { .init(body: $0.replacing("\"20000.00\"", with: "\"nan\"")) },
      FaultCase("another shape") { _ in .init(body: #"{"rows":[]}"#) },
      FaultCase("too large") { .init(body: $0 + String(repeating: " ", count: 300_000)) },
    ]
  }

  struct FaultTests {
    let wire = WireBars(minutes: 300)
    let clock = ManualClock()

    func bars(_ client: BinanceClient) throws -> BarSeries {
      try client.klines(symbol: "BTCUSDT", interval: minute, from: wire.start, to: wire.end())
    }

    @Test(arguments: FaultCase.all) func `two faults in a row are overcome`(fault: FaultCase) throws {
      let wire = wire
      let server = try ReplayServer { asked, number in
        let good = wire.reply(asked)
        return number < 2 ? fault.make(good.body) : good
      }
      let client = try BinanceClient(options(server) { $0.maximumBody = 200_000 }, clock: clock)
      #expect(try bars(client).equals(wire))
      #expect(server.asked.count == 3)
      #expect(client.statistics.requests == 3 && client.statistics.retries == 2)
      #expect(client.breaker == .closed)
      if let asked = fault.asked {
        // A date or an instant names the end: the second time it is over already.
        let isInstant = fault.testDescription.contains("date") || fault.testDescription.contains("words")
        #expect(clock.sleeps == (isInstant ? [asked] : [asked, asked]))
      } else {
        #expect(clock.sleeps.count == 2)
        #expect(clock.sleeps[0] < SimDuration(nanoseconds: 500_000_000) && clock.sleeps[1] < .seconds(1))
      }
    }

    @Test(arguments: FaultCase.all) func `a fault that stays ends in an error`(fault: FaultCase) throws {
      let wire = wire
      let server = try ReplayServer { asked, _ in fault.make(wire.reply(asked).body) }
      let client = try BinanceClient(
        options(server) {
          $0.attempts = 3
          $0.maximumBody = 200_000
        }, clock: clock)
      let error = try #require(MMSExchangeTests.fault { try bars(client) })
      #expect(error.code.exitStatus == 69 && error.message.contains("/api/v3/klines"), "\(error)")
      #expect(error.message.contains("3 attempts") && error.message.contains("run this again"))
      #expect(server.asked.count == 3)
    }

    @Test func `a ban longer than we wait is reported and kept`() throws {
      let server = try ReplayServer { _, _ in .init(status: 418, headers: [("Retry-After", "7200")]) }
      let client = try BinanceClient(options(server), clock: clock)
      for _ in 0..<3 {
        let error = try #require(fault { try bars(client) })
        #expect(error.code == .exhausted && error.message.contains("2023-11-15T00:13:20Z"), "\(error)")
      }
      #expect(server.asked.count == 1 && clock.sleeps.isEmpty)
      clock.advance(.seconds(7200))
      _ = fault { try bars(client) }
      #expect(server.asked.count == 2)
    }

    @Test func `the next minute is awaited before the weight is used up`() throws {
      let wire = wire
      let server = try ReplayServer { asked, number in
        var reply = wire.reply(asked)
        reply.headers = [("X-MBX-USED-WEIGHT-1M", number == 1 ? "959" : "3")]
        return reply
      }
      let client = try BinanceClient(options(server), clock: clock)
      for _ in 0..<2 { _ = try bars(client) }
      #expect(clock.sleeps.isEmpty)
      for _ in 0..<2 { _ = try bars(client) }
      // The clock stands 20 s into a minute.
      #expect(clock.sleeps == [.seconds(40)] && server.asked.count == 4)
    }

    @Test func `our own count holds where the exchange says nothing`() throws {
      let wire = wire
      let server = try ReplayServer { asked, _ in wire.reply(asked) }
      let client = try BinanceClient(options(server) { $0.weightPerMinute = 10 }, clock: clock)
      for _ in 0..<12 { _ = try bars(client) }
      #expect(clock.sleeps == [.seconds(40), .minutes(1)])
    }

    @Test func `the breaker opens, lets one probe through, and closes`() throws {
      let wire = wire
      let isDown = Flag(true)
      let server = try ReplayServer { asked, _ in isDown.value ? .init(status: 500) : wire.reply(asked) }
      let client = try BinanceClient(
        options(server) {
          $0.attempts = 4
          $0.breakerThreshold = 4
        }, clock: clock)
      #expect(fault { try bars(client) }?.code == .unavailable)
      #expect(client.breaker == .open(until: clock.now() + .seconds(30)) && server.asked.count == 4)
      // Closed for the callers that come now: nothing is sent.
      let error = try #require(fault { try bars(client) })
      #expect(error.code == .unavailable && error.message.contains("left alone until"))
      #expect(server.asked.count == 4)
      clock.advance(.seconds(30))
      // The probe fails: open again at once; the retries wait for the next probe.
      let before = clock.sleeps.count
      #expect(fault { try bars(client) } != nil)
      #expect(server.asked.count == 8)
      #expect(client.breaker == .open(until: clock.now() + .seconds(30)))
      let waits = clock.sleeps.dropFirst(before).reduce(0) { $0 + $1.nanoseconds }
      #expect(waits == 3 * 30_000_000_000)
      isDown.value = false
      clock.advance(.seconds(30))
      #expect(try bars(client).equals(wire))
      #expect(client.breaker == .closed && server.asked.count == 9)
    }

    @Test func `a request outlives an outage as long as its attempts last`() throws {
      let wire = wire
      let server = try ReplayServer { asked, number in number < 6 ? .init(status: 502) : wire.reply(asked) }
      let client = try BinanceClient(options(server), clock: clock)
      #expect(try bars(client).equals(wire))
      #expect(server.asked.count == 7 && client.breaker == .closed)
    }

    @Test func `nobody listening is a failure like others`() throws {
      var server: ReplayServer? = try ReplayServer { _, _ in .init() }
      let url = try #require(server?.url)
      server = nil
      var options = BinanceOptions(baseURL: url)
      options.attempts = 2
      let client = try BinanceClient(options, clock: clock)
      let error = try #require(fault { try bars(client) })
      #expect(error.code.exitStatus == 69 && error.message.contains(url))
      #expect(client.statistics.requests == 2)
    }

    @Test func `waits double up to their cap and are spread over it`() throws {
      let server = try ReplayServer { _, _ in .init(status: 500) }
      func sleeps(seed: UInt64) throws -> [Double] {
        let clock = ManualClock()
        let client = try BinanceClient(
          options(server) {
            $0.seed = seed
            $0.attempts = 12
            $0.breakerThreshold = 100
            $0.backoffCap = .seconds(20)
          }, clock: clock)
        _ = fault { try bars(client) }
        return clock.sleeps.map(\.seconds)
      }
      let runs = try (1...30).map { try sleeps(seed: $0) }
      #expect(try sleeps(seed: 1) == runs[0])
      let bounds = (0..<11).map { min(20, 0.5 * Double(1 << $0)) }
      for run in runs { #expect(run.count == 11 && zip(run, bounds).allSatisfy { $0 < $1 }) }
      // Uniform shares of their bound: mean 1/2, standard deviation √(1/12).
      let shares = runs.flatMap { zip($0, bounds).map { $0 / $1 } }
      let mean = shares.reduce(0, +) / Double(shares.count)
      #expect(abs(mean - 0.5) < 5 * (1.0 / 12 / Double(shares.count)).squareRoot())
    }
  }

#endif
