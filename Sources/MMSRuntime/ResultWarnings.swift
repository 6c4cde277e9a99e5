// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSReport
import MMSStudy

/// What the reader of a result should know before believing it.
enum ResultWarnings {
  static func find(
    _ summary: SimulationSummary, target: (metric: Metric, standardError: Double)?
  ) -> [String] {
    var warnings: [String] = []
    let details = SimulationDetails(summary)
    if details.orders == 0 {
      let reason = summary.paths.compactMap(\.idleReason).first
      warnings.append("no trades" + (reason.map { ": \($0)" } ?? ": the strategy sent no order"))
    } else if details.fills == 0 {
      warnings.append("\(details.orders) orders were sent and none filled")
    }
    for (reason, count) in total(summary, \.refusals) {
      warnings.append("\(count) orders were refused: \(reason)")
    }
    if let perpetual = details.perpetual, perpetual.liquidations > 0 {
      let (count, loss) = (perpetual.liquidations, perpetual.lenderLoss)
      warnings.append(
        "\(count) position\(count == 1 ? "" : "s") in \(perpetual.liquidatedPaths) of \(summary.paths.count) paths"
          + " \(count == 1 ? "was" : "were") liquidated for want of margin"
          + (loss > 0 ? "; the lender lost \(rounded(loss)) a path on average" : ""))
    }
    if let outage = details.outage, outage.refusedCancels > 0 {
      warnings.append("\(outage.refusedCancels) cancels were refused during the venue's outage")
    }
    for (remark, count) in total(summary, \.remarks) {
      warnings.append("\(count) of \(details.fills) fills were \(remark)")
    }
    if details.liquidatedPaths > 0 {
      warnings.append("\(details.liquidatedPaths) of \(summary.paths.count) paths ended without equity")
    }
    if let worse = summary.readings[.pessimistic]?[.totalReturn].value,
      summary.estimates[.totalReturn].value > 0, worse <= 0
    {
      warnings.append(
        "the profit hangs on how resting orders are read: a return of \(rounded(worse * 100)) % when a touch is no"
          + " fill; such an edge is nothing that bars can show")
    }
    if let reached = summary.readings[.optimistic]?[.fillProbability].value,
      summary.estimates[.fillProbability].value > reached
    {
      warnings.append(
        "\(rounded(summary.estimates[.fillProbability].value * 100)) % of the orders fill by the fill model, prices"
          + " reach only \(rounded(reached * 100)) %: what a resting order earns here is flattered")
    }
    if details.fills > 0 { warnings += sharpeWarnings(summary, details) }
    if let target {
      let reached = summary.estimates[target.metric].standardError
      if reached.map({ $0 > target.standardError }) ?? true {
        warnings.append(
          "the standard error of \(target.metric.rawValue) is"
            + " \(reached.map { "\($0)" } ?? "unknown") after \(summary.paths.count) paths, above the target of"
            + " \(target.standardError); allow more paths")
      }
    }
    return warnings
  }

  /// Counts by reason over all paths, in the order of the reasons.
  private static func total(
    _ summary: SimulationSummary, _ counts: KeyPath<PathResult, [String: Int]>
  ) -> [(key: String, value: Int)] {
    var total: [String: Int] = [:]
    for path in summary.paths {
      for (reason, count) in path[keyPath: counts] { total[reason, default: 0] += count }
    }
    return total.sorted { $0.key < $1.key }
  }

  private static func sharpeWarnings(_ summary: SimulationSummary, _ details: SimulationDetails) -> [String] {
    var warnings: [String] = []
    if summary.end - summary.start < .days(7) {
      warnings.append("the Sharpe ratio of less than 7 days is annualised from very little")
    }
    if summary.tradeCount < 10 * summary.paths.count {
      let count = summary.tradeCount
      warnings.append(
        summary.paths.count == 1
          ? "the Sharpe ratio rests on \(count) round trip\(count == 1 ? "" : "s")"
          : "the Sharpe ratio rests on \(count) round trips in \(summary.paths.count) paths, fewer than 10 a path"
      )
    }
    let perStep = summary.estimates[.sharpeRatio]
    if let error = perStep.standardError, (perStep.value - details.sharpeDaily).magnitude > error {
      warnings.append(
        "the Sharpe ratios of per-step (\(rounded(perStep.value))) and daily (\(rounded(details.sharpeDaily)))"
          + " returns differ by more than a standard error")
    }
    return warnings
  }

  private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
