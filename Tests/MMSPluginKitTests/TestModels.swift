// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
import MMSCore
import MMSModels

@testable import MMSPluginKit

/// A spread that walks: state, draws, anchors and an error, so that all of them cross the edge.
struct WalkingSpread: ScenarioModel, NativeModel {
  static let descriptor = ModelDescriptor(
    id: "kit-test/WalkingSpread-v1", kind: .scenario, summary: "A walk.", equations: "s", source: "test",
    parameters: [ParameterSchema("size", minimum: 0, default: .number(0.1), "of a step")])
  let size: Double
  var level = 0.0
  var path: PathContext?

  init(_ parameters: ParameterValues) throws(MMSError) {
    size = parameters.number("size")
    if size == 13 { throw MMSError(.invalidValue, "13 brings bad luck; take 12", path: "size") }
  }

  var requirements: ScenarioRequirements { ScenarioRequirements(wholeHistory: true, feedbackSteps: 4) }
  var anchors: [ScenarioAnchor] { [ScenarioAnchor(name: "crash", step: Int(path?.seed ?? 0))] }

  mutating func begin(_ path: PathContext) throws(MMSError) {
    self.path = path
    level = 0
  }

  mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {
    for row in rows {
      if block.mid[row] == 666 { throw MMSError(.modelFailed, "a mid of 666; choose another") }
      level += size * random.normal(step: Int64(block.firstStep + row)) + flow.netQuantity
      block.halfSpread[row] *= MMSMath.exp(level)
    }
  }
}

/// Sends a limit order, then cancels it by the number it was given.
struct OrderAndRegret: Strategy, NativeModel {
  static let descriptor = ModelDescriptor(
    id: "kit-test/OrderAndRegret-v1", kind: .strategy, summary: "Regrets.", equations: "", source: "test",
    parameters: [])
  var sent: OrderID?

  init(_ parameters: ParameterValues) throws(MMSError) {}

  mutating func begin(_ path: PathContext, context: MarketContext) { sent = nil }
  func warmUpDuration(resolution: SimDuration) -> SimDuration {
    SimDuration(nanoseconds: 5 * resolution.nanoseconds)
  }

  mutating func decide(
    _ market: borrowing MarketBlock, row: Int, account: borrowing Account, orders: inout OrderSink
  ) {
    if let sent {
      if account.orders.contains(where: { $0.id == sent }) { orders.cancel(sent) }
    } else if market.mid[row] < 100 {
      sent = orders.submit(OrderRequest(.buy, .limit, quantity: 2, price: market.mid[row], timeToLive: 9))
    }
  }
}

/// The plugin of these tests.
enum TestPlugin {
  static func table() -> UnsafePointer<mms_plugin> {
    unsafe PluginExport.table(name: "kit-test", version: "1.2.3") {
      $0.scenario(WalkingSpread.self)
      $0.impact(ObizhaevaWangImpact.self)
      $0.strategy(OrderAndRegret.self)
    }
  }
}
