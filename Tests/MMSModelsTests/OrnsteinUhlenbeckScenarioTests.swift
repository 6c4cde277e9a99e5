// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSModels
import Testing

struct OrnsteinUhlenbeckScenarioTests {
  static func model(
    kappa: Double = 2, sigma: Double = 0.04, level: Double = 105,
    _ more: [(name: String, input: ParameterInput)] = []
  ) throws -> OrnsteinUhlenbeckScenario {
    try make(
      OrnsteinUhlenbeckScenario.self,
      [("kappa", .number(kappa)), ("sigma", .number(sigma)), ("level", .number(level))] + more)
  }

  @Test(arguments: [(1, 1440), (24, 60)])
  func `mean and variance after a day are exact at any step`(steps: Int, minutes: Int) throws {
    let returns = try logReturns(
      Self.model([("start", .number(100))]), steps: steps + 1, resolution: .minutes(Int64(minutes)),
      paths: 3_000, seed: UInt64(steps))
    let moments = Law.moments(returns)
    let mean = log(1.05) * -expm1(-2)
    let variance = 0.0016 * -expm1(-4) / 4
    // 4 standard errors.
    #expect(abs(moments.mean - mean) < 4 * moments.meanError)
    #expect(abs(moments.variance - variance) < 4 * moments.varianceError)
  }

  @Test func `halving the step leaves the law of the daily return`() throws {
    let samples = try [(6, 4), (12, 2)].map { steps, hours in
      try logReturns(
        Self.model(), steps: steps, resolution: .hours(Int64(hours)), paths: 3_000, seed: UInt64(steps))
    }
    #expect(Law.sameLaw(samples[0], samples[1]) > 0.01)
    #expect(Law.sameLaw(samples[0], samples[1].map { 1.2 * $0 }) < 0.01)
  }

  @Test func `distances from the level keep their stationary law, whatever the step`() throws {
    let path = try recordedPath(Self.model(kappa: 5), steps: 4_000, resolution: .days(1))
    // e^−5: the days are as good as independent.
    let moments = Law.moments(path.mid.map { log($0 / 105) })
    #expect(abs(moments.mean) < 4 * moments.meanError)
    #expect(abs(moments.variance - 0.0016 / 10) < 4 * moments.varianceError)
  }

  @Test func `the level is the start where one is given, else the recorded mean`() throws {
    let recorded = testMarket(steps: 500, seed: 8, drift: 2e-4)
    func target(_ more: [(name: String, input: ParameterInput)]) throws -> Double {
      var model = try make(
        OrnsteinUhlenbeckScenario.self, [("kappa", .number(1e5)), ("sigma", .number(0))] + more)
      try model.prepare(history: recorded, context: testContext(steps: 500))
      return try runPath(&model, centralPath, over: recorded, chunk: { _ in 500 }).mid[499]
    }
    #expect(try abs(target([("start", .number(40))]) / 40 - 1) < 1e-12)
    #expect(try abs(target([("level", .number(90))]) / 90 - 1) < 1e-12)
    #expect(try abs(target([("start", .number(40)), ("level", .number(50))]) / 50 - 1) < 1e-12)
    let logs = ([recorded.open[0]] + recorded.mid.dropLast()).map { log($0) }
    #expect(try abs(log(target([])) - logs.reduce(0, +) / 500) < 1e-9)
  }

  @Test func `fits that do not exist say what was found and what to give`() throws {
    let auto = try make(OrnsteinUhlenbeckScenario.self)
    let short = try #require(prepareError(auto, testMarket(steps: 60)))
    #expect(short.code == .noData)
    #expect(short.message.contains("100") && short.message.contains("60"))
    #expect(short.hint?.contains("kappa") == true)
    // A random walk and a rising market return to no level.
    for drift in [0, 1e-3] {
      let error = try #require(prepareError(auto, testMarket(steps: 3_000, seed: 4, drift: drift)))
      #expect(error.code == .noData && error.message.contains("random") == false)
      #expect(error.message.contains("returns to no level") && error.hint?.contains("kappa") == true)
    }
    let still = try recordedPath(make(BrownianScenario.self, [("sigma", .number(0))]), steps: 200)
    #expect(prepareError(auto, still)?.code == .noData)
    #expect(try prepareError(Self.model(), testMarket(steps: 1)) == nil, "given parameters need no history")
  }

  @Test func `the reference output is met`() throws {
    let market = testMarket(steps: 240, warmUp: 5, seed: 6)
    var model = try Self.model(kappa: 20)
    try model.prepare(history: market, context: testContext(steps: 240))
    let path = try runPath(
      &model, PathContext(seed: 5, path: 4, isCentral: false), over: market, chunk: { _ in 50 })
    try checkReference(
      "Scenario/OrnsteinUhlenbeck", header: marketHeader, rows: table(path, stride(from: 0, to: 240, by: 4)))
  }
}
