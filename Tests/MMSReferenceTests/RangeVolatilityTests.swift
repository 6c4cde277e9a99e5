// SPDX-License-Identifier: Apache-2.0

import MMSCore
import Testing

@testable import MMSReference

struct RangeVolatilityTests {
  @Test func `the table's figures at 2,000 steps are expected to two percent`() {
    let figures = [(0.970, 4.75), (0.961, 7.11), (0.962, 5.67)]
    for (found, figure) in zip(WalkRangeMoments(steps: 2_000).estimators, figures) {
      #expect((found.mean / figure.0 - 1).magnitude < 0.02)
      #expect((found.efficiency / figure.1 - 1).magnitude < 0.02)
    }
    // Steps without number: Parkinson 4.91, Garman and Klass 7.44, Rogers and Satchell 6.04, all unbiased.
    let limit = WalkRangeMoments(steps: 1 << 60).estimators
    #expect(limit.allSatisfy { ($0.mean - 1).magnitude < 1e-8 })
    for (found, figure) in zip(limit, [4.9100, 7.4445, 6.0421]) {
      #expect((found.efficiency - figure).magnitude < 2e-4)
    }
  }

  /// From the transition kernel in a strip, by quadrature.
  @Test(arguments: [
    (2, [0.44271, 0.22744, 0.15915], [1.53751, 1.73509, 0.50828]),
    (8, [0.63621, 0.49568, 0.47533], [2.78423, 3.65263, 2.14638]),
    (64, [0.84721, 0.78819, 0.78535], [4.06448, 5.83724, 4.30202]),
    (128, [0.88897, 0.84608, 0.84463], [4.30227, 6.27314, 4.76332]),
  ])
  func `few steps have their exact moments`(steps: Int, means: [Double], efficiencies: [Double]) {
    for (index, found) in WalkRangeMoments(steps: steps).estimators.enumerated() {
      #expect((found.mean / means[index] - 1).magnitude < 1e-4)
      #expect((found.efficiency / efficiencies[index] - 1).magnitude < 1e-4)
    }
  }

  @Test(arguments: [3, 30, 300, 1_000])
  func `the mean of Rogers and Satchell's estimate is Sparre Andersen's`(steps: Int) {
    // E[S] = 2 Σ a_k a_{n−k} ÷ n, a_k = E[W_k; W_1 … W_k > 0], whose generating function is Spitzer's:
    // (1 − s)^(−½) · Σ s^k √(k ÷ 2π) ÷ k.
    var stays = [1.0]
    for k in 1...steps { stays.append(stays[k - 1] * Double(2 * k - 1) / Double(2 * k)) }
    let a = (0...steps).map { k in
      (0..<k).reduce(0.0) { $0 + stays[$1] / (2 * Double.pi * Double(k - $1)).squareRoot() }
    }
    let exact = 2 * (0...steps).reduce(0.0) { $0 + a[$1] * a[steps - $1] } / Double(steps)
    #expect((WalkRangeMoments(steps: steps).rogersSatchell / exact - 1).magnitude < 1e-5)
  }

  @Test func `a day drawn from its ends has the law of one drawn step by step`() {
    // 4,000 days of 24 steps each way; means of range², range·maximum and close² within four standard errors.
    let (days, steps) = (4_000, 24)
    var walk = WalkDay(steps: steps)
    var differences = [[Double]](repeating: [], count: 3)
    for day in 0..<days {
      walk.draw(day: day, seed: 5)
      let random = RandomSource(seed: 6, path: UInt64(day), role: .scenario)
      var (level, top, bottom) = (0.0, 0.0, 0.0)
      for step in 0..<steps {
        level += random.normal(step: Int64(step)) / Double(steps).squareRoot()
        (top, bottom) = (max(top, level), min(bottom, level))
      }
      func square(_ x: Double) -> Double { x * x }
      let range = walk.maximum - walk.minimum
      differences[0].append(square(range) - square(top - bottom))
      differences[1].append(walk.maximum * range - top * (top - bottom))
      differences[2].append(square(walk.close) - square(level))
    }
    for values in differences {
      let mean = values.reduce(0, +) / Double(days)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(days - 1)
      #expect(mean.magnitude < 4 * (variance / Double(days)).squareRoot())
    }
  }

  @Test(arguments: [2, 10, 77]) func `simulated days agree with the known moments`(steps: Double) throws {
    // Four standard errors at 3,000 days.
    let run = try ExperimentRun.of("range-volatility", ["steps": steps, "days": 3_000])
    #expect(run.pass, "\(run.results)")
    #expect(run.results.map(\.name).prefix(2) == ["parkinson.mean", "parkinson.efficiency"])
  }

  @Test func `threads change nothing`() throws {
    let one = try ExperimentRun.of("range-volatility", ["steps": 9, "days": 1_000], threads: 1)
    #expect(
      try ExperimentRun.of("range-volatility", ["steps": 9, "days": 1_000], threads: 3).results == one.results
    )
  }

  @Test func `a day of one step is refused`() {
    ExperimentRun.expectRefusal("range-volatility", ["steps": 1], "steps", "2 ≤ steps")
  }
}
