// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import Glibc
import MMSCore
import Synchronization
import Testing

@testable import MMSServer

/// The link to Redis, with a real server, and with what may happen to one.
@Suite(.enabled(if: RedisServer.program != nil, "redis-server is not installed"), .timeLimit(.minutes(3)))
struct RedisLinkTests {
  /// Waits for something that happens soon; a loaded machine may take its time.
  private func soon(_ what: String, _ isSo: () async -> Bool) async {
    for _ in 0..<1000 {
      if await isSo() { return }
      try? await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("after ten seconds: not \(what)")
  }

  /// A value, asked for again while the machine is too busy to answer in time.
  private func value(_ link: RedisLink, _ key: String) async -> [UInt8]? {
    for _ in 0..<100 {
      if let value = await link.get(key) { return value }
      try? await Task.sleep(for: .milliseconds(20))
    }
    return nil
  }

  @Test("values come back byte for byte, from nothing to megabytes, and expire")
  func values() async throws {
    let server = try await RedisServer()
    let link = try RedisLink(url: server.url)
    await soon("connected") { link.isConnected }
    #expect(await link.get("absent") == nil)
    for size in [1, 255, 65_536, 3_000_000] {
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ size) }
      link.set("key \(size)\0x", bytes, seconds: 60)
      #expect(await value(link, "key \(size)\0x") == bytes, "\(size) bytes")
    }
    link.set("empty", [], seconds: 60)
    #expect(await value(link, "empty") == [])
    link.set("short", [1], seconds: 1)
    #expect(await value(link, "short") == [1])
    await soon("expired") { await link.get("short") == nil && link.isConnected }
    #expect(link.figures.hits >= 6 && link.figures.misses >= 1)
    link.close()
    #expect(await link.get("empty") == nil)
  }

  @Test("many ask at once, and each is told its own value")
  func manyAtOnce() async throws {
    let server = try await RedisServer()
    let link = try RedisLink(url: server.url)
    await soon("connected") { link.isConnected }
    for index in 0..<500 { link.set("k\(index)", Array("value \(index)".utf8), seconds: 60) }
    _ = await value(link, "k499")
    let wrong = await withTaskGroup(of: Bool.self) { group in
      for index in 0..<500 {
        group.addTask {
          let value = await link.get("k\(index)")
          // Too late is a miss; another's value never.
          return value != nil && value != Array("value \(index)".utf8)
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(wrong == 0)
    #expect(link.figures.hits > 0)
  }

  @Test("a server that dies is a miss at once, and is used again when it is back")
  func restart() async throws {
    let server = try await RedisServer()
    let link = try RedisLink(url: server.url)
    await soon("connected") { link.isConnected }
    link.set("a", [1], seconds: 60)
    #expect(await value(link, "a") == [1])
    server.die()
    await soon("disconnected") { !link.isConnected }
    #expect(link.figures.reason != nil)
    let began = ContinuousClock.now
    for _ in 0..<100 { #expect(await link.get("a") == nil) }
    #expect(ContinuousClock.now - began < .seconds(1))
    link.set("b", [2], seconds: 60)
    try await server.start()
    await soon("connected again") { link.isConnected }
    #expect(await link.get("a") == nil)
    link.set("c", [3], seconds: 60)
    #expect(await value(link, "c") == [3])
    #expect(link.figures.connections >= 2 && link.figures.reason == nil)
  }

  @Test("a server that stands still costs a request no more than its patience")
  func stopped() async throws {
    let server = try await RedisServer()
    let link = try RedisLink(url: server.url)
    await soon("connected") { link.isConnected }
    server.signal(SIGSTOP)
    defer { server.signal(SIGCONT) }
    let began = ContinuousClock.now
    #expect(await link.get("a") == nil)
    // The patience is 50 ms; the rest is for a loaded machine, and far less than a hanging call takes.
    #expect(ContinuousClock.now - began < .seconds(2))
    await soon("disconnected") { !link.isConnected }
    server.signal(SIGCONT)
    await soon("connected again") { link.isConnected }
    link.set("c", [3], seconds: 60)
    #expect(await value(link, "c") == [3])
  }

  @Test(
    "whoever answers nonsense is no Redis",
    arguments: [
      "HTTP/1.1 400 Bad Request\r\n\r\n", "$5\r\nab", "*-7\r\n", "\u{0}\u{1}\u{2}", "-NOAUTH no\r\n", "",
    ])
  func garbage(_ text: String) async throws {
    let socket = try LoopbackSocket()
    socket.answer(Array(text.utf8))
    defer { socket.stop() }
    let link = try RedisLink(url: "redis://127.0.0.1:\(socket.port)")
    await soon("refused") { link.figures.reason != nil }
    #expect(!link.isConnected && link.figures.connections == 0)
    #expect(await link.get("a") == nil)
    link.set("a", [1], seconds: 1)
    link.publishInvalidation()
    link.close()
  }

  @Test("an invalidation reaches the others, once, and not the one who published it")
  func invalidation() async throws {
    let server = try await RedisServer()
    let (first, second) = (try RedisLink(url: server.url), try RedisLink(url: server.url))
    let heard = Mutex((0, 0))
    first.onInvalidation = { heard.withLock { $0.0 += 1 } }
    second.onInvalidation = { heard.withLock { $0.1 += 1 } }
    await soon("connected") { first.isConnected && second.isConnected }
    first.publishInvalidation()
    await soon("heard") { heard.withLock { $0.1 } == 1 }
    second.publishInvalidation()
    await soon("heard") { heard.withLock { $0.0 } == 1 }
    #expect(heard.withLock { $0 } == (1, 1))
  }

  @Test("an invalidation while Redis is away is published when it is back")
  func lateInvalidation() async throws {
    let server = try await RedisServer()
    let (first, second) = (try RedisLink(url: server.url), try RedisLink(url: server.url))
    let heard = Mutex(0)
    second.onInvalidation = { heard.withLock { $0 += 1 } }
    await soon("connected") { first.isConnected && second.isConnected }
    server.die()
    await soon("disconnected") { !first.isConnected && !second.isConnected }
    first.publishInvalidation()
    try await server.start()
    await soon("heard") { heard.withLock { $0 } >= 1 }
  }

  @Test("a password is needed where one is set, and the state of workers is kept for some seconds")
  func passwordAndWorkers() async throws {
    let server = try await RedisServer(password: "a b@c")
    let stranger = try RedisLink(url: server.url)
    await soon("refused") { stranger.figures.reason != nil }
    #expect(!stranger.isConnected)
    let url = "redis://:a%20b%40c@127.0.0.1:\(server.port)/3"
    let link = try RedisLink(url: url)
    await soon("connected") { link.isConnected }
    link.setWorker("w1", [("pid", "7"), ("task", "sim_1")], seconds: 30)
    let raw = try RedisConnection(
      RedisAddress(url), connectTimeout: .seconds(1), commandTimeout: .seconds(1))
    func bytes(_ words: String...) -> [[UInt8]] { words.map { Array($0.utf8) } }
    await soon("kept") {
      (try? raw.run([bytes("HGET", "mms:worker:w1", "task")])) == [.text(Array("sim_1".utf8))]
    }
    guard case .number(let left) = try raw.run([bytes("TTL", "mms:worker:w1")])[0] else {
      Issue.record("no time to live")
      return
    }
    #expect((1...30).contains(left))
  }
}

/// The URL of a Redis.
@Suite struct RedisAddressTests {
  @Test("a URL is read into its parts")
  func parts() throws {
    let plain = try RedisAddress("redis://cache.example")
    #expect((plain.host, plain.port, plain.database) == ("cache.example", 6379, 0))
    #expect(plain.password == nil)
    let full = try RedisAddress("redis://me:p%40ss@[::1]:7000/12")
    #expect((full.host, full.port, full.database) == ("::1", 7000, 12))
    #expect((full.user, full.password) == ("me", "p@ss"))
    #expect("\(full)" == "[::1]:7000")
  }

  @Test(
    "a wrong URL is refused with its wrong part, and without the password",
    arguments: [
      ("127.0.0.1:6379", "redis://"), ("rediss://h:1", "rediss://"), ("redis://", "host"),
      ("redis://h:port", "port"), ("redis://h:0", "port"), ("redis://h:70000", "port"),
      ("redis://h/x", "database"), ("redis://secret@h", "password"), ("redis://:@h", "password"),
      ("redis://:secret@:1", "host"),
    ])
  func faults(_ url: String, _ word: String) {
    let error = #expect(throws: MMSError.self) { try RedisAddress(url) }
    #expect(error?.code == .usage)
    #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("secret") == false)
    #expect(error?.hint?.contains("redis://HOST:PORT") == true)
  }
}

#endif
