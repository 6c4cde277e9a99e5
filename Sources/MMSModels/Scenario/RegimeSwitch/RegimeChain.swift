// SPDX-License-Identifier: Apache-2.0
// hot path

internal import MMSCore

/// A chain of two or three volatility regimes in continuous time, with neighbours only.
///
/// Times in a regime are exponential. Within a step they are drawn one after the other; what is drawn beyond
/// its end is dropped, which changes nothing since the chain has no memory: the law is that of continuous time.
struct RegimeChain: Sendable {
  /// Variance per day of each regime.
  var variances: SIMD4<Double> = .zero
  /// How often per day each regime is left.
  var rates = SIMD4<Double>(repeating: 1)
  /// From the middle one, the share that goes up.
  var escalation = 0.0
  /// The highest regime.
  var top = 1
  /// The regime now.
  private(set) var regime = 0

  /// The lanes of times and of ways out.
  static let timeLane = 1
  static let wayLane = 2

  /// The share of time in each regime in the long run.
  var stationary: SIMD4<Double> {
    let out = SIMD4(1 - (top == 2 ? escalation : 0), 1, top == 2 ? escalation : 0, 0)
    let weights = out / rates
    return weights / (weights.x + weights.y + weights.z)
  }

  /// Mean variance per day.
  var meanVariance: Double {
    let parts = stationary * variances
    return parts.x + parts.y + parts.z
  }

  /// Draws the regime of the first moment.
  mutating func start(_ random: RandomSource) {
    let shares = stationary
    let draw = random.uniform(step: -1, lane: Self.wayLane)
    regime = draw < shares.x ? 0 : draw < shares.x + shares.y || top == 1 ? 1 : 2
  }

  /// Variance per day of the regime now.
  var variance: Double { variances[regime] }

  /// Lets a span pass; the variance gathered in it.
  ///
  /// - Parameter first: The exponential number at the step and ``timeLane``.
  @inline(__always)
  mutating func pass(_ days: Double, first: Double, step: Int64, _ random: RandomSource) -> Double {
    var left = days
    var gathered = 0.0
    var stay = first / rates[regime]
    var attempt = 0
    while stay < left {
      gathered += variances[regime] * stay
      left -= stay
      if regime == 1 && top == 2 {
        regime =
          random.uniform(step: step, lane: Self.wayLane, attempt: attempt & 0xFFFF) < escalation ? 2 : 0
      } else {
        regime = regime == 1 ? 0 : 1
      }
      attempt &+= 1
      stay = random.exponential(step: step, lane: Self.timeLane, attempt: attempt & 0xFFFF) / rates[regime]
    }
    return gathered + variances[regime] * left
  }
}
