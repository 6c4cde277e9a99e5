// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

/// A perpetual contract without any other cost: 0.1 % every two minutes, on bars that close each minute.
struct FundingTests {
  static let rule = FundingRule(rate: 0.001, interval: .minutes(2))
  static let prices: [Double] = [100, 110, 105, 120, 90, 80, 85, 85, 85]

  func run(
    _ script: [Int: [Wish]], funding: FundingRule = rule, change: (inout TestRun) -> Void = { _ in }
  ) throws -> PathResult {
    var run = TestRun(tinyMarket(Self.prices.map { Bar($0) }), script)
    run.execution.perpetual = PerpetualRules(maintenanceMargin: 0.005, leverageCap: 10, funding: funding)
    run.cost = 0
    for row in run.market.rows { run.market.halfSpread[row] = 0 }
    change(&run)
    return try run.result()
  }

  @Test func `a long pays at each instant it holds over, by hand`() throws {
    // Bought at the open of step 1; instants at the closes of steps 1, 3 and 5; sold at the open of step 7,
    // before the instant at its close.
    let result = try run([0: .buy(2), 6: .sell(2)])
    let paid = 0.002 * (110.0 + 120.0 + 80.0)
    #expect(close(result.funding, paid))
    #expect(result.perpetual?.fundingPayments == 3)
    #expect(result.charges.map(\.step) == [1, 3, 5])
    #expect(result.charges.allSatisfy { $0.kind == .funding })
    #expect(close(result.finalEquity, 100_000 + 2 * (85 - 110) - paid))
    #expect(close(result.trades[0].profit, result.finalEquity - 100_000, 1e-9))
    #expect(close(result.trades[0].funding, paid))
    // A cost of its own: the split of execution costs does not know it.
    #expect(close(result.costs.total, result.shortfall.numerator))
  }

  @Test func `a short receives what a long pays, and a negative rate turns both around`() throws {
    let long = try run([0: .buy(2), 6: .sell(2)]).funding
    #expect(close(try run([0: .sell(2), 6: .buy(2)]).funding, -long))
    #expect(
      close(
        try run([0: .buy(2), 6: .sell(2)], funding: FundingRule(rate: -0.001, interval: .minutes(2))).funding,
        -long))
  }

  @Test func `the rate goes from its own to that of full stress`() throws {
    let rule = FundingRule(rate: 0.001, stressRate: -0.003, interval: .minutes(2))
    let result = try run([0: .buy(2)], funding: rule) { run in
      run.market.stress[3] = 0.25
      run.market.stress[5] = 1
    }
    let paid: [Double] = [0.22, 0, -0.48, 0.17]
    #expect(zip(result.charges.map(\.amount), paid).allSatisfy { close($0, $1) })
    #expect(result.charges.count == 4)
  }

  @Test func `a row longer than the interval pays every instant in it at its close`() throws {
    let market = tinyMarket([Bar(100), Bar(100), Bar(120), Bar(120)], resolution: .days(1))
    let result = try run([0: .buy(1)], funding: FundingRule(rate: 0.001)) { run in
      run.market = market
      run.resolution = .days(1)
      run.recordsSeries = false
    }
    #expect(result.charges.map(\.step) == [1, 2, 3])
    #expect(close(result.charges[0].amount, 3 * 100 * 0.001))
    #expect(result.perpetual?.fundingPayments == 9)
  }

  @Test func `an instant in a hole of the data is paid on what was held over the hole`() throws {
    // Rows 0, 1 close at minutes 1 and 2; then nothing until minute 7. Sold at the first open after the hole.
    let result = try run([0: .buy(2), 1: .sell(2)]) { run in
      for row in 2..<run.market.count { run.market.time[row] = Int64(row + 5) * 60_000_000_000 }
    }
    #expect(result.charges.map(\.step) == [1, 2])
    // Instants at minutes 4 and 6, at the open of row 2.
    #expect(close(result.charges[1].amount, 0.42))
    #expect(result.finalPosition == 0)
  }

  @Test func `executed at the close itself, a position owes from the next instant on`() throws {
    let result = try run([1: .buy(1), 3: .sell(1)]) { $0.execution.latency = .zero }
    #expect(result.fills.map(\.step) == [1, 3])
    // Held from the close of step 1 to that of step 3, where funding comes before the decision.
    #expect(result.charges.map(\.step) == [3])
  }

  @Test func `a position held from before owes from the first row on`() throws {
    let result = try run([2: .sell(2)]) { $0.execution.initialPosition = 2 }
    #expect(result.charges.map(\.step) == [1])
    #expect(close(result.funding, 0.22))
  }

  @Test func `paths run side by side know neither margin nor outages, so these are run alone`() throws {
    let market = try make(
      MMSModels.BrownianScenario.self,
      [("sigma", .number(0.02)), ("start", .number(100)), ("range", .text("none"))])
    let strategy = try make(
      AvellanedaStoikovStrategy.self, [("sigma", .number(0.02)), ("quantity", .number(0.01))])
    func plan(_ change: (inout ExecutionSettings) -> Void) throws -> RunPlan {
      var execution = ExecutionSettings()
      change(&execution)
      return try RunPlan(
        base: blankBase(steps: 20), context: testContext(steps: 20), scenario: market,
        fill: make(ProbabilityFill.self), impact: make(NoImpact.self), strategy: strategy,
        execution: execution, seed: 1, isCentral: false)
    }
    #expect(try LaneRunner(plan { _ in }) != nil)
    #expect(
      try LaneRunner(plan { $0.perpetual = PerpetualRules(maintenanceMargin: 0.01, leverageCap: 5) }) == nil)
    #expect(try LaneRunner(plan { $0.outage = Outage(anchor: .share(0.5), duration: .minutes(2)) }) == nil)
  }

  @Test func `a spot account pays nothing`() throws {
    let result = try run([0: .buy(2)]) { $0.execution.perpetual = nil }
    #expect(result.perpetual == nil && result.charges.isEmpty && result.funding == 0)
  }

  @Test(
    arguments: [
      (-1, 0), (0, 8), (1, 8), (8 * 3_600_000_000_000 - 1, 8), (8 * 3_600_000_000_000, 16),
      (-8 * 3_600_000_000_000, 0), (-8 * 3_600_000_000_000 - 1, -8),
    ] as [(Int64, Int64)])
  func `payments fall on multiples since the epoch`(time: Int64, hour: Int64) {
    #expect(FundingRule(rate: 0).firstPayment(after: time) == hour * 3_600_000_000_000)
  }
}
