// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How Linux treats a process that computes beside others; see sched(7).
public enum SchedulingClass: Int32, Sendable {
  // Glibc's module leaves their names out.
  /// SCHED_BATCH: as many turns as others, but it interrupts nobody when it wakes up.
  case batch = 3
  /// SCHED_IDLE: put aside at once when anybody else has something to do.
  case idle = 5

  /// Puts the calling thread and those it starts from now on into the class.
  ///
  /// - Returns: Whether the kernel allowed it.
  @discardableResult
  public func enter() -> Bool {
    var parameters = sched_param(sched_priority: 0)
    return unsafe sched_setscheduler(0, rawValue, &parameters) == 0
  }
}
