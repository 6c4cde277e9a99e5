// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// What a scripted strategy asks for.
enum Wish: Sendable {
  case order(OrderRequest)
  case cancel(OrderID)
  case cancelAll
}

/// Asks for given things at the closes of given steps.
struct ScriptStrategy: Strategy, NativeModel {
  static let descriptor = ModelDescriptor(
    id: "test_script", kind: .strategy, summary: "", equations: "", source: "", parameters: [])
  var script: [Int: [Wish]] = [:]

  init(_ parameters: ParameterValues) throws(MMSError) {}
  init(_ script: [Int: [Wish]]) { self.script = script }

  mutating func decide(
    _ market: borrowing MarketBlock, row: Int, account: borrowing Account, orders: inout OrderSink
  ) {
    for wish in script[market.firstStep + row] ?? [] {
      switch wish {
      case .order(let request): orders.submit(request)
      case .cancel(let id): orders.cancel(id)
      case .cancelAll: orders.cancelAll()
      }
    }
  }
}

extension [Wish] {
  static func buy(_ quantity: Double, stopLoss: Double = 0) -> [Wish] {
    [.order(OrderRequest(.buy, quantity: quantity, stopLoss: stopLoss))]
  }
  static func sell(_ quantity: Double, stopLoss: Double = 0) -> [Wish] {
    [.order(OrderRequest(.sell, quantity: quantity, stopLoss: stopLoss))]
  }
  static func bid(_ quantity: Double, at price: Double, for steps: Int = 0, postOnly: Bool = false) -> [Wish]
  {
    [
      .order(
        OrderRequest(.buy, .limit, quantity: quantity, price: price, postOnly: postOnly, timeToLive: steps))
    ]
  }
  static func offer(_ quantity: Double, at price: Double, for steps: Int = 0, reduceOnly: Bool = false)
    -> [Wish]
  {
    [
      .order(
        OrderRequest(
          .sell, .limit, quantity: quantity, price: price, reduceOnly: reduceOnly, timeToLive: steps))
    ]
  }
  static func stop(_ side: Side, _ quantity: Double, at price: Double) -> [Wish] {
    [.order(OrderRequest(side, .stop, quantity: quantity, price: price))]
  }
}
