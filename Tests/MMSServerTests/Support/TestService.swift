// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import HummingbirdTesting
import Logging
import MMSCore
import MMSRuntime

@testable import MMSServer

/// A service on the checkout's scenarios and bundled data, with a database of its own.
final class TestService: Sendable {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// One for all tests that only ask.
  static let shared = Result { try TestService() }

  let folder: String
  let host: any SimulationHost
  private let whole: ServiceHost
  let configuration: ServiceConfiguration

  init(_ change: (inout ServiceConfiguration) -> Void = { _ in }) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "mms-http-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var configuration = ServiceConfiguration()
    configuration.http = ServiceConfiguration.Address(host: "127.0.0.1", port: 0)
    configuration.workers = 0
    configuration.publicURL = "http://mms.test"
    change(&configuration)
    self.configuration = configuration
    let runtime = RuntimeConfiguration(
      database: "\(folder)/mms.sqlite", scenarioDirectories: ["\(Self.root)/scenarios"],
      dataDirectories: ["\(Self.root)/examples/data"], threads: 1, maximumPathSteps: 10_000_000)
    whole = try ServiceHost(runtime, configuration, workerArguments: [], logger: Self.logger)
    host = whole.service
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Asks the shared service through an HTTP door of its own.
  ///
  /// - Parameters:
  ///   - setup: In process, or over a socket.
  ///   - change: Changes the configuration of the door.
  static func withClient(
    _ setup: TestingSetup = .router, _ change: (inout ServiceConfiguration) -> Void = { _ in },
    _ test: @Sendable (any TestClientProtocol, TestService) async throws -> Void
  ) async throws {
    let service = try shared.get()
    var configuration = service.configuration
    change(&configuration)
    let door = HTTPDoor(
      host: service.host, configuration: configuration, registry: PrometheusRegistry(), logger: logger)
    try await door.application.test(setup) { client in try await test(client, service) }
  }

  /// A logger that keeps quiet.
  static var logger: Logger {
    var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    logger.logLevel = .critical
    return logger
  }
}

#endif
