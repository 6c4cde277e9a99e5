// SPDX-License-Identifier: Apache-2.0

import CAllocationCounter
import MMSCore
import MMSEngine
import MMSModels
import Testing

/// The same trades on a longer period may not cost one more allocation.
struct AllocationTests {
  enum Form: Sendable, CaseIterable { case history, rewriting, random, slices, perpetual, book }

  /// Unoptimised code allocates where the optimiser does not.
  #if DEBUG
  static let isOptimised = false
  #else
  static let isOptimised = true
  #endif

  @Test(
    .enabled(if: mms_allocations_are_counted(), "the C library's malloc cannot be counted here"),
    .enabled(if: isOptimised, "allocations are counted in release builds: swift test -c release"),
    arguments: Form.allCases)
  func `a longer path allocates no more`(form: Form) throws {
    let (short, long) = (try allocations(steps: 8_000, form), try allocations(steps: 40_000, form))
    #expect(short.fills > 10)
    // The sizes of a book's orders follow the mean volume of the window, which the still part changes.
    #expect(form == .book ? long.fills > 10 : short.fills == long.fills)
    #expect(short.count == long.count)
  }

  private func allocations(steps: Int, _ form: Form) throws -> (count: UInt64, fills: Int) {
    // Trades happen in the first 6,000 steps; after that the price stands still.
    var bars = try HistoryMarket.bars(steps: 6_000, seed: 8)
    for row in bars.count..<HistoryMarket.warmUp + steps {
      let price = bars.close[row - 1]
      bars.append(
        time: bars.time[row - 1] + 60_000_000_000, open: price, high: price, low: price, close: price,
        volume: 20)
    }
    let strategy: any Strategy =
      switch form {
      case .random, .perpetual, .book: EarlyStrategy()
      case .slices: try make(VWAPStrategy.self, [("horizon", .number(6000)), ("slices", .number(500))])
      case .history, .rewriting: try HistoryMarket.threshold()
      }
    let scenario: (any ScenarioModel)? = form == .history ? nil : ScalingScenario()
    var execution = ExecutionSettings(tick: 0.01)
    var fill: (any FillModel)?
    if form == .book { execution.lot = 0.001 }
    if form == .perpetual {
      // Payments, takeovers, an outage, and filled orders that are followed.
      execution.initialEquity = 400
      execution.perpetual = PerpetualRules(
        maintenanceMargin: 0.04, leverageCap: 20, funding: FundingRule(rate: 1e-5, interval: .hours(1)))
      let noon = SimTime(nanoseconds: 12 * 3_600_000_000_000)
      execution.outage = Outage(anchor: .time(noon), duration: .hours(2), mode: .delay)
      fill = CoinFill(chance: 0.05)
    }
    var plan = try HistoryMarket.plan(
      bars, strategy: strategy, scenario: scenario, fill: fill, execution: execution)
    if form == .book { plan.flow = PoissonFlow() }
    let unused = mms_allocation_count()
    bars.reserveCapacity(2 * bars.count)
    #expect(mms_allocation_count() > unused, "the counter counts")
    return try plan.allocationsOfSecondRun()
  }
}

extension RunPlan {
  /// What the second run of the first path allocates when nothing is recorded, and how many fills it has.
  func allocationsOfSecondRun() throws -> (count: UInt64, fills: Int) {
    var plan = self
    plan.recordsFills = false
    plan.recordsSeries = false
    plan.keepsStretches = false
    var runner = try PathRunner(plan)
    _ = try runner.run(path: 0)
    let before = mms_allocation_count()
    let result = try runner.run(path: 0)
    return (mms_allocation_count() - before, result.fillCount)
  }
}

/// Random orders during the first 6,000 steps.
private struct EarlyStrategy: Strategy, NativeModel {
  static let descriptor = RandomStrategy.descriptor
  var inner = RandomStrategy(activity: 0.2, size: 3)

  init() {}
  init(_ parameters: ParameterValues) throws(MMSError) {}
  mutating func begin(_ path: PathContext, context: MarketContext) { inner.begin(path, context: context) }
  mutating func decide(
    _ market: borrowing MarketBlock, row: Int, account: borrowing Account, orders: inout OrderSink
  ) {
    let step = market.firstStep + row
    if step < 6_000 { inner.decide(market, row: row, account: account, orders: &orders) }
    if step == 6_000 { orders.cancelAll() }
  }
}

/// Rewrites every row.
private struct ScalingScenario: ScenarioModel, NativeModel {
  static let descriptor = UntouchedScenario.descriptor
  init() {}
  init(_ parameters: ParameterValues) throws(MMSError) {}
  mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {
    for row in rows { block.scalePrices(row: row, by: 1.5) }
  }
}
