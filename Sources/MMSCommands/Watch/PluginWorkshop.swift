// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSConformance
import MMSCore
import MMSPluginHost

/// The folders of plugins that somebody is writing: built, checked, and run again after every change.
struct PluginWorkshop {
  /// Their folders.
  private let folders: [String]
  /// The scenario's file, when it is named as one.
  private let scenario: String?
  private let executable: String

  /// How often files are looked at.
  private static let pause = 0.2

  /// - Throws: ``MMSError/Code/usage`` when nothing could change: no plugin's folder and no scenario's file.
  init(pluginPaths: [String], scenario: String, executable: String) throws(MMSError) {
    folders = PluginCatalogue(directories: pluginPaths).manifests.map(\.folder)
    self.scenario = scenario.hasSuffix(".yaml") || scenario.hasSuffix(".yml") ? scenario : nil
    self.executable = executable
    if folders.isEmpty, self.scenario == nil {
      throw MMSError(
        .usage, "--watch has nothing to watch",
        hint: "name a plugin's folder with --plugin-path, or the scenario's file with --scenario FILE.yaml")
    }
  }

  /// Works until the program is interrupted; a run that fails is said, and the next change is waited for.
  func work(_ run: () throws -> Void) -> Never {
    while true {
      let seen = look()
      if prepare() {
        do {
          try run()
        } catch {
          Standard.complain("error: \(error)")
        }
      }
      Standard.complain("watching \(places); interrupt to end")
      var changed = look().changes(since: seen)
      while changed.isEmpty {
        Thread.sleep(forTimeInterval: Self.pause)
        changed = look().changes(since: seen)
      }
      // Editors write in several steps; what is half written would fail to build.
      Thread.sleep(forTimeInterval: Self.pause)
      Standard.complain("\nchanged: \(changed.joined(separator: ", "))")
    }
  }

  private var places: String { (folders + (scenario.map { [$0] } ?? [])).joined(separator: ", ") }

  private func look() -> WatchedFiles { WatchedFiles(folders + (scenario.map { [$0] } ?? [])) }

  /// Builds and checks every plugin; false, with the reason said, when one is not fit to run.
  private func prepare() -> Bool {
    for folder in folders {
      guard build(folder) else {
        Standard.complain("error: \(folder) does not build")
        return false
      }
      var settings = PluginCheck.Settings()
      settings.cases = 20
      let report = PluginCheck(folder: folder, executable: executable, settings: settings).run { result in
        if result.outcome == .failed { Standard.complain("FAIL \(result.name): \(result.detail)") }
      }
      guard report.isGreen else {
        Standard.complain("error: \(folder) fails \(Figures.count(report.count(.failed), "check"))")
        return false
      }
      Standard.complain(
        "\(report.plugin ?? folder) is built; \(Figures.count(report.count(.passed), "check")) passed")
    }
    return true
  }

  /// Runs `make`, whose words go to standard error; a folder without a makefile is taken as it is.
  private func build(_ folder: String) -> Bool {
    guard FileManager.default.fileExists(atPath: "\(folder)/Makefile") else { return true }
    let make = Process()
    make.executableURL = URL(filePath: "/usr/bin/env")
    make.arguments = ["make", "-s", "-C", folder]
    make.standardInput = FileHandle.nullDevice
    make.standardOutput = FileHandle.standardError
    do {
      try make.run()
    } catch {
      Standard.complain("error: make cannot be started: \(error.localizedDescription)")
      return false
    }
    make.waitUntilExit()
    return make.terminationStatus == 0
  }
}
