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
    // Some parents start their children with signals blocked; these must reach us all the same.
    var reached = sigset_t()
    unsafe sigemptyset(&reached)
    for number in [SIGINT, SIGTERM] { unsafe _ = sigaddset(&reached, number) }
    unsafe _ = pthread_sigmask(SIG_UNBLOCK, &reached, nil)
  }
}
