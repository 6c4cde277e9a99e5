// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// A resting order moves up in its queue by trades alone: whatever else leaves its price stood behind it.
public struct RiskAverseQueueFill: QueueFillModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "fill/RiskAverseQueue-v1", kind: .fill,
    summary: "In a feed of levels only trades bring an order forward; cancellations were behind it.",
    equations: """
      ahead starts at the quantity shown at the price; a trade of q there: ahead' = ahead − q
      a change of the level to Q: ahead' = min(ahead, Q); the order trades what is below ahead = 0
      on bars: as fill/QueuePosition-v1
      """,
    source: """
      The pessimistic estimate of Rigtorp, "Estimating order queue position", 2013, and of hftbacktest's \
      RiskAdverseQueueModel.
      """,
    parameters: [])

  /// Makes the model; it takes no parameters.
  public init(_ parameters: ParameterValues) throws(MMSError) {}

  /// Bounds the place by what is left at the price.
  public func change(from before: Double, to after: Double, at place: inout QueuePlace) {
    place.ahead = min(place.ahead, after)
    place.traded = 0
  }

  /// Lets the row's volume at the limit eat the queue first, then the order.
  public func fill(_ query: FillQuery, in row: MarketRow, random: RandomSource) -> FillDecision {
    fillBehindDepth(query, in: row)
  }
}
