// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Fits rates that depend on positive parameters to counts over exposures by maximum likelihood.
///
/// Σ (y ln r(θ) − E r(θ)) is climbed by Fisher scoring in ln θ, a step being halved until it climbs; errors are those
/// of the inverse information, in θ.
enum PoissonFit {
  /// A count over an exposure, and what the rate depends on besides the parameters.
  struct Cell {
    var count: Double
    var exposure: Double
    var size: Double
    var kind: Int
  }

  /// The best parameters with errors; nil where the counts do not tell them.
  static func parameters(
    _ cells: [Cell], from start: [Double], rate: (Cell, [Double]) -> Double
  ) -> (values: [Double], errors: [Double])? {
    let cells = cells.filter { $0.exposure > 0 }
    let n = start.count
    guard cells.count >= n, start.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    func likelihood(_ theta: [Double]) -> Double {
      cells.reduce(0) { sum, cell in
        let r = rate(cell, theta)
        return r > 0 ? sum + cell.count * MMSMath.log(r) - cell.exposure * r : -.infinity
      }
    }
    var theta = start
    var best = likelihood(theta)
    guard best.isFinite else { return nil }
    var inverse: [[Double]] = []
    for _ in 0..<200 {
      var information = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
      var gradient = [Double](repeating: 0, count: n)
      for cell in cells {
        let r = rate(cell, theta)
        let slopes = (0..<n).map { k in slope(of: { rate(cell, $0) }, theta, k) }
        for i in 0..<n {
          gradient[i] += (cell.count / r - cell.exposure) * slopes[i]
          for j in 0..<n { information[i][j] += cell.exposure / r * slopes[i] * slopes[j] }
        }
      }
      guard let solved = invert(information) else { return nil }
      inverse = solved
      let step = (0..<n).map { i in (0..<n).reduce(0) { $0 + inverse[i][$1] * gradient[$1] } }
      var scale = min(1, 1 / max(1e-12, step.map(\.magnitude).max() ?? 0))
      var hasClimbed = false
      for _ in 0..<40 {
        let tried = (0..<n).map { theta[$0] * MMSMath.exp(scale * step[$0]) }
        let value = likelihood(tried)
        if value >= best {
          hasClimbed = value - best > 1e-12 * max(1, best.magnitude)
          (theta, best) = (tried, value)
          break
        }
        scale *= 0.5
      }
      if !hasClimbed { break }
    }
    let errors = (0..<n).map { theta[$0] * max(0, inverse[$0][$0]).squareRoot() }
    guard theta.allSatisfy(\.isFinite), errors.allSatisfy(\.isFinite) else { return nil }
    return (theta, errors)
  }

  /// The derivative by the logarithm of a parameter.
  private static func slope(of function: ([Double]) -> Double, _ theta: [Double], _ k: Int) -> Double {
    let h = 1e-5
    var (up, down) = (theta, theta)
    up[k] *= 1 + h
    down[k] /= 1 + h
    return (function(up) - function(down)) / (2 * MMSMath.log(1 + h))
  }

  /// By Gauss and Jordan with pivots; nil of a singular matrix.
  private static func invert(_ matrix: [[Double]]) -> [[Double]]? {
    let n = matrix.count
    var rows = matrix.indices.map { i in matrix[i] + (0..<n).map { $0 == i ? 1.0 : 0 } }
    for i in 0..<n {
      guard let pivot = (i..<n).max(by: { rows[$0][i].magnitude < rows[$1][i].magnitude }),
        rows[pivot][i].magnitude > 1e-300
      else { return nil }
      rows.swapAt(i, pivot)
      let scale = 1 / rows[i][i]
      rows[i] = rows[i].map { $0 * scale }
      for j in 0..<n where j != i {
        let factor = rows[j][i]
        for k in 0..<2 * n { rows[j][k] -= factor * rows[i][k] }
      }
    }
    return rows.map { Array($0[n...]) }
  }
}
