// SPDX-License-Identifier: Apache-2.0
// hot path

public import MMSCore

/// Patient limit orders that are hit by long orders cut into pieces: impact is concave, signs and activity remember.
public struct LatentLiquidityFlow: FlowModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "flow/LatentLiquidity-v1", kind: .flow,
    summary:
      "Patient limit orders meet long orders cut into pieces: impact is concave, signs have long memory.",
    equations: """
      buy limit orders at rate λ (1/s) at each of the W ticks ask − 1 … ask − W, sell limit orders at each of \
      bid + 1 … bid + W; every resting order is cancelled at rate ν (1/s), far below the rate at which the price \
      crosses the book, so that the book is thin at the price and grows linearly away from it; market orders at \
      rate μ (1/s). A market order is a piece of one of K hidden orders, chosen evenly: its side is the hidden \
      order's, its size ⌈f · V⌉ lots, V = lots at the best price it takes, P(f > x) = (1 − x)^ζ. A hidden order has \
      L pieces, P(L ≥ n) = n^(−α), at most `longest`, and either side with ½; another follows it. All rates × a(t), \
      a = 1 − n + Σ_k x_k, dx_k = −β_k x_k dt, and at a market order x_k += n w_k β_k ÷ μ; β = 1, 0.1, 0.01 (1/s), \
      w = .15, .30, .55, so that E a = 1. A side is never emptied. A book begins with λ ÷ ν · (1 − e^(−i ÷ u)) \
      orders i ticks from the middle. \(FlowModulation.equations); of market orders the side alone is bent: a hidden \
      order away from the fair price is given up with probability |l| at each piece, a new one buys with (1 + l) ÷ 2.
      """,
    source: """
      Tóth, Lempérière, Deremble, de Lataillade, Kockelkoren & Bouchaud, "Anomalous price impact and the critical \
      nature of liquidity in financial markets", Physical Review X 1 (2011) 021006; Mastromatteo, Tóth & Bouchaud, \
      "Agent-based models for latent liquidity and concave price impact", Physical Review E 89 (2014) 042805 (book, \
      shares f of the best queue, tuned by ζ until the price is nearly diffusive); hidden orders after Lillo, Mike & \
      Farmer, "Theory for long memory in supply and demand", Physical Review E 71 (2005) 066122: the \
      autocorrelation of signs falls as lag^(1 − α). Activity that excites itself in place of a constant one, the \
      bound on L and the lean are ours; default numbers are priors.
      """,
    parameters: [
      FlowParameters.rate("limit_rate", 0.05, "λ: limit orders a second at each price of a side's window."),
      FlowParameters.rate("market_rate", 1, "μ: market orders a second, both sides together."),
      FlowParameters.rate("cancel_rate", 0.0002, "ν: cancellations a second of each resting order."),
      ParameterSchema(
        "window", .integer, minimum: 1, maximum: 1000, default: .integer(40),
        "W: prices of each side's window, in ticks."),
      ParameterSchema(
        "rise", minimum: 0.1, maximum: 1e6, default: .number(30),
        "u: over how many ticks the book rises that a path begins with."),
      ParameterSchema(
        "share_exponent", minimum: 0.1, maximum: 100, default: .number(3),
        "ζ: how seldom a market order takes much of the best queue."),
      ParameterSchema(
        "length_exponent", minimum: 1, maximum: 10, minimumIsExclusive: true, default: .number(1.5),
        "α: how seldom hidden orders are long."),
      ParameterSchema(
        "longest", .integer, minimum: 1, maximum: 1_000_000, default: .integer(1000),
        "Pieces of the longest hidden order."),
      ParameterSchema(
        "hidden_orders", .integer, minimum: 1, maximum: 1000, default: .integer(1),
        "K: hidden orders at work at a time."),
      ParameterSchema(
        "activity_branching", unit: .fraction, minimum: 0, maximum: 0.99, default: .number(0.9),
        "n: the share of the activity that earlier market orders have brought on; 0 keeps it constant."),
      FlowParameters.lots,
      FlowModulation.parameter,
    ])

  private static let decays: [3 of Double] = [1, 0.1, 0.01]
  private static let weights: [3 of Double] = [0.15, 0.3, 0.55]

  private let limitRate: Double
  private let marketRate: Double
  private let cancelRate: Double
  private let window: Double
  private let rise: Double
  private let shareExponent: Double
  private let lengthExponent: Double
  private let longest: Double
  private let branching: Double
  private let lots: Int64
  private var modulation: FlowModulation
  /// Pieces that are left of each hidden order, negative when it sells.
  private var hidden: [Int64]
  /// The parts of the activity that market orders have brought on, when the last event was.
  private var excitement = weights
  private var base = 0.0
  // Cumulated from the last call of rate: bids, asks, market orders, cancelled bids, all; × activity the bound.
  private var bids = 0.0
  private var asks = 0.0
  private var markets = 0.0
  private var bidCancels = 0.0
  private var total = 0.0
  private var bound = 0.0
  private var lean = 0.0

  /// Makes the model from parameters that fit ``descriptor``.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    limitRate = parameters.number("limit_rate")
    marketRate = parameters.number("market_rate")
    cancelRate = parameters.number("cancel_rate")
    window = Double(parameters.integer("window"))
    rise = parameters.number("rise")
    shareExponent = parameters.number("share_exponent")
    lengthExponent = parameters.number("length_exponent")
    longest = Double(parameters.integer("longest"))
    branching = parameters.number("activity_branching")
    lots = Int64(parameters.integer("lots"))
    modulation = FlowModulation(pull: parameters.number("pull"))
    hidden = [Int64](repeating: 0, count: parameters.integer("hidden_orders"))
  }

  /// The window.
  public var initialLevels: Int { Int(window) }
  /// Every limit order has the same lots.
  public var initialLots: Int64 { lots }
  /// A book that the price has crossed: thin at the middle, rising to λ ÷ ν.
  public func initialOrders(level: Int) -> Int {
    let orders = limitRate / cancelRate * (1 - MMSMath.exp(-(Double(level) + 0.5) / rise))
    return max(level == 0 ? 1 : 0, Int(min(orders, 10_000).rounded()))
  }

  /// Takes the normal market as the one with the model's own rates; nobody has a hidden order yet.
  public mutating func begin(_ path: PathContext, reference: FlowConditions) {
    modulation.begin(reference: reference)
    for index in hidden.indices { hidden[index] = 0 }
    for k in 0..<3 { excitement[k] = branching * Self.weights[k] }
    base = 1 - branching
  }

  /// Bends the rates.
  public mutating func observe(_ conditions: FlowConditions) { modulation.observe(conditions) }

  /// The intensity after the last event: a bound, since activity falls until the next one.
  public mutating func rate<Book: FlowBook & ~Copyable>(_ book: borrowing Book) -> Double {
    lean = modulation.lean(bid: book.highestBid, ask: book.lowestAsk)
    let (up, down) = (modulation.activity * (1 + lean), modulation.activity * (1 - lean))
    bids = limitRate * window * modulation.bidDepth * up
    asks = bids + limitRate * window * modulation.askDepth * down
    markets = asks + marketRate * modulation.activity
    bidCancels = markets + cancelRate * down * Double(book.orderCount(.buy))
    total = bidCancels + cancelRate * up * Double(book.orderCount(.sell))
    bound = total * (base + excitement[0] + excitement[1] + excitement[2])
    return bound
  }

  /// Lets the activity fade, chooses a kind by its rate, and excites after a market order.
  public mutating func event<Book: FlowBook & ~Copyable>(
    _ book: borrowing Book, elapsed: Double, draws: FlowDraws
  ) -> FlowEvent {
    if branching > 0 {
      for k in 0..<3 { excitement[k] *= MMSMath.exp(-Self.decays[k] * elapsed) }
    }
    let choice = draws.choice * bound / (base + excitement[0] + excitement[1] + excitement[2])
    if choice < asks {
      let distance = 1 &+ Int64(draws.place * window)
      return choice < bids
        ? .limit(.buy, lots: lots, at: book.lowestAsk &- distance)
        : .limit(.sell, lots: lots, at: book.highestBid &+ distance)
    }
    if choice < markets {
      let jump = branching / (marketRate * modulation.activity)
      for k in 0..<3 { excitement[k] += jump * Self.weights[k] * Self.decays[k] }
      let piece = (choice - asks) / (markets - asks) * Double(hidden.count)
      return market(book, of: min(Int(piece), hidden.count - 1), draws)
    }
    // What is beyond the rates of now is an event too many.
    if choice >= total { return .none }
    let side = choice < bidCancels ? Side.buy : .sell
    return .cancel(side, index: Int(draws.place * Double(book.orderCount(side))))
  }

  /// The next piece of a hidden order.
  private mutating func market<Book: FlowBook & ~Copyable>(
    _ book: borrowing Book, of index: Int, _ draws: FlowDraws
  ) -> FlowEvent {
    var left = hidden[index]
    // Who trades away from the fair price may give up.
    if left != 0, (left > 0) == (lean < 0), lean != 0,
      draws.random.uniform(step: draws.number, lane: 5) < lean.magnitude
    {
      left = 0
    }
    if left == 0 {
      let long = 1 - draws.random.uniform(step: draws.number, lane: 4)
      let length = Int64(min(longest, MMSMath.pow(long, -1 / lengthExponent)))
      left = draws.random.uniform(step: draws.number, lane: 3) < 0.5 * (1 + lean) ? length : -length
    }
    let side = left > 0 ? Side.buy : .sell
    hidden[index] = left > 0 ? left &- 1 : left &+ 1
    let best = side == .buy ? book.lots(.sell, at: book.lowestAsk) : book.lots(.buy, at: book.highestBid)
    let share = 1 - MMSMath.pow(1 - draws.place, 1 / shareExponent)
    return .market(side, lots: max(1, Int64((share * Double(best)).rounded(.up))))
  }
}
