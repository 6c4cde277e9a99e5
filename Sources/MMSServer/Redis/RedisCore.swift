// SPDX-License-Identifier: Apache-2.0
#if Service

import CZeroMQ  // whose header brings eventfd
import Dispatch
import Foundation
import Glibc
import MMSCore
import Synchronization

/// The queue, the thread and the connections of a ``RedisLink``.
final class RedisCore: Sendable {
  enum Job {
    case get([UInt8], RedisWaiter)
    case send([[UInt8]])
    case invalidate

    var size: Int {
      switch self {
      case .get(let key, _): key.count
      case .send(let command): command.reduce(0) { $0 + $1.count }
      case .invalidate: 0
      }
    }
  }

  struct State {
    var jobs: [Job] = []
    var bytes = 0
    var isClosed = false
    var isConnected = false
    /// An invalidation that could not be published yet.
    var owesInvalidation = false
    var figures = RedisLink.Figures()
    var onInvalidation: (@Sendable () -> Void)?
  }

  // What waits at most; beyond it requests miss and values are not shared.
  private static let jobLimit = 1024
  private static let byteLimit = 32 << 20

  let address: RedisAddress
  let state = Mutex(State())
  let bell: Int32
  /// Tells our own invalidations from others'.
  let name = UUID().uuidString

  /// Prepares; nothing is connected before ``start()``.
  init(_ address: RedisAddress) throws(MMSError) {
    self.address = address
    bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard bell >= 0 else {
      throw MMSError(.unavailable, "there are no more file descriptors; raise the limit with ulimit -n")
    }
  }

  deinit { Glibc.close(bell) }

  var onInvalidation: (@Sendable () -> Void)? {
    get { state.withLock { $0.onInvalidation } }
    set { state.withLock { $0.onInvalidation = newValue } }
  }

  var isConnected: Bool { state.withLock(\.isConnected) }
  var figures: RedisLink.Figures { state.withLock(\.figures) }

  /// Starts the thread.
  func start() {
    let thread = Thread { [self] in run() }
    thread.name = "mms-redis"
    thread.start()
  }

  /// Ends the thread, at its next turn.
  func close() {
    state.withLock {
      $0.isClosed = true
      $0.isConnected = false
    }
    ring()
  }

  /// Asks for a value on behalf of somebody who waits.
  func get(_ key: [UInt8], _ waiter: RedisWaiter, patience: Duration) {
    let isTaken = put([.get(key, waiter)])
    guard isTaken else {
      state.withLock { $0.figures.misses += 1 }
      waiter.tell(nil)
      return
    }
    let (seconds, attoseconds) = patience.components
    let limit = DispatchTimeInterval.nanoseconds(Int(seconds * 1_000_000_000 + attoseconds / 1_000_000_000))
    DispatchQueue.global().asyncAfter(deadline: .now() + limit) { [self] in
      guard waiter.tell(nil) else { return }
      state.withLock {
        $0.figures.misses += 1
        $0.figures.timeouts += 1
      }
    }
  }

  /// Sends commands whose replies nobody waits for.
  func send(_ commands: [[UInt8]]...) { put(commands.map { .send($0) }) }

  /// Publishes an invalidation, now or when there is a connection.
  func invalidate() {
    if put([.invalidate]) { return }
    state.withLock { $0.owesInvalidation = true }
  }

  @discardableResult
  func put(_ jobs: [Job]) -> Bool {
    let size = jobs.reduce(0) { $0 + $1.size }
    let isTaken = state.withLock { state in
      guard state.isConnected, !state.isClosed, state.jobs.count + jobs.count <= Self.jobLimit,
        state.bytes + size <= Self.byteLimit
      else {
        state.figures.dropped += 1
        return false
      }
      state.jobs += jobs
      state.bytes += size
      return true
    }
    if isTaken { ring() }
    return isTaken
  }

  private func ring() { _ = eventfd_write(bell, 1) }
}

#endif
