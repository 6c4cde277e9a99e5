// SPDX-License-Identifier: Apache-2.0

/// Moments of independent samples with standard errors, exact in two passes.
public struct SampleMoments: Sendable, Hashable {
  /// How many samples.
  public let count: Int
  /// The mean.
  public let mean: Double
  /// Central moments 2 … 4, divisor n.
  private let second: Double
  private let third: Double
  private let fourth: Double
  /// Σ of sixth and eighth powers over n, for the errors of skewness and kurtosis.
  private let sixth: Double
  private let eighth: Double
  private let fifth: Double
  private let seventh: Double

  /// Measures samples; fewer than two have no spread.
  public init(_ values: some Collection<Double>) {
    count = values.count
    let n = Double(max(1, count))
    let average = values.reduce(0, +) / n
    mean = average
    var sums = [Double](repeating: 0, count: 9)
    for value in values {
      let d = value - average
      var power = d
      for order in 2...8 {
        power *= d
        sums[order] += power
      }
    }
    second = sums[2] / n
    third = sums[3] / n
    fourth = sums[4] / n
    fifth = sums[5] / n
    sixth = sums[6] / n
    seventh = sums[7] / n
    eighth = sums[8] / n
  }

  /// The sample variance, divisor n − 1.
  public var variance: Double { count > 1 ? second * Double(count) / Double(count - 1) : 0 }
  /// The sample standard deviation.
  public var deviation: Double { variance.squareRoot() }
  /// Third standardised moment.
  public var skewness: Double { second > 0 ? third / (second * second.squareRoot()) : 0 }
  /// Fourth standardised moment less 3.
  public var excessKurtosis: Double { second > 0 ? fourth / (second * second) - 3 : 0 }

  /// The standard error of the mean.
  public var meanError: Double { (variance / Double(max(1, count))).squareRoot() }
  /// The standard error of the variance: √((m₄ − m₂²) ÷ n).
  public var varianceError: Double { (max(0, fourth - second * second) / Double(max(1, count))).squareRoot() }
  /// The standard error of the standard deviation, by the delta method.
  public var deviationError: Double { deviation > 0 ? varianceError / (2 * deviation) : 0 }

  /// The standard error of the skewness, by the influence function z³ − 3z − s − (3 s ÷ 2)(z² − 1).
  public var skewnessError: Double {
    guard second > 0 else { return 0 }
    let s = skewness
    let z = standardised
    // E[(z³ − 3z − s − 1.5 s (z² − 1))²], z with mean 0 and variance 1.
    let constant = -s + 1.5 * s
    let value =
      z[6] + 9 + 2.25 * s * s * z[4] + constant * constant - 6 * z[4] - 3 * s * z[5] + 2 * constant * z[3]
      + 9 * s * z[3] - 3 * s * constant
    return (max(0, value) / Double(count)).squareRoot()
  }

  /// The standard error of the excess kurtosis, by the influence function z⁴ − 4 s z − k − 2 k (z² − 1).
  public var excessKurtosisError: Double {
    guard second > 0 else { return 0 }
    let z = standardised
    let (s, k) = (z[3], z[4])
    // z⁴ − 2k z² − 4s z + k, squared term by term.
    let value =
      z[8] + 4 * k * k * z[4] + 16 * s * s + k * k - 4 * k * z[6] - 8 * s * z[5] + 2 * k * z[4]
      + 16 * k * s * z[3] - 4 * k * k
    return (max(0, value) / Double(count)).squareRoot()
  }

  private var standardised: [Double] {
    let sd = second.squareRoot()
    var z = [1, 0, 1.0]
    var power = second
    for moment in [third, fourth, fifth, sixth, seventh, eighth] {
      power *= sd
      z.append(moment / power)
    }
    return z
  }
}
