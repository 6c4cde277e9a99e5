// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSModels
import Testing

struct BuyAndHoldStrategyTests {
  static func decisions(
    _ strategy: inout BuyAndHoldStrategy, _ market: MarketBlock
  ) -> [(row: Int, request: OrderRequest)] {
    var orders = OrderSink()
    var log: [(Int, OrderRequest)] = []
    var row = 0
    while row < market.count {
      let acted = strategy.decide(
        market, rows: row..<market.count, account: Account(cash: 100_000), orders: &orders)
      for case .submit(_, let request) in orders.actions { log.append((acted, request)) }
      orders.removeAll()
      row = acted + 1
    }
    return log
  }

  @Test func `it buys once, at the first row, and keeps a reserve for costs`() throws {
    var strategy = try make(BuyAndHoldStrategy.self)
    let context = testContext(steps: 10)
    let market = testMarket(steps: 10)
    strategy.begin(PathContext(seed: 1, path: 0, isCentral: true), context: context)
    let log = Self.decisions(&strategy, market)
    #expect(log.map(\.row) == [0])
    #expect(log[0].request.quantity == 100_000 / (market.mid[0] * 1.005))
    strategy.begin(PathContext(seed: 1, path: 1, isCentral: false), context: context)
    #expect(Self.decisions(&strategy, market).count == 1)
  }

  @Test func `the reference output is met`() throws {
    var rows: [[Double]] = []
    for size in [1, 0.5, 0.01] {
      var strategy = try make(BuyAndHoldStrategy.self, [("position_size", .number(size))])
      let market = testMarket(steps: 3, seed: 8)
      for (row, request) in Self.decisions(&strategy, market) {
        rows.append([size, Double(row), market.mid[row], request.quantity])
      }
    }
    try checkReference(
      "Strategy/BuyAndHold", header: ["position_size", "row", "mid", "quantity"], rows: rows)
  }
}
