// SPDX-License-Identifier: Apache-2.0
#if Service

import GRPCCore
import MMSCore
import SwiftProtobuf
import Synchronization
import Testing

@testable import MMSServer

/// What is gRPC's own: streams, status, trailers, health, cancellation, limits.
@Suite(.timeLimit(.minutes(3))) struct GRPCDoorTests {
  private static let request = Mms_V1_SimulateRequest(APICase.request())

  private static func simulation(
    _ client: GRPCClient<GRPCTestDoor.Transport>
  ) -> Mms_V1_Simulation.Client<GRPCTestDoor.Transport> { Mms_V1_Simulation.Client(wrapping: client) }

  @Test("the typed fields of an answer are those of its document")
  func typedFields() async throws {
    let service = try TestService.shared.get()
    try await GRPCTestDoor.open(service.host, service.configuration) { client in
      var request = Self.request
      request.paths = 4
      let answer = try await Self.simulation(client).simulate(request)
      let document = try JSONValue(parsing: answer.json)
      #expect(document["simulation_id"] == .string(answer.simulationID))
      let numbers = [
        ("slippage", answer.slippage), ("fill_probability", answer.fillProbability),
        ("price_impact", answer.priceImpact), ("total_return", answer.totalReturn),
        ("max_drawdown", answer.maxDrawdown), ("sharpe_ratio", answer.sharpeRatio),
      ]
      for (name, value) in numbers { #expect(document[name]?.doubleValue == value, "\(name)") }
      #expect(document["report_url"] == .string(answer.reportURL))
      #expect(document["seed"]?.integerValue == Int64(bitPattern: answer.seed))
      #expect(document["trades"]?.integerValue == answer.trades)
      #expect(answer.paths == 4)
      let errors = document["standard_errors"]?.objectValue?.members ?? []
      #expect(!answer.standardErrors.isEmpty)
      for member in errors { #expect(answer.standardErrors[member.key] == member.value.doubleValue) }
      let again = try await Self.simulation(client).simulate(request)
      #expect(again.cached && again.simulationID == answer.simulationID)
      #expect(again.totalReturn == answer.totalReturn)
    }
  }

  @Test("a stream tells progress that grows, and then the result")
  func stream() async throws {
    let service = try TestService.shared.get()
    try await GRPCTestDoor.open(service.host, service.configuration) { client in
      var request = Self.request
      request.paths = 40
      request.seed = 91
      let events = try await Self.simulation(client).simulateStream(request) { response in
        var events: [Mms_V1_SimulateEvent] = []
        for try await event in response.messages { events.append(event) }
        return events
      }
      let progress = events.dropLast().map(\.progress.done)
      #expect(!progress.isEmpty && progress == progress.sorted() && Set(progress).count == progress.count)
      #expect(events.dropLast().allSatisfy { $0.progress.wanted == 40 })
      #expect(progress.last == 40)
      #expect(events.last?.result.paths == 40)
      let unary = try await Self.simulation(client).simulate(request)
      #expect(unary.cached && unary.totalReturn == events.last?.result.totalReturn)
    }
  }

  @Test("a stream that is refused ends with the status and the problem")
  func refusedStream() async throws {
    let service = try TestService.shared.get()
    try await GRPCTestDoor.open(service.host, service.configuration) { client in
      var request = Self.request
      request.scenario = "black_swam"
      let error = await #expect(throws: RPCError.self) {
        try await Self.simulation(client).simulateStream(request) { response in
          for try await _ in response.messages {}
        }
      }
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.contains("black_swan") == true)
      #expect(error?.metadata[stringValues: RPCError.problemKey].contains { _ in true } == true)
    }
  }

  @Test("every field that is left out is named at once, as over HTTP")
  func missingFields() async throws {
    let service = try TestService.shared.get()
    try await GRPCTestDoor.open(service.host, service.configuration) { client in
      let error = await #expect(throws: RPCError.self) {
        try await Self.simulation(client).simulate(Mms_V1_SimulateRequest())
      }
      let text = error?.metadata[stringValues: RPCError.problemKey].first { _ in true }
      let errors = try JSONValue(parsing: text ?? "")["errors"]?.arrayValue ?? []
      #expect(
        errors.compactMap { $0["path"]?.stringValue } == ["symbol", "period", "scenario", "strategy_params"])
    }
  }

  @Test("errors of the host keep the one table of statuses", arguments: MMSError.Code.all)
  func statuses(_ code: MMSError.Code) async throws {
    let service = try TestService.shared.get()
    let host = ScriptedHost(base: service.host) { _ throws(MMSError) in
      throw MMSError(code, "what happened — “§”")
    }
    try await GRPCTestDoor.open(host, service.configuration) { client in
      let error = await #expect(throws: RPCError.self) {
        try await Self.simulation(client).simulate(Self.request)
      }
      #expect(error?.code.rawValue == code.grpcStatus)
      let text = error?.metadata[stringValues: RPCError.problemKey].first { _ in true } ?? ""
      #expect(text.utf8.allSatisfy { (0x20...0x7e).contains($0) })
      let problem = try JSONValue(parsing: text)
      #expect(problem["code"] == .string(code.name))
      // Our own faults are for the log.
      #expect((problem["detail"] == "what happened — “§”") == (code != .internal))
    }
  }

  @Test("a comparison's verdict is that of its document")
  func compare() async throws {
    let service = try TestService.shared.get()
    try await GRPCTestDoor.open(service.host, service.configuration) { client in
      let request = Mms_V1_CompareRequest(APICase.comparison(["b": "normal", "paths": 2]))
      let answer = try await Self.simulation(client).compare(request)
      #expect(answer.verdict == "equal")
      #expect(try JSONValue(parsing: answer.json)["verdict"] == "equal")
    }
  }

  @Test("a token is asked for on every call but health")
  func token() async throws {
    let service = try TestService.shared.get()
    var configuration = service.configuration
    configuration.token = "a-token-of-some-length"
    try await GRPCTestDoor.open(service.host, configuration) { client in
      let simulation = Self.simulation(client)
      for shown in [nil, "Bearer a-token-of-some-lengti", "a-token-of-some-length", "Bearer "] as [String?] {
        let error = await #expect(throws: RPCError.self) {
          try await simulation.listScenarios(
            Mms_V1_ListScenariosRequest(), metadata: shown.map { ["authorization": .string($0)] } ?? [:])
        }
        #expect(error?.code == .unauthenticated, "\(shown ?? "nothing")")
      }
      let names = try await simulation.listScenarios(
        Mms_V1_ListScenariosRequest(), metadata: ["authorization": "Bearer a-token-of-some-length"])
      #expect(names.scenarios.contains { $0.name == "normal" })
      let health = try await Grpc_Health_V1_Health.Client(wrapping: client).check(.init())
      #expect(health.status == .serving)
    }
  }

  @Test("health knows its services, and says when the host does not serve")
  func health() async throws {
    let service = try TestService.shared.get()
    var host = ScriptedHost(base: service.host) { _ throws(MMSError) in throw .clientGone }
    for isServing in [true, false] {
      host.isServing = isServing
      try await GRPCTestDoor.open(host, service.configuration) { client in
        let health = Grpc_Health_V1_Health.Client(wrapping: client)
        for name in ["", "mms.v1.Simulation"] {
          let answer = try await health.check(.with { $0.service = name })
          #expect(answer.status == (isServing ? .serving : .notServing))
        }
        let error = await #expect(throws: RPCError.self) {
          try await health.check(.with { $0.service = "mms.v1.Nothing" })
        }
        #expect(error?.code == .notFound)
        try await health.watch(.with { $0.service = "mms.v1.Nothing" }) { response in
          for try await message in response.messages {
            #expect(message.status == .serviceUnknown)
            break
          }
        }
      }
    }
  }

  @Test("a message longer than the limit is refused")
  func oversized() async throws {
    let service = try TestService.shared.get()
    var configuration = service.configuration
    configuration.bodyLimit = 1000
    try await GRPCTestDoor.open(service.host, configuration) { client in
      var request = Self.request
      request.studyID = String(repeating: "x", count: 2000)
      let error = await #expect(throws: RPCError.self) { try await Self.simulation(client).simulate(request) }
      #expect(error?.code == .resourceExhausted)
      // The connection serves on.
      _ = try await Self.simulation(client).listScenarios(Mms_V1_ListScenariosRequest())
    }
  }

  @Test(
    "a simulation is given up when its client goes away or its deadline passes", arguments: [false, true])
  func cancellation(_ hasDeadline: Bool) async throws {
    let service = try TestService.shared.get()
    let (starts, started) = AsyncStream.makeStream(of: Bool.self)
    let (ends, ended) = AsyncStream.makeStream(of: Bool.self)
    let host = ScriptedHost(base: service.host) { _ throws(MMSError) in
      started.yield(true)
      // Long enough that only a cancellation ends it.
      do { try await Task.sleep(for: .seconds(60)) } catch {
        ended.yield(Task.isCancelled)
        throw .clientGone
      }
      ended.yield(false)
      throw MMSError(.timedOut, "nobody cancelled")
    }
    try await GRPCTestDoor.open(host, service.configuration) { client in
      // On a busy machine a deadline may pass before the host hears of the call: then once more with a longer one.
      for patience in [300, 1200, 4800, 19_200] {
        let call = Task {
          defer { started.yield(false) }
          var options = CallOptions.defaults
          if hasDeadline { options.timeout = .milliseconds(patience) }
          return try await Self.simulation(client).simulate(Self.request, options: options)
        }
        let hasStarted = await starts.first { _ in true } ?? false
        if hasStarted, !hasDeadline { call.cancel() }
        let result = await call.result
        let error = #expect(throws: (any Error).self) { try result.get() }
        if hasDeadline { #expect((error as? RPCError)?.code == .deadlineExceeded) }
        guard hasStarted else {
          #expect(hasDeadline && patience < 19_200, "the host never heard of the call: \(result)")
          continue
        }
        #expect(await ends.first { _ in true } == true)
        break
      }
    }
  }

  @Test("a call under way is answered when the door closes")
  func gracefulShutdown() async throws {
    let service = try TestService.shared.get()
    let (starts, started) = AsyncStream.makeStream(of: Void.self)
    let host = ScriptedHost(base: service.host) { request throws(MMSError) in
      started.yield()
      do { try await Task.sleep(for: .milliseconds(500)) } catch { throw .clientGone }
      return try await service.host.simulate(request, progress: nil)
    }
    let answer = Mutex<Task<Mms_V1_SimulateResponse, any Error>?>(nil)
    try await GRPCTestDoor.open(
      host, service.configuration,
      closingDuring: { client in
        let call = Task {
          defer { started.finish() }
          return try await Self.simulation(client).simulate(Self.request)
        }
        answer.withLock { $0 = call }
        for await _ in starts { break }
      },
      finally: { _ in
        let call = try #require(answer.withLock { $0 })
        #expect(try await call.value.simulationID.hasPrefix("sim_"))
      })
  }
}

#endif
