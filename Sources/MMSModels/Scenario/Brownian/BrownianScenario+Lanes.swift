// SPDX-License-Identifier: Apache-2.0
// hot path

public import MMSCore

extension BrownianScenario: LaneScenarioModel {
  /// The prices of some paths side by side.
  public func lanes(seed: UInt64, paths: Range<Int>) -> (any LaneMarket)? {
    BrownianLanes(
      law: market.law, mean: mean, deviation: deviation, isBinomial: isBinomial,
      firstMovingStep: market.firstMovingStep, origin: market.origin,
      columns: market.constantColumns, seed: seed, paths: paths)
  }
}

/// Brownian motions side by side.
private struct BrownianLanes: LaneMarket {
  let halfSpread: Double
  let volume: Double
  let origin: Double
  private let law: GeneratedMarket.Law
  private let mean: Double
  private let deviation: Double
  private let isBinomial: Bool
  private let firstMovingStep: Int
  private var draws: PathDraws
  private var moves: [Double]
  private var sums: [Double]

  init(
    law: GeneratedMarket.Law, mean: Double, deviation: Double, isBinomial: Bool, firstMovingStep: Int,
    origin: Double, columns: (halfSpread: Double, volume: Double), seed: UInt64, paths: Range<Int>
  ) {
    halfSpread = columns.halfSpread
    volume = columns.volume
    self.origin = origin
    self.law = law
    self.mean = mean
    self.deviation = deviation
    self.isBinomial = isBinomial
    self.firstMovingStep = firstMovingStep
    draws = PathDraws(
      seed: seed, firstPath: UInt64(paths.lowerBound), count: paths.count, role: .scenario, lane: 0)
    moves = Array(repeating: 0, count: paths.count)
    sums = Array(repeating: 0, count: paths.count)
  }

  mutating func advance(step: Int, mids: inout MutableSpan<Double>) {
    if step >= firstMovingStep {
      var values: [Double] = []
      swap(&values, &moves)
      var span = values.mutableSpan
      if isBinomial {
        draws.signs(step: Int64(step), into: &span)
      } else {
        draws.normals(step: Int64(step), into: &span)
      }
      swap(&values, &moves)
      Self.add(mean, deviation, moves, &sums)
    }
    let sum = sums.span
    precondition(mids.count == sum.count, "one value for each path")
    for index in mids.indices { mids[index] = sum[index] }
    if law == .geometric {
      MMSMath.exp(&mids)
      for index in mids.indices { mids[index] *= origin }
    } else {
      for index in mids.indices { mids[index] += origin }
    }
  }

  private static func add(
    _ mean: Double, _ deviation: Double, _ draws: [Double], _ sums: inout [Double]
  ) {
    let draw = draws.span
    var sum = sums.mutableSpan
    precondition(draw.count == sum.count, "one draw for each path")
    for index in sum.indices { unsafe sum[unchecked: index] += mean + deviation * draw[unchecked: index] }
  }
}
