// SPDX-License-Identifier: Apache-2.0

import Foundation
public import MMSCore
import MMSModels

/// Almgren, Thum, Hauptmann & Li 2005: what a large order is estimated to cost.
public enum Almgren2005Experiment: PublishedExperiment {
  /// The name on the command line.
  public static let name = "almgren-2005"
  /// What is run.
  public static let summary =
    "Permanent impact and realised cost of one order, in basis points, from the published constants."
  /// Where it was published.
  public static let source =
    "Almgren, Thum, Hauptmann & Li 2005, Direct estimation of equity market impact, Risk 18(7):58-62, IBM example"
  /// IBM: a tenth of a day's volume over half a day.
  public static let parameters = [
    positive("V", .baseUnits, 6.561e6, 1e15, "Volume of a day, in shares."),
    positive("Theta", .baseUnits, 1.728e9, 1e18, "Shares outstanding."),
    positive("sigma", .fraction, 0.0157, 10, "Volatility of a day, a fraction."),
    ParameterSchema(
      "X", unit: .baseUnits, minimum: 0, maximum: 1e15, default: .number(656_100), "Shares bought."),
    positive("T", .none, 0.5, 10_000, "Time of execution in days of trading."),
  ]

  private static func positive(
    _ name: String, _ unit: ParameterUnit, _ value: Double, _ maximum: Double, _ summary: String
  ) -> ParameterSchema {
    ParameterSchema(
      name, unit: unit, minimum: 0, maximum: maximum, minimumIsExclusive: true, default: .number(value),
      summary)
  }

  /// Asks the impact model for a quote on a step as long as the execution.
  public static func run(
    _ parameters: ParameterValues, seed: UInt64, threads: Int
  ) throws(MMSError) -> [ExperimentResult] {
    let (volume, supply) = (parameters.number("V"), parameters.number("Theta"))
    let (sigma, size, days) = (parameters.number("sigma"), parameters.number("X"), parameters.number("T"))
    let nanoseconds = (days * 86_400e9).rounded()
    guard nanoseconds >= 1e6 else {
      throw MMSError(
        .invalidValue, "T is \(days) days, less than the millisecond an execution is measured in",
        path: "param.T", hint: "T ≥ 1.2e-11")
    }
    let model = try ExperimentMarket.make(
      Almgren2005Impact.self, ["sharesOutstanding": .number(supply)])
    let quote = model.quote(
      size,
      in: ImpactConditions(
        volatility: sigma, volume: volume, liquidity: 1, price: 100,
        resolution: SimDuration(nanoseconds: Int64(nanoseconds))))
    let permanent = 0.314 * sigma * (size / volume) * pow(supply / volume, 0.25)
    let realised = permanent / 2 + 0.142 * sigma * pow(size / (volume * days), 0.6)
    return [
      ExperimentResult(
        "permanent_bp", quote.lasting * 1e4, expected: permanent * 1e4,
        tolerance: min(1e-3, permanent * 1e-2)),
      ExperimentResult(
        "realised_bp", quote.temporary * 1e4, expected: realised * 1e4,
        tolerance: min(1e-3, realised * 1e-2)),
    ]
  }
}
