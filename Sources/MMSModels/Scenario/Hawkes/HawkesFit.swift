// SPDX-License-Identifier: Apache-2.0

internal import MMSCore

/// Branching ratio and relaxation of a Hawkes process from the dispersion of recorded volume.
///
/// The mean-variance method of Hardiman & Bouchaud (2014, Physical Review E 90, 062807) at several window lengths
/// w, a volume taken for its number of equal events: F(w) − 1 = κ·h(g·w), κ = 1 ÷ (1 − n)² − 1. κ and g by least
/// squares of relative differences.
struct HawkesFit {
  /// n: events brought on by each event directly.
  let branchingRatio: Double
  /// g = β − α, per day.
  let relaxation: Double

  /// Steps without which nothing is fitted.
  static let fewest = 240
  /// Windows are compared where there are at least this many of them.
  private static let fewestWindows = 24

  /// Fits.
  ///
  /// - Parameters:
  ///   - volumes: Volume of each step, at least ``fewest``; not all zero.
  ///   - stepsPerDay: Steps in a day.
  ///   - rate: Mean events per day.
  init(volumes: [Double], stepsPerDay: Double, rate: Double) {
    var points: [(days: Double, excess: Double)] = []
    var width = 1
    while volumes.count / width >= Self.fewestWindows, Double(width) <= max(1, stepsPerDay) {
      let days = Double(width) / stepsPerDay
      points.append((days, max(0, Self.squaredVariation(volumes, width) * rate * days - 1)))
      width *= 2
    }
    // Relaxation times from half of the shortest window to twice the longest, on a fine grid.
    let (shortest, longest) = (points[0].days, points[points.count - 1].days)
    let steps = 200
    let ratio = MMSMath.pow(2 * longest / (0.5 * shortest), 1 / Double(steps))
    var best = (loss: Double.infinity, kappa: 0.0, relaxation: 1 / longest)
    var time = 0.5 * shortest
    for _ in 0...steps {
      var (cross, square) = (0.0, 0.0)
      for point in points where point.excess > 0 {
        let share = HawkesProcess.settled(point.days / time) / point.excess
        cross += share
        square += share * share
      }
      let kappa = square > 0 ? cross / square : 0
      var loss = 0.0
      for point in points where point.excess > 0 {
        let miss = kappa * HawkesProcess.settled(point.days / time) / point.excess - 1
        loss += miss * miss
      }
      if loss < best.loss { best = (loss, kappa, 1 / time) }
      time *= ratio
    }
    branchingRatio = 1 - 1 / (1 + best.kappa).squareRoot()
    relaxation = best.relaxation
  }

  /// Variance ÷ mean² of the volume of windows.
  private static func squaredVariation(_ volumes: [Double], _ width: Int) -> Double {
    let windows = volumes.count / width
    var sums = [Double](repeating: 0, count: windows)
    for window in 0..<windows {
      for row in window * width..<(window + 1) * width { sums[window] += volumes[row] }
    }
    let mean = sums.reduce(0, +) / Double(windows)
    let square = sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(windows)
    return mean > 0 ? square / (mean * mean) : 0
  }
}
