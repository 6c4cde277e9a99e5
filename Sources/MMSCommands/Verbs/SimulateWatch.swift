// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSConformance
import MMSCore
import MMSRuntime

/// `mms simulate --watch`: builds, checks and runs again whenever a source changes, until Ctrl-C.
struct SimulateWatch {
  let global: GlobalOptions
  let request: SimulationRequest
  /// Runs once, in a fresh child, and writes the result.
  let run: (Runtime) throws -> Void

  /// Five looks in a second.
  private static let interval = 0.2

  /// Watches until the process is interrupted.
  func start() throws -> Never {
    // Nothing is half done when this ends: results are stored in transactions, files appear whole.
    _ = signal(SIGINT) { _ in _exit(0) }
    _ = signal(SIGTERM) { _ in _exit(0) }
    var (watch, plugins) = (FileWatch(files: [], folders: []), [String]())
    var before = FileWatch.State()
    var changed: [String]?
    while true {
      if changed == nil || changed?.isEmpty == false {
        // Looked at before the build, so that an edit during it counts.
        if let now = report({ try sources() }) { (watch, plugins) = now }
        before = watch.state()
        rebuild(plugins, changed)
        Standard.complain("watching \(Figures.count(before.count, "file")); Ctrl-C ends")
      }
      Thread.sleep(forTimeInterval: Self.interval)
      let now = watch.state()
      changed = before.changes(to: now)
      for file in changed ?? [] { Standard.complain("changed: \(file)") }
    }
  }

  private func sources() throws(MMSError) -> (FileWatch, [String]) {
    let found = try global.runtime().sources(of: request)
    return (FileWatch(files: found.files, folders: found.plugins), found.plugins)
  }

  /// Builds and checks the plugins that changed, and runs when nothing failed.
  private func rebuild(_ plugins: [String], _ changed: [String]?) {
    for folder in plugins where changed?.contains(where: { $0.hasPrefix(folder + "/") }) ?? true {
      guard report({ try make(folder) }) != nil, check(folder) else { return }
    }
    // Manifests and scenarios are read anew.
    _ = report { try run(global.runtime()) }
  }

  private func make(_ folder: String) throws {
    guard FileManager.default.fileExists(atPath: "\(folder)/Makefile") else { return }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["make", "-s", "-C", folder]
    // Standard output is the result's.
    process.standardOutput = FileHandle.standardError
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw MMSError(.invalidData, "'make -C \(folder)' failed; it is tried again when a source changes")
    }
  }

  /// Tries the contracts that take little time; says what failed.
  private func check(_ folder: String) -> Bool {
    var settings = PluginCheck.Settings()
    settings.groups = [.manifest, .elf, .load, .parameters, .numbers]
    let check = PluginCheck(
      folder: folder, executable: global.configuration().workerExecutable, settings: settings)
    let outcome = check.run { result in
      if result.outcome == .failed { Standard.complain("FAIL \(result.name): \(result.detail)") }
    }
    if !outcome.isGreen {
      Standard.complain(
        "\(folder) breaks its contracts, so nothing is run; 'mms plugin check \(folder)' says more")
    }
    return outcome.isGreen
  }

  /// Runs a body; an error is told and forgotten, since the next edit may mend it.
  private func report<Value>(_ body: () throws -> Value) -> Value? {
    do {
      return try body()
    } catch let error as MMSError {
      MMSProgram.report(error)
    } catch {
      Standard.complain("error: \(error.localizedDescription)")
    }
    return nil
  }
}
