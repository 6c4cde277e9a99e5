// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSEngine
import MMSReport
import MMSRuntime
import MMSStore

/// `mms simulate`: the main job.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Run a strategy through a scenario and say what it earned and what trading cost.",
    discussion: """
      Examples:
        mms simulate --symbol BTCUSDT --period 30d --scenario black_swan
        mms simulate --symbol BTCUSDT --period 7d --scenario normal --paths 200
        mms simulate --symbol ETHUSDT --period 30d --scenario normal \\
          --param entry_threshold=0.003 --report report.json

      Bars come from the database; a symbol it lacks is read from the bundled data,
      and a warning says so. The result is stored first, then the files are written:
      when that fails, the result keeps its id, and 'mms report ID' writes it again.
      """)

  @OptionGroup var options: SimulateOptions

  @Option(
    help: ArgumentHelp("Write the report; .json.", valueName: "file"), completion: .file(extensions: ["json"])
  )
  var report: String?

  @Option(
    help: ArgumentHelp("Write every closed trade as CSV.", valueName: "file"),
    completion: .file(extensions: ["csv"]))
  var trades: String?

  @OptionGroup var global: GlobalOptions

  func run() throws {
    let reportFile = try report.map { path throws(MMSError) in try ReportFile(path) }
    let tradesFile = try trades.map { path throws(MMSError) in try Self.tradesFile(path) }
    let runtime = try global.runtime()
    let request = options.request
    let bar = ProgressBar("Simulating", isOn: !global.quiet)
    defer { bar.end() }
    var summary = try runtime.simulate(request, recordsSeries: reportFile != nil) { bar.show($0, of: $1) }
    bar.end()
    if let reportFile { summary.reportURL = reportFile.file.absolutePath }
    summary = try runtime.record(summary, of: request)
    do throws(MMSError) {
      if let tradesFile { try tradesFile.write(summary.tradesCSV) }
      if let reportFile { try reportFile.write(summary, store: runtime.store()) }
    } catch {
      var error = error
      error.hint = "the result is stored as \(summary.id): write it again with 'mms report \(summary.id)'"
      throw error
    }
    if global.json {
      try Standard.write(summary.answer())
    } else {
      try Standard.write(SummaryText(summary, trades: trades, report: report).text)
    }
  }

  private static func tradesFile(_ path: String) throws(MMSError) -> WholeFile {
    guard path.hasSuffix(".csv") || path.hasPrefix("/dev/") else {
      throw MMSError(
        .usage, "trades are written as .csv; '\(path)' has another ending",
        hint: "name a file such as trades.csv")
    }
    return try WholeFile(path, what: "trades")
  }
}

/// A report's file, whose ending says its form.
struct ReportFile {
  let file: WholeFile

  /// Checks name and folder.
  init(_ path: String) throws(MMSError) {
    let name = path.split(separator: "/").last ?? ""
    let ending = name.lastIndex(of: ".").map { String(name[$0...]) } ?? ""
    guard ending == ".json" || path.hasPrefix("/dev/") else {
      throw MMSError(
        .usage, "the report is written as .json; '\(ending.isEmpty ? path : ending)' is not available",
        hint: "name a file such as report.json")
    }
    file = try WholeFile(path, what: "report")
  }

  /// Writes the report and notes in the database where it is.
  func write(_ summary: SimulationSummary, store: Store?) throws(MMSError) {
    try file.write(summary.report().write(pretty: true) + "\n")
    try store?.setReportPath(file.absolutePath, ofSimulation: summary.id)
  }
}

extension SimulationSummary {
  /// Every closed trade, one on a line.
  var tradesCSV: String {
    var lines = [Trade.csvHeader]
    for path in paths { lines += path.trades.map { $0.csv(path: path.path) } }
    return lines.joined(separator: "\n") + "\n"
  }
}
