// SPDX-License-Identifier: Apache-2.0

/// Time between a decision and its arrival at the venue.
public enum Latency: Sendable, Hashable {
  /// Executes at the decision's own mid; for published examples and comparisons only.
  case zero
  /// The same for every order.
  case constant(SimDuration)
  /// Lognormal: a median and the standard deviation of the logarithm.
  case lognormal(median: SimDuration, sigma: Double)

  /// The middle of the distribution.
  public var median: SimDuration {
    switch self {
    case .zero: SimDuration(nanoseconds: 0)
    case .constant(let span): span
    case .lognormal(let median, _): median
    }
  }
}

/// How stops are watched.
public enum StopMode: String, Sendable, Hashable, CaseIterable {
  /// Within each bar, on its high and low.
  case intrabar
  /// At each bar's close only.
  case close
}

/// The rules of the venue and of the account, from a scenario's `execution` section.
public struct ExecutionSettings: Sendable, Hashable {
  /// Equity at the start, quote currency: cash and position together.
  public var initialEquity: Double
  /// Base units held at the start, valued at the first open; negative for a short.
  public var initialPosition: Double
  /// Fee of a fill that takes liquidity, a fraction of its notional.
  public var takerFee: Double
  /// Fee of a fill that provides liquidity, a fraction of its notional; negative for a rebate.
  public var makerFee: Double
  /// Time between decision and arrival.
  public var latency: Latency
  /// How late the market is seen, where orders meet a book: every decision comes this much later.
  public var dataLatency = SimDuration(nanoseconds: 0)
  /// The most of a bar's volume our orders may fill, 0…1.
  public var volumeCap: Double
  /// How stops are watched.
  public var stop: StopMode
  /// Whether what is held at the end is sold out through the venue.
  public var closeAtEnd: Bool
  /// The smallest price step, quote currency; 0 for any.
  public var tick: Double
  /// The smallest quantity step, base units; 0 for any.
  public var lot: Double
  /// The smallest notional of an order, quote currency; 0 for any.
  public var minNotional: Double
  /// Margin and funding of a perpetual contract; nil for a spot account.
  public var perpetual: PerpetualRules?
  /// A span in which the venue takes no orders; nil for none.
  public var outage: Outage?
  /// The prices at which a book trades; nil for any.
  public var priceBand: PriceBand?

  /// Settings of the built-in scenarios unless a file says otherwise.
  public init(
    initialEquity: Double = 100_000, initialPosition: Double = 0, takerFee: Double = 0.001,
    makerFee: Double = 0.001,
    latency: Latency = .constant(SimDuration(nanoseconds: 100_000_000)), volumeCap: Double = 0.1,
    stop: StopMode = .intrabar, closeAtEnd: Bool = false, tick: Double = 0, lot: Double = 0,
    minNotional: Double = 0, perpetual: PerpetualRules? = nil, outage: Outage? = nil
  ) {
    self.initialEquity = initialEquity
    self.initialPosition = initialPosition
    self.takerFee = takerFee
    self.makerFee = makerFee
    self.latency = latency
    self.volumeCap = volumeCap
    self.stop = stop
    self.closeAtEnd = closeAtEnd
    self.tick = tick
    self.lot = lot
    self.minNotional = minNotional
    self.perpetual = perpetual
    self.outage = outage
  }
}
