// SPDX-License-Identifier: Apache-2.0
#if Service

import GRPCCore
import MMSCore
import Testing

@testable import MMSServer

/// The cases of the interface, the same as over HTTP, over a gRPC connection.
@Suite(.timeLimit(.minutes(3))) struct GRPCCaseTests {
  @Test("every case that protobuf can say comes out as over HTTP")
  func cases() async throws {
    let service = try TestService.shared.get()
    try await GRPCTestDoor.open(service.host, service.configuration) { client in
      let simulation = Mms_V1_Simulation.Client(wrapping: client)
      for item in APICase.all where !item.needsJSON { try await Self.check(item, simulation) }
    }
  }

  private static func check(
    _ item: APICase, _ client: Mms_V1_Simulation.Client<GRPCTestDoor.Transport>
  ) async throws {
    do {
      let text: String
      switch item.call {
      case .simulate(let body): text = try await client.simulate(Mms_V1_SimulateRequest(body)).json
      case .calibrate(let body): text = try await client.calibrate(Mms_V1_CalibrateRequest(body)).json
      case .compare(let body): text = try await client.compare(Mms_V1_CompareRequest(body)).json
      case .listScenarios:
        let names = try await client.listScenarios(Mms_V1_ListScenariosRequest()).scenarios.map(\.name)
        text = JSONValue.object([
          "scenarios": .array(names.map { ["name": .string($0)] })
        ]).write(pretty: false)
      }
      guard case .answers(let fault) = item.outcome else {
        Issue.record("\(item.name): nothing was refused, but answered \(text.prefix(200))")
        return
      }
      if let fault = fault(try JSONValue(parsing: text)) { Issue.record("\(item.name): \(fault)") }
    } catch let error as RPCError {
      guard case .fails(let code, let path, let words) = item.outcome else {
        Issue.record("\(item.name): \(error)")
        return
      }
      #expect(error.code.rawValue == code.grpcStatus, "\(item.name): \(error)")
      let text = error.metadata[stringValues: RPCError.problemKey].first { _ in true } ?? ""
      let problem = try JSONValue(parsing: text)
      #expect(problem["code"] == .string(code.name), "\(item.name): \(text)")
      let errors = problem["errors"]?.arrayValue ?? []
      #expect(errors.contains { $0["path"]?.stringValue == path }, "\(item.name): \(text)")
      // As JSON says them: quotes in words are escaped in the text.
      let said = errors.map { "\($0["message"]?.stringValue ?? "") \($0["hint"]?.stringValue ?? "")" }
        .joined(separator: " ")
      for word in words { #expect(said.contains(word), "\(item.name): no '\(word)' in \(said)") }
      #expect(!text.contains(TestService.root), "\(item.name): \(text)")
    }
  }
}

#endif
