// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSReport
import MMSRuntime
import MMSStudy

/// A result as people read it.
struct SummaryText {
  private let summary: SimulationSummary
  private let details: SimulationDetails
  private let currency: String

  /// Prepares a result.
  init(_ summary: SimulationSummary) {
    self.summary = summary
    details = SimulationDetails(summary)
    currency = QuoteCurrency.name(of: summary.symbol)
  }

  /// Header, metrics, details, costs and warnings.
  var text: String {
    var text = header + "\n" + metrics + "\n" + facts + "\n" + costs
    if !summary.readings.isEmpty { text += "\n" + readings }
    if let perpetual = details.perpetual { text += "\n" + table(of: perpetual) }
    if let outage = details.outage { text += "\n" + table(of: outage) }
    if !summary.warnings.isEmpty {
      text += "\n" + summary.warnings.map { Style.warning("warning: ") + $0 + "\n" }.joined()
    }
    return text + "\n"
  }

  /// Where the result is kept, and the files it was written to.
  static func closing(_ outcome: SimulationOutcome, trades: String?, report: String?) -> String {
    var text = ""
    if !outcome.id.isEmpty {
      text += "Stored as \(outcome.id) in \(Figures.wallTime(outcome.executionTime)).\n"
    }
    for (what, path) in [("Trades", trades), ("Report", report)] {
      if let path { text += "\(what) written to \(path).\n" }
    }
    return text
  }

  private var header: String {
    let window = "\(summary.start) to \(summary.end)"
    let seed = "seed \(summary.seed)\(summary.seedIsDerived ? " (from symbol and window)" : "")"
    let origin = summary.provenance.path == "bootstrap" ? "resampled" : summary.provenance.path
    let paths = Figures.count(summary.paths.count, "path")
    return """
      \(Style.bold("\(summary.symbol)  \(summary.period)  \(summary.scenario)  \(summary.strategy)"))
        \(window), \(Figures.count(summary.steps)) steps of \(summary.resolution)
        \(summary.provenance.dataOrigin) bars, \(origin), \(paths), \(seed)

      """
  }

  private var metrics: String {
    let hasSpread = summary.paths.count > 1 && !summary.estimates.dispersion.isEmpty
    var table = TextTable(.left, .right, .left, .left, .right, .right, .right, .right)
    if hasSpread {
      table.head("", "", "", "standard error", "p5", "median", "p95", "worst")
    } else {
      table.head("", "", "", "standard error", "", "", "", "")
    }
    for metric in Metric.allCases {
      let estimate = summary.estimates[metric]
      let error = estimate.standardError.map { "± " + metric.figure($0) } ?? "unknown"
      var row = [metric.title, metric.figure(estimate.value), metric.unit, error]
      if hasSpread, let spread = summary.estimates.dispersion[metric] {
        row += [spread.p5, spread.p50, spread.p95, spread.worst].map(metric.figure)
      } else {
        row += ["", "", "", ""]
      }
      table.add(row)
    }
    return table.text
  }

  private var facts: String {
    var table = TextTable(.left, .right, .left, .left, .right, .left)
    let rows: [(String, String, String)] = [
      ("trades", Figures.count(summary.tradeCount), ""),
      ("hit rate", Figures.plain(details.hitRate * 100, 1), "%"),
      ("profit factor", Figures.plain(details.profitFactor), ""),
      ("exposure", Figures.plain(details.exposure * 100, 1), "%"),
      ("buy and hold", Figures.plain(details.buyAndHold * 100), "%"),
      ("traded", Figures.plain(details.notional, 0), currency),
      ("break-even cost", Figures.plain(details.breakEvenCost), "bp"),
      ("fees", Figures.plain(details.costs.fees), currency),
      ("orders, fills", "\(Figures.count(details.orders)), \(Figures.count(details.fills))", ""),
      ("filled", Figures.plain(details.realisedFill * 100, 1), "%"),
    ]
    for index in stride(from: 0, to: rows.count, by: 2) {
      let (left, right) = (rows[index], rows[index + 1])
      table.add(left.0, left.1, left.2, "  " + right.0, right.1, right.2)
    }
    return table.text + tail
  }

  /// What the worst paths lose, and where adding paths ended.
  private var tail: String {
    var text = ""
    for level in TailRisk(summary.paths.map(\.totalReturn)).levels {
      text +=
        "  \(Figures.percent(level.level, 0)) of the paths lose at most \(Figures.percent(level.valueAtRisk)) (VaR);"
        + " the others \(Figures.percent(level.expectedShortfall)) on average (CVaR)\n"
    }
    if let impact = details.impact { text += "  \(line(of: impact))\n" }
    if let target = summary.target {
      let error = summary.estimates[target.metric].standardError.map(target.metric.figure) ?? "unknown"
      text +=
        "  \(Figures.count(summary.paths.count)) of at most \(Figures.count(target.paths, "path")) were run:"
        + " the standard error of \(target.metric.title) is \(error), the target \(target.metric.figure(target.standardError))"
        + (target.metric.unit.isEmpty ? "\n" : " \(target.metric.unit)\n")
    }
    return text
  }

  /// The law that the impact of metaorders followed in the book.
  private func line(of impact: ImpactDetails) -> String {
    let orders = Figures.count(impact.sizes.reduce(0) { max($0, $1.metaorders) }, "metaorder")
    guard let law = impact.law else {
      return "impact of \(orders) in the book: no law, for want of sizes that moved it significantly"
    }
    return
      "impact of \(orders) in the book ∝ size^\(Figures.plain(law.exponent)) ± \(Figures.plain(law.standardError)),"
      + " over \(law.sizes) sizes: \(law.name)"
  }

  /// The parts of the implementation shortfall; means over paths.
  private var costs: String {
    var table = TextTable(.left, .right, .right)
    table.head("what trading cost", currency, "bp of traded")
    let perNotional = { (value: Double) in
      details.notional > 0 ? Figures.plain(value / details.notional * 1e4) : "n/a"
    }
    for part in details.costs.parts {
      table.add(part.name.replacing("_", with: " "), Figures.plain(part.value), perNotional(part.value))
    }
    table.add("sum", Figures.plain(details.costs.total), perNotional(details.costs.total))
    return table.text
  }

  /// The same paths under other readings of what fills.
  private var readings: String {
    var table = TextTable(.left, .right, .right, .right)
    table.head("resting orders read", "pessimistic", "expected", "optimistic")
    for metric in [Metric.totalReturn, .fillProbability] {
      let figures = [FillOptimism.pessimistic, .expected, .optimistic].map { reading in
        metric.figure((summary.readings[reading] ?? summary.estimates)[metric].value)
      }
      table.add(["\(metric.title), \(metric.unit)"] + figures)
    }
    return table.text
  }

  /// What margin and funding did: amounts are means over paths, counts are over all of them.
  private func table(of perpetual: PerpetualDetails) -> String {
    var table = TextTable(.left, .right, .left)
    table.head("perpetual contract", currency, "")
    let payments = Figures.count(perpetual.fundingPayments, "payment")
    table.add("funding", Figures.plain(perpetual.funding), "in \(payments), less what was received")
    let liquidations = Figures.count(perpetual.liquidations, "liquidation")
    let paths = Figures.count(perpetual.liquidatedPaths, "path")
    let place = perpetual.liquidations > 0 ? " in \(paths)" : ""
    table.add("liquidation fees", Figures.plain(perpetual.liquidationFees), "\(liquidations)\(place)")
    table.add("lender's loss", Figures.plain(perpetual.lenderLoss), "beyond the equity there was")
    return table.text
  }

  /// What the outage did over all paths.
  private func table(of outage: OutageDetails) -> String {
    var table = TextTable(.left, .right, .right)
    table.head("outage", "refused", "delayed")
    table.add("orders", Figures.count(outage.refusedOrders), Figures.count(outage.delayedOrders))
    table.add("cancels", Figures.count(outage.refusedCancels), Figures.count(outage.delayedCancels))
    return table.text
  }
}
