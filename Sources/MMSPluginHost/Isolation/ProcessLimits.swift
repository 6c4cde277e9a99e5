// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What foreign code in this process may take.
package enum ProcessLimits {
  /// Bounds address space and time for the rest of the process, and leaves neither core files nor crash reports.
  ///
  /// - Parameters:
  ///   - memory: Bytes of address space; 0 for no bound.
  ///   - seconds: When the process ends even if nobody is left to end it, five more than this; 0 for no bound.
  package static func apply(memory: Int, seconds: Double) {
    if memory > 0 { bound(RLIMIT_AS, rlim_t(memory)) }
    bound(RLIMIT_CORE, 0)
    // The parent is told the signal, and waits for it: a report of the crash would keep it waiting for seconds.
    for number in [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE] { signal(number, SIG_DFL) }
    if seconds > 0 { _ = alarm(UInt32(seconds) + 5) }
  }

  private static func bound(_ resource: __rlimit_resource, _ value: rlim_t) {
    var bounds = rlimit(rlim_cur: value, rlim_max: value)
    _ = unsafe setrlimit(__rlimit_resource_t(UInt32(resource.rawValue)), &bounds)
  }
}
