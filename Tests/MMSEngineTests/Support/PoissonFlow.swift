// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Orders at constant rates near the best prices, one lot each, faster where the market trades more.
struct PoissonFlow: FlowModel, NativeModel {
  static let descriptor = ModelDescriptor(
    id: "flow/TestPoisson-v1", kind: .flow, summary: "", equations: "", source: "", parameters: [])
  private static let window = 8.0
  private var reference = FlowConditions()
  private var activity = 1.0
  private var limits = 0.0
  private var markets = 0.0
  private var bids = 0.0
  private var total = 0.0
  /// The share of events that buy: quotes lean toward the fair price.
  private var up = 0.5
  private var fair = Double.nan

  init() {}
  init(_ parameters: ParameterValues) throws(MMSError) {}

  var initialLevels: Int { 8 }
  var initialLots: Int64 { 1 }
  func initialOrders(level: Int) -> Int { 4 }

  mutating func begin(_ path: PathContext, reference: FlowConditions) { self.reference = reference }
  mutating func observe(_ conditions: FlowConditions) {
    fair = conditions.fairPrice
    activity = reference.volume > 0 ? max(0.1, min(conditions.volume / reference.volume, 10)) : 1
  }

  mutating func rate<Book: FlowBook & ~Copyable>(_ book: borrowing Book) -> Double {
    limits = 2
    markets = limits + 0.2
    bids = markets + 0.04 * Double(book.orderCount(.buy))
    total = bids + 0.04 * Double(book.orderCount(.sell))
    let gap = fair.isNaN ? 0 : fair - 0.5 * Double(book.highestBid + book.lowestAsk)
    up = max(0.1, min(0.5 + 0.1 * gap, 0.9))
    return total * activity
  }

  mutating func event<Book: FlowBook & ~Copyable>(
    _ book: borrowing Book, elapsed: Double, draws: FlowDraws
  ) -> FlowEvent {
    let choice = draws.choice * total
    let isUp = draws.random.uniform(step: draws.number, lane: 3) < up
    if choice < limits {
      let distance = 1 + Int64(draws.place * Self.window)
      return isUp
        ? .limit(.buy, lots: 1, at: book.lowestAsk - distance)
        : .limit(.sell, lots: 1, at: book.highestBid + distance)
    }
    if choice < markets { return .market(isUp ? .buy : .sell, lots: 1) }
    let side = choice < bids ? Side.buy : .sell
    return .cancel(side, index: Int(draws.place * Double(book.orderCount(side))))
  }
}
