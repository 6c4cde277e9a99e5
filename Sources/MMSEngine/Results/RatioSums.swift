// SPDX-License-Identifier: Apache-2.0

/// Sums behind a pooled ratio R = ΣN ÷ ΣD and its error, clustered by whatever was added.
public struct RatioSums: Sendable, Hashable {
  /// How many pairs were added.
  public private(set) var count = 0
  /// ΣN.
  public private(set) var numerator = 0.0
  /// ΣD.
  public private(set) var denominator = 0.0
  private var squaredN = 0.0
  private var product = 0.0
  private var squaredD = 0.0

  /// Nothing added.
  public init() {}

  /// Adds one cluster.
  public mutating func add(numerator n: Double, denominator d: Double) {
    count += 1
    numerator += n
    denominator += d
    squaredN += n * n
    product += n * d
    squaredD += d * d
  }

  /// Adds the clusters of another.
  public mutating func add(_ other: RatioSums) {
    count += other.count
    numerator += other.numerator
    denominator += other.denominator
    squaredN += other.squaredN
    product += other.product
    squaredD += other.squaredD
  }

  /// ΣN ÷ ΣD, 0 when nothing was added.
  public var ratio: Double { denominator == 0 ? 0 : numerator / denominator }

  /// √(n/(n−1) · Σ(N − R D)²) ÷ ΣD; nil with fewer than `minimum` clusters.
  public func standardError(minimum: Int) -> Double? {
    guard count >= max(2, minimum), denominator != 0 else { return nil }
    let r = ratio
    let residual = max(0, squaredN - 2 * r * product + r * r * squaredD)
    return (Double(count) / Double(count - 1) * residual).squareRoot() / denominator.magnitude
  }
}
