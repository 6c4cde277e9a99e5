// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSRuntime

/// `mms report`: the report of a stored simulation.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write the report of a stored simulation: a page, JSON, and CSV of every series.",
    discussion: """
      Examples:
        mms report sim_20250817_001
        mms report sim_20250817_001 --output report.html

      A folder holds report.html, report.json and a CSV file for each list and series; a name
      that ends in .html or .json is that file alone. The page needs nothing beside it: no
      network, no other file. The simulation is run again, so what the report shows is what
      can be reproduced now; a warning says so when it is not what was stored.
      """)

  @Argument(help: "The id that 'mms simulate' printed.") var id: String

  @Option(
    help: ArgumentHelp("A folder, or a file: .html or .json. (default: ID-report here)", valueName: "path"),
    completion: .file(extensions: ["html", "json"]))
  var output: String?

  @OptionGroup var global: GlobalOptions

  func run() throws {
    let path = output ?? "\(id.split(separator: "/").last ?? "simulation")-report"
    let runtime = try global.runtime()
    let isFile = [".json", ".html"].contains(ReportFile.ending(of: path)) || path.hasPrefix("/dev/")
    let file = isFile ? try ReportFile(path) : nil
    let library = try isFile ? file?.library(of: runtime) : runtime.chartLibrary()
    let replay = try runtime.replay(id, recordsSeries: true)
    var (document, place, names) = (replay.outcome, path, [String]())
    if let file {
      place = file.file.absolutePath
      document.identify(reportURL: place)
      try file.write(document, library: library, store: runtime.store())
    } else if let library {
      let folder = try ReportFolder(path)
      place = try folder.page()
      document.identify(reportURL: place)
      names = try folder.write(document, library: library, store: runtime.store())
    }
    if global.json {
      try Standard.write([
        "simulation_id": .string(id), "report": .string(place), "files": .array(names.map { .string($0) }),
        "identical": .bool(replay.isIdentical), "changes": .array(replay.changes.map { .string($0) }),
      ])
    } else {
      let contents = names.isEmpty ? "" : ": \(names.joined(separator: ", "))"
      try Standard.write("Report of \(id) written to \(path)\(contents).\n")
    }
    if !replay.isIdentical {
      global.remark(
        "warning: the numbers differ from the stored ones: \(replay.changes.joined(separator: "; "))")
    }
  }
}
