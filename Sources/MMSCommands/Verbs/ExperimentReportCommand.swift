// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSReport
import MMSRuntime
import MMSScenario

/// `mms experiment report`.
struct ExperimentReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write the page of an experiment, finished or not.",
    discussion: """
      Examples:
        mms experiment report thresholds
        mms experiment report thresholds --output thresholds.html \\
          --axes strategy_params.entry_threshold,scenario

      The page needs nothing beside it: no network, no other file. Results that are there are
      shown, and how many are missing is said; nothing is run.
      """)

  @Argument(help: ArgumentHelp("The folder it writes to.", valueName: "dir"), completion: .directory)
  var folder: String

  @Option(
    help: ArgumentHelp(
      "A page as .html, or what it shows as .json. (default: DIR/report.html)", valueName: "file"),
    completion: .file(extensions: ["html", "json"]))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "The parameters of the heat map. (default: the two that explain most variance)", valueName: "key,key"))
  var axes: String?

  @OptionGroup var global: GlobalOptions

  func run() throws {
    let path = output ?? "\(folder)/report.html"
    let experiment = try ExperimentFolder(reading: folder)
    let file = try ReportFile(path)
    let library = try file.library(of: global.runtime())
    let record = try experiment.record()
    let keys = axes.map { text in
      text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let page = try ExperimentPage(record, axes: keys)
    try file.write(page.json) { library.map { page.html(with: $0) } }
    if global.json {
      try Standard.write([
        "experiment": .string(experiment.definition.design.name), "report": .string(path),
        "done": page.json["done"] ?? .null, "trials": page.json["size"] ?? .null,
      ])
    } else {
      try Standard.write("Report of \(experiment.definition.design.name) written to \(path).\n")
    }
  }
}
