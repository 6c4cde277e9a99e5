// SPDX-License-Identifier: Apache-2.0
#if Service

  public import MMSCore

  /// Keeps requests away from a service that fails: closed, open for a while, then one probe.
  public struct CircuitBreaker: Sendable, Hashable {
    /// What the breaker lets through.
    public enum State: Sendable, Hashable {
      /// Everything.
      case closed
      /// Nothing before an instant.
      case open(until: SimTime)
      /// One request, which is under way.
      case halfOpen
    }

    /// What the breaker lets through now.
    public private(set) var state = State.closed
    private var failures = 0
    private let threshold: Int
    private let coolDown: SimDuration

    /// Makes a closed breaker.
    ///
    /// - Parameters:
    ///   - threshold: Failures in a row that open it.
    ///   - coolDown: How long it stays open before a probe.
    init(threshold: Int, coolDown: SimDuration) {
      self.threshold = threshold
      self.coolDown = coolDown
    }

    /// Lets a request through, or says until when none is.
    mutating func admit(at now: SimTime) -> SimTime? {
      switch state {
      case .closed: return nil
      case .open(let until) where now < until: return until
      case .open:
        state = .halfOpen
        return nil
      // The probe's end is not known; it is looked at again after a second.
      case .halfOpen: return now + .seconds(1)
      }
    }

    /// The service answered, whatever it said.
    mutating func answered() {
      failures = 0
      state = .closed
    }

    /// The service failed.
    ///
    /// - Returns: Whether this opened the breaker.
    mutating func failed(at now: SimTime) -> Bool {
      failures += 1
      guard state == .halfOpen || failures >= threshold else { return false }
      if case .open = state { return false }
      state = .open(until: now + coolDown)
      return true
    }
  }

#endif
