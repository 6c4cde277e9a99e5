// SPDX-License-Identifier: Apache-2.0

import CAllocationCounter
import MMSCore
import MMSEngine
import MMSModels
import Testing

/// A book of any flow, traded with in every row, allocates for arrays that double, and for nothing else.
struct FlowAllocationTests {
  enum Flow: Sendable, CaseIterable {
    case zeroIntelligence, contStoikovTalreja, queueReactive, hawkes, latentLiquidity

    func model() throws(MMSError) -> any FlowModel {
      switch self {
      case .zeroIntelligence: try make(ZeroIntelligenceFlow.self)
      case .contStoikovTalreja: try make(ContStoikovTalrejaFlow.self)
      case .queueReactive: try make(QueueReactiveFlow.self)
      case .hawkes: try make(HawkesFlow.self)
      case .latentLiquidity: try make(LatentLiquidityFlow.self)
      }
    }
  }

  @Test(
    "Five times the rows, orders and fills cost a few arrays that double",
    .enabled(if: mms_allocations_are_counted(), "the C library's malloc cannot be counted here"),
    .enabled(
      if: AllocationTests.isOptimised, "allocations are counted in release builds: swift test -c release"),
    arguments: Flow.allCases)
  func flows(flow: Flow) throws {
    let (short, long) = (try allocations(rows: 400, flow), try allocations(rows: 2_000, flow))
    #expect(short.fills > 100 && long.fills > 4 * short.fills, "\(short.fills) and \(long.fills) fills")
    // An array of orders, parents or levels that is five times as long has doubled two or three times.
    #expect(long.count <= short.count + 40, "\(short.count) and \(long.count) allocations")
  }

  private func allocations(rows: Int, _ flow: Flow) throws -> (count: UInt64, fills: Int) {
    let bars = try HistoryMarket.bars(steps: rows, seed: 8)
    var plan = try HistoryMarket.plan(
      bars, strategy: RandomStrategy(activity: 0.5, size: 3),
      execution: ExecutionSettings(tick: 0.01, lot: 0.001))
    plan.flow = try flow.model()
    return try plan.allocationsOfSecondRun()
  }
}
