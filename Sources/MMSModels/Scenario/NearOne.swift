// SPDX-License-Identifier: Apache-2.0
// hot path

internal import MMSCore

/// Logarithms of ratios near 1 and exponentials near 0, for the four prices of a bar side by side.
///
/// Bars rarely move by more than a per cent, and short series are then exact to the last bit but one at half
/// the cost of the general functions, which take over beyond. Lanes that are NaN stay NaN.
enum NearOne {
  /// Open, high, low, close.
  typealias Lanes = SIMD4<Double>

  /// ln(x ÷ base): 2·artanh(s) with s = (x − base) ÷ (x + base).
  @inline(__always)
  static func logRatio(_ x: Lanes, _ base: Double) -> Lanes {
    let from = Lanes(repeating: base)
    let s: Lanes = (x - from) / (x + from)
    if exceeds(s, 0x1p-7) {
      let ratio: Lanes = x / from
      return Lanes(
        MMSMath.log(ratio.x), MMSMath.log(ratio.y), MMSMath.log(ratio.z), MMSMath.log(ratio.w))
    }
    // s·(1 + q/3 + q²/5 + q³/7), q = s². Terms are paired so that they need not wait for one another, and
    // stand one to a line for the type checker.
    let q: Lanes = s * s
    let low: Lanes = Lanes(repeating: 1.0 / 3) + q * Lanes(repeating: 1.0 / 5)
    let high: Lanes = q * q * Lanes(repeating: 1.0 / 7)
    let tail: Lanes = q * (low + high)
    let half: Lanes = s + s * tail
    return half + half
  }

  /// e^x: its Taylor series to the seventh power.
  @inline(__always)
  static func exp(_ x: Lanes) -> Lanes {
    if exceeds(x, 0x1p-5) {
      return Lanes(MMSMath.exp(x.x), MMSMath.exp(x.y), MMSMath.exp(x.z), MMSMath.exp(x.w))
    }
    let x2: Lanes = x * x
    let third: Lanes = Lanes(repeating: 0.5) + x * Lanes(repeating: 1.0 / 6)
    let fifth: Lanes = Lanes(repeating: 1.0 / 24) + x * Lanes(repeating: 1.0 / 120)
    let seventh: Lanes = Lanes(repeating: 1.0 / 720) + x * Lanes(repeating: 1.0 / 5040)
    let high: Lanes = fifth + x2 * seventh
    let tail: Lanes = x2 * (third + x2 * high)
    return Lanes(repeating: 1) + (x + tail)
  }

  /// Whether a lane is larger than a bound in size; NaN is not.
  @inline(__always)
  private static func exceeds(_ x: Lanes, _ bound: Double) -> Bool {
    x.x.magnitude > bound || x.y.magnitude > bound || x.z.magnitude > bound || x.w.magnitude > bound
  }
}
