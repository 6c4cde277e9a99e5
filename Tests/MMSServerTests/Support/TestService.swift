// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import Logging
import MMSCore
import MMSRuntime
import MMSServer

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

  /// A logger that keeps quiet.
  static var logger: Logger {
    var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    logger.logLevel = .critical
    return logger
  }
}

#endif
