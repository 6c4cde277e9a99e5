// SPDX-License-Identifier: Apache-2.0

internal import MMSCore

/// Combinations in which some round trip earns money from its own impact: refused, with the proof's place.
enum Manipulation {
  /// γ* = 2 − ln 3 ÷ ln 2, to the digits it is published with.
  static let smallestDecay = 0.415037

  static func nonlinearPermanent(_ name: String, _ value: Double) -> MMSError {
    MMSError(
      .invalidValue,
      "a permanent impact with size to the power \(name) = \(value) lets round trips earn: buy in many small"
        + " orders, sell in one (Huberman & Stanzl 2004, Econometrica 72(4); Gatheral 2010, Quant. Finance 10(7))",
      hint: "\(name) must be 1")
  }

  static func exponentialDecay(delta: Double) -> MMSError {
    MMSError(
      .invalidValue,
      "exponential decay with the nonlinear law v^\(delta) lets round trips earn: buy slowly, sell fast"
        + " (Gatheral 2010, Quant. Finance 10(7), section 4)",
      hint: "use law: linear with kernel: exponential, or kernel: power with law: power")
  }

  static func powerDecay(gamma: Double, delta: Double) -> MMSError {
    let broken =
      gamma < smallestDecay
      ? "gamma ≥ \(smallestDecay) (2 − ln 3 ÷ ln 2)" : "gamma + delta ≥ 1, here \(gamma + delta)"
    return MMSError(
      .invalidValue,
      "power decay t^−\(gamma) with the law v^\(delta) lets round trips earn: no arbitrage needs \(broken)"
        + " (Gatheral 2010, Quant. Finance 10(7), section 5)",
      hint: "choose gamma ≥ \(smallestDecay) and delta ≥ 1 − gamma, or law: linear")
  }
}
