// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels

/// Every flow model with its default parameters.
func flowModels() throws -> [(folder: String, model: any FlowModel)] {
  [
    ("Flow/ZeroIntelligence", try make(ZeroIntelligenceFlow.self, [("window", .number(20))])),
    ("Flow/ContStoikovTalreja", try make(ContStoikovTalrejaFlow.self)),
    ("Flow/QueueReactive", try make(QueueReactiveFlow.self)),
    ("Flow/Hawkes", try make(HawkesFlow.self)),
    // A book of a few hundred orders, so that the tests are quick.
    ("Flow/LatentLiquidity", try make(LatentLiquidityFlow.self, [("cancel_rate", .number(0.01))])),
  ]
}

/// A book that a flow lays out around 1,000.5 ticks and then has to itself.
func flowMarket(
  _ model: any FlowModel, seed: UInt64 = 1, path: Int = 0, reference: FlowConditions? = nil,
  into events: inout BookEvents
) throws(MMSError) -> FlowMarket {
  try FlowMarket(
    model: model, path: PathContext(seed: seed, path: path, isCentral: false),
    reference: reference ?? FlowConditions(fairPrice: 1000.5), into: &events)
}

/// Time, best prices and what stands there after each of some events.
func flowTable(_ market: inout FlowMarket, events count: Int, into events: inout BookEvents) -> [[Double]] {
  (0..<count).map { number in
    let time = market.next(before: .infinity, into: &events) ?? .nan
    let (bid, ask) = (market.book.bestBid ?? 0, market.book.bestAsk ?? 0)
    return [
      Double(number), time, Double(bid), Double(market.book.quantity(.buy, at: bid)), Double(ask),
      Double(market.book.quantity(.sell, at: ask)), Double(market.orderCount(.buy)),
      Double(market.orderCount(.sell)),
    ]
  }
}
