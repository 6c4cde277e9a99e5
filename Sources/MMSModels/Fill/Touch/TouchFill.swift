// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// A resting order fills as soon as the price trades at its limit, as if it stood first in the queue.
public struct TouchFill: FillModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "fill/Touch-v1", kind: .fill,
    summary: "A limit order fills once the price trades at it, without a queue: the optimistic bound.",
    equations: """
      buy at L: fills iff low ≤ L (mid ≤ L without a range); sell: iff high ≥ L; filled = min(remaining, available)
      """,
    source: "A definition: what most bar back-tests assume; the optimistic bound of QueuePosition-v1.",
    parameters: [])

  /// Makes the model; it takes no parameters.
  public init(_ parameters: ParameterValues) throws(MMSError) {}

  /// Fills what is available when the row reaches the limit.
  public func fill(_ query: FillQuery, in row: MarketRow, random: RandomSource) -> FillDecision {
    if query.isMarketable { return takeAvailable(query) }
    guard row.reach(of: query) >= 0 else { return .none(queueAhead: 0) }
    let quantity = min(query.remaining, query.available)
    return FillDecision(quantity: quantity, probability: quantity / query.remaining, queueAhead: 0)
  }
}
