// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSReport
import MMSRuntime
import MMSScenario
import MMSStudy

/// `mms compare`: which of two is better, or that nobody can tell.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Run two scenarios, models or strategies with the same draws and say which is better.",
    discussion: """
      Examples:
        mms compare normal high_volatility --symbol BTCUSDT --period 7d
        mms compare normal 'normal?models.impact.use=impact/Linear-v1' \\
          --symbol BTCUSDT --period 7d --metric slippage
        mms compare 'normal?strategy_params.entry_threshold=0.01' \\
          'normal?strategy_params.entry_threshold=0.02' --symbol BTCUSDT --period 30d
        mms compare examples/comparisons/impact_laws.yaml

      A side is a scenario's name or file. Behind a question mark stand values of it,
      as --set has them, joined by &; strategy and strategy_params.NAME belong to the
      strategy. A single file of kind Comparison says all of it.

      Every pair of paths is the same market, drawn alike, and only differences count.
      The primary metric (total_return unless --metric names others) decides at 5 %, the
      others are corrected for their number. 'equal' means no pair differs at all; what
      may be chance is 'cannot tell', and so is whatever rests on fewer than 30 paths of
      a scenario with a crash or another event.
      """)

  @Argument(
    help: ArgumentHelp(
      "Two scenarios, each with ?path=value&… if need be, or one file of kind Comparison.", valueName: "side"),
    completion: .file(extensions: ["yaml", "yml"]))
  var sides: [String]

  @Option(help: ArgumentHelp("The trading pair, such as BTCUSDT.", valueName: "symbol"))
  var symbol: String?

  @Option(help: ArgumentHelp("How long, such as 30d, 7d or 12h.", valueName: "period"))
  var period: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How many pairs of paths. (default: 200)", valueName: "n"),
    transform: { try whole($0, 1...1_000_000, "a number of paths") })
  var paths: Int?

  @Option(
    help: ArgumentHelp("A metric to compare; repeatable. (default: all six)", valueName: "metric"),
    completion: .list(Metric.allCases.map(\.rawValue)))
  var metric: [String] = []

  @Option(
    help: ArgumentHelp("The metric that decides. (default: total_return)", valueName: "metric"),
    completion: .list(Metric.allCases.map(\.rawValue)))
  var primary: String?

  @Flag(name: .customLong("path-values"), help: "Put the values of every path into the JSON document.")
  var pathValues = false

  @Option(
    help: ArgumentHelp(
      "Write a page with charts as .html, or the document with every path as .json.", valueName: "file"),
    completion: .file(extensions: ["html", "json"]))
  var report: String?

  @OptionGroup var common: CommonOptions
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let request = try request()
    let runtime = try global.runtime()
    let file = try report.map { path throws(MMSError) in try ReportFile(path) }
    let library = try file?.library(of: runtime)
    let bar = ProgressBar("Comparing", isOn: !global.quiet)
    defer { bar.end() }
    let summary = try runtime.compare(
      request, log: { global.remark($0) }, progress: { bar.show($0, of: $1) })
    bar.end()
    if let file {
      let document = summary.json(withPaths: true)
      try file.write(document) { library.map { ComparisonPage(document).html(with: $0) } }
    }
    if global.json {
      try Standard.write(summary.json(withPaths: pathValues))
    } else {
      try Standard.write(ComparisonText(summary).text)
    }
  }

  private func request() throws(MMSError) -> ComparisonRequest {
    switch sides.count {
    case 1:
      guard sides[0].hasSuffix(".yaml") || sides[0].hasSuffix(".yml") else {
        throw MMSError(
          .usage, "one side is no comparison; name a second scenario, or a .yaml file of kind Comparison")
      }
      guard symbol == nil, period == nil, paths == nil, metric.isEmpty, primary == nil, common.isSilent else {
        throw MMSError(
          .usage,
          "a file of kind Comparison says what is compared; change the file instead of giving options",
          hint: "an option may also come from a variable or from the configuration file")
      }
      return try ComparisonRequest(
        ComparisonDefinition(contentsOf: sides[0], metrics: Metric.allCases.map(\.rawValue)))
    case 2:
      guard let symbol, let period else {
        throw MMSError(
          .usage, "two scenarios are compared on a symbol and over a period; give --symbol and --period")
      }
      var base = common.request(symbol: symbol, period: period, scenario: "")
      base.paths = paths ?? ComparisonRequest.defaultPaths
      return try ComparisonRequest(
        base: base, a: sides[0], b: sides[1], metrics: metric, primary: primary)
    default:
      throw MMSError(.usage, "\(sides.count) sides were given; two are compared at a time")
    }
  }
}
