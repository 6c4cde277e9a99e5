// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// The power law that the impact of metaorders follows with their size: impact ∝ sizeᵟ.
///
/// δ by weighted least squares of ln impact on ln size, over sizes whose impact is beyond two standard errors. Its
/// standard error is that of the weights, times √(χ² ÷ degrees of freedom) where the points lie farther from the
/// line than their errors explain.
public struct ImpactLaw: Sendable, Hashable {
  /// δ.
  public let exponent: Double
  /// The standard error of δ.
  public let standardError: Double
  /// How many sizes it was fitted to.
  public let sizes: Int

  /// What metaorders of one size did to the price.
  public struct Point: Sendable, Hashable {
    /// In any unit.
    public var size: Double
    /// Mean move in the metaorder's direction, in any unit.
    public var mean: Double
    /// The standard error of that.
    public var standardError: Double

    /// Describes a point.
    public init(size: Double, mean: Double, standardError: Double) {
      self.size = size
      self.mean = mean
      self.standardError = standardError
    }
  }

  /// A law with a known error, as a jackknife gives it.
  public init(exponent: Double, standardError: Double, sizes: Int) {
    self.exponent = exponent
    self.standardError = standardError
    self.sizes = sizes
  }

  /// Fits the law; nil where fewer than three sizes moved the price significantly.
  public init?(_ points: [Point]) {
    let used = Self.significant(points)
    guard used.count >= 3 else { return nil }
    var (w, wx, wy, wxx, wxy) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for point in used {
      let (x, y) = (MMSMath.log(point.size), MMSMath.log(point.mean))
      let weight = (point.mean / point.standardError) * (point.mean / point.standardError)
      w += weight
      wx += weight * x
      wy += weight * y
      wxx += weight * x * x
      wxy += weight * x * y
    }
    let spread = wxx - wx * wx / w
    guard spread > 0 else { return nil }
    let slope = (wxy - wx * wy / w) / spread
    var misfit = 0.0
    for point in used {
      let rest = MMSMath.log(point.mean) - wy / w - slope * (MMSMath.log(point.size) - wx / w)
      misfit += rest * rest * (point.mean / point.standardError) * (point.mean / point.standardError)
    }
    exponent = slope
    standardError = (max(1, misfit / Double(used.count - 2)) / spread).squareRoot()
    sizes = used.count
  }

  /// Sizes whose impact is beyond two standard errors.
  private static func significant(_ points: [Point]) -> [Point] {
    points.filter { $0.mean > 2 * $0.standardError && $0.standardError > 0 && $0.size > 0 }
  }

  /// What the power is multiplied with, in the points' units, from the points it was fitted to; nil without any.
  ///
  /// The exponential of the weighted mean of ln mean − δ ln size.
  public func prefactor(_ points: [Point]) -> Double? {
    var (weights, sum) = (0.0, 0.0)
    for point in Self.significant(points) {
      let weight = (point.mean / point.standardError) * (point.mean / point.standardError)
      weights += weight
      sum += weight * (MMSMath.log(point.mean) - exponent * MMSMath.log(point.size))
    }
    return weights > 0 ? MMSMath.exp(sum / weights) : nil
  }

  /// The law within two standard errors, in words.
  public var name: String {
    let (low, high) = (exponent - 2 * standardError, exponent + 2 * standardError)
    let (isRoot, isLinear) = (low <= 0.5 && 0.5 <= high, low <= 1 && 1 <= high)
    if isRoot && isLinear { return "undecided" }
    if isRoot { return "square root" }
    if isLinear { return "linear" }
    return exponent < 0.5 ? "flatter than the square root" : exponent < 1 ? "concave" : "convex"
  }
}
