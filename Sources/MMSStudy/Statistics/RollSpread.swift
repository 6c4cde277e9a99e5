// SPDX-License-Identifier: Apache-2.0

/// The bid-ask spread from the bounce of transaction prices.
///
/// R. Roll, "A simple implicit measure of the effective bid-ask spread in an efficient market", J. Finance 39
/// (1984) 1127–1139: successive changes of the price have covariance −(S ÷ 2)², so S = 2 √−cov.
public enum RollSpread {
  /// The spread in the units of the prices, or a fraction when they are logarithms; negative where cov > 0.
  ///
  /// The covariance of neighbouring changes has divisor n − 1 and both means taken out. NaN below four prices.
  public static func signed(_ prices: [Double]) -> Double {
    guard prices.count >= 4 else { return .nan }
    let changes = (1..<prices.count).map { prices[$0] - prices[$0 - 1] }
    return signed(covariance: covariance(changes.dropLast(), changes.dropFirst()))
  }

  /// The spread a covariance of successive changes stands for: 2 √−cov, or −2 √cov where it is positive.
  public static func signed(covariance: Double) -> Double {
    covariance <= 0 ? 2 * (-covariance).squareRoot() : -2 * covariance.squareRoot()
  }

  private static func covariance(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
    let n = Double(a.count)
    let (first, second) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
    return zip(a, b).reduce(0) { $0 + ($1.0 - first) * ($1.1 - second) } / (n - 1)
  }
}
