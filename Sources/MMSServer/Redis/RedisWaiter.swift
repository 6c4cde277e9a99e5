// SPDX-License-Identifier: Apache-2.0
#if Service

import Synchronization

/// Somebody who waits for a value: told once, by whoever comes first.
final class RedisWaiter: Sendable {
  private let continuation: Mutex<CheckedContinuation<[UInt8]?, Never>?>

  /// Takes what is to be resumed.
  init(_ continuation: CheckedContinuation<[UInt8]?, Never>) { self.continuation = Mutex(continuation) }

  /// Tells the value; nothing happens the second time.
  ///
  /// - Returns: Whether this was the first time.
  @discardableResult
  func tell(_ value: [UInt8]?) -> Bool {
    let waiting = continuation.withLock { held in
      defer { held = nil }
      return held
    }
    waiting?.resume(returning: value)
    return waiting != nil
  }

  /// Whether nobody waits any more.
  var isOver: Bool { continuation.withLock { $0 == nil } }
}

#endif
