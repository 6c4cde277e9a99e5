// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Who brings on whom, in mean numbers, and the branching ratio.
struct HawkesBranching {
  /// The mean number of kind j that an event of kind i brings on, at 6 i + j.
  private(set) var means = [Double](repeating: 0, count: 36)

  init(_ parameters: ParameterValues) {
    let names = ["market", "limit", "cancel"]
    let spill = parameters.number("spill")
    for from in 0..<3 {
      for to in 0..<3 {
        let mean = parameters.number("\(names[from])_to_\(names[to])")
        for side in 0..<2 {
          // A market order takes from the other side, and what that side loses is met by market orders against it.
          let near = (from == 0) != (to == 0) && (from, to) != (1, 0) ? 1 - side : side
          means[6 * (2 * from + side) + 2 * to + near] += mean
          means[6 * (2 * from + side) + 2 * to + 1 - near] += spill * mean
        }
      }
    }
  }

  /// The spectral radius: the mean number of events that an event brings on in the long run.
  ///
  /// By powers of the matrix: (trace of M^(2^k))^(1 ÷ 2^k) from above and below closes in; here the norm is used,
  /// ρ = lim ‖M^n‖^(1 ÷ n), with n = 2²⁰ and the size kept apart.
  var ratio: Double {
    var matrix = means
    var logarithm = 0.0
    var exponent = 1.0
    for _ in 0..<20 {
      let size = matrix.reduce(0, +)
      if size == 0 { return 0 }
      matrix = matrix.map { $0 / size }
      logarithm += MMSMath.log(size) * exponent
      var square = [Double](repeating: 0, count: 36)
      for i in 0..<6 {
        for j in 0..<6 {
          for k in 0..<6 { square[6 * i + j] += matrix[6 * i + k] * matrix[6 * k + j] }
        }
      }
      matrix = square
      exponent *= 0.5
    }
    let size = matrix.reduce(0, +)
    return size == 0 ? 0 : MMSMath.exp(logarithm + MMSMath.log(size) * exponent)
  }
}
