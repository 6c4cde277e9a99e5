// SPDX-License-Identifier: Apache-2.0
#if Service

  import MMSCore

  /// Exponential backoff with full jitter: the n-th wait is uniform in [0, min(cap, base · 2ⁿ)).
  ///
  /// Full jitter spreads clients that failed together best: M. Brooker, "Exponential Backoff And Jitter",
  /// AWS Architecture Blog, 2015. Draws are Philox's, so a seed fixes every wait.
  struct Backoff {
    /// The bound of the first wait.
    let base: SimDuration
    /// The bound of every wait.
    let cap: SimDuration
    private let seed: UInt64
    private var drawn: UInt32 = 0

    init(base: SimDuration, cap: SimDuration, seed: UInt64) {
      self.base = base
      self.cap = cap
      self.seed = seed
    }

    /// The longest the wait after a number of failures in a row may be.
    func bound(afterFailures failures: Int) -> SimDuration {
      let doublings = min(max(0, failures - 1), 30)
      let (grown, overflow) = base.nanoseconds.multipliedReportingOverflow(by: 1 << Int64(doublings))
      return overflow ? cap : min(cap, SimDuration(nanoseconds: grown))
    }

    /// Draws the wait after a number of failures in a row.
    mutating func wait(afterFailures failures: Int) -> SimDuration {
      let bits = Philox.block(SIMD4(drawn, 0, 0, 0), key: seed).low
      drawn &+= 1
      // The upper 53 bits make a fraction below 1 exactly.
      let fraction = Double(bits >> 11) * 0x1p-53
      return SimDuration(nanoseconds: Int64(fraction * Double(bound(afterFailures: failures).nanoseconds)))
    }
  }

#endif
