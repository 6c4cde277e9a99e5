// SPDX-License-Identifier: Apache-2.0
#if Service

import CZeroMQ  // whose header brings eventfd
import Foundation
import Glibc
import MMSCore
import Synchronization

extension RedisCore {
  private static let batchLimit = 64
  private static let channel = Array("mms:invalidation".utf8)
  private static let generationKey = Array("mms:generation".utf8)

  private struct Connections {
    let commands: RedisConnection
    /// A connection that listens to a channel can do nothing else.
    let ears: RedisConnection
    var generation: Int64
  }

  /// What the thread does.
  func run() {
    // hiredis writes without MSG_NOSIGNAL; a closed peer is an error here and no signal.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGPIPE)
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    var connections: Connections?
    var generation: Int64?
    var failures = 0
    var nextAttempt = ContinuousClock.now
    while !state.withLock(\.isClosed) {
      do throws(MMSError) {
        if connections == nil, ContinuousClock.now >= nextAttempt {
          let fresh = try connect()
          failures = 0
          connections = fresh
          settle(fresh, known: generation)
          generation = fresh.generation
        }
        guard var open = connections else {
          wait(until: nextAttempt, [])
          continue
        }
        try serve(&open)
        connections = open
        generation = open.generation
      } catch {
        connections = nil
        nextAttempt = ContinuousClock.now + Self.pause(after: failures)
        failures += 1
        part(from: error.message)
      }
    }
    part(from: "the link is closed")
  }

  private func connect() throws(MMSError) -> Connections {
    func connection() throws(MMSError) -> RedisConnection {
      try RedisConnection(
        address, connectTimeout: .milliseconds(500), commandTimeout: RedisLink.patience)
    }
    let (commands, ears) = (try connection(), try connection())
    try ears.send([Array("SUBSCRIBE".utf8), Self.channel])
    guard case .list = try ears.read() else {
      throw MMSError(.unavailable, "Redis at \(address) does not let us subscribe")
    }
    var generation: Int64 = 0
    if case .text(let text) = try commands.run([[Array("GET".utf8), Self.generationKey]])[0] {
      generation = Int64(String(decoding: text, as: UTF8.self)) ?? 0
    }
    return Connections(commands: commands, ears: ears, generation: generation)
  }

  /// Opens the queue, and makes up for what was missed.
  private func settle(_ connections: Connections, known generation: Int64?) {
    let (owes, callback) = state.withLock { state in
      state.isConnected = !state.isClosed
      state.figures.connections += 1
      state.figures.reason = nil
      defer { state.owesInvalidation = false }
      return (state.owesInvalidation, state.onInvalidation)
    }
    if owes { put([.invalidate]) }
    if let generation, generation != connections.generation { callback?() }
  }

  /// Closes the queue and disappoints those who wait.
  private func part(from reason: String) {
    let jobs = state.withLock { state in
      state.isConnected = false
      state.figures.reason = reason
      state.bytes = 0
      defer { state.jobs = [] }
      return state.jobs
    }
    disappoint(jobs)
  }

  private func disappoint(_ jobs: [Job]) {
    for job in jobs {
      switch job {
      case .get(_, let waiter):
        if waiter.tell(nil) { state.withLock { $0.figures.misses += 1 } }
      case .send: state.withLock { $0.figures.dropped += 1 }
      case .invalidate: state.withLock { $0.owesInvalidation = true }
      }
    }
  }

  /// One turn: waits for something to do, and does it.
  private func serve(_ open: inout Connections) throws(MMSError) {
    let isIdle = state.withLock(\.jobs.isEmpty)
    if isIdle {
      let due = ContinuousClock.now + .seconds(1)
      let ready = wait(until: due, [open.ears.descriptor, open.commands.descriptor])
      if ready[0] { try listen(&open) }
      // Nothing was asked, so what can be read is an end, or nonsense.
      if ready[1] { throw MMSError(.unavailable, "Redis closed the connection") }
      if ContinuousClock.now >= due { _ = try open.commands.run([[Array("PING".utf8)]]) }
    }
    let jobs = state.withLock { state in
      let jobs = Array(state.jobs.prefix(Self.batchLimit))
      state.jobs.removeFirst(jobs.count)
      state.bytes -= jobs.reduce(0) { $0 + $1.size }
      return jobs
    }
    guard !jobs.isEmpty else { return }
    do throws(MMSError) { try work(jobs, &open) } catch {
      disappoint(jobs)
      throw error
    }
  }

  private func work(_ jobs: [Job], _ open: inout Connections) throws(MMSError) {
    var commands: [[[UInt8]]] = []
    for job in jobs {
      switch job {
      // Who has stopped waiting is not worth a command, but keeps its place.
      case .get(let key, let waiter):
        commands.append(waiter.isOver ? [Array("PING".utf8)] : [Array("GET".utf8), key])
      case .send(let command): commands.append(command)
      case .invalidate: commands.append([Array("INCR".utf8), Self.generationKey])
      }
    }
    let replies = try open.commands.run(commands)
    for (job, reply) in zip(jobs, replies) {
      switch job {
      case .get(_, let waiter):
        var value: [UInt8]?
        if case .text(let bytes) = reply { value = bytes }
        if waiter.tell(value) {
          state.withLock { if value == nil { $0.figures.misses += 1 } else { $0.figures.hits += 1 } }
        }
      case .send:
        if case .refusal(let reason) = reply {
          state.withLock {
            $0.figures.dropped += 1
            $0.figures.reason = "Redis refused: \(reason.prefix(200))"
          }
        }
      case .invalidate:
        guard case .number(let number) = reply else { continue }
        open.generation = max(open.generation, number)
        _ = try open.commands.run([
          [Array("PUBLISH".utf8), Self.channel, Array("\(number) \(name)".utf8)]
        ])
      }
    }
  }

  /// Takes what other instances have said.
  private func listen(_ open: inout Connections) throws(MMSError) {
    try open.ears.receive()
    while let reply = try open.ears.readAvailable() {
      guard case .list(let parts) = reply, parts.count == 3, case .text(let text) = parts[2] else { continue }
      let words = String(decoding: text, as: UTF8.self).split(separator: " ")
      guard words.count == 2, let number = Int64(words[0]) else { continue }
      open.generation = max(open.generation, number)
      if words[1] != name { onInvalidation?() }
    }
  }

  /// Waits for the bell, a descriptor or a time.
  @discardableResult
  private func wait(until due: ContinuousClock.Instant, _ descriptors: [Int32]) -> [Bool] {
    var items = ([bell] + descriptors).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let left = max(0, (due - ContinuousClock.now) / .milliseconds(1))
    _ = unsafe poll(&items, nfds_t(items.count), Int32(min(left.rounded(.up), 60_000)))
    var count: eventfd_t = 0
    _ = unsafe eventfd_read(bell, &count)
    return items.dropFirst().map { $0.revents != 0 }
  }

  /// How long to leave Redis alone: doubling from 50 ms to 5 s, a half of it by chance, so that instances do not come
  /// back in step.
  private static func pause(after failures: Int) -> Duration {
    let longest = min(5000, 50 << min(failures, 10))
    return .milliseconds(Int.random(in: longest / 2...longest))
  }
}

#endif
