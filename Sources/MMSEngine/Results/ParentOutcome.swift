// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// One intention to trade and what came of it, for reports.
public struct ParentOutcome: Sendable, Hashable {
  /// Buy or sell.
  public let side: Side
  /// Whether a stop began it.
  public let isStop: Bool
  /// Whether any of its orders rested in the book.
  public let isPassive: Bool
  /// The mid at the decision, quote currency; of a stop its trigger.
  public let decisionMid: Double
  /// The step at whose close it was decided; of a protective stop, the step that met it.
  public let decisionStep: Int
  /// Steps from the decision to the first fill; nil when nothing filled.
  public let stepsToFill: Int?
  /// Base units intended.
  public let intended: Double
  /// Base units filled.
  public let filled: Double
  /// The share of it that was expected to fill, 0…1.
  public let fillProbability: Double
  /// Temporary and lasting displacement it caused by its last fill, a fraction; positive is a cost.
  public let impact: Double
  /// What it cost, by cause, quote currency.
  public let costs: CostSplit

  init(_ record: ParentRecord) {
    side = record.side
    isStop = record.isStop
    isPassive = record.isPassive
    decisionMid = record.decisionMid
    decisionStep = record.decisionStep
    stepsToFill = record.firstFillStep.map { $0 - record.decisionStep }
    intended = record.intended
    filled = record.filled
    fillProbability = 1 - record.survival
    impact = record.filled > 0 ? record.lastTemporary + record.displaced : 0
    costs = record.costs
  }
}
