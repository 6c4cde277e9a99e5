// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// A resting order races to the head of its queue: trades shorten what is ahead of it, and so do cancellations.
public struct QueueRaceFill: FillModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "queue-race/QueueRace-v1", kind: .fill,
    summary: "A limit order waits behind the depth at its arrival, of which some cancels in every row.",
    equations: """
      q = queue · 2^(−E · dt / half_life), E exponential with mean 1; q starts at the depth of the order's side
      traded = max(0, ½ · volume · min(1, (L − low + tick) / (high − low + tick)) − consumed) for a buy at L ≥ low
      filled = min(remaining, available, max(0, traded − q)), queue' = max(0, q − traded); sell: mirrored with high
      """,
    source: """
      Queue with cancellations proportional to what rests: R. Cont, S. Stoikov, R. Talreja, "A stochastic model for \
      order book dynamics", Operations Research 58 (2010) 549-563. Half of the volume on each side: prior.
      """,
    parameters: [
      ParameterSchema(
        "half_life", .duration, unit: .time, minimum: 1e9, default: .duration(.minutes(10)),
        "of an order ahead of ours, until it is cancelled; prior")
    ])

  private let halfLife: Double

  /// Makes the model.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    halfLife = Double(parameters.duration("half_life").nanoseconds)
  }

  /// Lets cancellations and then the row's volume eat the queue, and what is left of the volume the order.
  public func fill(_ query: FillQuery, in row: MarketRow, random: RandomSource) -> FillDecision {
    if query.isMarketable { return takeAvailable(query) }
    let shown = query.side == .buy ? row.bidDepth : row.askDepth
    let before = query.queueAhead.isNaN ? shown : query.queueAhead
    let time = random.exponential(step: Int64(query.step), lane: query.order & 0xffff)
    let share = time * Double(query.resolution.nanoseconds) / halfLife
    let queue = before * MMSMath.exp(-0x1.62e42fefa39efp-1 * share)
    let traded = max(0, 0.5 * row.volume * reached(query, row) - query.consumed)
    let quantity = min(query.remaining, query.available, max(0, traded - queue))
    return FillDecision(
      quantity: quantity, probability: quantity / query.remaining, queueAhead: max(0, queue - traded))
  }

  /// The share of the row's range that lies at or beyond the limit.
  private func reached(_ query: FillQuery, _ row: MarketRow) -> Double {
    // A row without a range has been where it ended.
    let (low, high) = row.low.isNaN ? (row.mid, row.mid) : (row.low, row.high)
    let beyond = query.side == .buy ? query.limitPrice - low : high - query.limitPrice
    guard beyond >= 0 else { return 0 }
    let range = high - low + query.tick
    return range > 0 ? min(1, (beyond + query.tick) / range) : 1
  }
}
