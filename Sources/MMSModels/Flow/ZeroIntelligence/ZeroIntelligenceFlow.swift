// SPDX-License-Identifier: Apache-2.0
// hot path

public import MMSCore

/// Orders that know nothing: limit orders at constant rates in a window beside the opposite best price.
public struct ZeroIntelligenceFlow: FlowModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "flow/ZeroIntelligence-v1", kind: .flow,
    summary: "Limit orders, market orders and cancellations come at constant rates and know nothing.",
    equations: """
      buy limit orders at rate α (1/s) at each of the W ticks ask − 1 … ask − W, sell limit orders at each of \
      bid + 1 … bid + W; market orders at rate μ ÷ 2 (1/s) on each side; every resting order is cancelled at \
      rate δ (1/s); a side is never emptied. Orders are of `lots` lots. Mean orders on a side (αW − μ ÷ 2) ÷ δ. \
      \(FlowModulation.equations)
      """,
    source: """
      Smith, Farmer, Gillemot & Krishnamurthy, "Statistical theory of the continuous double auction", \
      Quantitative Finance 3 (2003) 481-514, on a grid of ticks with a finite window. Default rates are theirs of \
      no market: a prior.
      """,
    parameters: [
      ParameterSchema(
        "limit_rate", minimum: 0, maximum: 1e6, minimumIsExclusive: true, default: .number(0.5),
        "α: limit orders a second at each price of a side's window."),
      ParameterSchema(
        "market_rate", minimum: 0, maximum: 1e6, default: .number(1),
        "μ: market orders a second, both sides together."),
      ParameterSchema(
        "cancel_rate", minimum: 0, maximum: 1e6, minimumIsExclusive: true, default: .number(0.1),
        "δ: cancellations a second of each resting order."),
      ParameterSchema(
        "window", .integer, minimum: 1, maximum: 10_000, default: .integer(200),
        "W: prices of each side's window, in ticks."),
      FlowParameters.lots,
      FlowModulation.parameter,
    ])

  private let limitRate: Double
  private let marketRate: Double
  private let cancelRate: Double
  private let window: Double
  private let lots: Int64
  private var modulation: FlowModulation
  // Cumulated from the last call of rate: bids, asks, market buys, market sells, cancelled bids, all.
  private var bids = 0.0
  private var asks = 0.0
  private var buys = 0.0
  private var sells = 0.0
  private var bidCancels = 0.0
  private var total = 0.0

  /// Makes the model from parameters that fit ``descriptor``.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    limitRate = parameters.number("limit_rate")
    marketRate = parameters.number("market_rate")
    cancelRate = parameters.number("cancel_rate")
    window = Double(parameters.integer("window"))
    lots = Int64(parameters.integer("lots"))
    modulation = FlowModulation(pull: parameters.number("pull"))
  }

  /// The window.
  public var initialLevels: Int { Int(window) }
  /// Every order has the same lots.
  public var initialLots: Int64 { lots }
  /// The stationary number at prices that market orders do not reach: α ÷ δ, at least 1.
  public func initialOrders(level: Int) -> Int { max(1, Int((limitRate / cancelRate).rounded())) }

  /// Takes the normal market as the one with the model's own rates.
  public mutating func begin(_ path: PathContext, reference: FlowConditions) {
    modulation.begin(reference: reference)
  }

  /// Bends the rates.
  public mutating func observe(_ conditions: FlowConditions) { modulation.observe(conditions) }

  /// The sum of all rates, which is exact.
  public mutating func rate<Book: FlowBook & ~Copyable>(_ book: borrowing Book) -> Double {
    let lean = modulation.lean(bid: book.highestBid, ask: book.lowestAsk)
    let (up, down) = (modulation.activity * (1 + lean), modulation.activity * (1 - lean))
    bids = limitRate * window * modulation.bidDepth * up
    asks = bids + limitRate * window * modulation.askDepth * down
    buys = asks + 0.5 * marketRate * up
    sells = buys + 0.5 * marketRate * down
    bidCancels = sells + cancelRate * down * Double(book.orderCount(.buy))
    total = bidCancels + cancelRate * up * Double(book.orderCount(.sell))
    return total
  }

  /// Chooses among the kinds of events by their rates, and within a kind evenly.
  public mutating func event<Book: FlowBook & ~Copyable>(
    _ book: borrowing Book, elapsed: Double, draws: FlowDraws
  ) -> FlowEvent {
    let choice = draws.choice * total
    if choice < asks {
      let distance = 1 &+ Int64(draws.place * window)
      return choice < bids
        ? .limit(.buy, lots: lots, at: book.lowestAsk &- distance)
        : .limit(.sell, lots: lots, at: book.highestBid &+ distance)
    }
    if choice < sells { return .market(choice < buys ? .buy : .sell, lots: lots) }
    let side = choice < bidCancels ? Side.buy : .sell
    return .cancel(side, index: Int(draws.place * Double(book.orderCount(side))))
  }
}
