// SPDX-License-Identifier: Apache-2.0
// hot path

extension MMSMath {
  /// The sine of an angle in radians, of any size; NaN for infinities.
  public static func sin(_ x: Double) -> Double { sincos(x).sin }

  /// The cosine of an angle in radians, of any size; NaN for infinities.
  public static func cos(_ x: Double) -> Double { sincos(x).cos }

  /// The sine and the cosine of one angle for little more than the cost of one.
  public static func sincos(_ x: Double) -> (sin: Double, cos: Double) {
    if isOrdinaryAngle(x) {
      let both = sincosPair(Vector2(x))
      return (both.sin.first, both.cos.first)
    }
    return sincosSpecial(x)
  }

  @inline(__always)
  static func isOrdinaryAngle(_ x: Double) -> Bool { x.magnitude >= 0x1p-27 && x.magnitude <= 0x1p20 }

  /// Sine and cosine for 2⁻²⁷ <= |x| <= 2²⁰.
  @inline(__always)
  static func sincosCore<V: Vector>(_ x: V) -> (sin: V, cos: V) {
    // x = n π/2 + r (Cody and Waite): three parts of π/2 have 33 bits, so n times them is exact; the
    // fourth takes the precision past the closest approach of any argument to a multiple of π/2.
    let t = x * 0x1.45f306dc9c883p-1 + V(roundingMagic)
    let n = t - V(roundingMagic)
    let first = x - n * 0x1.921fb54400000p+0
    let (second, error2) = exactDifference(first, n * 0x1.0b4611a600000p-34)
    let (third, error3) = exactDifference(second, n * 0x1.3198a2e000000p-69)
    let tail = (error2 + error3) - n * 0x1.b839a252049c1p-104
    let r = third + tail
    return sincosReduced(r, tail - (r - third), quadrant: t.bits)
  }

  /// a - b and its rounding error.
  @inline(__always)
  static func exactDifference<V: Vector>(_ a: V, _ b: V) -> (V, V) {
    let difference = a - b
    let virtual = difference - a
    return (difference, (a - (difference - virtual)) - (b + virtual))
  }

  /// Sine and cosine of `r + low + quadrant · π/2`, for |r| <= π/4.
  @inline(__always)
  static func sincosReduced<V: Vector>(_ r: V, _ low: V, quadrant: V.Bits) -> (sin: V, cos: V) {
    // Chebyshev fits on r² <= 0.6172; errors below 2.1e-17 r³ and 1.3e-18 r⁴.
    let z = r * r
    let z2 = z * z
    let s23 = 0x1.1111111110bafp-7 + z * -0x1.a01a019e82db1p-13
    let s45 = 0x1.71de37957c95cp-19 + z * -0x1.ae6009e9f7070p-26
    let s = s23 + z2 * (s45 + z2 * 0x1.5e0ab4dd007dap-33)
    let cube = z * r
    let sine = r - ((z * (0.5 * low - cube * s) - low) - cube * -0x1.5555555555555p-3)

    let c12 = 0x1.5555555555555p-5 + z * -0x1.6c16c16c16965p-10
    let c34 = 0x1.a01a019f4e480p-16 + z * -0x1.27e4fa17532cap-22
    let c56 = 0x1.1eeb685cba14cp-29 + z * -0x1.907d3e3374a42p-37
    let c = c12 + z2 * (c34 + z2 * c56)
    let half = 0.5 * z
    let w = 1 - half
    let cosine = w + (((1 - w) - half) + (z2 * c - r * low))

    // Odd quadrants exchange the two; the signs are bit 1 of n and of n + 1.
    let odd = V.Bits(0) &- (quadrant & 1)
    let exchange = (sine.bits ^ cosine.bits) & odd
    let sineSign = (quadrant & 2).shiftedLeft(62)
    let cosineSign = ((quadrant &+ 1) & 2).shiftedLeft(62)
    return (
      V(bits: sine.bits ^ exchange ^ sineSign),
      V(bits: cosine.bits ^ exchange ^ cosineSign)
    )
  }

  @inline(never)
  static func sincosPair(_ x: Vector2) -> (sin: Vector2, cos: Vector2) { sincosCore(x) }

  @inline(never)
  static func sincosSpecial(_ x: Double) -> (sin: Double, cos: Double) {
    if !x.isFinite { return (.nan, .nan) }
    if x.magnitude < 0x1p-27 { return (x, 1) }
    let (r, low, quadrant) = reduceLarge(x.magnitude)
    let both = sincosReduced(Vector2(r), Vector2(low), quadrant: Vector2.Bits(quadrant))
    return (x < 0 ? -both.sin.first : both.sin.first, both.cos.first)
  }
}
