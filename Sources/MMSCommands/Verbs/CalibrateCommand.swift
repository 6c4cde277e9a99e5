// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSRuntime
import MMSStudy

/// `mms calibrate`: what recorded bars say about the factors of scenarios.
struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Estimate what a small trade costs, and how volatile and liquid stressed hours are.",
    discussion: """
      Examples:
        mms calibrate --symbol BTCUSDT
        mms calibrate --symbol BTCUSDT --scenario high_volatility --apply

      Hours are compared: normal is their middle half by realised volatility,
      high_volatility the top tenth, black_swan the twelve around the deepest fall. What
      the data do not identify keeps its value. Every run stores a version; --apply makes
      it the one that simulations use.
      """)

  @Option(help: ArgumentHelp("The trading pair, such as BTCUSDT.", valueName: "symbol")) var symbol: String
  @Option(
    help: ArgumentHelp("normal, high_volatility or black_swan. (default: all three)", valueName: "name"))
  var scenario: String?
  @Option(help: ArgumentHelp("Only bars that open at or after this time.", valueName: "time")) var from:
    String?
  @Option(help: ArgumentHelp("Only bars that close at or before this time.", valueName: "time")) var to:
    String?
  @Flag(help: "Let simulations use the new numbers from now on.") var apply = false
  @Option(
    help: ArgumentHelp(
      "Bars from elsewhere: sqlite:FILE, csv:FILE, synthetic:?… or binance:", valueName: "uri"))
  var data: String?
  @Option(
    name: .customLong("order-size"),
    help: ArgumentHelp(
      "Add what an order of this size costs to sweep the book of --depth.", valueName: "quantity"))
  var orderSize: Double?
  @Option(
    help: ArgumentHelp("An order book as Binance's /api/v3/depth answers it.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var depth: String?
  @OptionGroup var global: GlobalOptions

  func run() throws {
    var request = CalibrationRequest(
      symbol: symbol, scenario: scenario,
      start: try from.map { text throws(MMSError) in try instant(text, option: "--from") },
      end: try to.map { text throws(MMSError) in try instant(text, option: "--to") }, apply: apply, data: data
    )
    request.orderSize = orderSize
    request.depth = depth
    let report = try global.runtime().calibrate(request)
    if global.json {
      try Standard.write(report.json(asList: scenario == nil))
      return
    }
    try Standard.write(text(report))
    for warning in report.warnings { global.remark("warning: \(warning)") }
  }

  private func text(_ report: CalibrationReport) -> String {
    var table = TextTable(.left, .left, .right, .right, .right, .right, .left)
    table.head("scenario", "parameter", "before", "estimate", "error", "hours", "")
    for outcome in report.outcomes {
      for value in outcome.values {
        table.add(
          outcome.scenario, value.name, figure(value.prior), value.estimate.map(figure) ?? "–",
          value.standardError.map(figure) ?? "–", Figures.count(value.count),
          value.isIdentified ? value.method : "not identified: \(value.method)")
      }
    }
    var estimators = TextTable(.left, .right, .right, .right)
    estimators.head("estimator", "value", "error", "days")
    for reading in report.diagnostics.readings {
      estimators.add(
        reading.name, figure(reading.value), reading.standardError.map(figure) ?? "–",
        Figures.count(reading.days))
    }
    let ids = report.outcomes.compactMap(\.id).joined(separator: ", ")
    let stored =
      ids.isEmpty
      ? "Nothing is stored: there is no database."
      : apply ? "In use from now on: \(ids)." : "Stored, not in use: \(ids)."
    return "\(report.data)\n\n\(table.text)\n\(estimators.text)\n\(stored)\n"
  }

  private func figure(_ value: Double) -> String { Figures.significant(value, 4) }
}
