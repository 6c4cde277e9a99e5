// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import Logging
import MMSCore
import MMSRuntime
@testable import MMSServer
import MMSStore
import Testing

/// A service over a folder of its own, with real worker processes.
final class ServiceFixture: Sendable {
  static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// The built `mms`, beside the test bundle that this process runs.
  static let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "mms").path

  let home: String

  init() throws {
    home = FileManager.default.temporaryDirectory.appending(path: "mms-service-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(
      atPath: "\(home)/scenarios", withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: home) }

  /// Where the service finds things.
  var runtime: RuntimeConfiguration {
    var configuration = RuntimeConfiguration(
      database: "\(home)/mms.sqlite",
      scenarioDirectories: ["\(home)/scenarios", "\(Self.checkout)/scenarios"],
      dataDirectories: ["\(Self.checkout)/examples/data"], threads: 2)
    configuration.pluginDirectories = ["\(home)/plugins"]
    configuration.workerExecutable = Self.executable
    return configuration
  }

  /// Starts a service and waits for its workers.
  func start(
    workers: Int = 1, _ change: (inout ServiceConfiguration) -> Void = { _ in }
  ) async throws -> ServiceHost {
    var settings = ServiceConfiguration()
    settings.workers = workers
    settings.shutdownGrace = 1
    // Beside other tests they would get next to nothing.
    settings.studiesGiveWay = false
    change(&settings)
    var arguments = ["--database", "\(home)/mms.sqlite"]
    for folder in runtime.scenarioDirectories { arguments += ["--scenario-path", folder] }
    for folder in runtime.dataDirectories { arguments += ["--data-path", folder] }
    for folder in runtime.pluginDirectories { arguments += ["--plugin-path", folder] }
    var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    logger.logLevel = .critical
    let host = try ServiceHost(runtime, settings, workerArguments: arguments, logger: logger)
    try await Self.wait("workers") { await host.service.status().workers >= workers }
    return host
  }

  /// Waits for something to become true.
  static func wait(
    _ what: String, seconds: Double = 30, _ condition: () async throws -> Bool
  ) async throws {
    let limit = ContinuousClock.now + .seconds(seconds)
    while try await !condition() {
      guard ContinuousClock.now < limit else { throw MMSError(.timedOut, "waited in vain for \(what)") }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  /// A request for a day of BTCUSDT.
  static func request(seed: UInt64, paths: Int = 1, period: String = "1d") -> SimulationRequest {
    var request = SimulationRequest(symbol: "BTCUSDT", period: period, scenario: "normal")
    request.seed = seed
    request.paths = paths
    request.strategyParameters = [
      ("entry_threshold", .number(0.002)), ("exit_threshold", .number(0.001)),
      ("position_size", .number(0.1)), ("stop_loss", .number(0.05)),
    ]
    return request
  }

  /// The processes of the workers.
  static func processes(_ host: ServiceHost) async -> [pid_t] {
    let workers = await host.service.status().details["workers"]?.arrayValue ?? []
    return workers.compactMap { $0["pid"]?.integerValue.map { pid_t($0) } }
  }

  /// The process that runs something now.
  static func busyProcess(_ host: ServiceHost) async throws -> pid_t {
    var found: pid_t?
    try await wait("a busy worker") {
      let workers = await host.service.status().details["workers"]?.arrayValue ?? []
      found =
        workers.first { $0["simulation_id"]?.stringValue != nil }?["pid"]?.integerValue.map { pid_t($0) }
      return found != nil
    }
    return found ?? 0
  }

  /// Adds a plugin with a function, and the scenario `spreads` that widens spreads with it.
  func addSpreads() throws {
    let folder = "\(home)/plugins/spreads"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    func write(_ text: String, _ path: String) throws {
      try text.write(toFile: "\(home)/\(path)", atomically: true, encoding: .utf8)
    }
    try write(
      """
      apiVersion: mms/v1
      kind: Plugin
      metadata: {name: spreads, version: 1.0.0, summary: Makes spreads wider.}
      spec: {library: libspreads.so}
      """, "plugins/spreads/plugin.yaml")
    try write(
      """
      #include <stdint.h>
      void widen(int64_t rows, double factor, double *half_spread) {
        for (int64_t i = 0; i < rows; i++) half_spread[i] *= factor; }

      """, "plugins/spreads/spreads.c")
    try write(
      """
      apiVersion: mms/v1
      kind: Scenario
      metadata: {name: spreads, version: 1, summary: Wider spreads., source: Made up for a test.}
      extends: [normal]
      spec:
        models:
          scenario:
            use: scenario/CFunction-v1
            library: {name: spreads}
            function: "void widen(int64_t rows, double factor, double *half_spread)"
            bind: {rows: block.rows, factor: 2, half_spread: market.half_spread}
            tests: [{bind: {rows: 1, factor: 2, half_spread: [0.25]}, expect: {half_spread: [0.5]}}]
      """, "scenarios/spreads.yaml")
    try Self.compile("\(folder)/spreads.c", to: "\(folder)/libspreads.so")
  }

  /// Makes a library of a plugin's C source.
  static func compile(_ source: String, to library: String) throws {
    let compiler = try Process.run(
      URL(filePath: "/usr/bin/cc"),
      arguments: ["-O2", "-ffp-contract=off", "-shared", "-fPIC", "-o", library, source, "-lm"])
    compiler.waitUntilExit()
    #expect(compiler.terminationStatus == 0)
  }

  /// Adds a plugin that ends its process, and the scenario `poison` that uses it.
  func addPoison() throws {
    let folder = "\(home)/plugins/poison"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let source = "\(TestService.root)/Tests/Poison"
    for name in ["poison.c", "plugin.yaml"] {
      try FileManager.default.copyItem(atPath: "\(source)/\(name)", toPath: "\(folder)/\(name)")
    }
    try Self.compile("\(folder)/poison.c", to: "\(folder)/libpoison.so")
    try FileManager.default.copyItem(
      atPath: "\(source)/scenario.yaml", toPath: "\(home)/scenarios/poison.yaml")
  }
}

extension Trait where Self == ConditionTrait {
  /// Tests that compile plugins in C.
  static var needsCompiler: Self {
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/cc"), "needs a C compiler as /usr/bin/cc")
  }
}

#endif
