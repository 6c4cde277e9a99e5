// SPDX-License-Identifier: Apache-2.0
#if Service

import Synchronization

/// Whether a door has been told to close: set once, never taken back.
final class EndingFlag: Sendable {
  private let flag = Atomic(false)

  /// Whether it is set.
  var isSet: Bool { flag.load(ordering: .acquiring) }

  /// Sets it.
  func set() { flag.store(true, ordering: .releasing) }
}

#endif
