// SPDX-License-Identifier: Apache-2.0
// hot path

public import MMSCore

/// Orders that bring on orders: market orders, limit orders and cancellations of both sides excite each other.
public struct HawkesFlow: FlowModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "flow/Hawkes-v1", kind: .flow,
    summary: "Market orders, limit orders and cancellations of both sides excite themselves and each other.",
    equations: """
      Six kinds: market, limit, cancel, each of the buying and the selling side (that of the order). \
      λ_j(t) = b_j + Σ_i n_ij Σ_(t_i < t) ((1 − w) β₁ e^(−β₁(t − t_i)) + w β₂ e^(−β₂(t − t_i))) (1/s); n_ij = mean \
      number of kind j that an event i brings on: x_to_y on the same side, spill · x_to_y on the other; after a \
      market order x_to_limit and x_to_cancel act on the side it took from. b = rates of market and limit orders; \
      of cancellations δ · orders of the side. Branching ratio = spectral radius of (n_ij) < 1. Limit orders at \
      i = 1 … W ticks from the opposite best price with probability ∝ i^(−a). A side is never emptied. \
      \(FlowModulation.equations), of b alone.
      """,
    source: """
      Bacry & Muzy, "Hawkes model for price and trades high-frequency dynamics", Quantitative Finance 14 (2014) \
      1147-1166; Abergel & Jedidi, "Long-time behavior of a Hawkes process-based limit order book", SIAM Journal on \
      Financial Mathematics 6 (2015) 1026-1043; thinning after Ogata 1981. Default numbers are priors.
      """,
    parameters: [
      FlowParameters.rate(
        "market_rate", 0.15, "Market orders a second on each side that nothing brought on."),
      FlowParameters.rate("limit_rate", 3, "Limit orders a second on each side that nothing brought on."),
      FlowParameters.rate(
        "cancel_rate", 0.15, "δ: cancellations a second of each order that nothing brought on."),
      number("market_to_market", 0.6, "Mean market orders that a market order brings on on its side."),
      number("market_to_limit", 0.5, "Mean limit orders that a market order brings on where it took."),
      number("market_to_cancel", 0.3, "Mean cancellations that a market order brings on where it took."),
      number("limit_to_limit", 0.3, "Mean limit orders that a limit order brings on on its side."),
      number("limit_to_market", 0.01, "Mean market orders that a limit order brings on on its side."),
      number("limit_to_cancel", 0.1, "Mean cancellations that a limit order brings on on its side."),
      number("cancel_to_cancel", 0.2, "Mean cancellations that a cancellation brings on on its side."),
      number("cancel_to_limit", 0.3, "Mean limit orders that a cancellation brings on on its side."),
      number("cancel_to_market", 0.01, "Mean market orders that a cancellation brings on against its side."),
      ParameterSchema(
        "spill", minimum: 0, maximum: 10, default: .number(0.1),
        "How much of each acts on the other side as well."),
      FlowParameters.rate("beta_fast", 20, "β₁: how fast most of the excitement fades, 1/s."),
      FlowParameters.rate("beta_slow", 0.1, "β₂: how fast the rest fades, 1/s."),
      ParameterSchema(
        "slow_share", unit: .fraction, minimum: 0, maximum: 1, default: .number(0.4),
        "w: the share of the excitement that fades slowly."),
      ParameterSchema(
        "window", .integer, minimum: 1, maximum: 1000, default: .integer(20), "W: ticks with limit orders."),
      ParameterSchema(
        "placement", minimum: 0, maximum: 10, default: .number(0.8),
        "a: how much rarer limit orders are farther from the opposite best price."),
      FlowParameters.lots,
      FlowModulation.parameter,
    ])

  private static func number(_ name: String, _ value: Double, _ summary: String) -> ParameterSchema {
    ParameterSchema(name, minimum: 0, maximum: 100, default: .number(value), summary)
  }

  // Kinds: 0 market buy, 1 market sell, 2 limit buy, 3 limit sell, 4 cancelled bid, 5 cancelled ask.
  private let marketRate: Double
  private let limitRate: Double
  private let cancelRate: Double
  /// What an event of kind i adds to λ_j at once, at 6 i + j: the fast part and the slow part.
  private let fastJumps: [36 of Double]
  private let slowJumps: [36 of Double]
  private let (fastDecay, slowDecay): (Double, Double)
  /// Shares of limit orders up to each distance.
  private let shares: [Double]
  private let lots: Int64
  private let perLevel: [Int]
  private var modulation: FlowModulation
  private var fast = [6 of Double](repeating: 0)
  private var slow = [6 of Double](repeating: 0)
  private var bases = [6 of Double](repeating: 0)
  private var bound = 0.0

  /// Makes the model from parameters that fit ``descriptor``.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` when the branching ratio is 1 or more.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    let branching = HawkesBranching(parameters)
    let ratio = branching.ratio
    guard ratio < 1 else {
      throw MMSError(
        .invalidValue, "the branching ratio is \(ratio): orders would bring on ever more orders",
        path: "market_to_market", hint: "lower the x_to_y numbers or spill until it is below 1")
    }
    marketRate = parameters.number("market_rate")
    limitRate = parameters.number("limit_rate")
    cancelRate = parameters.number("cancel_rate")
    (fastDecay, slowDecay) = (parameters.number("beta_fast"), parameters.number("beta_slow"))
    let share = parameters.number("slow_share")
    var (fasts, slows) = ([36 of Double](repeating: 0), [36 of Double](repeating: 0))
    for i in 0..<36 {
      fasts[i] = branching.means[i] * (1 - share) * fastDecay
      slows[i] = branching.means[i] * share * slowDecay
    }
    (fastJumps, slowJumps) = (fasts, slows)
    let window = parameters.integer("window")
    let weights = (1...window).map { MMSMath.pow(Double($0), -parameters.number("placement")) }
    let sum = weights.reduce(0, +)
    var running = 0.0
    shares = weights.map { weight in
      running += weight / sum
      return running
    }
    let (limit, cancel) = (limitRate, cancelRate)
    perLevel = weights.map { max(1, min(Int((limit * $0 / sum / cancel).rounded()), 1000)) }
    lots = Int64(parameters.integer("lots"))
    modulation = FlowModulation(pull: parameters.number("pull"))
  }

  /// The window.
  public var initialLevels: Int { shares.count }
  /// Every order has the same lots.
  public var initialLots: Int64 { lots }
  /// Where limit orders and cancellations balance that nothing brought on, at least 1.
  public func initialOrders(level: Int) -> Int { perLevel[level] }

  /// Takes the normal market as the one with the model's own rates, and forgets all excitement.
  public mutating func begin(_ path: PathContext, reference: FlowConditions) {
    modulation.begin(reference: reference)
    fast = [6 of Double](repeating: 0)
    slow = [6 of Double](repeating: 0)
  }

  /// Bends the rates.
  public mutating func observe(_ conditions: FlowConditions) { modulation.observe(conditions) }

  /// The intensity after the last event: a bound, since it falls until the next one.
  public mutating func rate<Book: FlowBook & ~Copyable>(_ book: borrowing Book) -> Double {
    let lean = modulation.lean(bid: book.highestBid, ask: book.lowestAsk)
    let (up, down) = (modulation.activity * (1 + lean), modulation.activity * (1 - lean))
    bases[0] = marketRate * up
    bases[1] = marketRate * down
    bases[2] = limitRate * up * modulation.bidDepth
    bases[3] = limitRate * down * modulation.askDepth
    bases[4] = cancelRate * down * Double(book.orderCount(.buy))
    bases[5] = cancelRate * up * Double(book.orderCount(.sell))
    bound = 0
    for j in 0..<6 { bound += bases[j] + fast[j] + slow[j] }
    return bound
  }

  /// Lets the excitement fade, chooses a kind by its intensity, and excites.
  public mutating func event<Book: FlowBook & ~Copyable>(
    _ book: borrowing Book, elapsed: Double, draws: FlowDraws
  ) -> FlowEvent {
    let (fade, slowFade) = (MMSMath.exp(-fastDecay * elapsed), MMSMath.exp(-slowDecay * elapsed))
    for j in 0..<6 {
      fast[j] *= fade
      slow[j] *= slowFade
    }
    var left = draws.choice * bound
    var kind = 0
    while kind < 6 {
      let intensity = bases[kind] + fast[kind] + slow[kind]
      if left < intensity { break }
      left -= intensity
      kind &+= 1
    }
    if kind == 6 { return .none }
    for j in 0..<6 {
      fast[j] += fastJumps[6 &* kind &+ j]
      slow[j] += slowJumps[6 &* kind &+ j]
    }
    let side = kind & 1 == 0 ? Side.buy : .sell
    if kind < 2 { return .market(side, lots: lots) }
    if kind < 4 {
      let distance = Int64(self.distance(draws.place))
      return .limit(
        side, lots: lots, at: side == .buy ? book.lowestAsk &- distance : book.highestBid &+ distance)
    }
    return .cancel(side, index: Int(draws.place * Double(book.orderCount(side))))
  }

  /// The distance below whose share a uniform number lies, from 1.
  private func distance(_ place: Double) -> Int {
    var (low, high) = (0, shares.count - 1)
    while low < high {
      let middle = (low &+ high) &>> 1
      if place < shares[middle] { high = middle } else { low = middle &+ 1 }
    }
    return low + 1
  }
}
