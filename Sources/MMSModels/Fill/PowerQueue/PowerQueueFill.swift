// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// What leaves a price without a trade was before or behind a resting order, by f(x) = xⁿ of both quantities.
public struct PowerQueueFill: QueueFillModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "fill/PowerQueue-v1", kind: .fill,
    summary: "In a feed of levels cancellations are shared between before and behind an order by a power.",
    equations: """
      f(x) = xⁿ; a = ahead, b = behind; p = probability that what left was behind:
      sum: f(b) ÷ (f(a) + f(b)); total: f(b) ÷ f(a + b); complement: 1 − f(a ÷ (a + b))
      a trade of q: a' = a − q; a change from Q to Q' with c = Q − Q' − trades since ≥ 0:
      a' = min(Q', a − (1 − p)·c + min(0, b − p·c)); c < 0: a' = min(a, Q'); on bars: as fill/QueuePosition-v1
      """,
    source: """
      Rigtorp, "Estimating order queue position", 2013; hftbacktest's PowerProbQueueFunc (sum), 2 (total) and 3 \
      (complement). n = 1 cancels evenly, larger n mostly from the longer part.
      """,
    parameters: [
      ParameterSchema(
        "n", minimum: 0, maximum: 20, minimumIsExclusive: true, default: .number(2),
        "The exponent of f(x) = xⁿ."),
      ParameterSchema(
        "form", .choice(["sum", "total", "complement"]), default: .text("sum"),
        "How f makes a probability of what is before and behind."),
    ])

  private enum Form { case sum, total, complement }

  private let exponent: Double
  private let form: Form

  /// Makes the model from parameters that fit ``descriptor``.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    exponent = parameters.number("n")
    switch parameters.text("form") {
    case "total": form = .total
    case "complement": form = .complement
    default: form = .sum
    }
  }

  /// Shares what left by the probability.
  public func change(from before: Double, to after: Double, at place: inout QueuePlace) {
    share(from: before, to: after, at: &place) { ahead, behind in
      switch form {
      case .sum: power(behind) / (power(behind) + power(ahead))
      case .total: power(behind) / power(behind + ahead)
      case .complement: 1 - power(ahead / (ahead + behind))
      }
    }
  }

  private func power(_ x: Double) -> Double {
    exponent == 2 ? x * x : exponent == 1 ? x : exponent == 3 ? x * x * x : MMSMath.pow(x, exponent)
  }

  /// Lets the row's volume at the limit eat the queue first, then the order.
  public func fill(_ query: FillQuery, in row: MarketRow, random: RandomSource) -> FillDecision {
    fillBehindDepth(query, in: row)
  }
}
