// SPDX-License-Identifier: Apache-2.0
#if Service

  import Foundation
  public import MMSCore

  /// What time it is, and how to wait: a value of its own so that tests need not wait.
  public protocol ExchangeClock: Sendable {
    /// The time now.
    func now() -> SimTime
    /// Blocks the calling thread for a span.
    func sleep(_ span: SimDuration)
  }

  /// The computer's clock.
  public struct SystemClock: ExchangeClock {
    /// Makes the clock.
    public init() {}

    /// The time of the computer.
    public func now() -> SimTime {
      SimTime(nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9))
    }

    /// Sleeps, on the calling thread.
    public func sleep(_ span: SimDuration) {
      if span.nanoseconds > 0 { Thread.sleep(forTimeInterval: span.seconds) }
    }
  }

#endif
