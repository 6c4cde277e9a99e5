// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Orders fill up to a share of the bar's volume, and pay with the square of the share they took.
public struct VolumeShareFill: FillModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "fill/VolumeShare-v1", kind: .fill,
    summary:
      "All our orders together fill at most a share of the bar's volume; taking costs the share squared.",
    equations: """
      filled = min(remaining, available, volumeLimit·volume − used), used: what our orders took of the bar before
      share = (used + filled) ÷ volume; an order that takes liquidity pays impact·share² of the mid on top
      buy resting at L: fills iff low ≤ L (mid ≤ L without a range), at L; sell: iff high ≥ L
      """,
    source: """
      zipline's VolumeShareSlippage (Quantopian, Apache-2.0), written anew from its documentation: limit 2.5 %, \
      impact 0.1.
      """,
    parameters: [
      ParameterSchema(
        "volumeLimit", unit: .fraction, minimum: 0, maximum: 1, minimumIsExclusive: true,
        default: .number(0.025),
        "The most our orders take of one bar's volume, all together (zipline: 2.5 %)."),
      ParameterSchema(
        "impact", minimum: 0, maximum: 100, default: .number(0.1),
        "Price concession at a share of 1, a fraction of the mid; it grows with the share squared (zipline: 0.1)."
      ),
    ])

  private let limit: Double
  private let impact: Double

  /// Makes the model from `volumeLimit` and `impact`.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    limit = parameters.number("volumeLimit")
    impact = parameters.number("impact")
  }

  /// Fills what the bar's volume leaves; a resting order only once the price has traded.
  public func fill(_ query: FillQuery, in row: MarketRow, random: RandomSource) -> FillDecision {
    guard query.isMarketable || row.reach(of: query) >= 0 else { return .none(queueAhead: 0) }
    let room = max(0, limit * row.volume - query.used)
    let quantity = min(query.remaining, query.available, room)
    guard quantity > 0 else { return .none(queueAhead: 0) }
    let share = (query.used + quantity) / row.volume
    return FillDecision(
      quantity: quantity, probability: quantity / query.remaining, queueAhead: 0,
      concession: query.isMarketable ? impact * share * share : 0)
  }
}
