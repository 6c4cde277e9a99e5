// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import MMSCore
import MMSRuntime
import MMSStore
import ServiceLifecycle
import Synchronization
import Testing

@testable import MMSServer

/// What only a socket shows: slow, oversized, broken and vanishing clients.
@Suite(.serialized, .timeLimit(.minutes(3))) struct HTTPWireTests {
  private static func withPort(
    host: (any SimulationHost)? = nil, _ change: (inout ServiceConfiguration) -> Void = { _ in },
    _ test: @escaping @Sendable (Int) async throws -> Void
  ) async throws {
    let service = try TestService.shared.get()
    var configuration = service.configuration
    change(&configuration)
    let (ports, announce) = AsyncStream.makeStream(of: Int.self)
    let door = HTTPDoor(
      host: host ?? service.host, configuration: configuration, registry: PrometheusRegistry(),
      logger: TestService.logger
    ) { port in announce.yield(port) }
    let group = ServiceGroup(services: [door], logger: TestService.logger)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      let port = try #require(await ports.first { _ in true })
      do { try await test(port) } catch {
        await group.triggerGracefulShutdown()
        throw error
      }
      await group.triggerGracefulShutdown()
    }
  }

  /// Runs what blocks on a thread of its own.
  private static func blocking<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: work()) }
    }
  }

  private static func post(_ body: String, _ headers: String = "") -> String {
    "POST /simulate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
      + headers + "\r\n" + body
  }

  @Test("a connection answers one request after the other, also after a simulation")
  func keepsAlive() async throws {
    try await Self.withPort { port in
      let body = JSONValue.object(APICase.request(["seed": 31])).write(pretty: false)
      let texts = await Self.blocking { () -> [String] in
        guard let connection = RawConnection(port: port) else { return [] }
        var texts: [String] = []
        for _ in 0..<3 {
          connection.send(Self.post(body))
          texts.append(connection.receive(seconds: 20) { $0.hasSuffix("}") }.text)
        }
        return texts
      }
      #expect(texts.count == 3)
      for text in texts {
        #expect(text.hasPrefix("HTTP/1.1 200") && text.contains("\"simulation_id\""), "\(text)")
      }
    }
  }

  @Test("a head that trickles in is cut off in time, and so is a body")
  func slowLoris() async throws {
    try await Self.withPort {
      $0.headerSeconds = 0.5
    } _: { port in
      // The door waits half a second; the rest of the bound is for a machine that does much else meanwhile. One that
      // never cuts off holds the connection for as long as drops come: twice the bound.
      let limit = 10.0
      for (opening, drop) in [
        ("GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ", "a"),
        (
          "POST /simulate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{",
          " "
        ),
        ("GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n", " "),
        ("", ""),
      ] {
        let seconds = await Self.blocking { () -> Double in
          guard let connection = RawConnection(port: port) else { return .infinity }
          let began = Date()
          connection.send(opening)
          while Date().timeIntervalSince(began) < 2 * limit {
            if connection.receive(seconds: 0.1).hasEnded { break }
            if !drop.isEmpty, !connection.send(drop) { break }
          }
          return Date().timeIntervalSince(began)
        }
        #expect(seconds < limit, "\(opening.prefix(4)) held a connection for \(seconds) s")
      }
    }
  }

  @Test("a body beyond the limit is refused, whether its length is said or not")
  func oversized() async throws {
    try await Self.withPort {
      $0.bodyLimit = 1000
    } _: { port in
      let filler = String(repeating: "x", count: 600)
      let chunk = "258\r\n\(filler)\r\n"
      let requests = [
        Self.post(String(repeating: " ", count: 5000), "Connection: close\r\n"),
        "POST /simulate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"
          + "Transfer-Encoding: chunked\r\n\r\n\(chunk)\(chunk)\(chunk)0\r\n\r\n",
      ]
      for request in requests {
        let text = await Self.blocking { () -> String in
          guard let connection = RawConnection(port: port) else { return "" }
          connection.send(request)
          return connection.receive(seconds: 10) { $0.contains("too_large") }.text
        }
        #expect(text.hasPrefix("HTTP/1.1 413"), "\(text)")
      }
    }
  }

  @Test(
    "what is no HTTP is refused without harm",
    arguments: ["nonsense", "negative length", "many headers", "long path"])
  func broken(_ name: String) async throws {
    // By name: a runner that prints its arguments chokes on the longest of them.
    let request =
      switch name {
      case "nonsense": "NONSENSE\r\n\r\n"
      case "negative length": "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n"
      case "many headers":
        "GET /health HTTP/1.1\r\nHost: x\r\n" + String(repeating: "X-H: y\r\n", count: 500) + "\r\n"
      default: "GET /" + String(repeating: "a", count: 200_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"
      }
    try await Self.withPort { port in
      let (text, after) = await Self.blocking { () -> (String, String) in
        guard let connection = RawConnection(port: port), let other = RawConnection(port: port) else {
          return ("", "")
        }
        connection.send(request)
        let text = connection.receive(seconds: 5) { $0.contains("\r\n\r\n") }.text
        other.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        return (text, other.receive(seconds: 10) { $0.hasSuffix("}") }.text)
      }
      #expect(text.isEmpty || text.hasPrefix("HTTP/1.1 4"), "\(text.prefix(300))")
      #expect(after.hasPrefix("HTTP/1.1 200"), "\(after)")
    }
  }

  @Test("connections beyond the limit wait until another closes")
  func connectionLimit() async throws {
    try await Self.withPort {
      $0.connectionLimit = 2
    } _: { port in
      let (early, late) = await Self.blocking { () -> (String, String) in
        let question = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
        // One after the other: what knocks at the same moment is let in together.
        var inside: [RawConnection] = []
        for _ in 0..<2 {
          guard let connection = RawConnection(port: port) else { return ("", "") }
          connection.send(question)
          _ = connection.receive(seconds: 10) { $0.hasSuffix("}") }
          inside.append(connection)
        }
        guard let third = RawConnection(port: port) else { return ("", "") }
        third.send(question)
        let early = third.receive(seconds: 0.5) { $0.hasSuffix("}") }.text
        inside[0].close()
        return (early, third.receive(seconds: 10) { $0.hasSuffix("}") }.text)
      }
      #expect(early.isEmpty)
      #expect(late.hasPrefix("HTTP/1.1 200"), "\(late)")
    }
  }

  @Test("a client that closes its connection gives its simulation up")
  func vanishing() async throws {
    let service = try TestService.shared.get()
    let (events, tell) = AsyncStream.makeStream(of: String.self)
    let host = ScriptedHost(base: service.host) { (_) throws(MMSError) in
      tell.yield("began")
      do { try await Task.sleep(for: .seconds(20)) } catch {
        tell.yield("cancelled")
        throw MMSError(.interrupted, "given up")
      }
      throw MMSError(.timedOut, "nobody cancelled")
    }
    try await Self.withPort(host: host) { port in
      let body = JSONValue.object(APICase.request()).write(pretty: false)
      let connection = try #require(RawConnection(port: port))
      connection.send(Self.post(body))
      var iterator = events.makeAsyncIterator()
      #expect(await iterator.next() == "began")
      let closed = ContinuousClock.now
      connection.close()
      #expect(await iterator.next() == "cancelled")
      #expect(ContinuousClock.now - closed < .seconds(5))
    }
  }
}

#endif
