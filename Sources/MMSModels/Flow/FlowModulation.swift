// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

/// How a row of the ScenarioModel's columns bends the rates of a flow; at a normal row everything is 1.
///
/// activity a = volume ÷ reference: every rate, so that spread and depth stay and time runs faster.
/// depth d (each side) = depth ÷ reference: that side's limit orders.
/// lean l = pull · (fair − mid) ÷ max(1, spread), within ±0.9: what raises the price × (1 + l), what lowers it
/// × (1 − l). Columns that say nothing bend nothing.
struct FlowModulation: Sendable {
  private let pull: Double
  private var reference = FlowConditions()
  private var fairPrice = Double.nan
  private(set) var activity = 1.0
  private(set) var bidDepth = 1.0
  private(set) var askDepth = 1.0

  /// - Parameter pull: How hard the flow leans toward the fair price, for each spread between it and the mid.
  init(pull: Double) { self.pull = pull }

  /// The parameter of every flow model.
  static let parameter = ParameterSchema(
    "pull", minimum: 0, maximum: 10, default: .number(0.5),
    "How much more of what moves the mid toward the fair price comes, for each spread between the two.")

  /// What all flow models say of it.
  static let equations = """
    modulated: every rate × volume ÷ reference, limit orders × depth ÷ reference of their side; what raises the \
    mid × (1 + l), what lowers it × (1 − l), l = pull · (fair − mid) ÷ max(1, spread) within ±0.9
    """

  mutating func begin(reference: FlowConditions) {
    self.reference = reference
    fairPrice = .nan
    (activity, bidDepth, askDepth) = (1, 1, 1)
  }

  mutating func observe(_ row: FlowConditions) {
    fairPrice = row.fairPrice
    activity = Self.ratio(row.volume, reference.volume, 0.01...100)
    bidDepth = Self.ratio(row.bidDepth, reference.bidDepth, 0.01...100)
    askDepth = Self.ratio(row.askDepth, reference.askDepth, 0.01...100)
  }

  /// The lean toward the fair price; 0 without one.
  @inline(__always)
  func lean(bid: Int64, ask: Int64) -> Double {
    if fairPrice.isNaN { return 0 }
    let gap = fairPrice - 0.5 * Double(bid &+ ask)
    return max(-0.9, min(pull * gap / Double(max(1, ask &- bid)), 0.9))
  }

  private static func ratio(_ value: Double, _ reference: Double, _ range: ClosedRange<Double>) -> Double {
    // Comparisons with NaN are false: nothing is said, nothing is bent.
    guard value >= 0, reference > 0 else { return 1 }
    return max(range.lowerBound, min(value / reference, range.upperBound))
  }
}
