// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// A resting order fills after the volume that stood before it has traded at its price.
public struct QueuePositionFill: FillModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "fill/QueuePosition-v1", kind: .fill,
    summary: "A limit order waits behind the depth shown when it arrived; a touch alone fills nothing.",
    equations: """
      buy at L with low ≤ L: traded = max(0, ½·volume·min(1, (L − low + tick) ÷ (high − low + tick)) − consumed)
      filled = min(remaining, available, max(0, traded − queue)); queue' = max(0, queue − traded)
      queue starts at the depth of the order's side. Sell: mirrored with high. Without a range: iff mid ≤ L, share 1
      """,
    source: """
      Half of the volume is taken to hit each side, evenly over the range (prior). First-in-first-out queue as \
      in Cont, Stoikov & Talreja 2010; cancellations before us are not credited (pessimistic).
      """,
    parameters: [])

  /// Makes the model; it takes no parameters.
  public init(_ parameters: ParameterValues) throws(MMSError) {}

  /// Lets the row's volume at the limit eat the queue first, then the order.
  public func fill(_ query: FillQuery, in row: MarketRow, random: RandomSource) -> FillDecision {
    fillBehindDepth(query, in: row)
  }
}
