// SPDX-License-Identifier: Apache-2.0

import MMSCore

extension FillModel {
  /// Bars show neither a queue nor cancellations: half of what a row's volume puts at the limit or beyond eats the
  /// depth that was shown when the order arrived, then the order.
  func fillBehindDepth(_ query: FillQuery, in row: MarketRow) -> FillDecision {
    if query.isMarketable { return takeAvailable(query) }
    let depth = query.side == .buy ? row.bidDepth : row.askDepth
    let queue = query.queueAhead.isNaN ? depth : query.queueAhead
    let reach = row.reach(of: query)
    guard reach >= 0 else { return .none(queueAhead: queue) }
    let share = row.shareBeyond(reach, tick: query.tick)
    let traded = max(0, 0.5 * row.volume * share - query.consumed)
    let quantity = min(query.remaining, query.available, max(0, traded - queue))
    return FillDecision(
      quantity: quantity, probability: quantity / query.remaining, queueAhead: max(0, queue - traded))
  }
}

extension QueueFillModel {
  /// What leaves a level beyond its trades is shared between before and behind us by a probability.
  ///
  /// With c = before − after − traded ≥ 0 and p the probability that it left behind us:
  /// ahead' = min(after, ahead − (1 − p)·c + min(0, behind − p·c)); what comes joins behind us.
  @inline(__always)
  func share(
    from before: Double, to after: Double, at place: inout QueuePlace,
    _ probability: (_ ahead: Double, _ behind: Double) -> Double
  ) {
    let left = before - after - place.traded
    place.traded = 0
    if left < 0 {
      place.ahead = min(place.ahead, after)
      return
    }
    let (ahead, behind) = (place.ahead, before - place.ahead)
    var chance = probability(ahead, behind)
    if chance.isInfinite { chance = 1 }
    let estimate = ahead - (1 - chance) * left + Double.minimum(behind - chance * left, 0)
    // An empty level has no probability (0 ÷ 0): then what is left bounds the place, as it always does.
    place.ahead = Double.minimum(estimate, after)
  }
}
