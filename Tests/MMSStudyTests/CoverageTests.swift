// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSEngine
import Testing

@testable import MMSStudy

/// Whether intervals cover and verdicts keep to their 5 %, by counting; the long forms run optimised.
struct CoverageTests {
  #if DEBUG
  static let isOptimised = false
  #else
  static let isOptimised = true
  #endif

  static let isSlow = ProcessInfo.processInfo.environment["MMS_SLOW"] == "1"

  private func uniforms(_ count: Int, lane: Int, trial: Int) -> [Double] {
    var values = [Double](repeating: 0, count: count)
    var span = values.mutableSpan
    RandomSource(seed: 9, path: UInt64(trial), role: .scenario).uniforms(step: 0, lane: lane, into: &span)
    return values
  }

  private func normals(_ count: Int, lane: Int, trial: Int) -> [Double] {
    var values = [Double](repeating: 0, count: count)
    var span = values.mutableSpan
    RandomSource(seed: 9, path: UInt64(trial), role: .scenario).normals(step: 0, lane: lane, into: &span)
    return values
  }

  @Test(
    "90 % intervals of a skewed mean difference cover it 87 to 93 % of 1,000 times",
    .enabled(if: isOptimised, "1,000 times 1,999 resamples are counted in optimised code"))
  func coverageOverPaths() {
    let covered = OrderedWork.map(1000, threads: 2) { trial in
      // Exponential against normal, a common part: skewed, and its mean is 1.
      let common = normals(40, lane: 0, trial: trial)
      let skewed = uniforms(40, lane: 1, trial: trial).map { -MMSMath.log(1 - $0) }
      let own = normals(40, lane: 2, trial: trial)
      let differences = (0..<40).map { (common[$0] + skewed[$0]) - (common[$0] + 0.3 * own[$0]) }
      let finding = PairedBootstrap.test([.means(differences)], level: 0.9, seed: UInt64(trial))[0]
      return finding.interval?.contains(1) == true
    }.count { $0 }
    #expect((870...930).contains(covered), "\(covered) of 1,000")
  }

  @Test(
    "90 % intervals of a difference of pooled ratios cover it 87 to 93 % of 1,000 times",
    .enabled(if: isOptimised, "1,000 times 1,999 resamples are counted in optimised code"))
  func coverageOfRatios() {
    let covered = OrderedWork.map(1000, threads: 2) { trial in
      let sizes = uniforms(60, lane: 0, trial: trial).map { 1 + 4 * $0 }
      let first = normals(60, lane: 1, trial: trial)
      let second = normals(60, lane: 2, trial: trial)
      let a = (0..<60).map {
        ComparisonSample.Ratio(numerator: sizes[$0] * (0.002 + 0.001 * first[$0]), denominator: sizes[$0])
      }
      let b = (0..<60).map {
        ComparisonSample.Ratio(
          numerator: sizes[$0] * (0.001 + 0.001 * (0.8 * first[$0] + 0.6 * second[$0])),
          denominator: sizes[$0])
      }
      let finding = PairedBootstrap.test([.ratios(a: a, b: b)], level: 0.9, seed: UInt64(trial))[0]
      return finding.interval?.contains(0.001) == true
    }.count { $0 }
    #expect((870...930).contains(covered), "\(covered) of 1,000")
  }

  /// Hours of 60 steps with a clustered volatility, the same for both sides, and returns that share a part.
  private func hours(
    _ count: Int, trial: Int, mean: Double, weight: Double, lane: Int
  ) -> [ReturnSummary] {
    let common = normals(count, lane: 0, trial: trial)
    let own = normals(count, lane: lane, trial: trial)
    let clusters = normals(count, lane: 3, trial: trial)
    var level = 0.0
    return (0..<count).map { hour in
      level = 0.9 * level + 0.2 * clusters[hour]
      let sigma = 0.003 * MMSMath.exp(level)
      let move = mean + sigma * (weight * common[hour] + (1 - weight * weight).squareRoot() * own[hour])
      var stretch = ReturnSummary()
      stretch.steps = 60
      stretch.sum = move
      stretch.sumOfSquares = sigma * sigma
      stretch.growth = 1 + move
      stretch.highest = max(1, 1 + move)
      stretch.lowest = min(1, 1 + move)
      stretch.drawdown = min(0, move)
      return stretch
    }
  }

  @Test(
    "Of two strategies with equal Sharpe ratios over 30 days of hours, 5 ± 1.5 % get a verdict",
    .enabled(if: isOptimised && isSlow, "MMS_SLOW=1 resamples 1,000 months of hours in optimised code"))
  func falseVerdictsOverTime() throws {
    let trials = 1000
    let findings = try OrderedWork.map(trials, threads: 2, tool: { () throws(MMSError) in }) {
      (_, trial) throws(MMSError) -> [Bool] in
      func sample(_ lane: Int) -> ComparisonSample {
        ComparisonSample(
          paths: [ComparisonSample.Path(totalReturn: Double(lane))],
          stretches: hours(720, trial: trial, mean: 1e-4, weight: 0.7, lane: lane), stepsPerStretch: 60,
          periodsPerYear: 525_600)
      }
      guard let time = TimeBootstrap(sample(1), sample(2)) else {
        throw MMSError(.internal, "the hours do not pair")
      }
      let found = time.test(seed: UInt64(trial))
      return [Metric.sharpeRatio, .totalReturn].map { (found[$0]?.pValue ?? 1) <= 0.05 }
    }
    for column in 0..<2 {
      let share = Double(findings.count { $0[column] }) / Double(trials)
      #expect(share <= 0.065, "column \(column): \(share)")
      #expect(share >= 0.02, "column \(column): \(share)")
    }
  }

  @Test("The error of a Sharpe difference of independent returns is Memmel's")
  func memmel() throws {
    // √((2 − 2ρ + ½ (S₁² + S₂²) − S₁ S₂ ρ²) ÷ T), Memmel, Finance Letters 1 (2003).
    let count = 6000
    let (first, second) = (normals(count, lane: 0, trial: 1), normals(count, lane: 1, trial: 1))
    func sample(_ moves: [Double]) -> ComparisonSample {
      ComparisonSample(
        paths: [ComparisonSample.Path()],
        stretches: moves.map { move in
          var stretch = ReturnSummary()
          stretch.steps = 1
          stretch.sum = move
          stretch.sumOfSquares = move * move
          stretch.growth = 1 + move
          stretch.lowest = min(1, 1 + move)
          stretch.highest = max(1, 1 + move)
          stretch.drawdown = min(0, move)
          return stretch
        }, stepsPerStretch: 1, periodsPerYear: 365)
    }
    let a = sample(first.map { 0.002 + 0.01 * $0 })
    let b = sample(zip(first, second).map { 0.001 + 0.01 * (0.6 * $0 + 0.8 * $1) })
    let time = try #require(TimeBootstrap(a, b))
    let error = try #require(time.errorsOfSample[.sharpeRatio])
    let rho = 0.6
    let expected = ((2 - 2 * rho + 0.5 * (0.04 + 0.01) - 0.2 * 0.1 * rho * rho) / Double(count)).squareRoot()
    #expect(abs(error / 365.0.squareRoot() / expected - 1) < 0.05)
  }
}
