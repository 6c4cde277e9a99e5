// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// A resting order's place is known, since the feed says which order each share that leaves was of.
public struct KnownQueueFill: QueueFillModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "fill/KnownQueue-v1", kind: .fill,
    summary: "In a feed of orders a resting order's place in its queue is known: first in, first out.",
    equations: """
      ahead starts at the quantity at the price; what an order loses that came before ours: ahead' = ahead − q
      an order that came after ours trades q: ours would have, min(open, q)
      on bars: as fill/QueuePosition-v1
      """,
    source: "Price-time priority, as exchanges publish it; recorded orders do not react to ours.",
    parameters: [])

  /// Makes the model; it takes no parameters.
  public init(_ parameters: ParameterValues) throws(MMSError) {}

  /// A feed that tells quantities only cannot be used.
  public var knowsOrders: Bool { true }

  /// Not asked: the engine keeps the place.
  public func change(from before: Double, to after: Double, at place: inout QueuePlace) {
    place.ahead = min(place.ahead, after)
  }

  /// Lets the row's volume at the limit eat the queue first, then the order.
  public func fill(_ query: FillQuery, in row: MarketRow, random: RandomSource) -> FillDecision {
    fillBehindDepth(query, in: row)
  }
}
