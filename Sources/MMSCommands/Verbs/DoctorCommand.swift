// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import MMSCore
import MMSData
import MMSRuntime
import MMSScenario
import MMSStore
import MMSYAML

/// `mms doctor`: what is found and usable, and what to do about the rest.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check that everything MMS needs is here and works.",
    discussion: """
      Example:
        mms doctor

      Ends with 69 when something is broken.
      """)

  @OptionGroup var global: GlobalOptions

  /// One finding.
  private struct Check {
    enum Status: String {
      case good = "ok"
      case notice
      case broken
    }

    let name: String
    let status: Status
    let detail: String
    var remedy = ""
  }

  func run() throws {
    let configuration = global.configuration()
    let runtime = try Runtime(configuration)
    var checks = [
      Check(name: "version", status: .good, detail: "mms \(MMSVersion.current)"),
      Check(
        name: "libraries", status: .good,
        detail: "SQLite \(Store.sqliteVersion ?? "?"), zlib \(Compression.zlibVersion), libyaml"
          + " \(YAMLLibrary.version)"),
      Check(
        name: "threads", status: .good,
        detail: "\(configuration.threads) of \(ProcessInfo.processInfo.processorCount) processors"),
      home(), database(runtime), scenarios(runtime), bundled(runtime),
      charts(runtime),
    ]
    checks += variables()
    if global.json {
      try Standard.write([
        "checks": .array(
          checks.map { check in
            [
              "name": .string(check.name), "status": .string(check.status.rawValue),
              "detail": .string(check.detail), "remedy": .string(check.remedy),
            ]
          })
      ])
    } else {
      var table = TextTable(.left, .left, .left)
      for check in checks {
        table.add(check.name, check.status.rawValue, check.detail)
        if !check.remedy.isEmpty { table.add("", "", "to do: \(check.remedy)") }
      }
      try Standard.write(table.text)
    }
    if checks.contains(where: { $0.status == .broken }) {
      throw ExitCode(MMSError.Code.unavailable.exitStatus)
    }
  }

  private func charts(_ runtime: Runtime) -> Check {
    let isThere = runtime.installedChartLibrary() != nil
    return Check(
      name: "charts", status: isThere ? .good : .notice,
      detail: isThere
        ? "dygraphs is installed" : "dygraphs is not installed: reports are written as JSON only",
      remedy: isThere ? "" : "apt-get install libjs-dygraphs")
  }

  private func home() -> Check {
    let home = Surroundings.home
    var existing = home
    while !Surroundings.isFolder(existing), let above = Surroundings.folder(of: existing) { existing = above }
    let isWritable = unsafe access(existing, W_OK) == 0
    return Check(
      name: "home", status: isWritable ? .good : .broken,
      detail: home + (existing == home ? "" : " (made when needed)"),
      remedy: isWritable ? "" : "make \(existing) writable or set MMS_HOME to another folder")
  }

  private func database(_ runtime: Runtime) -> Check {
    let path = runtime.configuration.database ?? ""
    guard FileManager.default.fileExists(atPath: path) else {
      return Check(name: "database", status: .good, detail: "\(path) (made when needed)")
    }
    do throws(MMSError) {
      guard let store = try runtime.store() else { throw MMSError(.internal, "no database is configured") }
      let series = try store.coverage()
      let last = try store.recentSimulations(limit: 1).first
      return Check(
        name: "database", status: .good,
        detail: "\(path), schema \(Store.schemaVersion), \(Figures.count(series.count)) series of bars, "
          + (last.map { "latest result \($0.id)" } ?? "no results yet"))
    } catch {
      return Check(
        name: "database", status: .broken, detail: error.message,
        remedy: error.hint ?? "repair or move the file, or name another with --database")
    }
  }

  private func scenarios(_ runtime: Runtime) -> Check {
    let listings = runtime.scenarios.list()
    let broken = listings.filter { $0.error != nil && !$0.lacksPlugin }
    let folders = runtime.scenarios.directories.filter(Surroundings.isFolder)
    let detail = "\(listings.count - broken.count) usable in \(folders.joined(separator: ", "))"
    if !broken.isEmpty {
      return Check(
        name: "scenarios", status: .broken,
        detail: detail + "; broken: \(broken.map(\.file).joined(separator: ", "))",
        remedy: "'mms scenario validate FILE' names every fault")
    }
    guard listings.contains(where: { $0.name == "normal" }) else {
      return Check(
        name: "scenarios", status: .broken,
        detail: "no scenario 'normal' in \(runtime.scenarios.directories.joined(separator: ", "))",
        remedy: "give the folder with --scenario-path, or install with 'make install'")
    }
    return Check(name: "scenarios", status: .good, detail: detail)
  }

  private func bundled(_ runtime: Runtime) -> Check {
    let symbols = runtime.bundled.symbols
    let folders = runtime.configuration.dataDirectories
    if symbols.isEmpty {
      return Check(
        name: "bundled data", status: .notice, detail: "none in \(folders.joined(separator: ", "))",
        remedy: "import bars with 'mms data import FILE', or install with 'make install'")
    }
    do throws(MMSError) {
      for symbol in symbols { _ = try runtime.bundled.source(for: symbol) }
    } catch {
      return Check(
        name: "bundled data", status: .broken, detail: "\(error)", remedy: "install again with 'make install'"
      )
    }
    return Check(
      name: "bundled data", status: .good,
      detail:
        symbols.joined(separator: ", ") + " in "
        + folders.filter(Surroundings.isFolder).joined(separator: ", ")
    )
  }

  /// Variables that begin like ours but set nothing: likely misspelt.
  private func variables() -> [Check] {
    let known =
      ((try? OptionCatalogue())?.keys ?? []).map { "MMS_" + $0.uppercased() } + ["MMS_HOME", "MMS_CONFIG"]
    let set = ProcessInfo.processInfo.environment.keys.filter { $0.hasPrefix("MMS_") }.sorted()
    return set.filter { !known.contains($0) }.map { name in
      Check(
        name: "variable", status: .notice, detail: "\(name) sets nothing",
        remedy: Suggestion.hint(for: name, among: known) ?? "unset it")
    }
  }
}
