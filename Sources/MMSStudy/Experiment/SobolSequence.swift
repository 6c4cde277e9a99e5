// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Points of a Sobol sequence in up to ``dimensions`` dimensions, by their number.
///
/// Direction numbers of S. Joe and F. Y. Kuo, "Constructing Sobol sequences with better two-dimensional
/// projections", SIAM J. Sci. Comput. 30 (2008), file new-joe-kuo-6.21201; order of I. A. Antonov and V. M. Saleev
/// (1979), as SciPy's `qmc.Sobol` has it. A seed shifts every dimension by XOR with random bits (a digital shift),
/// which keeps the sequence as even as it was and its points off the corner.
struct SobolSequence: Sendable {
  /// How many dimensions there are numbers for.
  static let dimensions = SobolDirections.table.count + 1
  private static let bits = 32

  private let directions: [[UInt32]]
  private let shifts: [UInt32]

  /// Makes the sequence of the first dimensions.
  init(dimensions: Int, seed: UInt64?) {
    directions = (0..<min(dimensions, Self.dimensions)).map(Self.directions)
    shifts = (0..<dimensions).map { dimension in
      guard let seed else { return 0 }
      let draws = RandomSource(seed: seed, path: 0, role: .study)
      return UInt32(truncatingIfNeeded: draws.u64(step: 0, lane: dimension) >> 32)
    }
  }

  /// One coordinate of a point, in [0, 1).
  func coordinate(_ dimension: Int, ofPoint number: Int) -> Double {
    var gray = UInt32(truncatingIfNeeded: number ^ (number >> 1))
    var value = shifts[dimension]
    var bit = 0
    while gray != 0 {
      if gray & 1 == 1 { value ^= directions[dimension][bit] }
      gray >>= 1
      bit += 1
    }
    return Double(value) * 0x1p-32
  }

  /// The directions of a dimension: v_k = m_k 2^(32−k), m from the primitive polynomial's recurrence.
  private static func directions(_ dimension: Int) -> [UInt32] {
    guard dimension > 0 else { return (0..<bits).map { 1 << UInt32(bits - 1 - $0) } }
    let (degree, polynomial, initial) = SobolDirections.table[dimension - 1]
    var m = initial
    for k in degree..<bits {
      var next = m[k - degree] ^ (m[k - degree] << UInt64(degree))
      for i in 1..<max(degree, 1) where (polynomial >> UInt64(degree - 1 - i)) & 1 == 1 {
        next ^= m[k - i] << UInt64(i)
      }
      m.append(next)
    }
    return (0..<bits).map { UInt32(truncatingIfNeeded: m[$0] << UInt64(bits - 1 - $0)) }
  }
}
