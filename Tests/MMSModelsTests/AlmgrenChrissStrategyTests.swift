// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

/// The schedule and the strategy of Almgren & Chriss; the impact model has a file of its own.
struct AlmgrenChrissStrategyTests {
  typealias Inputs = [(name: String, input: ParameterInput)]

  static func paper(_ lambda: Double, periods: Int = 5) throws(MMSError) -> AlmgrenChrissSchedule {
    try AlmgrenChrissSchedule(
      quantity: 1e6, horizon: 5, periods: periods, riskAversion: lambda, volatility: 0.95, permanent: 2.5e-7,
      temporary: 2.5e-6)
  }

  @Test func `the paper's trades`() throws {
    let schedule = try Self.paper(1e-6)
    #expect(abs(schedule.kappa - 0.607076) < 5e-7)
    for (trade, expected) in zip(schedule.trades, [458_044.4, 252_101.3, 141_956.7, 85_755.7, 62_141.8]) {
      #expect(abs(trade - expected) < 0.06)
    }
    #expect(try Self.paper(0).trades.allSatisfy { abs($0 - 200_000) < 1e-9 })
    #expect(try Self.paper(0).kappa == 0)
  }

  @Test(arguments: [0, 1e-300, 1e-30, 1e-18, 1e-12, 1e-6, 1, 1e6, 1e30], [1, 2, 5, 1000])
  func `every aversion gives a schedule that falls from the whole to nothing`(
    lambda: Double, periods: Int
  ) throws {
    let schedule = try Self.paper(lambda, periods: periods)
    let holdings = schedule.holdings
    #expect(holdings.count == periods + 1 && holdings[0] == 1e6 && holdings[periods] == 0)
    #expect(zip(holdings, holdings.dropFirst()).allSatisfy { $0 >= $1 && $1 >= 0 })
    #expect(abs(schedule.trades.reduce(0, +) - 1e6) < 1e-6)
    // Trades never grow, and never beyond rounding.
    #expect(zip(schedule.trades, schedule.trades.dropFirst()).allSatisfy { $0 >= $1 - 1e-6 })
  }

  @Test func `the schedule solves the paper's difference equation`() throws {
    // (x_{j−1} − 2 x_j + x_{j+1}) ÷ τ² = κ̃² x_j for every aversion.
    for lambda in [1e-9, 1e-7, 1e-6, 1e-5] {
      let schedule = try Self.paper(lambda, periods: 40)
      let (x, tau) = (schedule.holdings, 5.0 / 40)
      let square = lambda * 0.95 * 0.95 / (2.5e-6 - 0.5 * 2.5e-7 * tau)
      for j in 1..<40 {
        let curvature = (x[j - 1] - 2 * x[j] + x[j + 1]) / (tau * tau)
        #expect(abs(curvature - square * x[j]) < 1e-7 * max(square * x[j], 1))
      }
    }
  }

  @Test func `impossible schedules are refused with the reason`() throws {
    let error = #expect(throws: MMSError.self) {
      try AlmgrenChrissSchedule(
        quantity: 1, horizon: 1, periods: 1, riskAversion: 1, volatility: 1, permanent: 2, temporary: 1)
    }
    #expect(error?.code == .invalidValue && error?.message.contains("eta − gamma · tau ÷ 2 = 0.0") == true)
    #expect(throws: MMSError.self) {
      try AlmgrenChrissSchedule(
        quantity: 0, horizon: 1, periods: 1, riskAversion: 1, volatility: 1, permanent: 0, temporary: 1)
    }
    #expect(throws: MMSError.self) {
      try AlmgrenChrissSchedule(
        quantity: 1, horizon: 1, periods: 1, riskAversion: -1, volatility: 1, permanent: 0, temporary: 1)
    }
  }

  static let given: Inputs = [
    ("quantity", .number(1000)), ("sigma", .number(2)), ("gamma", .number(0.001)), ("eta", .number(0.01)),
    ("lambda", .number(0.5)),
  ]

  @Test func `the strategy trades its schedule`() throws {
    let run = ExecutionRun(market: ExecutionRun.flat(41))
    let result = try run.result(make(AlmgrenChrissStrategy.self, Self.given + [("periods", .number(10))]))
    let schedule = try AlmgrenChrissSchedule(
      quantity: 1000, horizon: 40.0 / 1440, periods: 10, riskAversion: 0.5, volatility: 2, permanent: 0.001,
      temporary: 0.01)
    #expect(schedule.kappa * 40 / 1440 > 0.1)
    ExecutionStrategyTests.expect(
      result, Dictionary(uniqueKeysWithValues: schedule.trades.enumerated().map { (4 * $0 + 1, $1) }))
  }

  @Test func `what is auto comes from the recorded market`() throws {
    // σ̄ and V̄ of step 0 as the engine measures them from recorded bars.
    var market = testMarket(steps: 61, warmUp: 1440, seed: 2)
    for row in market.rows { market.volume[row] = 50 }
    let run = ExecutionRun(market: market)
    let step0 = part(market, 1440..<1441)
    let (price, sigma, volume) = (step0.mid[0], step0.baseVolatility[0], step0.baseVolume[0])
    let lambda = 1e-1
    let result = try run.result(
      make(
        AlmgrenChrissStrategy.self,
        [("quantity", .number(10)), ("lambda", .number(lambda)), ("periods", .number(60))]))
    let perUnit = sigma * price / volume
    let schedule = try AlmgrenChrissSchedule(
      quantity: 10, horizon: 60.0 / 1440, periods: 60, riskAversion: lambda, volatility: sigma * price,
      permanent: 0.314 * perUnit, temporary: 0.357 * perUnit)
    #expect(schedule.trades[0] > 1.2 * schedule.trades[59])
    ExecutionStrategyTests.expect(
      result, Dictionary(uniqueKeysWithValues: schedule.trades.enumerated().map { ($0 + 1, $1) }))
    // Long periods would make the priors contradict each other; they give way.
    var days = ExecutionRun(market: ExecutionRun.flat(31))
    days.resolution = .days(10)
    for row in days.market.rows { days.market.time[row] = Int64(row + 1) * SimDuration.days(10).nanoseconds }
    for inputs in [[], [("gamma", .number(0.1))], [("eta", .number(1e-9))]] as [Inputs] {
      #expect(
        try days.result(
          make(AlmgrenChrissStrategy.self, inputs + [("periods", .number(3)), ("lambda", .number(1e-18))])
        ).fills.count == 3
      )
    }
    var unknown = ExecutionRun(market: ExecutionRun.flat(31))
    for row in unknown.market.rows { unknown.market.baseVolume[row] = 0 }
    let uniform = try unknown.result(make(AlmgrenChrissStrategy.self, [("periods", .number(30))]))
    #expect(uniform.fills.allSatisfy { abs($0.quantity - 1.0 / 30) < 1e-12 } && uniform.fills.count == 30)
  }

  @Test func `costs that leave no best schedule are refused or said`() throws {
    let bad: Inputs = [("gamma", .number(100)), ("eta", .number(0.01)), ("periods", .number(2))]
    let error = #expect(throws: MMSError.self) {
      try make(AlmgrenChrissStrategy.self, bad + [("horizon", .text("1 d"))])
    }
    #expect(error?.message.contains("is not positive") == true)
    // Over all of a period whose length is not known yet, the result says it.
    let result = try ExecutionRun(market: ExecutionRun.flat(41)).result(
      make(AlmgrenChrissStrategy.self, bad))
    #expect(result.fills.isEmpty && result.idleReason?.contains("is not positive") == true)
    for name in ["lambda", "sigma", "gamma"] {
      #expect(throws: MMSError.self) { _ = try make(AlmgrenChrissStrategy.self, [(name, .number(-1))]) }
    }
    #expect(throws: MMSError.self) { _ = try make(AlmgrenChrissStrategy.self, [("eta", .number(0))]) }
  }

  @Test func `the reference output is met`() throws {
    var rows: [[Double]] = []
    for lambda in [0, 1e-8, 1e-6, 1e-4, 1] {
      let schedule = try Self.paper(lambda, periods: 8)
      for (trade, holding) in schedule.holdings.enumerated() {
        rows.append([lambda, schedule.kappa, Double(trade), holding])
      }
    }
    try checkReference(
      "Strategy/AlmgrenChriss", header: ["lambda", "kappa", "trade", "holding"], rows: rows)
  }
}
