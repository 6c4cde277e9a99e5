// SPDX-License-Identifier: Apache-2.0
#if Service

  import MMSCore

  /// What the exchange allows: weight per minute, and pauses it asked for.
  ///
  /// Binance counts the weight of all requests of an address per minute of its own clock and says the sum
  /// in every answer (`X-MBX-USED-WEIGHT-1M`); our minutes are the computer's. When the two differ, the next
  /// answer tells, and we wait again.
  struct RequestBudget {
    /// The weight we allow ourselves in a minute.
    let limit: Int
    private var minute: Int64 = .min
    private(set) var used = 0
    private(set) var pausedUntil = SimTime(nanoseconds: .min)

    private static let nanosecondsPerMinute: Int64 = 60_000_000_000

    init(limit: Int) { self.limit = limit }

    /// Until when there is no weight for a request; nil when there is some.
    mutating func obstacle(to weight: Int, at now: SimTime) -> SimTime? {
      if now < pausedUntil { return pausedUntil }
      turn(to: now)
      // A request heavier than the limit may go when nothing else went.
      if used > 0, used + weight > limit {
        return SimTime(nanoseconds: (minute + 1) * Self.nanosecondsPerMinute)
      }
      return nil
    }

    /// Takes the weight of a request that is sent now.
    mutating func take(_ weight: Int) { used += weight }

    /// Notes the weight the exchange has counted.
    mutating func note(used weight: Int, at now: SimTime) {
      turn(to: now)
      used = max(used, weight)
    }

    /// Notes a pause the exchange asked for; the longest holds.
    mutating func pause(until instant: SimTime) { pausedUntil = max(pausedUntil, instant) }

    private mutating func turn(to now: SimTime) {
      let current = now.nanoseconds / Self.nanosecondsPerMinute
      if current == minute { return }
      minute = current
      used = 0
    }
  }

#endif
