// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A Gaussian random walk watched at each of its steps until it is at or below a barrier: how likely that is, and how
/// far below it then stands.
///
/// Exact up to quadrature (10⁻⁹): the density of the distance from the barrier, of walks not yet stopped, goes from
/// step to step by the normal kernel on Gauss–Legendre panels. Lengths in standard deviations of a step.
struct WatchedWalk {
  /// Whether the numbers hold: neither formula does for a barrier a few steps away, watched very often.
  let isKnown: Bool
  /// The probability of being at or below the barrier at one of the steps.
  let probability: Double
  /// The mean distance below the barrier at the first such step; nil where it never happens.
  let overshoot: Double?

  /// −ζ(½) ÷ √(2π): the mean overshoot of a walk whose barrier is far, and the shift of the barrier that turns a motion
  /// watched throughout into one watched at steps (Chernoff 1965; Siegmund 1979; Broadie, Glasserman & Kou 1997).
  static let shift = 0.582_597_157_939_010_7

  /// Beyond so many steps the shifted barrier is exact to 10⁻⁵, unless a few steps reach it.
  private static let exactSteps = 2_000
  private static let fewSteps = 10.0
  private static let panel = 2.0
  /// The normal density beyond is below 10⁻¹⁵.
  private static let reach = 8.5
  private static let nodes = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362), (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_5), (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
  ]

  /// Watches a walk that starts a distance above the barrier.
  init(distance: Double, steps: Int) {
    let deviation = Double(steps).squareRoot()
    isKnown = steps <= Self.exactSteps || distance >= Self.fewSteps
    guard steps <= Self.exactSteps, distance < 40 * deviation else {
      probability = erfc((distance + Self.shift) / (2.0.squareRoot() * deviation))
      overshoot = probability > 0 ? Self.shift : nil
      return
    }
    var (levels, weights): ([Double], [Double]) = ([], [])
    let panels = Int(((distance + Self.reach * deviation) / Self.panel).rounded(.up))
    for number in 0..<panels {
      let centre = (Double(number) + 0.5) * Self.panel
      for (node, weight) in Self.nodes.reversed() {
        levels.append(centre - node * Self.panel / 2)
        weights.append(weight * Self.panel / 2)
      }
      for (node, weight) in Self.nodes {
        levels.append(centre + node * Self.panel / 2)
        weights.append(weight * Self.panel / 2)
      }
    }
    let below = levels.map(Self.below)
    let past = levels.map(Self.past)
    var (hit, beyond) = (Self.below(distance), Self.past(distance))
    var mass = zip(levels, weights).map { Self.density($0 - distance) * $1 }
    let kernel = Kernel(levels)
    for _ in 1..<max(1, steps) {
      for index in mass.indices {
        hit += mass[index] * below[index]
        beyond += mass[index] * past[index]
      }
      kernel.advance(&mass, weights)
    }
    probability = hit
    overshoot = hit > 0 ? beyond / hit : nil
  }

  private static func density(_ x: Double) -> Double { exp(-0.5 * x * x) / (2 * Double.pi).squareRoot() }
  /// The chance that one step from a height ends below zero.
  private static func below(_ height: Double) -> Double { 0.5 * erfc(height / 2.0.squareRoot()) }
  /// The mean distance below zero after one step, 0 above.
  private static func past(_ height: Double) -> Double { density(height) - height * below(height) }

  /// The normal density between nodes, which repeats from panel to panel.
  private struct Kernel {
    private static let perPanel = 8
    private let band: Int
    private let count: Int
    /// Of each node of a panel, the density to each node of the panels around it.
    private let values: [Double]

    init(_ levels: [Double]) {
      let around = Int((reach / panel).rounded(.up))
      band = around * Self.perPanel
      count = (2 * around + 1) * Self.perPanel
      var values: [Double] = []
      for node in 0..<Self.perPanel {
        for other in 0..<count {
          let shift = Double(other / Self.perPanel - around) * panel
          values.append(density(levels[node] - levels[other % Self.perPanel] - shift))
        }
      }
      self.values = values
    }

    func advance(_ mass: inout [Double], _ weights: [Double]) {
      let before = mass
      for index in mass.indices {
        let row = index % Self.perPanel
        let first = index - row - band
        var sum = 0.0
        for other in max(0, -first)..<min(count, before.count - first) {
          sum += values[row * count + other] * before[first + other]
        }
        mass[index] = sum * weights[index]
      }
    }
  }
}
