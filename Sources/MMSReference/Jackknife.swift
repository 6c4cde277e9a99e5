// SPDX-License-Identifier: Apache-2.0

/// Estimates that are functions of sums over a sample, with standard errors from leaving groups out.
///
/// B. Efron, "The Jackknife, the Bootstrap and Other Resampling Plans", SIAM 1982, section 3: with G groups of
/// equal size and θ₍g₎ the estimate without group g, the squared error is (G − 1) ÷ G · Σ (θ₍g₎ − mean)².
enum Jackknife {
  /// Estimates from the sums of each group, in the order of the groups.
  static func estimates(
    _ groups: [[Double]], _ statistics: ([Double]) -> [Double]
  ) -> [(value: Double, standardError: Double)] {
    var total = [Double](repeating: 0, count: groups.first?.count ?? 0)
    for group in groups {
      for index in total.indices { total[index] += group[index] }
    }
    let values = statistics(total)
    let without = groups.map { group in statistics(zip(total, group).map { $0 - $1 }) }
    let count = Double(groups.count)
    return values.indices.map { index in
      let mean = without.reduce(0) { $0 + $1[index] } / count
      let squares = without.reduce(0) { $0 + ($1[index] - mean) * ($1[index] - mean) }
      return (values[index], (squares * (count - 1) / count).squareRoot())
    }
  }
}
