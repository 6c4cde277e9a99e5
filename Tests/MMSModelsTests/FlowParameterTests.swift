// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSModels
import Testing

/// Parameters of order flow that contradict each other.
struct FlowParameterTests {
  @Test func `a branching ratio of one or more is refused`() throws {
    _ = try make(HawkesFlow.self)
    let error = #expect(throws: MMSError.self) {
      try make(HawkesFlow.self, [("market_to_market", .number(1.2))])
    }
    #expect(error?.message.contains("branching ratio") == true)
    // Alone, with what spills over, 0.8 · 1.25 is just 1.
    let alone: [(name: String, input: ParameterInput)] = [
      ("market_to_limit", .number(0)), ("market_to_cancel", .number(0)), ("limit_to_limit", .number(0)),
      ("limit_to_market", .number(0)), ("limit_to_cancel", .number(0)), ("cancel_to_cancel", .number(0)),
      ("cancel_to_limit", .number(0)), ("cancel_to_market", .number(0)), ("spill", .number(0.25)),
    ]
    _ = try make(HawkesFlow.self, alone + [("market_to_market", .number(0.799))])
    #expect(throws: MMSError.self) {
      try make(HawkesFlow.self, alone + [("market_to_market", .number(0.801))])
    }
  }

  @Test func `queues that grow for ever and books without orders are refused`() throws {
    let growing = #expect(throws: MMSError.self) {
      try make(QueueReactiveFlow.self, [("cancel_rate_2", .number(0.01))])
    }
    #expect(growing?.path == "cancel_rate_2")
    let none = (1...5).map { (name: "limit_rate_\($0)", input: ParameterInput.number(0)) }
    let empty = #expect(throws: MMSError.self) { try make(ContStoikovTalrejaFlow.self, none) }
    #expect(empty?.message.contains("no orders") == true)
  }
}
