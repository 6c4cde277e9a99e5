// SPDX-License-Identifier: Apache-2.0
// hot path

extension MMSMath {
  /// The natural logarithm: NaN below 0, minus infinity at either zero.
  public static func log(_ x: Double) -> Double {
    if isPositiveNormal(x) { return logPair(Vector2(x)).first }
    return logSpecial(x)
  }

  /// log(1 + x), accurate near 0: NaN below -1, minus infinity at -1.
  public static func log1p(_ x: Double) -> Double {
    if isOrdinaryForLog1p(x) { return log1pPair(Vector2(x)).first }
    return log1pSpecial(x)
  }

  @inline(__always)
  static func isPositiveNormal(_ x: Double) -> Bool {
    x >= 0x1p-1022 && x <= 0x1.fffffffffffffp1023
  }

  @inline(__always)
  static func isOrdinaryForLog1p(_ x: Double) -> Bool {
    x > -1 && x <= 0x1.fffffffffffffp1022 && x.magnitude > 0x1p-54
  }

  // x = 2ᵏ m with m in [√½, √2); s = (m - 1) / (m + 1), log m = 2 s + s R, R a function of s².

  /// k as a number and m, of a positive normal number.
  @inline(__always)
  static func splitExponent<V: Vector>(_ x: V) -> (k: V, m: V) {
    // Adding 1 - √½ in bits carries into the exponent just when the fraction is √2 or more.
    let shifted = x.bits &+ 0x0009_5f61_9980_c433
    let m = V(bits: (shifted & 0x000f_ffff_ffff_ffff) &+ 0x3fe6_a09e_667f_3bcd)
    // The bits of 2⁵² with an integer below: a conversion in one subtraction. The integer is 2²⁰ k.
    let integer = shifted.upperHalves & 0xfff0_0000
    let k = (V(bits: integer | 0x4330_0000_0000_0000) - V(0x1p52 + 1023 * 0x1p20)) * 0x1p-20
    return (k, m)
  }

  /// The logarithm of a positive normal number.
  @inline(__always)
  static func logCore<V: Vector>(_ x: V) -> V { logCore(x, 0, exponent: 0) }

  /// The logarithm of `x · 2ᵉ`, plus a small correction.
  @inline(__always)
  static func logCore<V: Vector>(_ x: V, _ correction: V, exponent: V) -> V {
    let (k0, m) = splitExponent(x)
    let k = k0 + exponent
    let f = m - 1
    let s = f / (2 + f)
    let z = s * s
    let z2 = z * z
    let z4 = z2 * z2
    // A Chebyshev fit on s² <= 0.02945, its error below 3.2e-16 times s³.
    let r01 = 0x1.5555555555558p-1 + z * 0x1.99999999952abp-2
    let r23 = 0x1.2492492df7663p-2 + z * 0x1.c71c62ddb431bp-3
    let r45 = 0x1.7462b6e311a89p-3 + z * 0x1.39fe16ad885a7p-3
    let r = z * ((r01 + z2 * r23) + z4 * (r45 + z2 * 0x1.2b5bd9a316a24p-3))
    // 2 s + s R = f - (f²/2 - s (f²/2 + R)): f is exact, so only small terms carry errors.
    let halfSquare = 0.5 * f * f
    let low = s * (halfSquare + r) + (k * 0x1.a39ef35793c76p-33 + correction)
    return k * 0x1.62e42fee00000p-1 - ((halfSquare - low) - f)
  }

  @inline(never)
  static func logPair(_ x: Vector2) -> Vector2 { logCore(x) }

  @inline(never)
  static func log1pPair(_ x: Vector2) -> Vector2 { log1pCore(x) }

  @inline(never)
  static func logSpecial(_ x: Double) -> Double {
    if x == 0 { return -.infinity }
    if x.isNaN || x < 0 { return .nan }
    if x == .infinity { return x }
    let scaled = x * 0x1p54
    return logCore(Vector2(scaled), 0, exponent: -54).first
  }

  /// log(1 + x), for x > -1 not tiny and not within a factor of 2 of overflow.
  @inline(__always)
  static func log1pCore<V: Vector>(_ x: V) -> V {
    let u = 1 + x
    let rounded = u - 1
    let error = (1 - (u - rounded)) + (x - rounded)
    return logCore(u, error / u, exponent: 0)
  }

  @inline(never)
  static func log1pSpecial(_ x: Double) -> Double {
    if x.magnitude <= 0x1p-54 { return x }
    if x == -1 { return -.infinity }
    if x.isNaN || x < -1 { return .nan }
    return log(x)
  }
}
