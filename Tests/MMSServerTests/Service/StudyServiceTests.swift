// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import MMSCore
import MMSRuntime
import MMSScenario
import Testing

@testable import MMSServer

/// Studies of a service with other processes: what survives which death.
@Suite("Studies with processes of their own", .serialized, .timeLimit(.minutes(3)))
struct StudyServiceTests {
  private let fixture: ServiceFixture

  init() throws { fixture = try ServiceFixture() }

  private static func definition(
    _ name: String, seeds: Int, period: String = "1d", scenario: String = "normal"
  ) throws -> ExperimentDefinition {
    try ExperimentDefinition(
      text: """
        apiVersion: mms/v1
        kind: Experiment
        metadata: {name: \(name)}
        spec:
          base: {symbol: BTCUSDT, period: \(period), scenario: \(scenario), strategy_params: {exit_threshold: 0.0001}}
          matrix: {strategy_params.entry_threshold: [0.0002, 0.0004]}
          seeds: [\((1...seeds).map(String.init).joined(separator: ", "))]
        """, file: ExperimentBody.origin)
  }

  private static func status(_ id: String, _ host: ServiceHost) throws -> Study.Status {
    try host.service.studies.experiment(id).status
  }

  @Test(
    "An experiment that the end of the service interrupts goes on with the next: the bytes of an undisturbed run"
  )
  func interrupted() async throws {
    var host = try await fixture.start { $0.shutdownGrace = 0.1 }
    // Long enough that the grace does not see its end.
    let definition = try Self.definition("interrupted", seeds: 200, period: "4d")
    let id = try await host.service.submit(definition).id
    try await ServiceFixture.wait("some trials") { try host.service.studies.experiment(id).done >= 3 }
    await host.stop()
    let kept = try #require(
      try ExperimentFolder(reading: "\(fixture.home)/mms.studies/\(id)").progress().done as Int?)
    #expect(kept >= 3 && kept < 400, "\(kept) of 400 were done when the service had ended")

    host = try await fixture.start()
    #expect(try host.service.studies.experiment(id).done >= 3)
    try await ServiceFixture.wait("the end") { try Self.status(id, host) == .completed }
    let rows = try host.service.studies.results(id)
    let findings = try host.service.studies.findings(id)
    await host.stop()

    let direct = "\(fixture.home)/direct"
    _ = try PreparedExperiment(definition, runtime: Runtime(fixture.runtime)).run(in: direct, threads: 2)
    #expect(rows == (try String(contentsOfFile: "\(direct)/results.csv", encoding: .utf8)))
    #expect(findings == (try String(contentsOfFile: "\(direct)/experiment.json", encoding: .utf8)))
  }

  @Test("A service that is killed takes its experiment's process along, and the next one goes on")
  func killed() async throws {
    let first = try serve()
    let definition = try Self.definition("killed", seeds: 40)
    let id = try await submit(definition, to: first.port)
    var child: pid_t?
    try await ServiceFixture.wait("its process", seconds: 60) {
      child = Self.child(of: first.process.processIdentifier)
      return child != nil
    }
    kill(first.process.processIdentifier, SIGKILL)
    first.process.waitUntilExit()
    // It has what others leave, and so takes its time where others are at work.
    try await ServiceFixture.wait("the end of its process", seconds: 60) {
      // Gone, or dead and not yet fetched by whoever inherits it.
      (try? String(contentsOfFile: "/proc/\(child ?? 0)/cmdline", encoding: .utf8))?.isEmpty ?? true
    }

    let host = try await fixture.start()
    try await ServiceFixture.wait("the end") { try Self.status(id, host).isFinal }
    let study = try host.service.studies.experiment(id)
    #expect(study.status == .completed && study.done == 80, "\(study.error ?? "")")
    await host.stop()
  }

  @Test(
    "An experiment that is given up ends at once and keeps its rows; those behind it run; one that waits never begins"
  )
  func cancelled() async throws {
    let host = try await fixture.start()
    let studies = host.service.studies
    let long = try await host.service.submit(Self.definition("long", seeds: 20_000)).id
    let waiting = try await host.service.submit(Self.definition("waiting", seeds: 20_000)).id
    let last = try await host.service.submit(Self.definition("last", seeds: 1)).id
    try await ServiceFixture.wait("some trials") { try studies.results(long)?.contains("\n0,") == true }
    // The processors are the simulations' first: a client is answered meanwhile.
    let answer = try await host.service.simulate(ServiceFixture.request(seed: 5), progress: nil)
    #expect(!answer.id.isEmpty)
    #expect(try Self.status(long, host) == .running)
    for id in [waiting, long] { #expect(try studies.cancel(id)) }
    try await ServiceFixture.wait("the last") { try Self.status(last, host).isFinal }
    #expect(try Self.status(last, host) == .completed)
    #expect(try Self.status(long, host) == .cancelled)
    #expect(try studies.results(long)?.contains("\n0,") == true)
    #expect(try Self.status(waiting, host) == .cancelled)
    #expect(try studies.results(waiting) == nil)
    #expect(try !studies.cancel(long))
    await host.stop()
  }

  @Test("A comparison outlives its service")
  func comparison() async throws {
    var host = try await fixture.start()
    var base = ServiceFixture.request(seed: 3, paths: 4)
    base.strategy = "buy_and_hold"
    base.strategyParameters = []
    let request = try ComparisonRequest(base: base, a: "normal", b: "normal?execution.taker_fee=0.002")
    let answer = try await host.service.compare(request)
    let id = try #require(answer["comparison_id"]?.stringValue)
    await host.stop()
    host = try await fixture.start(workers: 0)
    let (study, documents) = try host.service.studies.comparison(id)
    #expect(study.answer(documents, reportURL: host.service.reportURL(id)) == answer)
    // A service of one process finds the same.
    let again = try await host.service.compare(request)
    #expect(again["result_digest"] == answer["result_digest"])
    let next = try #require(again["comparison_id"]?.stringValue)
    #expect(host.service.studies.comparisons(limit: 9).map(\.id) == [next, id])
    await host.stop()
  }

  @Test(
    "A plugin that crashes fails its side of a comparison and its trials, and the service goes on",
    .needsCompiler)
  func crash() async throws {
    try fixture.addPoison()
    let host = try await fixture.start()
    var base = ServiceFixture.request(seed: 3, paths: 2)
    base.scenario = ""
    let request = try ComparisonRequest(base: base, a: "normal", b: "poison")
    await #expect {
      _ = try await host.service.compare(request)
    } throws: { error in
      (error as? MMSError)?.code == .modelFailed && "\(error)".contains("side b")
    }
    let id = try await host.service.submit(
      Self.definition("poison", seeds: 1, scenario: "poison")
    ).id
    try await ServiceFixture.wait("the end") { try Self.status(id, host).isFinal }
    let study = try host.service.studies.experiment(id)
    #expect(study.status == .completed && study.facts["failed"] == 2, "\(study.error ?? "")")
    // Nobody but its own process has met it.
    let maps = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
    #expect(!maps.contains("poison"))
    _ = try await host.service.simulate(ServiceFixture.request(seed: 6), progress: nil)
    await host.stop()
  }

  @Test(
    "A plugin's market runs in an experiment; beyond the limit of trials it is measured, or its failure is said",
    .needsCompiler)
  func pluginsAndTheLimit() async throws {
    try fixture.addPoison()
    try fixture.addSpreads()
    let host = try await fixture.start { $0.trialLimit = 4 }
    let id = try await host.service.submit(Self.definition("within", seeds: 2, scenario: "spreads")).id
    try await ServiceFixture.wait("the end") { try Self.status(id, host).isFinal }
    let study = try host.service.studies.experiment(id)
    #expect(study.status == .completed && study.facts["failed"] == 0, "\(study.error ?? "")")
    for (scenario, word) in [("spreads", "on one processor"), ("poison", "the first of which fails")] {
      let error = await #expect(throws: MMSError.self) {
        try await host.service.submit(Self.definition("beyond", seeds: 3, scenario: scenario))
      }
      #expect(error?.code == .invalidValue && error?.path == "spec.matrix")
      let said = error?.message ?? ""
      #expect(said.contains("6 trials, ") && said.contains(word) && said.contains("at most 4"), "\(said)")
    }
    // Neither has been near this process.
    let maps = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
    #expect(!maps.contains("poison") && !maps.contains("libspreads"))
    await host.stop()
  }

  @Test("mms serve takes --max-trials, and antithetic paths are measured by one path like others")
  func maximum() async throws {
    let service = try serve(["--max-trials", "3"])
    defer { service.process.terminate() }
    let answer = try await post(
      ExperimentDefinition(
        text: """
          apiVersion: mms/v1
          kind: Experiment
          metadata: {name: pairs}
          spec:
            base: {symbol: BTCUSDT, period: 1d, scenario: normal, paths: 16, antithetic: true}
            matrix: {strategy_params.entry_threshold: [0.0002, 0.0004]}
            seeds: [1, 2]
          """, file: ExperimentBody.origin), to: service.port)
    #expect(answer.contains(" 422 "), "\(answer)")
    #expect(answer.contains("4 trials, about") && answer.contains("at most 3 (--max-trials)"), "\(answer)")
    _ = try await submit(Self.definition("few", seeds: 1), to: service.port)
  }

  // MARK: A service in a process of its own

  private func serve(_ more: [String] = []) throws -> (process: Process, port: Int) {
    let process = Process()
    process.executableURL = URL(filePath: ServiceFixture.executable)
    var arguments = [
      "serve", "--http", "127.0.0.1:0", "--grpc", "none", "--workers", "1", "--database",
      fixture.runtime.database ?? "",
    ]
    for folder in fixture.runtime.scenarioDirectories { arguments += ["--scenario-path", folder] }
    for folder in fixture.runtime.dataDirectories { arguments += ["--data-path", folder] }
    process.arguments = arguments + more
    let pipe = Pipe()
    process.standardError = pipe
    try process.run()
    var text = ""
    while true {
      let data = pipe.fileHandleForReading.availableData
      guard !data.isEmpty else { throw MMSError(.unavailable, "the service did not start: \(text)") }
      text += String(decoding: data, as: UTF8.self)
      if let match = text.firstMatch(of: /serving HTTP on http:\/\/127\.0\.0\.1:(\d+)\//),
        let port = Int(match.1)
      {
        return (process, port)
      }
    }
  }

  /// The process that a service runs a study in.
  private static func child(of parent: pid_t) -> pid_t? {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
      guard let number = pid_t(name),
        let status = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
        let fields = status.split(separator: ")").last?.split(separator: " "), fields.count > 1,
        fields[1] == "\(parent)",
        let words = try? String(contentsOfFile: "/proc/\(number)/cmdline", encoding: .utf8),
        words.contains("--stdio")
      else { continue }
      return number
    }
    return nil
  }

  private func submit(_ definition: ExperimentDefinition, to port: Int) async throws -> String {
    let answer = try await post(definition, to: port)
    let match = try #require(answer.firstMatch(of: /exp_\d{8}_\d{3,}/), "\(answer)")
    return String(match.output)
  }

  private func post(_ definition: ExperimentDefinition, to port: Int) async throws -> String {
    let body: JSONValue = [
      "apiVersion": "mms/v1", "kind": "Experiment", "metadata": ["name": .string(definition.design.name)],
      "spec": [
        "base": .object(definition.design.base),
        "matrix": .object(
          definition.design.axes.reduce(into: JSONObject()) { $0[$1.key] = .array($1.values) }),
        "seeds": .array(definition.design.seeds.map { .integer(Int64($0)) }),
      ],
    ]
    let text = body.write(pretty: false)
    let connection = try #require(RawConnection(port: port))
    connection.send(
      "POST /experiments HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: \(text.utf8.count)\r\n"
        + "\r\n\(text)")
    return connection.receive(seconds: 20) { $0.hasSuffix("}") }.text
  }
}

#endif
