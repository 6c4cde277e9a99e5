// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels

extension Benchmark {
  /// Books whose other participants are generated: drawing, choosing and matching.
  static var generatedFlow: [Benchmark] {
    [
      generated("book/generated", ZeroIntelligenceFlow.self),
      generated("book/generated_queues", QueueReactiveFlow.self),
      generated("book/generated_distances", ContStoikovTalrejaFlow.self),
      generated("book/generated_hawkes", HawkesFlow.self),
    ]
  }

  private static let events = 500_000

  /// Events of one flow with default parameters and no orders of ours; every trade is looked at.
  private static func generated<M: FlowModel & NativeModel>(_ name: String, _ type: M.Type) -> Benchmark {
    Benchmark(name: name) { (_) throws(MMSError) in
      let values = try ParameterResolver.resolve(
        [], schema: M.descriptor.parameters, owner: "model '\(M.descriptor.id)'", path: "params")
      let model = try M(values)
      var trades = BookEvents(.trades, capacity: 4096)
      var market = try FlowMarket(
        model: model, path: PathContext(seed: 1, path: 0, isCentral: false),
        reference: FlowConditions(fairPrice: 1e6), into: &trades)
      var lots: Int64 = 0
      let reading = try Stopwatch.nanoseconds(per: events, "event") { () throws(MMSError) in
        for _ in 0..<events {
          trades.removeAll()
          if market.next(before: .infinity, into: &trades) == nil {
            throw MMSError(.internal, "the flow of '\(M.descriptor.id)' has ended")
          }
          for index in 0..<trades.count { lots &+= trades[index].quantity }
        }
      }
      sink(lots)
      return Reading(
        value: (1e9 / reading.value).rounded(), unit: "events/s",
        detail: "one core, \(M.descriptor.id), matched; \(Figures.plain(reading.value, 2)) ns/event; "
          + reading.detail)
    }
  }
}
