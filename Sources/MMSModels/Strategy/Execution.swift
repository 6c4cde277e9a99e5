// SPDX-License-Identifier: Apache-2.0

internal import MMSCore

/// One quantity to be bought or sold in slices, as one parent: what was sent, what filled, what is left.
///
/// A slice is what is due by now less what has filled and what is on its way, so whatever a volume cap, a
/// halt, a lot or a refusal left behind is part of the next one. While ``mostWorking`` orders work at the
/// venue nothing is added.
struct Execution: Sendable {
  /// The parameters every execution of a quantity has.
  static let parameters = [
    ParameterSchema(
      "side", .choice(["buy", "sell"]), default: .text("buy"),
      "Whether the quantity is bought or sold; selling what the account does not hold opens a short position."
    ),
    ParameterSchema(
      "quantity", unit: .baseUnits, minimum: 0, minimumIsExclusive: true, default: .number(1),
      "Base units to execute in all."),
    ParameterSchema(
      "horizon", .durationOrSteps, unit: .time, minimum: 0, minimumIsExclusive: true,
      default: .duration(.days(3650)),
      "Time the execution takes, cut to the period: by default all of it."),
    ParameterSchema(
      "order_type", .choice(["market", "limit"]), default: .text("market"),
      "Market orders, or limit orders at the touch whose rest goes to the market once they expire."),
    ParameterSchema(
      "order_ttl", .integer, unit: .steps, minimum: 1, maximum: 100_000, default: .integer(5),
      "Steps a limit order waits."),
  ]

  /// Orders that may work at a time: with more than one, the next takes what the last leaves of a capped bar.
  private static let mostWorking = 4
  /// Less than this share of the quantity is what rounding leaves, not an amount.
  private static let negligible = 1e-13

  let side: Side
  let quantity: Double
  private let usesLimits: Bool
  private let timeToLive: Int

  /// Base units filled so far.
  private(set) var filled = 0.0
  /// Base units of limit orders that expired: they go to the market.
  private(set) var expired = 0.0
  private var parent: ParentID = 0
  private var lot = 0.0

  /// Takes ``parameters`` from a strategy's.
  init(_ parameters: ParameterValues) {
    side = parameters.text("side") == "buy" ? .buy : .sell
    quantity = parameters.number("quantity")
    usesLimits = parameters.text("order_type") == "limit"
    timeToLive = parameters.integer("order_ttl")
  }

  /// Steps of the horizon: nothing decided at the period's last close could be executed.
  static func horizon(_ parameters: ParameterValues, _ context: MarketContext) -> Int {
    min(parameters.steps("horizon", of: context.resolution), max(1, context.steps - 1))
  }

  /// Starts a path.
  mutating func begin() {
    filled = 0
    expired = 0
    parent = 0
    lot = 0
  }

  /// Whether nothing is left to execute.
  var isComplete: Bool { quantity - filled <= 1e-12 * quantity }

  /// Learns from what happened since the last row.
  mutating func take(_ account: borrowing Account) {
    lot = account.lot
    if parent == 0, let order = account.orders.first { parent = order.parent }
    for event in account.events {
      switch event.kind {
      case .fill: filled += event.quantity
      case .expired: expired += event.remaining
      case .stopFill, .rejected, .cancelled: continue
      }
      parent = event.parent
    }
  }

  /// Whether as many orders work at the venue as may; one that is still under way does not work.
  func isBusy(_ account: borrowing Account) -> Bool {
    var working = 0
    for order in account.orders where order.status == .working { working += 1 }
    return working >= Self.mostWorking
  }

  /// Sends what is due and neither filled nor under way.
  ///
  /// - Parameters:
  ///   - due: Base units that should have been sent by now, all slices together.
  ///   - range: Less than the lower bound waits unless nothing more will come; more than the upper is not
  ///     sent at once.
  /// - Returns: Whether an order was sent.
  mutating func send(
    due: Double, within range: ClosedRange<Double> = 0 ... .infinity, _ market: borrowing MarketBlock,
    row: Int,
    _ account: borrowing Account, _ orders: inout OrderSink
  ) -> Bool {
    var pending = 0.0
    for order in account.orders { pending += order.remaining }
    let open = min(due, quantity) - filled - pending
    let smallest = max(Self.negligible * quantity, account.lot * (1 - 1e-9))
    guard open > 0, open >= smallest else { return false }
    if open < range.lowerBound, due < quantity, expired == 0 { return false }
    let amount = min(open, range.upperBound)
    let atOnce = usesLimits ? min(amount, expired) : amount
    expired = 0
    // What is too little for an order of its own goes with the other part.
    if amount - atOnce < smallest {
      submit(amount, nil, &orders)
    } else {
      if atOnce >= smallest { submit(atOnce, nil, &orders) }
      let touch = market.mid[row] * (1 - side.sign * market.halfSpread[row])
      submit(atOnce >= smallest ? amount - atOnce : amount, touch, &orders)
    }
    return true
  }

  private func submit(_ amount: Double, _ price: Double?, _ orders: inout OrderSink) {
    orders.submit(
      OrderRequest(
        side, price == nil ? .market : .limit, quantity: amount, price: price ?? .nan,
        timeToLive: price == nil ? 0 : timeToLive, parent: parent, parentQuantity: quantity))
  }

  /// Why nothing can have been sent whatever the market did; nil when it was something else.
  func idleReason(steps: Int) -> String? {
    if steps < 2 { return "a period of one step has no row after the decision to execute in" }
    if quantity < lot { return "the quantity of \(quantity) is below one lot of \(lot)" }
    return nil
  }
}
