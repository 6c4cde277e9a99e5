// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import MMSCore
import MMSRuntime
@testable import MMSServer
import MMSStore
import Testing

@Suite("Service with worker processes", .serialized, .timeLimit(.minutes(3)))
struct ServiceTests {
  private let fixture: ServiceFixture

  init() throws { fixture = try ServiceFixture() }

  @Test("A request runs in a worker, is stored, and is answered from the cache the second time")
  func cache() async throws {
    let host = try await fixture.start()
    var request = ServiceFixture.request(seed: 7)
    request.studyID = "study"
    let first = try await host.service.simulate(request, progress: nil)
    let second = try await host.service.simulate(request, progress: nil)
    #expect(!first.isCached && second.isCached)
    #expect(first.id == second.id)
    #expect(first.id.contains(/^sim_\d{8}_\d{3,}$/))
    #expect(first.numbers == second.numbers)
    let document = try JSONValue(parsing: first.json)
    for key in [
      "simulation_id", "slippage", "fill_probability", "price_impact", "total_return", "max_drawdown",
      "sharpe_ratio", "report_url", "execution_time", "seed", "paths", "trades", "standard_errors",
      "se_method",
      "dispersion", "details", "cached", "provenance", "warnings",
    ] {
      #expect(document[key] != nil, "the answer lacks \(key)")
    }
    #expect(document["report_url"]?.stringValue?.hasSuffix("/reports/\(first.id)") == true)
    let stored = try await host.service.simulation(first.id)
    #expect(stored.status == "completed" && stored.numbers == first.numbers)
    #expect(stored.details == first.json)
    #expect(try await host.service.recentSimulations(limit: 10).count == 1)
    try await ServiceFixture.wait("the trial") { try await host.service.trials(ofStudy: "study") == 2 }
    await host.stop()
  }

  @Test("Workers and this process give the same bytes")
  func sameBytes() async throws {
    let host = try await fixture.start(workers: 2)
    let request = ServiceFixture.request(seed: 11, paths: 8)
    let answer = try JSONValue(parsing: await host.service.simulate(request, progress: nil).json)
    await host.stop()
    let here = try Runtime(fixture.runtime).outcome(of: request)
    #expect(answer["provenance"]?["result_digest"]?.stringValue == here.resultDigest)
  }

  @Test("Equal requests at the same time are one simulation")
  func shared() async throws {
    let host = try await fixture.start()
    let request = ServiceFixture.request(seed: 3, paths: 40, period: "7d")
    let ids = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<8 { group.addTask { try await host.service.simulate(request, progress: nil).id } }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    // Those that came before the first was committed are tasks of their own.
    let rows = try await host.service.recentSimulations(limit: 20)
    #expect(ids.count == rows.count && ids.count <= 8)
    #expect(Set(rows.compactMap(\.numbers)).count == 1)
    await host.stop()
  }

  @Test("A worker that is killed loses nothing: its task goes to another")
  func killedWorker() async throws {
    let host = try await fixture.start(workers: 2)
    let request = ServiceFixture.request(seed: 5, paths: 150, period: "7d")
    async let answer = host.service.simulate(request, progress: nil)
    kill(try await ServiceFixture.busyProcess(host), SIGKILL)
    let id = try await answer.id
    let stored = try await host.service.simulation(id)
    #expect(stored.status == "completed")
    #expect(stored.attempts == 2)
    try await ServiceFixture.wait("another worker") { await host.service.status().workers == 2 }
    await host.stop()
  }

  @Test("A worker that is stopped is replaced, and its late answer is dropped")
  func stoppedWorker() async throws {
    let host = try await fixture.start(workers: 2)
    let request = ServiceFixture.request(seed: 6, paths: 150, period: "7d")
    async let answer = host.service.simulate(request, progress: nil)
    kill(try await ServiceFixture.busyProcess(host), SIGSTOP)
    let id = try await answer.id
    #expect(try await host.service.simulation(id).attempts == 2)
    await host.stop()
  }

  @Test("A task that nobody waits for any more is cancelled, and says so")
  func abandoned() async throws {
    let host = try await fixture.start()
    let request = ServiceFixture.request(seed: 8, paths: 1_000_000, period: "7d")
    let client = Task { try await host.service.simulate(request, progress: nil) }
    _ = try await ServiceFixture.busyProcess(host)
    client.cancel()
    await #expect(throws: MMSError.self) { try await client.value }
    try await ServiceFixture.wait("the row") {
      try await host.service.recentSimulations(limit: 1).first?.status == "failed"
    }
    #expect(try await host.service.recentSimulations(limit: 1).first?.error?.contains("cancelled") == true)
    // The worker is free again, and the same one.
    _ = try await host.service.simulate(ServiceFixture.request(seed: 9), progress: nil)
    #expect(await host.service.status().details["worker_deaths"]?.integerValue == 0)
    await host.stop()
  }

  @Test("A full queue refuses, and what it accepted ends")
  func fullQueue() async throws {
    let host = try await fixture.start { $0.queueLimit = 3 }
    var ids: [String] = []
    var refused: MMSError?
    for seed in 1...12 where refused == nil {
      do throws(MMSError) {
        ids.append(
          try await host.service.submit(
            ServiceFixture.request(seed: UInt64(seed), paths: 1_000_000, period: "7d")))
      } catch {
        refused = error
      }
    }
    #expect(refused?.code == .exhausted)
    #expect(ids.count == 4)
    for id in ids { #expect(try await host.service.cancel(id)) }
    try await ServiceFixture.wait("all ends", seconds: 60) {
      try await host.service.recentSimulations(limit: 20).allSatisfy {
        $0.status == "failed" || $0.status == "completed"
      }
    }
    await host.stop()
  }

  @Test("What was accepted before the end is run after the next start")
  func restart() async throws {
    let first = try await fixture.start { $0.shutdownGrace = 0 }
    var ids: [String] = []
    for seed in 1...3 {
      ids.append(
        try await first.service.submit(
          ServiceFixture.request(seed: UInt64(seed), paths: 60, period: "7d")))
    }
    await first.stop()
    let left = try await first.service.recentSimulations(limit: 5)
    #expect(left.contains { $0.status == "pending" })
    let second = try await fixture.start(workers: 2)
    try await ServiceFixture.wait("what was left", seconds: 60) {
      try await second.service.recentSimulations(limit: 5).allSatisfy { $0.status == "completed" }
    }
    #expect(Set(try await second.service.recentSimulations(limit: 5).map(\.id)) == Set(ids))
    await second.stop()
  }

  @Test("Two services do not share a database")
  func twoServices() async throws {
    let host = try await fixture.start()
    await #expect {
      _ = try await fixture.start()
    } throws: { error in
      (error as? MMSError)?.message.contains("another service uses the database") == true
    }
    await host.stop()
  }

  @Test("A wrong request is refused before it is a task")
  func refused() async throws {
    let host = try await fixture.start(workers: 0)
    var request = ServiceFixture.request(seed: 1)
    request.scenario = "nromal"
    await #expect {
      _ = try await host.service.simulate(request, progress: nil)
    } throws: { error in
      (error as? MMSError)?.hint?.contains("normal") == true && (error as? MMSError)?.code == .invalidValue
    }
    request.scenario = "normal"
    request.symbol = "NOSUCH"
    await #expect(throws: MMSError.self) { try await host.service.simulate(request, progress: nil) }
    request.symbol = "BTCUSDT"
    request.strategyParameters = [("entry_treshold", .number(0.1))]
    await #expect(throws: MMSError.self) { try await host.service.simulate(request, progress: nil) }
    #expect(try await host.service.recentSimulations(limit: 5).isEmpty)
    await host.stop()
  }

  @Test("A calibration that is applied changes the next answer")
  func calibration() async throws {
    let host = try await fixture.start()
    var request = ServiceFixture.request(seed: 21)
    request.scenario = "black_swan"
    let before = try await host.service.simulate(request, progress: nil)
    let report = try await host.service.calibrate(
      CalibrationRequest(symbol: "BTCUSDT", scenario: "black_swan", apply: true))
    #expect(report.outcomes.first?.isActive == true)
    let after = try await host.service.simulate(request, progress: nil)
    #expect(!after.isCached && after.id != before.id)
    let source = try JSONValue(parsing: after.json)["provenance"]?["calibration"]?["source"]?.stringValue
    #expect(source == report.outcomes.first?.id)
    await host.stop()
  }

  @Test("An edited scenario counts at once")
  func editedScenario() async throws {
    let file = "\(fixture.home)/scenarios/mine.yaml"
    func write(_ spread: String) throws {
      try Data(
        """
        apiVersion: mms/v1
        kind: Scenario
        metadata: {name: mine, version: 1, summary: "Mine.", source: "Made up for a test."}
        extends: [normal]
        spec: {calibration: {base_slippage: \(spread)}}
        """.utf8
      ).write(to: URL(filePath: file))
    }
    try write("0.001")
    let host = try await fixture.start()
    var request = ServiceFixture.request(seed: 22)
    request.scenario = "mine"
    let before = try await host.service.simulate(request, progress: nil)
    try write("0.004")
    try await Task.sleep(for: .milliseconds(150))
    let after = try await host.service.simulate(request, progress: nil)
    #expect(!after.isCached)
    let digest = { (text: String) in
      try JSONValue(parsing: text)["provenance"]?["scenario"]?["digest"]?.stringValue
    }
    #expect(try digest(before.json) != digest(after.json))
    await host.stop()
  }

  @Test(
    "A plugin that ends its worker every time fails its task after three tries, and others go on",
    .needsCompiler)
  func poison() async throws {
    try fixture.addPoison()
    let host = try await fixture.start(workers: 2)
    var request = ServiceFixture.request(seed: 31)
    request.scenario = "poison"
    await #expect {
      _ = try await host.service.simulate(request, progress: nil)
    } throws: { error in
      let fault = error as? MMSError
      return fault?.code == .modelFailed && fault?.message.contains("3 times") == true
        && fault?.message.contains("SIGSEGV") == true
    }
    let rows = try await host.service.recentSimulations(limit: 5)
    #expect(rows.first?.status == "failed" && rows.first?.attempts == 3)
    _ = try await host.service.simulate(ServiceFixture.request(seed: 32), progress: nil)
    await host.stop()
  }
}

#endif
