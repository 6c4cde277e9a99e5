// SPDX-License-Identifier: Apache-2.0

import MMSCore
import Testing

@testable import MMSModels

struct RegimeSwitchScenarioTests {
  typealias Inputs = [(name: String, input: ParameterInput)]
  /// Out of calm 12 times a day, out of wild 30 times.
  static let two: Inputs = [
    ("calmSigma", .number(0.01)), ("wildSigma", .number(0.05)), ("calmDays", .number(1.0 / 12)),
    ("wildDays", .number(1.0 / 30)),
  ]
  static let three: Inputs =
    two + [
      ("regimes", .number(3)), ("stormSigma", .number(0.1)), ("stormDays", .number(0.02)),
      ("escalation", .number(0.4)),
    ]

  @Test(arguments: [20, 40, 80])
  func `regimes at the ends of steps follow the exact chain at any step`(minutes: Int64) throws {
    // P(calm → wild in dt) = a ÷ (a + b)·(1 − e^(−(a + b) dt)), a = 12, b = 30 per day; four standard errors.
    let resolution = SimDuration.minutes(minutes)
    let path = try generated(
      RegimeSwitchScenario.self, Self.two, over: flatMarket(steps: 20_000, resolution: resolution),
      resolution: resolution)
    let isWild = path.volatility.map { $0 > 0.03 }
    var counts = [[0.0, 0.0], [0.0, 0.0]]
    for (now, next) in zip(isWild, isWild.dropFirst()) { counts[now ? 1 : 0][next ? 1 : 0] += 1 }
    let settled = 1 - MMSMath.exp(-42 * Double(minutes) / 1440)
    for (from, expected) in [(0, 12.0 / 42 * settled), (1, 30.0 / 42 * settled)] {
      let n = counts[from][0] + counts[from][1]
      let share = counts[from][1 - from] / n
      #expect((share - expected).magnitude < 4 * (expected * (1 - expected) / n).squareRoot())
    }
  }

  @Test(arguments: [10, 20, 60])
  func `moments of returns are those of the integrated variance at any step`(minutes: Int64) throws {
    // v = ∫σ² over dt: E v = v̄·dt, Var v = 2 p q Δ²·(dt ÷ g − (1 − e^(−g·dt)) ÷ g²), g = 42 per day; kurtosis
    // 3·(1 + Var v ÷ (E v)²). 30,000 steps; the bounds held for eight other seeds.
    let resolution = SimDuration.minutes(minutes)
    let path = try generated(
      RegimeSwitchScenario.self, Self.two, over: flatMarket(steps: 30_000, resolution: resolution),
      resolution: resolution)
    let returns = logReturns(path)
    let dt = Double(minutes) / 1440
    let (calm, wild, share, g) = (1e-4, 25e-4, 12.0 / 42, 42.0)
    let level = calm + share * (wild - calm)
    let integral = 2 * (dt / g - (1 - MMSMath.exp(-g * dt)) / (g * g))
    let spread = share * (1 - share) * (wild - calm) * (wild - calm) * integral
    let expected = 3 * (1 + spread / (level * level * dt * dt))
    let second = meanPower(returns, 2)
    let fourth = meanPower(returns, 4)
    #expect((second / (level * dt) - 1).magnitude < 0.09)
    #expect((fourth / (second * second) / expected - 1).magnitude < 0.13)
  }

  @Test func `three regimes take their shares of time`() throws {
    // Mean days × (1 − e, 1, e): .05, .03333, .008. 20 paths of 1,500 steps of 20 minutes.
    var counts = [0.0, 0.0, 0.0]
    for number in 0..<20 {
      let path = try generated(
        RegimeSwitchScenario.self, Self.three, over: flatMarket(steps: 1_500, resolution: .minutes(20)),
        resolution: .minutes(20), path: number)
      for value in path.volatility { counts[value < 0.03 ? 0 : value < 0.07 ? 1 : 2] += 1 }
    }
    for (count, weight) in zip(counts, [0.6 / 12, 1.0 / 30, 0.4 * 0.02]) {
      #expect((count / 30_000 / (weight / (0.05 + 1.0 / 30 + 0.008)) - 1).magnitude < 0.12)
    }
  }

  @Test func `a fit finds the regimes a path was made with`() throws {
    // 28 days of minutes, nine changes a week: durations are known to a third or so, volatilities to 5 %.
    let path = try generated(
      RegimeSwitchScenario.self,
      [
        ("calmSigma", .number(0.01)), ("wildSigma", .number(0.04)), ("calmDays", .number(1)),
        ("wildDays", .number(0.5)),
      ], over: flatMarket(steps: 40_320))
    let returns = logReturns(path)
    let variances = stride(from: 0, to: returns.count, by: 60).map { first in
      60 * 24 * meanPower(Array(returns[first..<first + 60]), 2)
    }
    let fit = RegimeFit(variances: variances, regimes: 2, windowDays: 1.0 / 24)
    #expect(
      (fit.volatilities[0] / 0.01 - 1).magnitude < 0.1 && (fit.volatilities[1] / 0.04 - 1).magnitude < 0.1)
    #expect(fit.days[0] > 0.4 && fit.days[0] < 2 && fit.days[1] > 0.2 && fit.days[1] < 1)
  }

  @Test(arguments: [2, 3])
  func `what is auto keeps the recorded volatility`(regimes: Double) throws {
    let market = testMarket(steps: 60 * 96, seed: 5)
    let path = try generated(RegimeSwitchScenario.self, [("regimes", .number(regimes))], over: market)
    let recorded = meanPower(logReturns(market), 2)
    #expect((meanPower(logReturns(path), 2) / recorded - 1).magnitude < 0.15)
  }

  @Test func `any split gives the same bits`() throws {
    try checkSplits(
      RegimeSwitchScenario.self, Self.three, over: flatMarket(steps: 1_200, resolution: .minutes(10)),
      resolution: .minutes(10))
  }

  @Test func `too little history and regimes shorter than steps are refused`() throws {
    let short = #expect(throws: MMSError.self) {
      try generated(RegimeSwitchScenario.self, [], over: testMarket(steps: 47 * 60 + 59))
    }
    #expect(short?.code == .noData)
    #expect(
      short?.message.contains("scenario/RegimeSwitch-v1") == true
        && short?.message.contains("make 47") == true)
    #expect(short?.hint?.contains("longer period") == true)
    let flat = #expect(throws: MMSError.self) {
      try generated(RegimeSwitchScenario.self, [], over: flatMarket(steps: 3_000))
    }
    #expect(flat?.code == .noData)
    let brief = #expect(throws: MMSError.self) {
      try generated(
        RegimeSwitchScenario.self, Self.two + [("wildDays", .number(1e-9))], over: flatMarket(steps: 10))
    }
    #expect(brief?.code == .invalidValue && brief?.path == "wildDays")
  }

  @Test func `the reference output is met`() throws {
    let path = try generated(
      RegimeSwitchScenario.self, Self.three, over: flatMarket(steps: 600, resolution: .minutes(5)),
      resolution: .minutes(5))
    try checkReference(
      "Scenario/RegimeSwitch", header: marketHeader, rows: table(path, stride(from: 0, to: 600, by: 5)))
  }
}
