// SPDX-License-Identifier: Apache-2.0
#if Service

  import Foundation
  import MMSCore
  import MMSStore

  /// A folder of its own for one test, with a database and runs of the built `mms`.
  final class Workspace: Sendable {
    let folder = FileManager.default.temporaryDirectory.appending(path: "mms-exchange-\(UUID().uuidString)")

    /// Built beside the test bundle that this process runs.
    static let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appending(path: "mms")

    init() throws {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(
        at: folder.appending(path: "scenarios"),
        withDestinationURL: Recorded.checkout.appending(path: "scenarios"))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var database: String { folder.appending(path: "mms.sqlite").path }

    func store() throws -> Store { try Store(path: database) }

    /// Starts `mms`, which writes to the files `out` and `err`.
    func start(_ arguments: [String], environment: [String: String] = [:]) throws -> Process {
      let process = Process()
      process.executableURL = Self.executable
      process.arguments = arguments
      process.currentDirectoryURL = folder
      process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path, "MMS_HOME": folder.path].merging(
        environment
      ) { $1 }
      process.standardInput = FileHandle.nullDevice
      for name in ["out", "err"] {
        let file = folder.appending(path: name)
        _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        let handle = try FileHandle(forWritingTo: file)
        if name == "out" { process.standardOutput = handle } else { process.standardError = handle }
      }
      try process.run()
      return process
    }

    /// Runs `mms` to its end.
    func run(
      _ arguments: [String], environment: [String: String] = [:]
    ) throws -> (status: Int32, out: String, err: String) {
      let process = try start(arguments, environment: environment)
      process.waitUntilExit()
      return (process.terminationStatus, try read("out"), try read("err"))
    }

    func read(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
    }
  }

#endif
