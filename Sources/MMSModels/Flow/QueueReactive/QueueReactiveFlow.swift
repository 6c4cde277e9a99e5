// SPDX-License-Identifier: Apache-2.0
// hot path

public import MMSCore

/// Orders come at rates that depend on the size of the queue they join or leave.
public struct QueueReactiveFlow: FlowModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "flow/QueueReactive-v1", kind: .flow,
    summary:
      "Limit orders, cancellations and market orders come at rates by the size of the queue they meet.",
    equations: """
      Queues Q(±i), i = 1 … 5, at i − ½ ticks from a reference price; n = size in orders of `lots` lots. \
      limit orders λL(n) = l_i, g·l_i at n = 0; cancellations λC(n) = c_i·n ÷ (1 + n ÷ s); market orders at the \
      best queue λM(n) = m·(1 + b·e^(−n ÷ k)) (all 1/s; i > 3 as 3). When an event empties Q(±1), the reference \
      price moves one tick that way with probability θ; a best price beyond it carries it along. A side is never \
      emptied. \(FlowModulation.equations); θ × (1 ± l), at most 1.
      """,
    source: """
      Huang, Lehalle & Rosenbaum, "Simulating and analyzing order book data: the queue-reactive model", Journal of \
      the American Statistical Association 110 (2015) 107-122, model I with a moving reference price. The shapes of \
      the intensities are ours, after their figures 2-4; default numbers are priors.
      """,
    parameters: [
      FlowParameters.rate("limit_rate_1", 1.2, "l₁: limit orders a second at the first queue of each side."),
      FlowParameters.rate("limit_rate_2", 1.0, "l₂: at the second."),
      FlowParameters.rate("limit_rate_3", 0.8, "l₃: at the third and farther."),
      FlowParameters.rate(
        "cancel_rate_1", 0.3, "c₁: cancellations a second of each order of a short first queue."),
      FlowParameters.rate("cancel_rate_2", 0.18, "c₂: of the second."),
      FlowParameters.rate("cancel_rate_3", 0.15, "c₃: of the third and farther."),
      ParameterSchema(
        "cancel_saturation", minimum: 1, maximum: 1e6, default: .number(30),
        "s: the queue size at which a single order is cancelled half as often."),
      ParameterSchema(
        "gap_factor", minimum: 0, maximum: 100, default: .number(1.5),
        "g: how much faster an empty queue gets its first order."),
      FlowParameters.rate("market_rate", 0.35, "m: market orders a second at a long best queue."),
      ParameterSchema(
        "market_bonus", minimum: 0, maximum: 100, default: .number(1.5),
        "b: how much more often a short best queue is taken."),
      ParameterSchema(
        "market_scale", minimum: 0, maximum: 1e6, minimumIsExclusive: true, default: .number(5),
        "k: how many orders make a best queue long."),
      ParameterSchema(
        "theta", unit: .fraction, minimum: 0, maximum: 1, default: .number(0.7),
        "θ: the probability that the reference price follows an emptied best queue; theirs is 0.7."),
      FlowParameters.lots,
      FlowModulation.parameter,
    ])

  private static let queues = 5
  /// Queues longer than this have its rates.
  private static let longest = 255

  private let limitRates: [3 of Double]
  private let gapFactor: Double
  /// λC by distance class and size, then λM by size.
  private let cancelRates: [Double]
  private let marketRates: [Double]
  private let theta: Double
  private let lots: Int64
  private let perLot: Double
  private let stationary: [3 of Int]
  private var modulation: FlowModulation
  /// The price of Q(−1), one tick below Q(+1).
  ///
  /// Not known before the first look at a book.
  private var anchor: Int64?
  // From the last call of rate: limit, cancel, market of Q(−1), Q(−2) … then of Q(+1), Q(+2) …
  private var rates = [30 of Double](repeating: 0)
  private var total = 0.0
  private var lean = 0.0

  /// Makes the model from parameters that fit ``descriptor``.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    let s = parameters.number("cancel_saturation")
    var (limits, starts) = ([3 of Double](repeating: 0), [3 of Int](repeating: 1))
    var cancels: [Double] = []
    for i in 0..<3 {
      limits[i] = parameters.number("limit_rate_\(i + 1)")
      let c = parameters.number("cancel_rate_\(i + 1)")
      guard c * s > limits[i] else {
        throw MMSError(
          .invalidValue,
          "cancel_rate_\(i + 1) · cancel_saturation = \(c * s) is not above limit_rate_\(i + 1) = \(limits[i]): the "
            + "queue would grow for ever", path: "cancel_rate_\(i + 1)",
          hint: "raise cancel_rate_\(i + 1) or cancel_saturation")
      }
      cancels += (0...Self.longest).map { n in c * Double(n) / (1 + Double(n) / s) }
      starts[i] = max(1, min(Int((limits[i] / (c - limits[i] / s)).rounded()), Self.longest))
    }
    let (m, b) = (parameters.number("market_rate"), parameters.number("market_bonus"))
    let k = parameters.number("market_scale")
    marketRates = (0...Self.longest).map { n in m * (1 + b * MMSMath.exp(-Double(n) / k)) }
    (limitRates, cancelRates, stationary) = (limits, cancels, starts)
    gapFactor = parameters.number("gap_factor")
    theta = parameters.number("theta")
    lots = Int64(parameters.integer("lots"))
    perLot = 1 / Double(lots)
    modulation = FlowModulation(pull: parameters.number("pull"))
  }

  /// The queues with rates of their own.
  public var initialLevels: Int { Self.queues }
  /// Every order has the same lots.
  public var initialLots: Int64 { lots }
  /// Where limit orders and cancellations balance.
  public func initialOrders(level: Int) -> Int { stationary[min(level, 2)] }

  /// Takes the normal market as the one with the model's own rates.
  public mutating func begin(_ path: PathContext, reference: FlowConditions) {
    modulation.begin(reference: reference)
    anchor = nil
  }

  /// Bends the rates.
  public mutating func observe(_ conditions: FlowConditions) { modulation.observe(conditions) }

  /// The sum of all rates, which is exact.
  public mutating func rate<Book: FlowBook & ~Copyable>(_ book: borrowing Book) -> Double {
    let (bid, ask) = (book.highestBid, book.lowestAsk)
    // The reference price lies within the spread.
    let anchored = max(bid, min(anchor ?? (bid &+ ask) &>> 1, ask &- 1))
    anchor = anchored
    lean = modulation.lean(bid: bid, ask: ask)
    total = 0
    side(book, .buy, from: anchored, best: bid)
    side(book, .sell, from: anchored &+ 1, best: ask)
    return total
  }

  @inline(__always)
  private mutating func side<Book: FlowBook & ~Copyable>(
    _ book: borrowing Book, _ side: Side, from first: Int64, best: Int64
  ) {
    let isBuy = side == .buy
    let joins = modulation.activity * (isBuy ? 1 + lean : 1 - lean)
    let leaves = modulation.activity * (isBuy ? 1 - lean : 1 + lean)
    let depth = joins * (isBuy ? modulation.bidDepth : modulation.askDepth)
    var place = isBuy ? 0 : 15
    for i in 0..<Self.queues {
      let price = isBuy ? first &- Int64(i) : first &+ Int64(i)
      // Rounded up; a whole number of orders stays one.
      let n = min(Int(Double(book.lots(side, at: price)) * perLot + (1 - 1e-9)), Self.longest)
      let kind = min(i, 2)
      rates[place] = depth * limitRates[kind] * (n == 0 ? gapFactor : 1)
      rates[place &+ 1] = leaves * cancelRates[kind &* (Self.longest &+ 1) &+ n]
      rates[place &+ 2] = price == best ? leaves * marketRates[n] : 0
      total += rates[place] + rates[place &+ 1] + rates[place &+ 2]
      place &+= 3
    }
    // A best queue beyond the fifth is taken too.
    if isBuy ? best <= first &- Int64(Self.queues) : best >= first &+ Int64(Self.queues) {
      rates[place &- 1] = leaves * marketRates[min(Int(book.lots(side, at: best) / lots), Self.longest)]
      total += rates[place &- 1]
    }
  }

  /// Chooses a queue and what happens to it.
  public mutating func event<Book: FlowBook & ~Copyable>(
    _ book: borrowing Book, elapsed: Double, draws: FlowDraws
  ) -> FlowEvent {
    guard let anchor else { return .none }
    var left = draws.choice * total
    var place = 0
    while place < 29, left >= rates[place] {
      left -= rates[place]
      place &+= 1
    }
    let isBuy = place < 15
    let side = isBuy ? Side.buy : .sell
    let i = Int64((isBuy ? place : place &- 15) / 3)
    let price = isBuy ? anchor &- i : anchor &+ 1 &+ i
    let kind = place % 3
    if kind == 0 { return .limit(side, lots: lots, at: price) }
    // A queue of one order is emptied; the first one may carry the reference price along.
    if i == 0, book.lots(side, at: price) <= lots, book.orderCount(side) > 1 {
      let chance = theta * (isBuy ? 1 - lean : 1 + lean)
      if draws.place < chance { self.anchor = isBuy ? anchor &- 1 : anchor &+ 1 }
    }
    return kind == 1
      ? .cancel(side, at: price, position: draws.place) : .market(side.opposite, lots: lots)
  }
}
