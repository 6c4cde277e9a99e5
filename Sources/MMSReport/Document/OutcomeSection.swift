// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSStudy

/// How outcomes spread: over paths, or with too few of them over the days of the first.
struct OutcomeSection {
  private static let fewestPaths = 20
  private let values: [Double]
  private let falls: [Double]
  private let unit: String

  init(_ summary: SimulationSummary) {
    if summary.paths.count >= Self.fewestPaths {
      unit = "path"
      values = summary.paths.map(\.totalReturn)
      falls = summary.paths.map(\.maxDrawdown)
    } else {
      unit = "day"
      falls = []
      values = summary.paths.first?.series.map { Self.dailyReturns($0, summary.initialEquity) } ?? []
    }
  }

  /// Returns between the last buckets of each day, UTC.
  private static func dailyReturns(_ series: PathSeries, _ initial: Double) -> [Double] {
    guard let equity = series["equity"]?.last else { return [] }
    let day: Int64 = 86_400_000_000_000
    var (returns, before) = ([Double](), initial)
    for index in series.time.indices {
      // A close at midnight belongs to the day it ends.
      let isLast =
        index + 1 == series.time.count || (series.time[index] - 1) / day != (series.time[index + 1] - 1) / day
      guard isLast, before > 0 else { continue }
      returns.append(equity[index] / before - 1)
      before = equity[index]
    }
    return returns
  }

  var json: JSONValue {
    let sample = Sample(values)
    var object: JSONObject = [
      "unit": .string(unit), "count": .integer(Int64(values.count)), "mean": .number(sample.mean),
      "p5": .number(sample.quantile(0.05)), "p50": .number(sample.quantile(0.5)),
      "p95": .number(sample.quantile(0.95)), "worst": .number(sample.sorted.first ?? 0),
      "best": .number(sample.sorted.last ?? 0), "histogram": sample.histogram(bins: 31),
    ]
    for (name, confidence) in [("95", 0.95), ("99", 0.99)] {
      let risk = TailRisk.level(confidence, of: sample.sorted)
      object["var_\(name)"] = .number(risk.valueAtRisk)
      object["cvar_\(name)"] = .number(risk.expectedShortfall)
    }
    object["share_lost"] = .number(
      values.isEmpty ? 0 : Double(values.count { $0 < 0 }) / Double(values.count))
    if !falls.isEmpty { object["drawdown_histogram"] = Sample(falls).histogram(bins: 31) }
    object["returns"] = .array(values.prefix(10_000).map { .number($0) })
    return .object(object)
  }
}
