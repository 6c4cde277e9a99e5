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
          --param entry_threshold=0.003 --report report.html
        mms simulate --symbol BTCUSDT --period 7d --plugin-path my-impact \\
          --scenario my_impact --watch

      Bars come from the database; a symbol it lacks is read from the bundled data,
      and a warning says so. The result is stored first, then the files are written:
      when that fails, the result keeps its id, and 'mms report ID' writes it again.
      """)

  @OptionGroup var options: SimulateOptions

  @Option(
    help: ArgumentHelp("Write the report: a page as .html, or everything as .json.", valueName: "file"),
    completion: .file(extensions: ["html", "json"]))
  var report: String?

  @Option(
    help: ArgumentHelp("Write every closed trade as CSV.", valueName: "file"),
    completion: .file(extensions: ["csv"]))
  var trades: String?

  @Flag(help: "Run in a child process, as simulations with plugins always do.")
  var isolated = false

  @Flag(
    help: "Again after every change of a plugin's sources or the scenario's file: built, checked, then run.")
  var watch = false

  @OptionGroup var global: GlobalOptions

  func run() throws {
    guard watch else { return try simulate() }
    let workshop = try PluginWorkshop(
      pluginPaths: global.pluginPath, scenario: options.scenario,
      executable: global.configuration().workerExecutable)
    workshop.work { try simulate() }
  }

  private func simulate() throws {
    let reportFile = try report.map { path throws(MMSError) in try ReportFile(path) }
    let tradesFile = try trades.map { path throws(MMSError) in try Self.tradesFile(path) }
    let runtime = try global.runtime()
    let library = try reportFile?.library(of: runtime)
    let request = options.request
    let bar = ProgressBar("Simulating", isOn: !global.quiet)
    defer { bar.end() }
    var outcome = try runtime.outcome(
      of: request, parts: .init(report: reportFile != nil, trades: tradesFile != nil), isIsolated: isolated,
      text: { SummaryText($0).text }, log: { global.remark($0) }, progress: { bar.show($0, of: $1) })
    bar.end()
    if let reportFile { outcome.identify(reportURL: reportFile.file.absolutePath) }
    try runtime.record(&outcome, of: request)
    do throws(MMSError) {
      if let tradesFile, let table = outcome.trades { try tradesFile.write(table) }
      if let reportFile { try reportFile.write(outcome, library: library, store: runtime.store()) }
    } catch {
      var error = error
      error.hint = "the result is stored as \(outcome.id): write it again with 'mms report \(outcome.id)'"
      throw error
    }
    if global.json {
      try Standard.write(.object(outcome.answer))
    } else {
      try Standard.write(outcome.text + SummaryText.closing(outcome, trades: trades, report: report))
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
