// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// The market as it was recorded.
public struct HistoryScenario: ScenarioModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "scenario/History-v1", kind: .scenario, summary: "The market as it was recorded.",
    equations: "every column' = column", source: "The recorded data.", parameters: [])

  /// Makes the model; it takes no parameters.
  public init(_ parameters: ParameterValues) throws(MMSError) {}

  /// Nothing is changed, so the engine may share the recorded columns.
  public var requirements: ScenarioRequirements { ScenarioRequirements(leavesHistory: true) }

  /// Leaves the rows as they are.
  public mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {}
}
