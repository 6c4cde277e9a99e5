// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

/// The built `mms`, run as a process with a home folder of its own.
final class Tool: Sendable {
  /// How a process ended and what it said.
  struct Outcome {
    let status: Int32
    let out: String
    let err: String

    /// The one JSON document on standard output.
    var json: JSONValue {
      get throws { try JSONValue(parsing: out) }
    }
  }

  /// `MMS_HOME` of every run; it sees the checkout's scenarios and bundled data.
  let home: String

  static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// Built beside the test bundle that this process runs.
  static let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent()
    .appending(path: "mms").path

  /// The bundled BTCUSDT bars.
  static let bars = "\(checkout)/examples/data/BTCUSDT-1m-2025-07-17_2025-08-17.csv.gz"

  init() throws {
    home = FileManager.default.temporaryDirectory.appending(path: "mms-test-\(UUID().uuidString)").path
    let manager = FileManager.default
    try manager.createDirectory(atPath: home, withIntermediateDirectories: true)
    try manager.createSymbolicLink(
      atPath: "\(home)/scenarios", withDestinationPath: "\(Self.checkout)/scenarios")
    try manager.createSymbolicLink(
      atPath: "\(home)/data", withDestinationPath: "\(Self.checkout)/examples/data")
  }

  deinit { try? FileManager.default.removeItem(atPath: home) }

  /// A file in the home folder.
  func path(_ name: String) -> String { "\(home)/\(name)" }

  /// Writes a file in the home folder.
  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: URL(filePath: path(name)))
    return path(name)
  }

  /// The text of a file in the home folder.
  func read(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: path(name))), as: UTF8.self)
  }

  /// Runs `mms` with arguments and variables.
  func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
    try start(Self.executable, arguments, environment)
  }

  /// Runs `mms` with arguments.
  func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

  /// Runs a line of bash in which `$MMS` is the executable.
  func shell(_ line: String, environment: [String: String] = [:]) throws -> Outcome {
    try start("/bin/bash", ["-c", line], environment.merging(["MMS": Self.executable]) { $1 })
  }

  /// Runs `mms simulate` on the last day of the bundled bars.
  func simulate(_ arguments: String..., environment: [String: String] = [:]) throws -> Outcome {
    try run(
      ["simulate", "--symbol", "BTCUSDT", "--period", "1d", "--scenario", "normal"] + arguments,
      environment: environment)
  }

  private func start(
    _ executable: String, _ arguments: [String], _ environment: [String: String]
  ) throws -> Outcome {
    // Files rather than pipes: nobody has to read while the process runs.
    let names = ["out", "err"].map { path("\(UUID().uuidString).\($0)") }
    for name in names { _ = FileManager.default.createFile(atPath: name, contents: nil) }
    defer { for name in names { try? FileManager.default.removeItem(atPath: name) } }
    let process = Process()
    process.executableURL = URL(filePath: executable)
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: home)
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": home, "MMS_HOME": home].merging(environment) {
      $1
    }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: names[0]))
    process.standardError = try FileHandle(forWritingTo: URL(filePath: names[1]))
    try process.run()
    process.waitUntilExit()
    let texts = try names.map { String(decoding: try Data(contentsOf: URL(filePath: $0)), as: UTF8.self) }
    return Outcome(status: process.terminationStatus, out: texts[0], err: texts[1])
  }
}

extension Tool.Outcome {
  /// Expects a status, nothing on standard output, and an error that holds every phrase.
  func expectError(
    _ status: Int32, _ phrases: String..., sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) {
    #expect(self.status == status, "\(err)", sourceLocation: sourceLocation)
    #expect(out.isEmpty, sourceLocation: sourceLocation)
    #expect(err.hasPrefix("error: ") || err.contains("\nerror: "), sourceLocation: sourceLocation)
    for phrase in phrases {
      #expect(err.contains(phrase), "no '\(phrase)' in: \(err)", sourceLocation: sourceLocation)
    }
  }
}
