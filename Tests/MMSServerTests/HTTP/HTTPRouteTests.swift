// SPDX-License-Identifier: Apache-2.0
#if Service

import HTTPTypes
import Hummingbird
import HummingbirdTesting
import MMSCore
import MMSRuntime
import NIOCore
import Testing

@testable import MMSServer

/// What each route answers, and what it refuses.
@Suite(.timeLimit(.minutes(3))) struct HTTPRouteTests {
  @Test("a simulation can be looked at, reported, listed and replayed as trades")
  func lifeOfASimulation() async throws {
    try await TestService.withClient { client, _ in
      let parameters: JSONValue = ["entry_threshold": 0.002, "exit_threshold": 0.001]
      let response = try await client.post(
        "/simulate", .object(APICase.request(["seed": 11, "strategy_params": parameters])))
      let answer = try JSONValue(parsing: String(buffer: response.body))
      let id = try #require(answer["simulation_id"]?.stringValue)
      #expect(answer["report_url"]?.stringValue?.hasSuffix("/reports/\(id)") == true)

      let state = try await client.json("/simulations/\(id)")
      #expect(state["status"] == "completed")
      #expect(state["result"]?["total_return"] == answer["total_return"])
      #expect(state["request"]?["seed"] == 11)

      let list = try await client.json("/simulations?limit=200")
      #expect(list["simulations"]?.arrayValue?.contains { $0["simulation_id"]?.stringValue == id } == true)

      let trades = try await client.json("/simulations/\(id)/trades")
      let rows = try #require(trades["trades"]?.arrayValue)
      #expect(Int64(rows.count) == answer["trades"]?.integerValue)
      #expect(rows.first?["entry_price"]?.doubleValue ?? 0 > 1000)
      let csv = try await client.execute(
        uri: "/simulations/\(id)/trades", method: .get, headers: [.accept: "text/csv"])
      #expect(csv.headers[.contentType]?.hasPrefix("text/csv") == true)
      #expect(String(buffer: csv.body).split(separator: "\n").count == rows.count + 1)

      let page = try await client.execute(
        uri: "/reports/\(id)", method: .get, headers: [.accept: "text/html"])
      let html = String(buffer: page.body)
      #expect(page.headers[.contentType]?.hasPrefix("text/html") == true)
      #expect(html.contains(answer["provenance"]?["result_digest"]?.stringValue ?? "no digest"))
      #expect(html.contains("id=\"report-data\"") && html.contains("total return"))
      #expect(html.firstMatch(of: /(src|href)="https?:/) == nil)
      let report = try await client.json("/reports/\(id).json")
      #expect(report["answer"]?["total_return"] == answer["total_return"])
      #expect(report["series"]?["time"]?.arrayValue?.isEmpty == false)
      let json = try await client.execute(
        uri: "/reports/\(id)", method: .get, headers: [.accept: "application/json"])
      #expect(json.headers[.contentType] == "application/json")

      let gone = try await client.execute(uri: "/simulations/\(id)", method: .delete)
      #expect(try JSONValue(parsing: String(buffer: gone.body))["cancelled"] == false)
    }
  }

  @Test("a client that prefers not to wait gets an address")
  func respondAsync() async throws {
    try await TestService.withClient { client, _ in
      var headers = HTTPFields()
      headers[.prefer] = "respond-async, wait=1"
      let response = try await client.post(
        "/simulate", .object(APICase.request(["seed": 12])), headers: headers)
      #expect(response.status == .accepted)
      let body = try JSONValue(parsing: String(buffer: response.body))
      let location = try #require(response.headers[.location])
      #expect(body["location"]?.stringValue == location)
      for _ in 0..<400 {
        if try await client.json(location)["status"] == "completed" { return }
        try await Task.sleep(for: .milliseconds(25))
      }
      Issue.record("the accepted simulation did not end")
    }
  }

  @Test("the registry is shown, a model's id with its slash")
  func registry() async throws {
    try await TestService.withClient { client, _ in
      #expect(try await client.json("/scenarios/black_swan")["name"] == "black_swan")
      #expect(try await client.json("/scenarios/black_swan")["files"] == nil)
      let models = try await client.json("/models?kind=impact")
      #expect(models["models"]?.arrayValue?.allSatisfy { $0["kind"] == "impact" } == true)
      for path in ["/models/impact/SquareRoot-v1", "/models/impact%2FSquareRoot-v1"] {
        #expect(try await client.json(path)["id"] == "impact/SquareRoot-v1")
      }
      let strategies = try await client.json("/strategies")
      #expect(strategies["strategies"]?.arrayValue?.contains { $0["id"] == "threshold" } == true)
      let status = try await client.json("/status")
      #expect(
        status.objectValue?.keys == [
          "service_status", "worker_count", "queue_length", "avg_response_time", "memory_usage",
          "cpu_usage",
          "details",
        ])
      #expect(try await client.json("/health")["status"] == "ok")
    }
  }

  @Test("pages hold all they need")
  func pages() async throws {
    try await TestService.withClient { client, _ in
      for path in ["/", "/docs"] {
        let response = try await client.execute(uri: path, method: .get)
        let html = String(buffer: response.body)
        #expect(response.status == .ok)
        #expect(response.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
        #expect(html.hasPrefix("<!doctype html>") && html.contains("black_swan"))
        #expect(html.firstMatch(of: /(src|href)="(https?:)?\/\//) == nil)
      }
    }
  }

  @Test("the first page lists studies, and every model with its parameters")
  func home() async throws {
    try await TestService.withClient { client, _ in
      let compared = try await client.post("/compare", .object(APICase.comparison(["paths": 2])))
      let comparison = try JSONValue(parsing: String(buffer: compared.body))["comparison_id"]?.stringValue
      let accepted = try await client.post("/experiments", StudyRouteTests.experiment("at-home"))
      let experiment = try JSONValue(parsing: String(buffer: accepted.body))["experiment_id"]?.stringValue
      _ = try await StudyRouteTests.ended(try #require(experiment), client)
      let html = String(buffer: try await client.execute(uri: "/", method: .get).body)
      #expect(html.contains("href=\"/reports/\(try #require(comparison))\""))
      #expect(html.contains("href=\"/reports/\(try #require(experiment))\"") && html.contains("at-home"))
      let registry = try TestService.shared.get().host.runtime.registry
      for entry in registry.entries {
        #expect(html.contains("<code>\(entry.descriptor.id)</code>"), "\(entry.descriptor.id)")
        for parameter in entry.descriptor.parameters {
          #expect(html.contains("<td><code>\(parameter.name)</code></td><td>"), "\(parameter.name)")
        }
      }
      // A type, a unit, a range: those of entry_threshold.
      #expect(html.contains("<td>fraction</td>") && html.contains("entry_threshold ≤"))
      for template in ["simulations", "comparisons", "experiments", "scenarios", "strategies", "models"] {
        #expect(html.contains("id=\"\(template)\""))
      }
    }
  }

  @Test(
    "what is not there is a 404 with the nearest name",
    arguments: [
      ("/simulat", "/simulate"), ("/scenarios/black_swam", "black_swan"),
      ("/models/impact/SquareRoot-v2", "SquareRoot-v1"), ("/simulations/sim_20000101_001", ""),
      ("/reports/..%2f..%2f..%2fetc%2fpasswd", ""), ("/reports/../../etc/passwd", ""),
      ("/scenarios/..%2fnormal", ""), ("/scenarios/%2e%2e%2f%2e%2e%2fetc%2fpasswd.yaml", ""),
      ("/simulations/x'%20OR%20'1'='1", ""), ("/reports/%ff%fe", ""), ("/reports/a%00b", ""), ("//", ""),
    ])
  func notFound(_ path: String, _ nearest: String) async throws {
    try await TestService.withClient { client, _ in
      let response = try await client.execute(uri: path, method: .get)
      let text = String(buffer: response.body)
      #expect(response.status == .notFound, "\(text)")
      #expect(response.headers[.contentType] == "application/problem+json")
      #expect(text.contains(nearest), "\(text)")
      #expect(!text.contains(TestService.root) && !text.contains(".sqlite"), "\(text)")
    }
  }

  @Test(
    "a method that does not fit is a 405 that says which do",
    arguments: [
      (HTTPRequest.Method.get, "/simulate", "POST"), (.post, "/scenarios", "GET, HEAD"),
      (.put, "/simulations/x", "GET, HEAD, DELETE"), (.trace, "/health", "GET, HEAD"),
      (.options, "/calibrate", "POST"),
    ])
  func wrongMethod(_ method: HTTPRequest.Method, _ path: String, _ allowed: String) async throws {
    try await TestService.withClient { client, _ in
      let response = try await client.execute(uri: path, method: method)
      #expect(response.status == .methodNotAllowed)
      #expect(response.headers[.allow] == allowed)
      #expect(response.headers[.contentType] == "application/problem+json")
    }
  }

  @Test(
    "a body that is no JSON object is refused with its place",
    arguments: [
      ("{\"symbol\": ", 400, "line 1"), ("", 400, ""), ("{\"a\": 1, \"a\": 2}", 400, "twice"),
      ("[]", 422, ""),
      ("\"x\"", 422, ""), (String(repeating: "[", count: 5000), 400, "nested"),
      ("{\"seed\": 1e999}", 400, ""),
    ])
  func malformed(_ body: String, _ status: Int, _ word: String) async throws {
    try await TestService.withClient { client, _ in
      for path in ["/simulate", "/calibrate"] {
        let response = try await client.post(path, text: body)
        let text = String(buffer: response.body)
        #expect(response.status.code == status, "\(text)")
        #expect(response.headers[.contentType] == "application/problem+json")
        #expect(text.contains(word), "\(text)")
      }
    }
  }

  @Test("a body of another type is a 415, one that is not UTF-8 a 400, one too large a 413")
  func bodies() async throws {
    try await TestService.withClient { configuration in
      configuration.bodyLimit = 1000
    } _: { client, _ in
      for type in ["text/plain", "application/x-www-form-urlencoded", "application/xml"] {
        let response = try await client.post("/simulate", text: "{}", headers: [.contentType: type])
        #expect(response.status == .unsupportedMediaType)
      }
      let untyped = try await client.execute(
        uri: "/simulate", method: .post, body: ByteBuffer(string: "{}"))
      #expect(untyped.status == .unsupportedMediaType)
      let accepted = try await client.post(
        "/simulate", text: "{}", headers: [.contentType: "Application/JSON; charset=utf-8"])
      #expect(accepted.status == .unprocessableContent)
      let bytes = try await client.execute(
        uri: "/simulate", method: .post, headers: [.contentType: "application/json"],
        body: ByteBuffer(bytes: [0x7b, 0xff, 0x7d]))
      #expect(bytes.status == .badRequest)
      let large = try await client.post(
        "/simulate", text: "{\"symbol\": \"\(String(repeating: "x", count: 2000))\"}")
      #expect(large.status == .contentTooLarge)
      #expect(String(buffer: large.body).contains("1000 bytes"))
    }
  }

  @Test("HEAD answers GET's headers without a body")
  func head() async throws {
    try await TestService.withClient { client, _ in
      let response = try await client.execute(uri: "/health", method: .head)
      #expect(response.status == .ok && response.body.readableBytes == 0)
      #expect(response.headers[.contentLength] != "0")
    }
  }

  @Test("a token is needed on everything but /health")
  func token() async throws {
    try await TestService.withClient { configuration in
      configuration.token = "correct-horse-battery"
    } _: { client, _ in
      for route in Route.all where route.template != "/health" {
        let path = route.template.replacing(/\{[a-z]+\*?\}/, with: "x")
        for header in [
          nil, "Bearer wrong-horse-battery", "Bearer ", "Bearer correct-horse-batter", "Basic eDp5",
        ] {
          var headers = HTTPFields()
          headers[.authorization] = header
          let response = try await client.execute(uri: path, method: route.method, headers: headers)
          #expect(response.status == .unauthorized, "\(path) \(header ?? "")")
          #expect(response.headers[.wwwAuthenticate] == "Bearer")
        }
      }
      #expect(try await client.execute(uri: "/nowhere", method: .get).status == .unauthorized)
      #expect(try await client.execute(uri: "/health", method: .get).status == .ok)
      let headers: HTTPFields = [.authorization: "Bearer correct-horse-battery"]
      #expect(try await client.execute(uri: "/status", method: .get, headers: headers).status == .ok)
    }
  }
}

extension TestClientProtocol {
  /// What an address answers, as JSON.
  func json(_ uri: String) async throws -> JSONValue {
    let response = try await execute(uri: uri, method: .get)
    #expect(response.status == .ok, "\(uri): \(String(buffer: response.body))")
    return try JSONValue(parsing: String(buffer: response.body))
  }
}

#endif
