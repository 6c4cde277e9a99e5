// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A digest that is computed the first time somebody asks, and shared by all copies of what it is of.
final class DigestMemo: Sendable {
  private let held = Mutex<String?>(nil)

  func digest(_ make: () -> String) -> String {
    if let known = held.withLock({ $0 }) { return known }
    let made = make()
    held.withLock { $0 = made }
    return made
  }
}
