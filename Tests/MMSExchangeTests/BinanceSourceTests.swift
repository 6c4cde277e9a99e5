// SPDX-License-Identifier: Apache-2.0
#if Service

  import Foundation
  import MMSCore
  import MMSData
  import MMSExchange
  import Testing

  struct BinanceSourceTests {
    let wire = WireBars(minutes: 3 * 1440)

    var factory: DataSourceFactory {
      var factory = DataSourceFactory()
      factory.register(.binance)
      return factory
    }

    /// An exchange whose clock stands within the last bar but one.
    func server() throws -> ReplayServer {
      let wire = wire
      let now = WireBars.open(wire.rows[wire.rows.count - 2]) + 30_000
      return try ReplayServer { asked, _ in
        asked.path == "/api/v3/time" ? .init(body: #"{"serverTime":\#(now)}"#) : wire.reply(asked)
      }
    }

    @Test func `the one factory opens it`() throws {
      let server = try server()
      let source = try factory.open("binance:?base_url=\(server.url)")
      #expect(source.name == "binance:?base_url=\(server.url)")
      let request = BarRequest(symbol: "BTCUSDT", resolution: .minutes(1))
      let held = try #require(source.coverage(for: request).first)
      let over = WireBars(Array(wire.rows.dropLast(2)))
      #expect(held.start == over.start && held.end == over.end() && held.count == over.rows.count)
      #expect(try source.bars(request).equals(over))
      var part = request
      part.start = over.start + .seconds(61)
      part.end = over.start + .seconds(600)
      #expect(try source.bars(part).equals(WireBars(Array(wire.rows[2..<10]))))
      #expect(try factory.open("binance:").name == "binance:")
    }

    @Test func `what it cannot answer it says`() throws {
      let server = try server()
      let source = try factory.open("binance:?base_url=\(server.url)")
      #expect(fault { try source.coverage() }?.code == .usage)
      var request = BarRequest(symbol: "BTCUSDT", resolution: .minutes(7))
      #expect(fault { try source.bars(request) }?.path == "interval")
      request.resolution = .minutes(1)
      request.source = "binance-usdm"
      #expect(fault { try source.bars(request) }?.code == .noData)
      request.source = nil
      request.start = wire.end()
      #expect(fault { try source.bars(request) }?.code == .noData)
      for (uri, words) in [
        ("binance:BTCUSDT", "names the file 'BTCUSDT'"), ("binance:?base_url=x", "base URL 'x'"),
        ("binance:?url=x", "unknown parameter 'url'"), ("binanse:", "did you mean 'binance:'"),
      ] {
        #expect(fault { try factory.open(uri) }?.description.contains(words) == true, "\(uri)")
      }
      #expect(fault { try DataSourceFactory().open("binance:") }?.message.contains("unknown scheme") == true)
    }

    @Test func `many tasks may wait for it at once`() async throws {
      let server = try server()
      let source = try factory.open("binance:?base_url=\(server.url)")
      let wire = WireBars(Array(wire.rows.dropLast(2)))
      // More than the pool has threads: were the answers to need one of them, none would come.
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<4 * ProcessInfo.processInfo.activeProcessorCount {
          group.addTask {
            try source.bars(
              BarRequest(symbol: "BTCUSDT", resolution: .minutes(1), start: wire.end() - .minutes(50))
            ).count == 50
          }
        }
        for try await isRight in group { #expect(isRight) }
      }
    }

    @Test func `a simulation reads it`() throws {
      let server = try server()
      let space = try Workspace()
      let outcome = try space.run([
        "simulate", "--symbol", "BTCUSDT", "--period", "1d", "--scenario", "normal", "--json", "--data",
        "binance:?base_url=\(server.url)",
      ])
      #expect(outcome.status == 0, "\(outcome.err)")
      let json = try JSONValue(parsing: outcome.out)
      #expect(
        json["provenance"]?["data"]?.write().contains("binance:") == true, "\(outcome.out.prefix(2000))")
    }
  }

#endif
