// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Buys at the first row and holds: what doing nothing clever would have earned.
public struct BuyAndHoldStrategy: Strategy, NativeModel {
  /// What the strategy says about itself.
  public static let descriptor = ModelDescriptor(
    id: "buy_and_hold", kind: .strategy, summary: "Buys at the first row and holds to the end.",
    equations: "quantity = position_size · equity ÷ (mid · (1 + 0.005)), once, at the market",
    source: "A definition: the benchmark of every strategy.",
    parameters: [
      ParameterSchema(
        "position_size", unit: .fraction, minimum: 0, maximum: 1, minimumIsExclusive: true,
        default: .number(1), growsWithLeverage: true,
        "Share of the equity that is invested; above 1 only where the scenario's venue lends.")
    ])

  /// Kept back for spread, impact and fees, so that a full position does not borrow (a fraction; a prior).
  private static let costReserve = 0.005

  private let positionSize: Double
  private var hasDecided = false

  /// Makes the strategy from `position_size`.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    positionSize = parameters.number("position_size")
  }

  /// Is ready to buy again.
  public mutating func begin(_ path: PathContext, context: MarketContext) { hasDecided = false }

  /// Buys at the first row it is shown.
  public mutating func decide(
    _ market: borrowing MarketBlock, rows: Range<Int>, account: borrowing Account,
    orders: inout OrderSink
  ) -> Int {
    guard !hasDecided, let row = rows.first else { return rows.upperBound }
    hasDecided = true
    let mid = market.mid[row]
    let quantity = positionSize * account.equity(at: mid) / (mid * (1 + Self.costReserve))
    orders.submit(OrderRequest(.buy, quantity: quantity))
    return row
  }
}
