// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Closed forms of the Heston model.
struct HestonFormula {
  let v0: Double
  let kappa: Double
  let theta: Double
  let xi: Double
  let rho: Double
  let T: Double

  /// The share of a distance from theta that is gone after T.
  private var gone: Double { -expm1(-kappa * T) }
  /// The mean variance at T.
  var meanVariance: Double { v0 + (theta - v0) * gone }
  /// The variance of the variance at T.
  var varianceOfVariance: Double {
    xi * xi / kappa * gone * (v0 * (1 - gone) + 0.5 * theta * gone)
  }
  /// The mean of the variance taken up until T.
  var meanIntegratedVariance: Double { theta * T + (v0 - theta) * gone / kappa }

  /// The mean of max(S − strike, 0), from the characteristic function along Im u = −½ (Lewis 2001).
  ///
  /// The function is written so that its logarithm never leaves its branch (Albrecher, Mayer, Schoutens &
  /// Tistaert 2007) and nothing cancels for small xi.
  func call(forward: Double, strike: Double) -> Double {
    guard xi > 0 else {
      return OptionFormula.lognormal(
        forward: forward, strike: strike, deviation: meanIntegratedVariance.squareRoot())
    }
    let k = log(forward / strike)
    let integral = Quadrature.fromZero { u in
      let square = u * u + 0.25
      let value = logCharacteristic(u, square)
      return exp(value.re) * cos(value.im + u * k) / square
    }
    let root = (forward * strike).squareRoot()
    // Far out of the money the difference is only rounding.
    return max(0, forward - root / Double.pi * integral)
  }

  /// ln E e^(i·z·X) at z = u − i÷2, X = ln(S ÷ forward), for which i·z + z² is u² + ¼.
  private func logCharacteristic(_ u: Double, _ square: Double) -> Complex {
    let beta = Complex(kappa - 0.5 * rho * xi, -rho * xi * u)
    let root = (beta * beta + Complex(xi * xi * square, 0)).squareRoot
    let sum = beta + root
    let weight = Complex(-square, 0) / sum
    let ratio = Complex(xi * xi, 0) * weight / sum
    let one = Complex(1, 0)
    let fade = (Complex(-T, 0) * root).exponential
    let slope = weight * (one - fade) / (one - ratio * fade)
    let inner = ratio * (one - fade) / (one - ratio)
    let level = Complex(T, 0) * weight - Complex(2 / (xi * xi), 0) * inner.log1p
    return Complex(kappa * theta, 0) * level + Complex(v0, 0) * slope
  }
}

/// A complex number, as much of one as the characteristic function needs.
private struct Complex {
  var re: Double
  var im: Double

  init(_ re: Double, _ im: Double) { (self.re, self.im) = (re, im) }

  static func + (a: Complex, b: Complex) -> Complex { Complex(a.re + b.re, a.im + b.im) }
  static func - (a: Complex, b: Complex) -> Complex { Complex(a.re - b.re, a.im - b.im) }
  static func * (a: Complex, b: Complex) -> Complex {
    Complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
  }
  static func / (a: Complex, b: Complex) -> Complex {
    let size = b.re * b.re + b.im * b.im
    return Complex((a.re * b.re + a.im * b.im) / size, (a.im * b.re - a.re * b.im) / size)
  }

  /// The root with a real part of 0 or more.
  var squareRoot: Complex {
    let size = hypot(re, im)
    let root = ((size + re.magnitude) / 2).squareRoot()
    guard root > 0 else { return Complex(0, 0) }
    let other = im.magnitude / 2 / root
    let (real, imaginary) = re >= 0 ? (root, other) : (other, root)
    return Complex(real, im < 0 ? -imaginary : imaginary)
  }
  var exponential: Complex { Complex(exp(re) * cos(im), exp(re) * sin(im)) }
  /// ln(1 + z), exact for small z.
  var log1p: Complex {
    Complex(0.5 * Foundation.log1p(2 * re + re * re + im * im), atan2(im, 1 + re))
  }
}

/// Integrals from zero to infinity of functions that fade.
enum Quadrature {
  /// Panels of doubling width, each divided until two halves agree with the whole.
  static func fromZero(_ f: (Double) -> Double) -> Double {
    var (total, start, width) = (0.0, 0.0, 1.0)
    for _ in 0..<60 {
      let end = start + width
      let part = adaptive(f, start, end, panel(f, start, end).sum, depth: 24)
      total += part
      // Beyond this panel nothing is left when its largest value could not be seen in the sum.
      if panel(f, start, end).largest * end < 1e-15 { break }
      (start, width) = (end, width * 2)
    }
    return total
  }

  private static func adaptive(
    _ f: (Double) -> Double, _ a: Double, _ b: Double, _ whole: Double, depth: Int
  ) -> Double {
    let middle = 0.5 * (a + b)
    let (left, right) = (panel(f, a, middle).sum, panel(f, middle, b).sum)
    if depth == 0 || (left + right - whole).magnitude < 1e-14 { return left + right }
    return adaptive(f, a, middle, left, depth: depth - 1) + adaptive(f, middle, b, right, depth: depth - 1)
  }

  private static func panel(
    _ f: (Double) -> Double, _ a: Double, _ b: Double
  ) -> (sum: Double, largest: Double) {
    let (center, half) = (0.5 * (a + b), 0.5 * (b - a))
    var (sum, largest) = (0.0, 0.0)
    for (node, weight) in nodes {
      let (low, high) = (f(center - half * node), f(center + half * node))
      sum += weight * (low + high)
      largest = max(largest, max(low.magnitude, high.magnitude))
    }
    return (sum * half, largest)
  }

  /// Positive nodes and their weights of the Gauss-Legendre rule of 16 points, by Newton's method.
  private static let nodes: [(Double, Double)] = (1...8).map { index in
    let n = 16.0
    var x = cos(Double.pi * (Double(index) - 0.25) / (n + 0.5))
    var slope = 1.0
    for _ in 0..<20 {
      var (last, value) = (1.0, x)
      for k in 2...16 {
        let degree = Double(k)
        (last, value) = (value, ((2 * degree - 1) * x * value - (degree - 1) * last) / degree)
      }
      slope = n * (x * value - last) / (x * x - 1)
      x -= value / slope
    }
    return (x, 2 / ((1 - x * x) * slope * slope))
  }
}
