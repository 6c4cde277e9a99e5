// SPDX-License-Identifier: Apache-2.0

extension MMSMath {
  /// The logarithm of the gamma function of a positive number.
  ///
  /// Stirling's series from 10 on, reached by Γ(x + 1) = x Γ(x); within some 10⁻¹⁴ of the larger of 1 and the
  /// result. NaN for numbers that are not positive.
  public static func logGamma(_ x: Double) -> Double {
    guard x > 0 else { return .nan }
    // Beyond, the series adds nothing, and infinity less infinity must not be formed.
    guard x < 1e17 else { return x * (log(x) - 1) }
    var (argument, product) = (x, 1.0)
    while argument < 10 {
      product *= argument
      argument += 1
    }
    let inverse = 1 / argument
    let square = inverse * inverse
    // B₂ₖ ÷ (2k (2k − 1)), k = 1 … 6; DLMF 5.11.1.
    var series = -691.0 / 360_360
    for term in [1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12] {
      series = series * square + term
    }
    let halfLogTwoPi = 0.918_938_533_204_672_74
    return (argument - 0.5) * log(argument) - argument + halfLogTwoPi + series * inverse - log(product)
  }
}
