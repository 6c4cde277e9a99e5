// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What the process does when it is interrupted or its reader goes away.
enum Signals {
  static func install() {
    // A closed pipe is an error of write, which ends the process without noise.
    _ = signal(SIGPIPE, SIG_IGN)
    // So is a file that grew beyond its limit.
    _ = signal(SIGXFSZ, SIG_IGN)
    // Ending at once is safe: the database changes in transactions, files appear whole or not at all.
    _ = signal(SIGINT) { _ in _exit(130) }
  }
}
