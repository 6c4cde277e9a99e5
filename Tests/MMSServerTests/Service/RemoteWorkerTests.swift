// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import MMSCore
import MMSRuntime
@testable import MMSServer
import Testing

@Suite("Workers started elsewhere", .serialized, .timeLimit(.minutes(3)))
struct RemoteWorkerTests {
  private let fixture: ServiceFixture

  init() throws { fixture = try ServiceFixture() }

  @Test(
    "A worker that nobody supervises starts itself again when its plugins have changed",
    .needsCompiler)
  func newPlugins() async throws {
    let endpoint = "tcp://127.0.0.1:\(Int.random(in: 20_000..<30_000))"
    let host = try await fixture.start { $0.broker = endpoint }
    let elsewhere = "\(fixture.home)/elsewhere"
    try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
    let worker = Process()
    worker.executableURL = URL(filePath: ServiceFixture.executable)
    worker.arguments =
      ["worker", "--connect", endpoint, "--name", "elsewhere", "--plugin-path", elsewhere]
      + fixture.runtime.scenarioDirectories.flatMap { ["--scenario-path", $0] }
      + fixture.runtime.dataDirectories.flatMap { ["--data-path", $0] }
    worker.standardError = FileHandle.nullDevice
    try worker.run()
    defer { worker.terminate() }
    try await ServiceFixture.wait("the worker") { await host.service.status().workers == 2 }

    try fixture.addImpactPlugin(to: ["\(fixture.home)/plugins", elsewhere])
    // As many as keep both busy; the one elsewhere knows nothing of the model until it has started again.
    let used = try await withThrowingTaskGroup(of: String?.self) { group in
      for seed in 0..<12 {
        group.addTask {
          var request = ServiceFixture.request(seed: UInt64(seed), paths: 20, period: "7d")
          request.scenario = "square_root_c"
          let answer = try await host.service.simulate(request, progress: nil)
          return try JSONValue(parsing: answer.json)["provenance"]?["models"]?["impact"]?["id"]?.stringValue
        }
      }
      return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
    }
    #expect(used == ["square-root-c/SquareRoot-v1"])
    let workers = await host.service.status().details["workers"]?.arrayValue ?? []
    #expect(workers.contains { $0["name"]?.stringValue == "elsewhere" })
    #expect(worker.isRunning, "it is the same process still")
    await host.stop()
  }
}

extension ServiceFixture {
  /// Compiles a plugin into folders, and adds the scenario `square_root_c` that uses it.
  fileprivate func addImpactPlugin(to folders: [String]) throws {
    let source = "\(Self.checkout)/Plugins/square-root-c"
    for folder in folders.map({ "\($0)/square-root-c" }) {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Self.compile("\(source)/square-root.c", to: "\(folder)/libsquare-root-c.so")
      try FileManager.default.copyItem(atPath: "\(source)/plugin.yaml", toPath: "\(folder)/plugin.yaml")
    }
    try """
    apiVersion: mms/v1
    kind: Scenario
    metadata: {name: square_root_c, version: 1, summary: "An impact law from a plugin.", source: "Made up for a test."}
    extends: [normal]
    spec: {models: {impact: {use: square-root-c/SquareRoot-v1}}}
    """.write(toFile: "\(home)/scenarios/square_root_c.yaml", atomically: true, encoding: .utf8)
  }
}

#endif
