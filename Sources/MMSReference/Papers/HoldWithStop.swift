// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Buys one unit at the first row and leaves it to a protective stop.
struct HoldWithStop: Strategy, NativeModel {
  static let descriptor = ModelDescriptor(
    id: "hold_with_stop", kind: .strategy, summary: "Buys one unit and leaves it to a stop.",
    equations: "one unit at the first row, stopped at average entry · (1 − stop_loss)",
    source: "A definition.",
    parameters: [
      ParameterSchema(
        "stop_loss", unit: .fraction, minimum: 0, maximum: 1, minimumIsExclusive: true,
        default: .number(0.05),
        "How far below the entry the stop lies.")
    ])

  private let stopLoss: Double
  private var hasBought = false

  init(_ parameters: ParameterValues) throws(MMSError) { stopLoss = parameters.number("stop_loss") }

  mutating func begin(_ path: PathContext, context: MarketContext) { hasBought = false }

  mutating func decide(
    _ market: borrowing MarketBlock, rows: Range<Int>, account: borrowing Account, orders: inout OrderSink
  ) -> Int {
    guard !hasBought, let row = rows.first else { return rows.upperBound }
    hasBought = true
    orders.submit(OrderRequest(.buy, quantity: 1, stopLoss: stopLoss))
    return row
  }
}
