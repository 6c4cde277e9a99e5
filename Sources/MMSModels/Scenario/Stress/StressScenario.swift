// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// The recorded market at a constant stress level: wilder prices, thinner books, wider spreads.
public struct StressScenario: ScenarioModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "scenario/Stress-v1", kind: .scenario,
    summary: "The recorded market at a constant stress level: one number moves all columns together.",
    equations: """
      r' = m + V^w·(r − m), r log offsets from the previous close, m the window's mean return
      q = RV' ÷ RV, realised volatility of the trailing hour, stressed over recorded
      volume' = volume·min(25, q^1.14), half_spread' = half_spread·min(50, q), volatility' = volatility·q
      depth' = depth·L^w. V, L: volatility and liquidity factor of the scenario over those of normal
      """,
    source:
      "Volume elasticity 1.14 (R² 0.84, BTC hours 2022-10 to 2023-02); the FTX hour: RV × 24, volume × 24.",
    parameters: [
      ParameterSchema(
        "w", minimum: 0, maximum: 1, default: .number(1),
        "Stress level: 0 the market as recorded, 1 the scenario's calibration in full.")
    ])

  private let level: Double
  private var transform = StressTransform()
  private var drive = StressDrive()

  /// Makes the model from `w`.
  public init(_ parameters: ParameterValues) throws(MMSError) { level = parameters.number("w") }

  /// The mean of the window is taken out before scaling, so the model reads all of it.
  public var requirements: ScenarioRequirements {
    ScenarioRequirements(wholeHistory: level != 0, leavesHistory: level == 0)
  }

  /// Measures the window.
  public mutating func prepare(
    history: borrowing MarketBlock, context: MarketContext
  ) throws(MMSError) {
    try transform.prepare(history: history, context: context)
  }

  /// Starts at the end of the warm-up.
  public mutating func begin(_ path: PathContext) throws(MMSError) { transform.begin() }

  /// Stresses the rows.
  public mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {
    guard level != 0 else { return }
    if drive.stress.count < rows.count {
      drive.reserve(rows.count)
      for index in drive.stress.indices { drive.stress[index] = level }
    }
    transform.apply(drive, to: &block, rows: rows)
  }
}
