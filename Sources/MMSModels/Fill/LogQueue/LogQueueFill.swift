// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// What leaves a price without a trade was before or behind a resting order, by f(x) = ln(1 + x) of both quantities.
public struct LogQueueFill: QueueFillModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "fill/LogQueue-v1", kind: .fill,
    summary:
      "In a feed of levels cancellations are shared between before and behind an order by a logarithm.",
    equations: """
      f(x) = ln(1 + x ÷ unit); a = ahead, b = behind; p = probability that what left was behind:
      sum: f(b) ÷ (f(a) + f(b)); total: f(b) ÷ f(a + b)
      places change as in fill/PowerQueue-v1; on bars: as fill/QueuePosition-v1
      """,
    source: """
      Rigtorp, "Estimating order queue position", 2013; hftbacktest's LogProbQueueFunc (sum) and 2 (total), whose \
      unit is one base unit.
      """,
    parameters: [
      ParameterSchema(
        "unit", unit: .baseUnits, minimum: 0, minimumIsExclusive: true, default: .number(1),
        "The quantity x is counted in; the probability depends on it."),
      ParameterSchema(
        "form", .choice(["sum", "total"]), default: .text("sum"),
        "How f makes a probability of what is before and behind."),
    ])

  private let unit: Double
  private let isTotal: Bool

  /// Makes the model from parameters that fit ``descriptor``.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    unit = parameters.number("unit")
    isTotal = parameters.text("form") == "total"
  }

  /// Shares what left by the probability.
  public func change(from before: Double, to after: Double, at place: inout QueuePlace) {
    share(from: before, to: after, at: &place) { ahead, behind in
      let share = MMSMath.log(1 + behind / unit)
      return share
        / (isTotal ? MMSMath.log(1 + (behind + ahead) / unit) : share + MMSMath.log(1 + ahead / unit))
    }
  }

  /// Lets the row's volume at the limit eat the queue first, then the order.
  public func fill(_ query: FillQuery, in row: MarketRow, random: RandomSource) -> FillDecision {
    fillBehindDepth(query, in: row)
  }
}
