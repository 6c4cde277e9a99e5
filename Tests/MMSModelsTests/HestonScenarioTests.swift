// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSModels
import Testing

struct HestonScenarioTests {
  struct Parameters {
    var kappa = 2.0
    var theta = 0.04
    var xi = 0.3
    var rho = -0.7
    var v0 = 0.09
  }

  static func model(
    _ p: Parameters = Parameters(), _ more: [(name: String, input: ParameterInput)] = []
  ) throws -> HestonScenario {
    try make(
      HestonScenario.self,
      [
        ("kappa", .number(p.kappa)), ("theta", .number(p.theta)), ("xi", .number(p.xi)),
        ("rho", .number(p.rho)), ("v0", .number(p.v0)),
      ] + more)
  }

  @Test(arguments: [
    // Far inside Feller's condition, far outside of it, with the price, and with certainty.
    Parameters(), Parameters(kappa: 0.5, xi: 1, rho: -0.9, v0: 0.04),
    Parameters(kappa: 1, xi: 0.6, rho: 0.8, v0: 0), Parameters(xi: 0),
  ])
  func `variance, its integral and the price have the moments of the closed form`(p: Parameters) throws {
    // 2,000 paths over one day in 16 steps; bounds are 4 standard errors.
    let ends = try pathEnds(
      Self.model(p, [("mu", .number(0.02)), ("range", .text("none"))]), steps: 16, resolution: .minutes(90),
      paths: 2_000
    ) { model, block in
      (
        variance: model.variance, price: block.mid[15] / block.open[0],
        integrated: block.volatility.reduce(0) { $0 + $1 * $1 / 16 },
        least: min(model.variance, block.volatility.min()!)
      )
    }
    let gone = -expm1(-p.kappa)
    let spread = p.xi * p.xi / p.kappa * gone * (p.v0 * (1 - gone) + 0.5 * p.theta * gone)
    let integral = p.theta + (p.v0 - p.theta) * gone / p.kappa
    let variance = Law.moments(ends.map(\.variance))
    #expect(abs(variance.mean - (p.v0 + (p.theta - p.v0) * gone)) <= 4 * variance.meanError + 1e-15)
    #expect(abs(variance.variance - spread) <= 4 * variance.varianceError + 1e-15)
    let integrated = Law.moments(ends.map(\.integrated))
    // Trapezia of a sixteenth of a day: (κh)² ÷ 12.
    let bias = abs(p.v0 - p.theta) * gone / p.kappa * pow(p.kappa / 16, 2) / 12
    #expect(abs(integrated.mean - integral) <= 4 * integrated.meanError + 1.01 * bias + 1e-15)
    let price = Law.moments(ends.map(\.price))
    #expect(abs(price.mean - exp(0.02)) < 4 * price.meanError)
    let log = Law.moments(ends.map { Foundation.log($0.price) })
    #expect(abs(log.mean - (0.02 - 0.5 * integral)) < 4 * log.meanError + bias)
    #expect(ends.allSatisfy { $0.least >= 0 })
    if p.xi == 0 { #expect(variance.variance < 1e-25) }
  }

  @Test func `halving the step leaves the law of the daily return`() throws {
    let samples = try [(8, 180), (16, 90)].map { steps, minutes in
      try logReturns(
        Self.model(), steps: steps, resolution: .minutes(Int64(minutes)), paths: 2_500, seed: UInt64(steps))
    }
    #expect(Law.sameLaw(samples[0], samples[1]) > 0.01)
    #expect(Law.sameLaw(samples[0], samples[1].map { 1.2 * $0 }) < 0.01)
  }

  @Test func `a step too long for the parameters is divided`() throws {
    // κ·dt is 2: one step of a day has the law of 16.
    let samples = try [(1, 1440), (16, 90)].map { steps, minutes in
      try logReturns(
        Self.model(Parameters(xi: 0.6)), steps: steps, resolution: .minutes(Int64(minutes)), paths: 2_500,
        seed: UInt64(steps))
    }
    #expect(Law.sameLaw(samples[0], samples[1]) > 0.01)
    let error = try #require(prepareError(Self.model(Parameters(kappa: 1e6)), testMarket(steps: 10)))
    #expect(error.code == .invalidValue && error.message.contains("kappa") && error.hint != nil)
  }

  @Test(arguments: [-0.7, 0.7])
  func `price and variance move together as rho says`(rho: Double) throws {
    let path = try recordedPath(
      Self.model(Parameters(kappa: 5, theta: 9e-4, xi: 0.05, rho: rho, v0: 9e-4)), steps: 4_000)
    var (xy, xx, yy) = (0.0, 0.0, 0.0)
    for row in 1..<path.count {
      // The column is the mean of two variances: against its next change the correlation is ρ ÷ √(2 ÷ 3) ÷ 2 …
      let x = log(path.mid[row] / path.open[row]) / path.volatility[row]
      let y = (pow(path.volatility[row], 2) - pow(path.volatility[row - 1], 2)) / path.volatility[row]
      (xy, xx, yy) = (xy + x * y, xx + x * x, yy + y * y)
    }
    // … of which the half that falls into the same step shows: ρ ÷ √2; 4 standard errors of 4,000 steps.
    #expect(abs(xy / (xx * yy).squareRoot() - rho / 2.0.squareRoot()) < 4 * 0.016)
  }

  @Test func `fits that do not exist say what was found and what to give`() throws {
    let auto = try make(HestonScenario.self)
    let short = try #require(prepareError(auto, testMarket(steps: 5_000)))
    #expect(short.code == .noData)
    #expect(short.message.contains("12000") && short.message.contains("5000"))
    #expect(short.hint?.contains("kappa") == true)
    let still = try #require(
      prepareError(auto, recordedPath(make(BrownianScenario.self, [("sigma", .number(0))]), steps: 12_000)))
    #expect(still.code == .noData && still.message.contains("memory"))
    #expect(try prepareError(Self.model(), testMarket(steps: 1)) == nil, "given parameters need no history")
  }

  @Test func `the reference output is met`() throws {
    let market = testMarket(steps: 240, warmUp: 5, seed: 6)
    var model = try Self.model(Parameters(kappa: 8, theta: 9e-4, xi: 0.15, rho: -0.6, v0: 4e-4))
    try model.prepare(history: market, context: testContext(steps: 240))
    let path = try runPath(
      &model, PathContext(seed: 5, path: 4, isCentral: false), over: market, chunk: { _ in 50 })
    try checkReference(
      "Scenario/Heston", header: marketHeader, rows: table(path, stride(from: 0, to: 240, by: 4)))
  }
}
