// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSReport
import MMSRuntime
import MMSStore

/// A report's file, whose ending says its form.
struct ReportFile {
  let file: WholeFile
  private let isPage: Bool

  /// Checks name and folder.
  init(_ path: String) throws(MMSError) {
    let ending = Self.ending(of: path)
    guard ending == ".json" || ending == ".html" || path.hasPrefix("/dev/") else {
      throw MMSError(
        .usage, "a report is written as .html or .json; '\(ending.isEmpty ? path : ending)' is not available",
        hint: "name a file such as report.html")
    }
    file = try WholeFile(path, what: "report")
    isPage = ending == ".html"
  }

  /// What follows the last dot of a path's name, with the dot.
  static func ending(of path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    return name.lastIndex(of: ".").map { String(name[$0...]) } ?? ""
  }

  /// What a page needs, looked for before hours of work are lost; nil when the report is no page.
  func library(of runtime: Runtime) throws(MMSError) -> ChartLibrary? {
    isPage ? try runtime.chartLibrary() : nil
  }

  /// Writes the report and notes in the database where it is.
  func write(_ outcome: SimulationOutcome, library: ChartLibrary?, store: Store?) throws(MMSError) {
    let report = try outcome.wholeReport
    try write(report) { library.map { ReportPage(report).html(with: $0) } }
    try store?.setReportPath(file.absolutePath, ofSimulation: outcome.id)
  }
}

extension ReportFile {
  /// Writes the page, or without one the document.
  func write(_ document: JSONValue, page: () -> String?) throws(MMSError) {
    try file.write(page() ?? document.write(pretty: true) + "\n")
  }
}

/// A report as a folder: the page, everything as JSON, and each list and series as CSV.
struct ReportFolder {
  private let path: String

  /// Makes the folder.
  init(_ path: String) throws(MMSError) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw MMSError(
        .unavailable, "the report's folder '\(path)' cannot be made; choose another place with --output")
    }
  }

  /// The page's absolute path.
  func page() throws(MMSError) -> String { try file("report.html").absolutePath }

  /// Writes every file and notes in the database where the page is.
  ///
  /// - Returns: The files' names.
  func write(
    _ outcome: SimulationOutcome, library: ChartLibrary, store: Store?
  ) throws(MMSError) -> [String] {
    let report = try outcome.wholeReport
    var files = [
      ("report.html", ReportPage(report).html(with: library)),
      ("report.json", report.write(pretty: false) + "\n"),
    ]
    files += ReportTables(report).files
    for (name, text) in files { try file(name).write(text) }
    try store?.setReportPath(page(), ofSimulation: outcome.id)
    return files.map { $0.0 }
  }

  private func file(_ name: String) throws(MMSError) -> WholeFile {
    try WholeFile("\(path)/\(name)", what: "report")
  }
}

extension SimulationOutcome {
  /// The report, which was asked for.
  fileprivate var wholeReport: JSONValue {
    get throws(MMSError) {
      guard let report else {
        throw MMSError(.internal, "a result was to be written as a report but holds none; report this")
      }
      return .object(report)
    }
  }
}
