// SPDX-License-Identifier: Apache-2.0
// hot path

extension MMSMath {
  /// x to the power y: x⁰ and 1ʸ are 1 for every argument, NaN for a negative x and fractional y.
  public static func pow(_ x: Double, _ y: Double) -> Double {
    if isPositiveNormal(x), y.magnitude < 0x1p900 {
      let (power, logarithm) = powPair(Vector2(x), Vector2(y))
      if logarithm.first.magnitude < 708 { return power.first }
    }
    return powSpecial(x, y)
  }

  // The logarithm is needed to about 2⁻⁶⁷ of itself, since the exponential turns an absolute error
  // into a relative one. Sums of two numbers do it; each head is cut to 26 bits, so that products of
  // heads are exact and no fused operation is wanted.

  /// y · log(x · 2ᵉ) as a sum of two numbers, for positive normal x.
  @inline(__always)
  static func scaledLogarithm<V: Vector>(_ x: V, _ y: V, exponent: V) -> (high: V, low: V) {
    let (k0, m) = splitExponent(x)
    let k = k0 + exponent

    // s = f / (m + 1) = a + b.
    let f = m - 1
    let t = m + 1
    let tError = m - (t - 1)
    let reciprocal = 1 / t
    let s = f * reciprocal
    let a = s.truncated
    let sTail = s - a
    let tHead = t.truncated
    let tTail = t - tHead
    let remainder = (((f - a * tHead) - (a * tTail + sTail * tHead)) - sTail * tTail) - s * tError
    let b = sTail + remainder * reciprocal

    // z = s² = zHead + zTail.
    let square = a * a
    let squareTail = b * (a + s)
    let z = square + squareTail
    let zHead = z.truncated
    let zTail = (square - zHead) + squareTail

    // R = z (2/3 + z P(z)); P is a Chebyshev fit, its error below 1.9e-18.
    let z2 = z * z
    let z4 = z2 * z2
    let p01 = 0x1.999999999999ap-2 + z * 0x1.2492492492522p-2
    let p23 = 0x1.c71c71c6ea81dp-3 + z * 0x1.745d177ab1a23p-3
    let p45 = 0x1.3b1395c693565p-3 + z * 0x1.1118ca5739a59p-3
    let p67 = 0x1.df7c45d976e07p-4 + z * 0x1.e033ca1735265p-4
    let p = z * ((p01 + z2 * p23) + z4 * (p45 + z2 * p67))
    let q = 0x1.5555555555555p-1 + p
    let qHead = q.truncated
    let qTail = (p - (qHead - 0x1.5555555555555p-1)) + 0x1.5555555555555p-55
    let product = zHead * qHead
    let productTail = zHead * qTail + zTail * q
    let rHead = (product + productTail).truncated
    let rTail = (product - rHead) + productTail

    // log x = k ln 2 + 2 s + s R, largest first.
    let kHigh = k * 0x1.62e42fee00000p-1
    let twice = a + a
    let sum1 = kHigh + twice
    let error1 = twice - (sum1 - kHigh)
    let cubic = a * rHead
    let sum2 = sum1 + cubic
    let error2 = cubic - (sum2 - sum1)
    let small = (a * rTail + b * (rHead + rTail)) + (b + b)
    let tail = (error1 + error2) + (small + k * 0x1.a39ef35793c76p-33)

    // Times y.
    let logHead = (sum2 + tail).truncated
    let logTail = (sum2 - logHead) + tail
    let yHead = y.truncated
    let yTail = y - yHead
    let heads = yHead * logHead
    let rest = yHead * logTail + yTail * (logHead + logTail)
    let high = heads + rest
    return (high, rest - (high - heads))
  }

  /// The power, and its logarithm: where that is not within ±708 the power is meaningless.
  @inline(__always)
  static func powCore<V: Vector>(_ x: V, _ y: V) -> (power: V, logarithm: V) {
    let (high, low) = scaledLogarithm(x, y, exponent: 0)
    return (expCore(high, low), high)
  }

  @inline(never)
  static func powPair(_ x: Vector2, _ y: Vector2) -> (power: Vector2, logarithm: Vector2) { powCore(x, y) }

  @inline(never)
  static func powSpecial(_ x: Double, _ y: Double) -> Double {
    if y == 0 || x == 1 { return 1 }
    if x.isNaN || y.isNaN { return .nan }
    let size = x.magnitude
    let sign: Double
    if x.sign == .minus {
      let parity = parity(y)
      if parity == nil, x != 0, x.isFinite { return .nan }
      sign = parity == 1 ? -1 : 1
    } else {
      sign = 1
    }
    if size == 1 { return sign }
    let vanishes = (size < 1) == (y > 0)
    if size == 0 || size == .infinity || y.magnitude >= 0x1p900 {
      return vanishes ? sign * 0 : sign * .infinity
    }
    let isSmall = size < 0x1p-1022
    let scaled = isSmall ? size * 0x1p54 : size
    let (high, low) = scaledLogarithm(
      Vector2(scaled), Vector2(y), exponent: Vector2(isSmall ? -54 : 0))
    return sign * expWide(high.first, low.first)
  }

  /// 0 for an even integer, 1 for an odd one, nil for anything else; infinity counts as even.
  static func parity(_ y: Double) -> Int? {
    if y.magnitude >= 0x1p53 { return 0 }
    let integer = Int64(y)
    return Double(integer) == y ? Int(integer & 1) : nil
  }
}
