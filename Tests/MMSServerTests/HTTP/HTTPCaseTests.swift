// SPDX-License-Identifier: Apache-2.0
#if Service

import HTTPTypes
import Hummingbird
import HummingbirdTesting
import MMSCore
import NIOCore
import Testing

@testable import MMSServer

/// The cases of the interface over HTTP: in this process, and over a socket.
@Suite(.timeLimit(.minutes(3))) struct HTTPCaseTests {
  @Test(
    "every case comes out the same in process and over the wire", arguments: [TestingSetup.router, .live])
  func cases(_ setup: TestingSetup) async throws {
    let service = try TestService.shared.get()
    let door = HTTPDoor(
      host: service.host, configuration: service.configuration, registry: PrometheusRegistry(),
      logger: TestService.logger)
    try await door.application.test(setup) { client in
      for item in APICase.all { try await Self.check(item, client) }
    }
  }

  private static func check(_ item: APICase, _ client: any TestClientProtocol) async throws {
    let response: TestResponse
    switch item.call {
    case .simulate(let body): response = try await client.post("/simulate", .object(body))
    case .calibrate(let body): response = try await client.post("/calibrate", .object(body))
    case .compare(let body): response = try await client.post("/compare", .object(body))
    case .listScenarios: response = try await client.execute(uri: "/scenarios", method: .get)
    }
    let text = String(buffer: response.body)
    let body = try JSONValue(parsing: text)
    switch item.outcome {
    case .answers(let fault):
      #expect(response.status == .ok, "\(item.name): \(text)")
      if response.status == .ok, let fault = fault(body) { Issue.record("\(item.name): \(fault)") }
    case .fails(let code, let path, let words):
      #expect(response.status.code == code.httpStatus, "\(item.name): \(text)")
      #expect(response.headers[.contentType] == "application/problem+json", "\(item.name)")
      #expect(body["code"] == .string(code.name), "\(item.name): \(text)")
      #expect(body["status"] == .integer(Int64(code.httpStatus)), "\(item.name)")
      #expect(body["title"]?.stringValue != nil && body["detail"]?.stringValue != nil, "\(item.name)")
      let errors = body["errors"]?.arrayValue ?? []
      #expect(errors.contains { $0["path"]?.stringValue == path }, "\(item.name): \(text)")
      for word in words { #expect(text.contains(word), "\(item.name): no '\(word)' in \(text)") }
      #expect(!text.contains(TestService.root), "\(item.name): \(text)")
    }
  }
}

extension TestClientProtocol {
  /// Sends JSON.
  func post(_ uri: String, _ body: JSONValue, headers: HTTPFields = [:]) async throws -> TestResponse {
    try await post(uri, text: body.write(pretty: false), headers: headers)
  }

  /// Sends text as JSON.
  func post(_ uri: String, text: String, headers: HTTPFields = [:]) async throws -> TestResponse {
    var headers = headers
    if headers[.contentType] == nil { headers[.contentType] = "application/json" }
    return try await execute(uri: uri, method: .post, headers: headers, body: ByteBuffer(string: text))
  }
}

#endif
