// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSModels
import Testing

struct BrownianScenarioTests {
  static func model(_ more: [(name: String, input: ParameterInput)] = []) throws -> BrownianScenario {
    try make(BrownianScenario.self, [("sigma", .number(0.04)), ("mu", .number(0.01))] + more)
  }

  @Test(arguments: [("geometric", "gaussian"), ("geometric", "binomial"), ("arithmetic", "gaussian")])
  func `mean and variance of a day are those of the closed form`(law: String, steps: String) throws {
    let isArithmetic = law == "arithmetic"
    let inputs: [(name: String, input: ParameterInput)] = [
      ("law", .text(law)), ("steps", .text(steps)), ("sigma", .number(isArithmetic ? 4 : 0.04)),
      ("mu", .number(isArithmetic ? 1 : 0.01)), ("start", .number(100)), ("range", .text("none")),
    ]
    // 4,000 paths of 24 hours after the row of the start; bounds are 4 standard errors.
    let ends = try pathEnds(
      make(BrownianScenario.self, inputs), steps: 25, resolution: .hours(1), paths: 4_000
    ) { _, block in isArithmetic ? block.mid[24] - 100 : log(block.mid[24] / 100) }
    let moments = Law.moments(ends)
    let (mean, variance) = isArithmetic ? (1, 16) : (0.01 - 0.0008, 0.0016)
    #expect(abs(moments.mean - mean) < 4 * moments.meanError)
    #expect(abs(moments.variance - variance) < 4 * moments.varianceError)
  }

  @Test func `halving the step leaves the law of the daily return`() throws {
    let samples = try [(12, 2), (24, 1)].map { steps, hours in
      try logReturns(
        Self.model(), steps: steps, resolution: .hours(Int64(hours)), paths: 3_000, seed: UInt64(steps))
    }
    #expect(Law.sameLaw(samples[0], samples[1]) > 0.01)
    // The test can tell: a fifth more volatility would be seen.
    #expect(Law.sameLaw(samples[0], samples[1].map { 1.2 * $0 }) < 0.01)
  }

  @Test func `a binomial step has two values, each half of the time`() throws {
    let path = try recordedPath(
      make(
        BrownianScenario.self,
        [("sigma", .number(2)), ("law", .text("arithmetic")), ("steps", .text("binomial"))]), steps: 2_000)
    let step = 2 / 1440.0.squareRoot()
    var up = 0
    for row in path.rows {
      let move = path.mid[row] - path.open[row]
      #expect(abs(abs(move) - step) < 1e-12)
      if move > 0 { up += 1 }
    }
    // 4 standard errors of 2,000 tosses.
    #expect(abs(up - 1_000) < 90)
  }

  @Test(arguments: ["geometric", "arithmetic"])
  func `highs and lows have the exact law of a bridge's extremes`(law: String) throws {
    // Steps of a day at 10 %: far from the limit of short steps, where any formula would do.
    let isArithmetic = law == "arithmetic"
    let deviation = isArithmetic ? 2 : 0.1
    var (highs, lows): ([Double], [Double]) = ([], [])
    for seed in UInt64(1)...20 {
      let path = try recordedPath(
        make(
          BrownianScenario.self,
          [("sigma", .number(deviation)), ("law", .text(law)), ("start", .number(1_000))]),
        steps: 100, resolution: .days(1), seed: seed)
      for row in 1..<path.count {
        func distance(_ a: Double, _ b: Double) -> Double { isArithmetic ? a - b : log(a / b) }
        func uniform(_ extreme: Double) -> Double {
          exp(
            -2 * distance(extreme, path.open[row]) * distance(extreme, path.mid[row])
              / (deviation * deviation))
        }
        highs.append(uniform(path.high[row]))
        lows.append(uniform(path.low[row]))
      }
    }
    #expect(Law.isUniform(highs) > 0.01)
    #expect(Law.isUniform(lows) > 0.01)
  }

  @Test func `volume, spread and depth are the recorded means in every row`() throws {
    let path = try GeneratedScenarioTests.run(Self.model())
    let recorded = GeneratedScenarioTests.recorded
    let mean = recorded.volume[30...].reduce(0, +) / 700
    #expect(path.volume.allSatisfy { abs($0 / mean - 1) < 1e-12 })
    #expect(Set(path.halfSpread).count == 1 && Set(path.bidDepth).count == 1)
    #expect(path.volatility.allSatisfy { abs($0 / 0.04 - 1) < 1e-12 })
    #expect(path.baseVolatility.allSatisfy { $0 == 0.04 })
  }

  @Test(arguments: ["geometric", "arithmetic"])
  func `the recorded volatility is the default, at whatever price a path starts`(law: String) throws {
    let recorded = try recordedPath(Self.model(), steps: 3_000)
    for start in [ParameterInput.text("auto"), .number(7)] {
      var model = try make(BrownianScenario.self, [("law", .text(law)), ("start", start)])
      try model.prepare(history: recorded, context: testContext(steps: recorded.count))
      let path = try runPath(
        &model, PathContext(seed: 1, path: 0, isCentral: false), over: recorded, chunk: { _ in 3_000 })
      // The recorded sample's own error is 4 ÷ √(2 · 3,000) = 5 %.
      #expect(abs(path.volatility[1] / 0.04 - 1) < 0.05)
      let mean = recorded.volume.reduce(0, +) / 3_000
      #expect(abs(path.volume[1] / mean - 1) < 1e-9, "volume does not depend on the price level")
    }
  }

  @Test func `too little history to measure volatility is refused by count and remedy`() throws {
    let error = try #require(
      prepareError(make(BrownianScenario.self), testMarket(steps: 5), resolution: .minutes(1)))
    #expect(error.code == .noData)
    #expect(error.message.contains("scenario/Brownian-v1") && error.message.contains("20"))
    #expect(error.hint?.contains("sigma") == true)
    #expect(try prepareError(Self.model(), testMarket(steps: 1)) == nil)
  }

  @Test func `the reference output is met`() throws {
    let market = testMarket(steps: 240, warmUp: 5, seed: 6)
    var model = try make(BrownianScenario.self)
    try model.prepare(history: market, context: testContext(steps: 240))
    let path = try runPath(
      &model, PathContext(seed: 5, path: 4, isCentral: false), over: market, chunk: { _ in 50 })
    try checkReference(
      "Scenario/Brownian", header: marketHeader, rows: table(path, stride(from: 0, to: 240, by: 4)))
  }
}
