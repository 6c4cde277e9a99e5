// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore

/// What instances of the service share through Redis: answers, invalidations, the state of workers.
///
/// A thread of its own talks to Redis, so that no task ever waits in a system call. Redis is a help and never a
/// condition: one that is away, slow or talks nonsense is a miss, and is tried again after a while.
final class RedisLink: Sendable {
  /// How often what came of it.
  struct Figures: Sendable, Hashable {
    /// Answers that were found.
    var hits = 0
    /// Answers that were not there, or not in time.
    var misses = 0
    /// Of the misses: those that Redis did not answer in time.
    var timeouts = 0
    /// What was not sent because too much was waiting or nobody listened.
    var dropped = 0
    /// How often a connection was made.
    var connections = 0
    /// Why there is no connection; nil when there is one.
    var reason: String?
  }

  /// How long a request waits for Redis at most.
  static let patience = Duration.milliseconds(50)

  private let core: RedisCore

  /// Starts to connect.
  ///
  /// - Parameter url: `redis://[:PASSWORD@]HOST[:PORT][/DB]`.
  /// - Throws: ``MMSError/Code/usage`` for a URL that is none; ``MMSError/Code/unavailable`` without descriptors.
  init(url: String) throws(MMSError) {
    core = try RedisCore(RedisAddress(url))
    core.start()
  }

  deinit { core.close() }

  /// A value; nil when there is none, or none in time.
  func get(_ key: String) async -> [UInt8]? {
    await withCheckedContinuation { continuation in
      core.get(Array(key.utf8), RedisWaiter(continuation), patience: Self.patience)
    }
  }

  /// Stores a value for some seconds, sooner or later.
  func set(_ key: String, _ value: [UInt8], seconds: Int) {
    core.send([
      Array("SETEX".utf8), Array(key.utf8), Array(String(max(1, seconds)).utf8), value,
    ])
  }

  /// Says what a worker does; it is forgotten unless said again within some seconds.
  func setWorker(_ name: String, _ facts: [(name: String, value: String)], seconds: Int) {
    guard !facts.isEmpty else { return }
    let key = Array("mms:worker:\(name)".utf8)
    core.send(
      [Array("HSET".utf8), key] + facts.flatMap { [Array($0.name.utf8), Array($0.value.utf8)] },
      [Array("EXPIRE".utf8), key, Array(String(max(1, seconds)).utf8)])
  }

  /// Tells every other instance that answers kept so far are out of date; as soon as Redis is back, if it is away.
  func publishInvalidation() { core.invalidate() }

  /// Called, on the link's thread, when another instance has published an invalidation, or may have while this one
  /// was not listening.
  var onInvalidation: (@Sendable () -> Void)? {
    get { core.onInvalidation }
    set { core.onInvalidation = newValue }
  }

  /// Whether Redis answered the last time it was asked.
  var isConnected: Bool { core.isConnected }

  /// How often what came of it.
  var figures: Figures { core.figures }

  /// Ends the connection and the thread; whoever waits is told that there is nothing.
  func close() { core.close() }
}

#endif
