// SPDX-License-Identifier: Apache-2.0
#if Service

  import Foundation
  import MMSCore
  import MMSExchange
  import MMSStore
  import NIOCore
  import Testing

  /// The built `mms` against a real socket.
  struct FetchCommandTests {
    let space: Workspace
    let request = BarRequest(symbol: "BTCUSDT", resolution: .minutes(1))

    init() throws { space = try Workspace() }

    func arguments(_ server: ReplayServer, _ wire: WireBars) -> [String] {
      [
        "data", "fetch", "--source", "binance", "--symbol", "BTCUSDT", "--from", "\(wire.start)", "--to",
        "\(wire.end())", "--base-url", server.url, "--json",
      ]
    }

    @Test func `fetch prints one document, and again finds nothing to do`() throws {
      let wire = WireBars(minutes: 1500)
      let server = try ReplayServer { asked, _ in wire.reply(asked) }
      for (fetched, requests) in [(1500, 2), (0, 0)] as [(Int64, Int64)] {
        let outcome = try space.run(arguments(server, wire))
        #expect(outcome.status == 0 && outcome.err.isEmpty, "\(outcome)")
        let json = try JSONValue(parsing: outcome.out)
        #expect(
          json["symbol"] == "BTCUSDT" && json["source"] == "binance-spot" && json["resolution"] == "1min")
        #expect(json["bars_fetched"] == .integer(fetched) && json["bars_stored"] == .integer(fetched))
        #expect(json["requests"] == .integer(requests) && json["retries"] == 0)
        #expect(json["from"] == .string("\(wire.start)") && json["to"] == .string("\(wire.end())"))
      }
      #expect(try space.store().bars(request).equals(wire))
    }

    @Test(arguments: [SIGKILL, SIGINT]) func `a fetch ended mid-way goes on where it stopped`(signal: Int32)
      throws
    {
      let wire = WireBars(minutes: 8000)
      let server = try ReplayServer { asked, number in
        var reply = wire.reply(asked)
        // The sixth page never comes in time.
        reply.delay = number == 5 ? .seconds(30) : .milliseconds(20)
        return reply
      }
      let process = try space.start(arguments(server, wire))
      let deadline = ContinuousClock.now + .seconds(30)
      while server.asked.count < 6, ContinuousClock.now < deadline { usleep(5000) }
      #expect(server.asked.count == 6)
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      if signal == SIGINT { #expect(process.terminationStatus == 130) }
      // Five pages came, and all of them are there.
      #expect(try space.store().bars(request).equals(WireBars(Array(wire.rows[..<5000]))))
      let healthy = try ReplayServer { asked, _ in wire.reply(asked) }
      let outcome = try space.run(arguments(healthy, wire))
      #expect(outcome.status == 0, "\(outcome.err)")
      let json = try JSONValue(parsing: outcome.out)
      #expect(json["bars_held"] == 5000 && json["bars_stored"] == 3000 && json["requests"] == 3)
      #expect(
        healthy.asked.map { $0.number("startTime") }
          == [5000, 6000, 7000].map { WireBars.open(wire.rows[$0]) })
      #expect(try space.store().bars(request).equals(wire))
    }

    @Test func `wrong values and refusals end with their status`() throws {
      let wire = WireBars(minutes: 10)
      let unknown = try ReplayServer { _, _ in
        .init(status: 400, body: #"{"code":-1121,"msg":"Invalid symbol."}"#)
      }
      var outcome = try space.run(arguments(unknown, wire))
      #expect(outcome.status == 66 && outcome.err.contains("Binance knows no symbol 'BTCUSDT'"))
      let refused = try ReplayServer { _, _ in .init(status: 451) }
      outcome = try space.run(arguments(refused, wire))
      #expect(outcome.status == 69 && outcome.err.contains("--base-url https://data-api.binance.vision"))
      for (change, words) in [
        (["--source", "binanse"], "did you mean 'binance'?"), (["--interval", "7m"], "1m, 3m"),
        (["--from", "soon"], "--from 'soon'"), (["--to", "2001-01-01"], "does not come before"),
        (["--base-url", "ftp://x"], "base URL 'ftp://x'"),
      ] {
        outcome = try space.run(arguments(refused, wire) + change)
        #expect(outcome.status == 64 && outcome.err.lowercased().contains(words.lowercased()), "\(outcome)")
      }
      #expect(refused.asked.count == 1)
    }

    @Test func `variables set the options too`() throws {
      let wire = WireBars(minutes: 5)
      let server = try ReplayServer { asked, _ in wire.reply(asked) }
      let outcome = try space.run(
        ["data", "fetch", "--from", "\(wire.start)", "--to", "\(wire.end())"],
        environment: ["MMS_BASE_URL": server.url, "MMS_SYMBOL": "BTCUSDT", "MMS_SOURCE": "binance"])
      #expect(outcome.status == 0 && outcome.out.contains("5 bars stored"), "\(outcome)")
    }

    @Test func `waits the exchange asks for are said and kept`() throws {
      let wire = WireBars(minutes: 5)
      let server = try ReplayServer { asked, number in
        number == 0 ? .init(status: 429, headers: [("Retry-After", "1")]) : wire.reply(asked)
      }
      let began = ContinuousClock.now
      let outcome = try space.run(arguments(server, wire))
      #expect(outcome.status == 0 && outcome.err.contains("as Binance asks"), "\(outcome)")
      #expect(ContinuousClock.now - began >= .milliseconds(990) && server.asked.count == 2)
    }
  }

#endif
