// SPDX-License-Identifier: Apache-2.0
// hot path

public import MMSCore

/// Limit orders and cancellations at rates that depend on the distance from the opposite best price.
public struct ContStoikovTalrejaFlow: FlowModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "flow/ContStoikovTalreja-v1", kind: .flow,
    summary: "Limit orders and cancellations come at rates by their distance from the opposite best price.",
    equations: """
      i = distance from the opposite best price in ticks; limit orders at rate λ(i) (1/s) on each side and price, \
      i = 1 … 5; market orders at rate μ (1/s) on each side; every resting order at distance i is cancelled at \
      rate θ(i) (1/s), beyond 5 ticks at θ(5). Orders are of `lots` lots; a side is never emptied. \
      \(FlowModulation.equations)
      """,
    source: """
      Cont, Stoikov & Talreja, "A stochastic model for order book dynamics", Operations Research 58 (2010) \
      549-563; the rates are their estimates for Sky Perfect Communications, Tokyo. θ beyond 5 ticks and the side \
      that is never emptied are ours.
      """,
    parameters: (1...distances).map { i in
      ParameterSchema(
        "limit_rate_\(i)", minimum: 0, maximum: 1e6, default: .number(limitRates[i - 1]),
        "λ(\(i)): limit orders a second on each side, \(i) tick\(i == 1 ? "" : "s") from the opposite best price."
      )
    }
      + (1...distances).map { i in
        ParameterSchema(
          "cancel_rate_\(i)", minimum: 0, maximum: 1e6, default: .number(cancelRates[i - 1]),
          "θ(\(i)): cancellations a second of each order \(i) tick\(i == 1 ? "" : "s") from the opposite best price."
        )
      } + [
        ParameterSchema(
          "market_rate", minimum: 0, maximum: 1e6, default: .number(0.94),
          "μ: market orders a second on each side."),
        FlowParameters.lots,
        FlowModulation.parameter,
      ])

  private static let distances = 5
  private static let limitRates = [1.85, 1.51, 1.09, 0.88, 0.77]
  private static let cancelRates = [0.71, 0.81, 0.68, 0.56, 0.47]

  /// Running sums of λ from λ(1).
  private let cumulated: [5 of Double]
  private let cancelRates: [5 of Double]
  private let fastestCancel: Double
  private let marketRate: Double
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
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` when no limit order ever comes.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    var sum = 0.0
    var (cumulated, cancels) = ([5 of Double](repeating: 0), [5 of Double](repeating: 0))
    var fastest = 0.0
    for i in 0..<Self.distances {
      sum += parameters.number("limit_rate_\(i + 1)")
      cumulated[i] = sum
      cancels[i] = parameters.number("cancel_rate_\(i + 1)")
      fastest = max(fastest, cancels[i])
    }
    guard sum > 0 else {
      throw MMSError(
        .invalidValue, "all limit rates are 0: the book would have no orders", path: "limit_rate_1",
        hint: "give one of limit_rate_1 … limit_rate_5 a positive rate")
    }
    (self.cumulated, cancelRates, fastestCancel) = (cumulated, cancels, fastest)
    marketRate = parameters.number("market_rate")
    lots = Int64(parameters.integer("lots"))
    modulation = FlowModulation(pull: parameters.number("pull"))
  }

  /// The distances with limit orders.
  public var initialLevels: Int { Self.distances }
  /// Every order has the same lots.
  public var initialLots: Int64 { lots }
  /// The stationary number where no market order reaches: λ ÷ θ, at least 1.
  public func initialOrders(level: Int) -> Int {
    let rate = cumulated[level] - (level == 0 ? 0 : cumulated[level - 1])
    guard cancelRates[level] > 0 else { return 1 }
    return max(1, min(Int((rate / cancelRates[level]).rounded()), 1000))
  }

  /// Takes the normal market as the one with the model's own rates.
  public mutating func begin(_ path: PathContext, reference: FlowConditions) {
    modulation.begin(reference: reference)
  }

  /// Bends the rates.
  public mutating func observe(_ conditions: FlowConditions) { modulation.observe(conditions) }

  /// The sum of all rates, with the fastest θ for every order: a bound from above.
  public mutating func rate<Book: FlowBook & ~Copyable>(_ book: borrowing Book) -> Double {
    let lean = modulation.lean(bid: book.highestBid, ask: book.lowestAsk)
    let (up, down) = (modulation.activity * (1 + lean), modulation.activity * (1 - lean))
    bids = cumulated[4] * modulation.bidDepth * up
    asks = bids + cumulated[4] * modulation.askDepth * down
    buys = asks + marketRate * up
    sells = buys + marketRate * down
    bidCancels = sells + fastestCancel * down * Double(book.orderCount(.buy))
    total = bidCancels + fastestCancel * up * Double(book.orderCount(.sell))
    return total
  }

  /// Chooses among the kinds of events; a cancellation that θ of the order's distance does not allow is none.
  public mutating func event<Book: FlowBook & ~Copyable>(
    _ book: borrowing Book, elapsed: Double, draws: FlowDraws
  ) -> FlowEvent {
    let choice = draws.choice * total
    if choice < asks {
      let rank = draws.place * cumulated[4]
      var distance = 1
      while distance < Self.distances, rank >= cumulated[distance - 1] { distance += 1 }
      return choice < bids
        ? .limit(.buy, lots: lots, at: book.lowestAsk &- Int64(distance))
        : .limit(.sell, lots: lots, at: book.highestBid &+ Int64(distance))
    }
    if choice < sells { return .market(choice < buys ? .buy : .sell, lots: lots) }
    return cancel(book, choice < bidCancels ? .buy : .sell, draws)
  }

  private func cancel<Book: FlowBook & ~Copyable>(
    _ book: borrowing Book, _ side: Side, _ draws: FlowDraws
  ) -> FlowEvent {
    // What is left of the place below its order decides: one number serves both.
    let place = draws.place * Double(book.orderCount(side))
    let index = Int(place)
    guard index < book.orderCount(side) else { return .none }
    let price = book.order(side, index).price
    let distance = side == .buy ? book.lowestAsk &- price : price &- book.highestBid
    let theta = cancelRates[Int(max(1, min(distance, Int64(Self.distances)))) - 1]
    return (place - Double(index)) * fastestCancel < theta ? .cancel(side, index: index) : .none
  }
}
