// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import Glibc

/// A redis-server of this test, on a port of its own, without persistence.
final class RedisServer: @unchecked Sendable {
  // Only its own test uses it, one step after the other.
  private(set) var process = Process()
  private(set) var port = 0
  private let program: String
  private let options: [String]

  /// Where the program is; nil when it is not installed.
  static let program: String? = ["/usr/bin/redis-server", "/usr/local/bin/redis-server"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  /// Starts one and waits until it listens.
  init(password: String? = nil) async throws {
    program = Self.program ?? ""
    options =
      [
        "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir",
        FileManager.default.temporaryDirectory.path,
      ] + (password.map { ["--requirepass", $0] } ?? [])
    // A port that was free may be another's by the time the server asks for it; then the server ends at once.
    for _ in 0..<5 {
      port = try Self.freePort()
      try await start()
      if process.isRunning { return }
    }
    throw LoopbackSocket.Failure()
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  var url: String { "redis://127.0.0.1:\(port)" }

  /// Starts it (again) on its port.
  func start() async throws {
    process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = ["--port", "\(port)"] + options
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    for _ in 0..<500 where process.isRunning && !LoopbackSocket.canConnect(to: port) {
      try await Task.sleep(for: .milliseconds(10))
    }
    // Whoever listens there may be another; our own server then needs a moment to notice.
    try await Task.sleep(for: .milliseconds(20))
  }

  /// Kills it without a word.
  func die() {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Sends it a signal.
  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  private static func freePort() throws -> Int {
    let socket = try LoopbackSocket()
    return socket.port
  }
}

#endif
