// SPDX-License-Identifier: Apache-2.0
// hot path

public import MMSCore

/// Market making around a reservation price that leans against the inventory.
public struct AvellanedaStoikovStrategy: LaneQuotingStrategy, NativeModel {
  /// What the strategy says about itself.
  public static let descriptor = ModelDescriptor(
    id: "avellaneda_stoikov", kind: .strategy,
    summary: "Makes a market: quotes both sides each step around a price that leans against the inventory.",
    equations: """
      r = s − u·q·γ·σ²·τ, spread = u·(γ·σ²·τ + (2 ÷ γ)·ln(1 + γ ÷ k)), bid and ask = r ∓ spread ÷ 2
      s mid, τ days left (or the horizon), q inventory; γ → 0: spread = u·2 ÷ k
      relative: u = s, σ a fraction, q in quotes of `quantity`; price: u = 1, σ in quote currency, q in base units
      both quotes live for one step
      """,
    source: """
      Avellaneda & Stoikov 2008, High-frequency trading in a limit order book, Quantitative Finance 8(3), equations \
      3.17 and 3.18. Defaults in relative units are a prior.
      """,
    parameters: [
      ParameterSchema(
        "gamma", minimum: 0, default: .number(1),
        "Risk aversion γ: how hard quotes lean against the inventory."),
      ParameterSchema(
        "k", minimum: 0, minimumIsExclusive: true, default: .number(1500),
        "Decay of the fill rate with distance, per unit of distance, as in fill/Probability-v1."),
      ParameterSchema(
        "sigma", .numberOrAuto, unit: .perRootDay, minimum: 0, default: .text("auto"),
        "Volatility σ per √day: a fraction, or quote currency with `units: price`; auto follows the market's."
      ),
      ParameterSchema(
        "horizon", .duration, unit: .time, minimum: 0, default: .duration(.hours(1)),
        "τ: a constant time ahead; 0 s counts down to the end of the period as in the paper."),
      ParameterSchema(
        "quantity", unit: .baseUnits, minimum: 0, minimumIsExclusive: true, default: .number(0.01),
        "Size of each quote."),
      ParameterSchema(
        "max_inventory", unit: .baseUnits, minimum: 0, default: .number(0),
        "A side is not quoted when its fill would carry the position beyond this; 0 for no limit."),
      ParameterSchema(
        "skew", .flag, default: .flag(true),
        "Whether quotes lean against the inventory; without it they are symmetric around the mid."),
      ParameterSchema(
        "units", .choice(["relative", "price"]), default: .text("relative"),
        "Whether γ, k and σ are about fractions of the mid or about quote currency."),
      ParameterSchema(
        "post_only", .flag, default: .flag(true),
        "Whether a quote that would take liquidity is refused instead."),
    ])

  private let gamma: Double
  private let k: Double
  private let givenSigma: Double?
  private let horizon: SimDuration
  private let quantity: Double
  private let maximum: Double
  private let isSkewed: Bool
  private let isRelative: Bool
  private let isPostOnly: Bool

  /// (2 ÷ γ)·ln(1 + γ ÷ k).
  private let premium: Double
  /// Inventory in the units of the formula, of one base unit.
  private let inventoryUnit: Double
  private var lastStep = 0
  private var daysPerStep = 0.0

  /// Makes the strategy from parameters that fit ``descriptor``.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    gamma = parameters.number("gamma")
    k = parameters.number("k")
    givenSigma = parameters.numberOrAuto("sigma")
    horizon = parameters.duration("horizon")
    quantity = parameters.number("quantity")
    maximum = parameters.number("max_inventory")
    isSkewed = parameters.flag("skew")
    isRelative = parameters.text("units") == "relative"
    isPostOnly = parameters.flag("post_only")
    premium = gamma > 0 ? 2 / gamma * MMSMath.log1p(gamma / k) : 2 / k
    inventoryUnit = isRelative ? 1 / quantity : 1
    guard maximum == 0 || maximum >= quantity else {
      throw MMSError(
        .invalidValue,
        "max_inventory (\(maximum)) is below quantity (\(quantity)): no quote could ever fill",
        path: "max_inventory", hint: "raise max_inventory, lower quantity, or give 0 for no limit")
    }
  }

  /// Learns how long the period is.
  public mutating func begin(_ path: PathContext, context: MarketContext) {
    lastStep = context.steps - 1
    daysPerStep = context.resolution.days
  }

  /// Days ahead at the close of a step.
  private func daysAhead(_ step: Int) -> Double {
    horizon.nanoseconds > 0 ? horizon.days : Double(lastStep - step) * daysPerStep
  }

  /// γ·σ²·τ at the close of a step.
  private func risk(_ step: Int, sigma: Double) -> Double { gamma * (sigma * sigma) * daysAhead(step) }

  /// The whole spread quoted at the close of a step, in the units of the parameters.
  ///
  /// - Parameters:
  ///   - step: The number of the step, from 0.
  ///   - sigma: The volatility in the units of the parameters.
  public func spread(step: Int, sigma: Double) -> Double { risk(step, sigma: sigma) + premium }

  /// Quotes anew at every close.
  public mutating func decide(
    _ market: borrowing MarketBlock, row: Int, account: borrowing Account, orders: inout OrderSink
  ) {
    let step = market.firstStep + row
    let mid = market.mid[row]
    let sigma = givenSigma ?? (isRelative ? market.volatility[row] : market.volatility[row] * mid)
    let quote = Self.quote(
      mid: mid, position: account.position, shape(step, sigma: sigma))
    if !quote.bid.isNaN { send(.buy, quote.bid, &orders) }
    if !quote.ask.isNaN { send(.sell, quote.ask, &orders) }
  }

  private func send(_ side: Side, _ price: Double, _ orders: inout OrderSink) {
    orders.submit(
      OrderRequest(
        side, .limit, quantity: quantity, price: price, postOnly: isPostOnly, timeToLive: 1))
  }

  /// What is the same for all paths at one step.
  private struct Shape {
    /// The shift of the reservation price for one base unit of inventory.
    let lean: Double
    let half: Double
    let isRelative: Bool
    let quantity: Double
    let limit: Double
  }

  private func shape(_ step: Int, sigma: Double) -> Shape {
    let risk = risk(step, sigma: sigma)
    return Shape(
      lean: isSkewed ? risk * inventoryUnit : 0, half: 0.5 * (risk + premium), isRelative: isRelative,
      quantity: quantity, limit: maximum > 0 ? maximum * (1 + 1e-9) : .infinity)
  }

  @inline(__always)
  private static func quote(mid: Double, position: Double, _ shape: Shape) -> (bid: Double, ask: Double) {
    let unit = shape.isRelative ? mid : 1
    let reservation = mid - unit * (shape.lean * position)
    let half = unit * shape.half
    return (
      position + shape.quantity <= shape.limit ? reservation - half : .nan,
      shape.quantity - position <= shape.limit ? reservation + half : .nan
    )
  }

  /// The size of every quote; the market's own volatility is not known side by side.
  public var laneQuantity: Double? { givenSigma == nil ? nil : quantity }

  /// Quotes for many paths.
  public func quote(
    step: Int, mids: Span<Double>, positions: Span<Double>, bids: inout MutableSpan<Double>,
    asks: inout MutableSpan<Double>
  ) {
    let shape = shape(step, sigma: givenSigma ?? 0)
    precondition(
      positions.count == mids.count && bids.count == mids.count && asks.count == mids.count,
      "one value for each path")
    for index in mids.indices {
      let quote = unsafe Self.quote(
        mid: mids[unchecked: index], position: positions[unchecked: index], shape)
      unsafe bids[unchecked: index] = quote.bid
      unsafe asks[unchecked: index] = quote.ask
    }
  }
}
