// SPDX-License-Identifier: Apache-2.0

import CAllocationCounter
import MMSCore
import MMSEngine
import MMSModels
import Testing

/// A generated flow in the matching engine.
struct FlowMarketTests {
  @Test func `a book cannot begin around no price`() throws {
    let model = try make(ContStoikovTalrejaFlow.self)
    let path = PathContext(seed: 1, path: 0, isCentral: false)
    for price in [Double.nan, 0, -5, 1e30] {
      #expect(throws: MMSError.self) {
        var events = BookEvents()
        _ = try FlowMarket(
          model: model, path: path, reference: FlowConditions(fairPrice: price), into: &events)
      }
    }
  }

  @Test func `a side that we take whole is laid out anew behind the last trade`() throws {
    var events = BookEvents(.trades)
    var market = try FlowMarket(
      model: make(ContStoikovTalrejaFlow.self), path: PathContext(seed: 1, path: 0, isCentral: false),
      reference: FlowConditions(fairPrice: 100.5), into: &events)
    market.apply(.market(FlowMarket.firstOwnID, .buy, 1000), at: 0, into: &events)
    // Five levels from 101 on were there.
    #expect(market.book.lastTrade == 105)
    #expect(market.book.bestAsk == 106)
    #expect(market.orderCount(.sell) > 0)
    #expect(market.next(before: .infinity, into: &events) != nil)
  }

  @Test(
    .enabled(if: mms_allocations_are_counted(), "the C library's malloc cannot be counted here"),
    .enabled(if: AllocationTests.isOptimised, "allocations are counted in release builds"))
  func `no event allocates once the book is warm`() throws {
    let models: [any FlowModel] = [
      try make(ZeroIntelligenceFlow.self), try make(ContStoikovTalrejaFlow.self),
      try make(QueueReactiveFlow.self), try make(HawkesFlow.self),
    ]
    for model in models {
      var events = BookEvents(.trades, capacity: 4096)
      var market = try FlowMarket(
        model: model, path: PathContext(seed: 1, path: 0, isCentral: false),
        reference: FlowConditions(fairPrice: 1e6), into: &events)
      for round in 0..<2 {
        let before = mms_allocation_count()
        for _ in 0..<200_000 {
          events.removeAll()
          if market.next(before: .infinity, into: &events) == nil { break }
        }
        if round == 1 { #expect(mms_allocation_count() == before, "\(model.descriptor.id)") }
      }
    }
  }
}
