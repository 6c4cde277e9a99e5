// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Sends every kind of order at random; a pure function of its seed, the step and what it sees now.
struct RandomStrategy: Strategy, NativeModel {
  static let descriptor = ModelDescriptor(
    id: "test_random", kind: .strategy, summary: "", equations: "", source: "", parameters: [])
  /// The share of rows with orders.
  var activity = 0.3
  /// The largest order, base units.
  var size = 3.0
  private var random = RandomSource(seed: 0, path: 0, role: .strategy)

  init(_ parameters: ParameterValues) throws(MMSError) {}
  init(activity: Double, size: Double) { (self.activity, self.size) = (activity, size) }

  mutating func begin(_ path: PathContext, context: MarketContext) { random = path.random(.strategy) }

  mutating func decide(
    _ market: borrowing MarketBlock, row: Int, account: borrowing Account, orders: inout OrderSink
  ) {
    let step = Int64(market.firstStep + row)
    func draw(_ lane: Int) -> Double { random.uniform(step: step, lane: lane) }
    guard draw(0) < activity else { return }
    let mid = market.mid[row]
    for number in 0..<1 + Int(3 * draw(1)) {
      let lane = 10 * (number + 1)
      let kind = draw(lane)
      if kind < 0.1 { orders.cancelAll() }
      if kind < 0.2, let first = account.orders.first { orders.cancel(first.id) }
      var request = OrderRequest(draw(lane + 1) < 0.5 ? .buy : .sell, quantity: size * draw(lane + 2))
      let offset = 0.002 * (draw(lane + 3) - 0.6)
      if kind > 0.85 {
        request.type = .stop
        request.price = mid * (1 + request.side.sign * 0.002 * draw(lane + 3))
      } else if kind > 0.4 {
        request.type = .limit
        request.price = mid * (1 + request.side.sign * offset)
        request.postOnly = draw(lane + 4) < 0.2
      }
      request.reduceOnly = draw(lane + 5) < 0.2
      request.timeToLive = draw(lane + 6) < 0.7 ? 1 + Int(20 * draw(lane + 7)) : 0
      if draw(lane + 8) < 0.3, let known = account.orders.last { request.parent = known.parent }
      if draw(lane + 9) < 0.4 { request.stopLoss = 0.001 + 0.01 * draw(lane + 9) }
      orders.submit(request)
    }
  }
}
