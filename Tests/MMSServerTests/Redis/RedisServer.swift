// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import Glibc

/// A redis-server of this test, on a port of its own, without persistence.
final class RedisServer: @unchecked Sendable {
  // Only its own test uses it, one step after the other.
  private(set) var process = Process()
  let port: Int
  private let program: String
  private let arguments: [String]

  /// Where the program is; nil when it is not installed.
  static let program: String? = ["/usr/bin/redis-server", "/usr/local/bin/redis-server"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  /// Starts one and waits until it listens.
  init(password: String? = nil) async throws {
    program = Self.program ?? ""
    port = try Self.freePort()
    arguments =
      [
        "--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir",
        FileManager.default.temporaryDirectory.path,
      ] + (password.map { ["--requirepass", $0] } ?? [])
    try await start()
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  var url: String { "redis://127.0.0.1:\(port)" }

  /// Starts it (again) on its port.
  func start() async throws {
    process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    for _ in 0..<500 where !LoopbackSocket.canConnect(to: port) {
      try await Task.sleep(for: .milliseconds(10))
    }
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
