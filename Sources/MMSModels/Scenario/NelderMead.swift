// SPDX-License-Identifier: Apache-2.0

internal import MMSCore

/// Minimises a function of few variables without derivatives, in a fixed number of steps.
///
/// Nelder & Mead 1965, The Computer Journal 7, with their coefficients. The function may be infinite where it is
/// not defined.
enum NelderMead {
  /// The best point found.
  ///
  /// - Parameters:
  ///   - start: Where to begin; the function must be finite there.
  ///   - size: How far the first points lie from it.
  ///   - steps: How many times the worst point is replaced.
  static func minimum(
    from start: [Double], size: Double, steps: Int, of function: ([Double]) -> Double
  ) -> (point: [Double], value: Double) {
    let count = start.count
    var points = [(point: start, value: function(start))]
    guard count > 0 else { return points[0] }
    for axis in 0..<count {
      var point = start
      point[axis] += size
      points.append((point, function(point)))
    }
    func along(_ from: [Double], _ to: [Double], _ share: Double) -> (point: [Double], value: Double) {
      let point = (0..<count).map { from[$0] + share * (to[$0] - from[$0]) }
      return (point, function(point))
    }
    for _ in 0..<steps {
      points.sort { $0.value < $1.value }
      let worst = points[count]
      var centre = [Double](repeating: 0, count: count)
      for point in points.dropLast() {
        for axis in 0..<count { centre[axis] += point.point[axis] / Double(count) }
      }
      let reflected = along(worst.point, centre, 2)
      if reflected.value < points[0].value {
        let further = along(worst.point, centre, 3)
        points[count] = further.value < reflected.value ? further : reflected
      } else if reflected.value < points[count - 1].value {
        points[count] = reflected
      } else {
        let isOutside = reflected.value < worst.value
        let nearer = along(worst.point, centre, isOutside ? 1.5 : 0.5)
        if nearer.value < min(worst.value, reflected.value) {
          points[count] = nearer
        } else {
          for index in 1...count { points[index] = along(points[0].point, points[index].point, 0.5) }
        }
      }
    }
    points.sort { $0.value < $1.value }
    return points[0]
  }
}
