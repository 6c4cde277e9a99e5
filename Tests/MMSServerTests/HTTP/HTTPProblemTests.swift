// SPDX-License-Identifier: Apache-2.0
#if Service

import HTTPTypes
import HummingbirdTesting
import MMSCore
import NIOCore
import Testing

@testable import MMSServer

/// Every failure of the one table of codes as HTTP says it.
@Suite(.timeLimit(.minutes(3))) struct HTTPProblemTests {
  @Test("every code becomes its status, with what goes with it", arguments: MMSError.Code.all)
  func codes(_ code: MMSError.Code) async throws {
    let service = try TestService.shared.get()
    let host = ScriptedHost(base: service.host) { (_) throws(MMSError) in
      throw MMSError(
        code, "it failed in \(TestService.root)/scenarios/x.yaml", path: "scenario", hint: "try again",
        location: SourceLocation(file: "\(TestService.root)/scenarios/x.yaml", line: 3),
        others: [MMSError(code, "and so did \(service.folder)/mms.sqlite")])
    }
    let door = HTTPDoor(
      host: host, configuration: service.configuration, registry: PrometheusRegistry(),
      logger: TestService.logger)
    try await door.application.test(.router) { client in
      let response = try await client.post("/simulate", .object(APICase.request()))
      let text = String(buffer: response.body)
      let body = try JSONValue(parsing: text)
      #expect(response.status.code == code.httpStatus)
      #expect(response.headers[.contentType] == "application/problem+json")
      #expect(body["code"]?.stringValue == code.name)
      #expect(!text.contains(TestService.root) && !text.contains(service.folder), "\(text)")
      #expect((response.headers[.retryAfter] != nil) == (code == .exhausted || code == .unavailable))
      if code == .internal {
        #expect(!text.contains("it failed"), "our own faults are for the log")
        #expect(response.headers[.requestID]?.isEmpty == false)
      } else {
        #expect(body["errors"]?.arrayValue?.count == 2)
        #expect(body["errors"]?.arrayValue?.first?["path"] == "scenario")
        #expect(body["errors"]?.arrayValue?.first?["hint"] == "try again")
      }
    }
  }

  @Test("a service that cannot serve says so at /health")
  func unhealthy() async throws {
    let service = try TestService.shared.get()
    let host = ScriptedHost(
      base: service.host,
      onSimulate: { (_) throws(MMSError) in throw MMSError(.unavailable, "not now") }, isServing: false)
    let door = HTTPDoor(
      host: host, configuration: service.configuration, registry: PrometheusRegistry(),
      logger: TestService.logger)
    try await door.application.test(.router) { client in
      let response = try await client.execute(uri: "/health", method: .get)
      #expect(response.status == .serviceUnavailable)
      #expect(try JSONValue(parsing: String(buffer: response.body))["status"] == "unavailable")
    }
  }
}

#endif
