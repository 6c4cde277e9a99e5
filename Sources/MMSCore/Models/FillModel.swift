// SPDX-License-Identifier: Apache-2.0

/// One row of the market as a fill decision sees it.
public struct MarketRow: Sendable, Hashable {
  /// First mid of the bar.
  public var open: Double
  /// Highest mid of the bar, or NaN with ``low``.
  public var high: Double
  /// Lowest mid of the bar, or NaN with ``high``.
  public var low: Double
  /// Last mid of the bar.
  public var mid: Double
  /// Half spread, a fraction of the mid.
  public var halfSpread: Double
  /// Base units bid at the best price.
  public var bidDepth: Double
  /// Base units offered at the best price.
  public var askDepth: Double
  /// Realised volatility of the trailing hour per √day.
  public var volatility: Double
  /// Volume of the bar in base units.
  public var volume: Double

  /// Takes a row out of a block.
  @inlinable
  public init(_ block: borrowing MarketBlock, row: Int) {
    open = block.open[row]
    high = block.high[row]
    low = block.low[row]
    mid = block.mid[row]
    halfSpread = block.halfSpread[row]
    bidDepth = block.bidDepth[row]
    askDepth = block.askDepth[row]
    volatility = block.volatility[row]
    volume = block.volume[row]
  }
}

/// An order asking to be filled in one row.
public struct FillQuery: Sendable, Hashable {
  /// Buy or sell.
  public var side: Side
  /// The limit price; NaN for a market order.
  public var limitPrice: Double
  /// Base units still to fill, positive.
  public var remaining: Double
  /// Base units resting before ours at our price, as the model left it last; NaN when the order is new.
  public var queueAhead: Double
  /// Whether the order crosses the touch and takes liquidity.
  public var isMarketable: Bool
  /// The most the venue lets this order fill in this row: the volume cap less what we used.
  public var available: Double
  /// Base units our other resting orders on this side have taken from this row.
  public var consumed: Double
  /// Base units all our orders have taken from this row.
  public var used: Double
  /// The smallest price step.
  public var tick: Double
  /// The length of the row's step.
  public var resolution: SimDuration
  /// The row's step, for addressed draws.
  public var step: Int
  /// The order's number in the path, for addressed draws.
  public var order: Int

  /// Asks for a fill.
  public init(
    side: Side, limitPrice: Double, remaining: Double, queueAhead: Double, isMarketable: Bool,
    available: Double, consumed: Double, used: Double = 0, tick: Double, resolution: SimDuration,
    step: Int, order: Int
  ) {
    self.side = side
    self.limitPrice = limitPrice
    self.remaining = remaining
    self.queueAhead = queueAhead
    self.isMarketable = isMarketable
    self.available = available
    self.consumed = consumed
    self.used = used
    self.tick = tick
    self.resolution = resolution
    self.step = step
    self.order = order
  }
}

/// What a fill model decides for one order in one row.
public struct FillDecision: Sendable, Hashable {
  /// Base units filled, 0 … min(remaining, available).
  public var quantity: Double
  /// Expected share of the remainder filled in this row given the order is alive, 0…1.
  public var probability: Double
  /// Base units resting before ours afterwards.
  public var queueAhead: Double
  /// What the model adds to the price of an order that takes liquidity, a fraction of the mid, positive a cost.
  ///
  /// The venue books it with the temporary impact; a resting order always fills at its limit.
  public var concession: Double

  /// States a decision.
  public init(quantity: Double, probability: Double, queueAhead: Double, concession: Double = 0) {
    self.quantity = quantity
    self.probability = probability
    self.queueAhead = queueAhead
    self.concession = concession
  }

  /// Nothing fills; the queue stays.
  public static func none(queueAhead: Double) -> FillDecision {
    FillDecision(quantity: 0, probability: 0, queueAhead: queueAhead)
  }
}

/// Decides whether an order fills, how much, and with what probability.
///
/// Called once per working order and row, in order of time and then of arrival, on the path's thread.
/// The row is the market after the event that may fill the order (never the one before it). The venue
/// prices the fill: a marketable order pays spread, excess and impact; a passive one its limit price. It
/// also clamps quantities to what is available, so no volume is filled twice.
///
/// A model may not allocate, throw or remember orders: the queue travels in ``FillQuery/queueAhead``.
public protocol FillModel: Model {
  /// Decides for one order.
  ///
  /// - Parameters:
  ///   - query: The order.
  ///   - row: The market in this row, displaced by our own impact.
  ///   - random: The path's draws for role fill; address them by step and order.
  func fill(_ query: FillQuery, in row: MarketRow, random: RandomSource) -> FillDecision

  /// Decides for many orders of one row; the default asks one by one.
  func fill(
    _ queries: Span<FillQuery>, in row: MarketRow, random: RandomSource,
    into decisions: inout MutableSpan<FillDecision>)
}

extension FillModel {
  /// Asks one by one.
  public func fill(
    _ queries: Span<FillQuery>, in row: MarketRow, random: RandomSource,
    into decisions: inout MutableSpan<FillDecision>
  ) {
    for index in queries.indices {
      decisions[index] = fill(queries[index], in: row, random: random)
    }
  }

  /// The decision of every venue for an order that takes liquidity: all that is available.
  public func takeAvailable(_ query: FillQuery) -> FillDecision {
    let quantity = min(query.remaining, query.available)
    return FillDecision(quantity: quantity, probability: quantity / query.remaining, queueAhead: 0)
  }
}
