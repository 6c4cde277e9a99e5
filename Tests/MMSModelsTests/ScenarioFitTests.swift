// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

@testable import MMSModels

/// Parameters found again in a path of the model itself.
///
/// Bounds are 4 standard deviations of the estimates over 200
/// such paths, found beforehand.
struct ScenarioFitTests {
  static func returns<M: ScenarioModel & NativeModel>(
    _ model: M, steps: Int, resolution: SimDuration = .minutes(1), seed: UInt64 = 5
  ) throws -> RecordedReturns {
    try RecordedReturns(
      recordedPath(model, steps: steps, resolution: resolution, seed: seed),
      context: testContext(steps: steps, resolution: resolution))
  }

  @Test func `Merton's jumps are found by how many, how large and to which side`() throws {
    // 12 jumps a day of 1 % against 0.08 % a minute, 15 days.
    let recorded = try Self.returns(
      make(
        MertonScenario.self,
        [
          ("sigma", .number(0.03)), ("lambda", .number(12)), ("m", .number(-0.004)), ("d", .number(0.01)),
          ("range", .text("none")),
        ]), steps: 21_600)
    let fit = try MertonFit(recorded, sigma: nil, jumps: nil)
    // A jump among three minutes lifts their median a little: 2.5 % of sigma here.
    #expect(abs(fit.sigma - 0.03075) < 4 * 0.0004)
    #expect(abs(fit.jumps.rate - 12) < 4 * 1.54)
    #expect(abs(fit.jumps.mean + 0.004) < 4 * 0.001)
    #expect(abs(fit.jumps.deviation - 0.01) < 4 * 0.00084)
    // What is given stays, and the variance is the recorded one throughout.
    let total = fit.sigma * fit.sigma + fit.jumps.variance
    let known = try MertonFit(recorded, sigma: 0.03, jumps: nil)
    #expect(known.sigma == 0.03)
    #expect(abs(0.0009 + known.jumps.variance - total) < 1e-9)
    let jumps = MertonJumps(rate: 12, mean: -0.004, deviation: 0.01)
    let rest = try MertonFit(recorded, sigma: nil, jumps: jumps)
    #expect(abs(rest.sigma * rest.sigma + jumps.variance - total) < 1e-9)
  }

  @Test func `Heston's variance is found by level, memory, size and leverage`() throws {
    // 60 days of five minutes, 1,440 hours; errors scale from those of 90 days.
    let recorded = try Self.returns(
      make(
        HestonScenario.self,
        [
          ("kappa", .number(6)), ("theta", .number(9e-4)), ("xi", .number(0.07)), ("rho", .number(-0.6)),
          ("range", .text("none")),
        ]), steps: 17_280, resolution: .minutes(5))
    let none = HestonParameters<Double?>(kappa: nil, theta: nil, xi: nil, rho: nil, v0: nil)
    let fit = try HestonFit.parameters(none) { recorded }
    let more = 1.5.squareRoot()
    #expect(abs(fit.kappa - 6.4) < 4 * 1.34 * more)
    #expect(abs(fit.theta - 9e-4) < 4 * 3.9e-5 * more)
    #expect(abs(fit.xi - 0.0735) < 4 * 0.0099 * more)
    #expect(abs(fit.rho + 0.6) < 4 * 0.079 * more)
    #expect(fit.v0 == fit.theta)
    var some = none
    (some.kappa, some.rho, some.v0) = (6, 0.1, 1e-3)
    let rest = try HestonFit.parameters(some) { recorded }
    #expect(rest.kappa == 6 && rest.rho == 0.1 && rest.v0 == 1e-3 && rest.theta == fit.theta)
  }

  @Test func `Ornstein and Uhlenbeck's level, pull and noise are found by maximum likelihood`() throws {
    // 60 days of hours.
    let recorded = try Self.returns(
      make(
        OrnsteinUhlenbeckScenario.self,
        [("kappa", .number(2)), ("sigma", .number(0.04)), ("level", .number(105)), ("range", .text("none"))]),
      steps: 1_440, resolution: .hours(1))
    let fit = try MeanReversionFit(recorded, kappa: nil, level: nil, sigma: nil, needsLevel: true)
    #expect(abs(fit.kappa - 2) < 4 * 0.29)
    #expect(abs(fit.level - 105) < 4 * 0.27)
    #expect(abs(fit.sigma - 0.04) < 4 * 0.00076)
    let known = try MeanReversionFit(recorded, kappa: nil, level: 105, sigma: nil, needsLevel: false)
    #expect(abs(known.kappa - 2) < 4 * 0.29 && known.level == 105)
    let given = try MeanReversionFit(recorded, kappa: 2, level: nil, sigma: nil, needsLevel: true)
    #expect(given.kappa == 2)
    #expect(abs(given.sigma / fit.sigma - 1) < 0.01)
  }
}
