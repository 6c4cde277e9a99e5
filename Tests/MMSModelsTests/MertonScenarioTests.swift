// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSModels
import Testing

struct MertonScenarioTests {
  static func model(
    sigma: Double = 0.03, lambda: Double = 6, m: Double = -0.01, d: Double = 0.02, mu: Double = 0.01,
    _ more: [(name: String, input: ParameterInput)] = []
  ) throws -> MertonScenario {
    try make(
      MertonScenario.self,
      [
        ("sigma", .number(sigma)), ("lambda", .number(lambda)), ("m", .number(m)), ("d", .number(d)),
        ("mu", .number(mu)),
      ] + more)
  }

  @Test(arguments: [(1, 24), (8, 3)])
  func `the moments of a day are exact in one step and in eight`(steps: Int, hours: Int) throws {
    let returns = try logReturns(
      Self.model(), steps: steps, resolution: .hours(Int64(hours)), paths: 12_000 / steps,
      seed: UInt64(steps))
    let moments = Law.moments(returns)
    let (variance, third, fourth) = (0.0009 + 6 * 5e-4, 6 * -1.3e-5, 6 * (1e-8 + 6 * 4e-8 + 3 * 16e-8))
    let k = exp(-0.01 + 0.0002) - 1
    // 4 standard errors; those of skewness and kurtosis, √(6 ÷ n) and √(24 ÷ n) for normal numbers, are up to
    // 1.3 and 1.8 times larger here.
    let n = Double(returns.count)
    #expect(abs(moments.mean - (0.01 - 0.00045 - 6 * k - 0.06)) < 4 * moments.meanError)
    #expect(abs(moments.variance - variance) < 4 * moments.varianceError)
    #expect(abs(moments.skewness - third / pow(variance, 1.5)) < 4 * 1.3 * (6 / n).squareRoot())
    #expect(abs(moments.kurtosis - fourth / (variance * variance)) < 4 * 1.8 * (24 / n).squareRoot())
    let growth = Law.moments(returns.map { exp($0) })
    #expect(abs(growth.mean - exp(0.01)) < 4 * growth.meanError)
  }

  @Test func `halving the step leaves the law of the daily return`() throws {
    let samples = try [(6, 4), (12, 2)].map { steps, hours in
      try logReturns(
        Self.model(lambda: 3, d: 0.05), steps: steps, resolution: .hours(Int64(hours)), paths: 3_000,
        seed: UInt64(steps))
    }
    #expect(Law.sameLaw(samples[0], samples[1]) > 0.01)
    #expect(Law.sameLaw(samples[0], samples[1].map { 1.2 * $0 }) < 0.01)
  }

  @Test(arguments: [0.4, 3, 30, 900])
  func `jumps in a step are Poisson, with as many as come`(mean: Double) throws {
    // Jumps of one size and no diffusion: the move counts them.
    let size = 0.001
    let model = try Self.model(sigma: 0, lambda: mean, m: size, d: 0, mu: 0)
    let path = try recordedPath(model, steps: 4_000, resolution: .days(1))
    let drift = -mean * (exp(size) - 1)
    let counts = path.rows.map { row in (log(path.mid[row] / path.open[row]) - drift) / size }
    for count in counts { #expect(abs(count - count.rounded()) < 1e-6 && count > -0.5) }
    let moments = Law.moments(counts)
    // Mean and variance are λ, skewness 1 ÷ √λ; 4 standard errors of 4,000 steps.
    #expect(abs(moments.mean - mean) < 4 * (mean / 4_000).squareRoot())
    #expect(abs(moments.variance - mean) < 4 * moments.varianceError)
    #expect(abs(moments.skewness - 1 / mean.squareRoot()) < 4 * 0.04 * (1 + 2 / mean))
    let none = counts.count { $0 < 0.5 }
    let expected = 4_000 * exp(-mean)
    #expect(abs(Double(none) - expected) <= 4 * expected.squareRoot())
  }

  @Test func `without jumps it is the Brownian motion of the same draws`() throws {
    let none = try recordedPath(
      make(MertonScenario.self, [("sigma", .number(0.03)), ("lambda", .number(0))]), steps: 300)
    let brownian = try recordedPath(make(BrownianScenario.self, [("sigma", .number(0.03))]), steps: 300)
    for row in none.rows { #expect(abs(none.mid[row] / brownian.mid[row] - 1) < 1e-12) }
  }

  @Test func `jumps given in part are refused by name`() throws {
    let error = #expect(throws: MMSError.self) {
      try make(MertonScenario.self, [("lambda", .number(3)), ("m", .number(0))])
    }
    #expect(error?.code == .invalidValue)
    #expect(error?.message.contains("d is auto") == true)
    #expect(error?.hint?.contains("all three") == true)
  }

  @Test func `fits that do not exist say what was found and what to give`() throws {
    let auto = try make(MertonScenario.self)
    let short = try #require(prepareError(auto, testMarket(steps: 300)))
    #expect(short.code == .noData)
    #expect(short.message.contains("1000") && short.message.contains("300"))
    #expect(short.hint?.contains("lambda") == true)

    let smooth = try recordedPath(
      make(BrownianScenario.self, [("sigma", .number(0.03)), ("range", .text("none"))]), steps: 5_000)
    let none = try #require(prepareError(auto, smooth))
    #expect(none.code == .noData)
    #expect(none.message.contains("no jumps") && none.hint?.contains("Brownian") == true)

    let many = try make(
      MertonScenario.self, [("lambda", .number(5)), ("m", .number(0)), ("d", .number(1))])
    #expect(prepareError(many, smooth)?.hint?.contains("sigma") == true)
    #expect(try prepareError(Self.model(lambda: 1e9), smooth)?.code == .invalidValue)
    #expect(try prepareError(Self.model(), testMarket(steps: 1)) == nil, "given parameters need no history")
  }

  @Test func `the reference output is met`() throws {
    let market = testMarket(steps: 240, warmUp: 5, seed: 6)
    var model = try Self.model(lambda: 60)
    try model.prepare(history: market, context: testContext(steps: 240))
    let path = try runPath(
      &model, PathContext(seed: 5, path: 4, isCentral: false), over: market, chunk: { _ in 50 })
    try checkReference(
      "Scenario/Merton", header: marketHeader, rows: table(path, stride(from: 0, to: 240, by: 4)))
  }
}
