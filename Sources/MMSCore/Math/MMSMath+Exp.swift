// SPDX-License-Identifier: Apache-2.0
// hot path

extension MMSMath {
  /// The exponential eˣ.
  ///
  /// Overflows to infinity above 709.78 and underflows through the subnormals to 0 below -745.13.
  public static func exp(_ x: Double) -> Double {
    if isOrdinaryForExp(x) { return expPair(Vector2(x)).first }
    return expSpecial(x)
  }

  /// eˣ - 1, accurate near 0.
  public static func expm1(_ x: Double) -> Double {
    if isOrdinaryForExpm1(x) { return expm1Pair(Vector2(x)).first }
    return expm1Special(x)
  }

  @inline(__always)
  static func isOrdinaryForExp(_ x: Double) -> Bool { x.magnitude < 708 }

  @inline(__always)
  static func isOrdinaryForExpm1(_ x: Double) -> Bool { x.magnitude < 708 && x.magnitude > 0x1p-54 }

  // x = k ln 2 + r with |r| <= ln 2 / 2, eʳ = 1 + r + r² q(r). q is a Chebyshev fit of degree 10 on
  // |r| <= 0.3468 with an error below 1.4e-18. ln 2 is split so that k times its high part is exact.

  /// `x + low` reduced: r, the rounding error of r with r² q(r) added, and k in the low bits.
  @inline(__always)
  static func expReduced<V: Vector>(_ x: V, _ low: V) -> (r: V, rest: V, k: V.Bits) {
    let t = x * 0x1.71547652b82fep+0 + V(roundingMagic)
    let k = t - V(roundingMagic)
    let high = x - k * 0x1.62e42fee00000p-1
    let tail = k * 0x1.a39ef35793c76p-33 - low
    let r = high - tail
    let error = (high - r) - tail
    let r2 = r * r
    let r4 = r2 * r2
    let q01 = r * 0x1.5555555555557p-3 + 0x1p-1
    let q23 = r * 0x1.11111111100c9p-7 + 0x1.5555555555556p-5
    let q45 = r * 0x1.a01a01abf20adp-13 + 0x1.6c16c16c162cap-10
    let q67 = r * 0x1.71de0211bc37ep-19 + 0x1.a01a01a6de478p-16
    let q89 = r * 0x1.af4e2bbb50609p-26 + 0x1.27e4db5238e9ap-22
    let upper = (q45 + r2 * q67) + r4 * (q89 + r2 * 0x1.1f732921c514bp-29)
    let q = (q01 + r2 * q23) + r4 * upper
    return (r, r2 * q + error, t.bits)
  }

  /// eˣ for |x| < 708: no result is subnormal.
  @inline(__always)
  static func expCore<V: Vector>(_ x: V) -> V { expCore(x, 0) }

  /// e to the `x + low`, for |x| < 708 and |low| <= ulp(x).
  @inline(__always)
  static func expCore<V: Vector>(_ x: V, _ low: V) -> V {
    let (r, rest, k) = expReduced(x, low)
    let p = 1 + (r + rest)
    return V(bits: p.bits &+ k.shiftedLeft(52))
  }

  /// eˣ - 1 for 2⁻⁵⁴ < |x| < 708.
  @inline(__always)
  static func expm1Core<V: Vector>(_ x: V) -> V {
    let (r, rest, k) = expReduced(x, 0)
    let scale = V(bits: 0x3ff0_0000_0000_0000 &+ k.shiftedLeft(52))
    // 2ᵏ - 1 + 2ᵏ r with its error kept, for the two nearly cancel when k is 1.
    let a = scale - 1
    let b = scale * r
    let sum = a + b
    let bRounded = sum - a
    let error = (a - (sum - bRounded)) + (b - bRounded)
    return sum + (error + scale * rest)
  }

  @inline(never)
  static func expPair(_ x: Vector2) -> Vector2 { expCore(x) }

  @inline(never)
  static func expm1Pair(_ x: Vector2) -> Vector2 { expm1Core(x) }

  /// eˣ outside the ordinary domain.
  @inline(never)
  static func expSpecial(_ x: Double) -> Double {
    if x.isNaN { return .nan }
    return expWide(x, 0)
  }

  /// e to the `x + low` for any x that is not NaN, through overflow and gradual underflow.
  static func expWide(_ x: Double, _ low: Double) -> Double {
    if x > 709.79 { return .infinity }
    if x < -745.2 { return 0 }
    let (r, rest, k) = expReduced(Vector2(x), Vector2(low))
    let p = 1 + (r.first + rest.first)
    // Two factors, each a normal number; the first product is exact, so only the last one rounds.
    let power = Int64(bitPattern: k.lanes.x &- roundingMagic.bitPattern)
    let half = power / 2
    return p * powerOfTwo(half) * powerOfTwo(power - half)
  }

  /// 2 to a power in -1022 … 1023.
  static func powerOfTwo(_ power: Int64) -> Double {
    Double(bitPattern: UInt64(bitPattern: (power + 1023) << 52))
  }

  /// eˣ - 1 outside the ordinary domain.
  @inline(never)
  static func expm1Special(_ x: Double) -> Double {
    if x.isNaN { return .nan }
    if x.magnitude <= 0x1p-54 { return x }
    return x < 0 ? -1 : expWide(x, 0)
  }
}
