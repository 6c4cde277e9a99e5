// SPDX-License-Identifier: Apache-2.0
#if Service

import HTTPTypes
import HummingbirdTesting
import MMSCore
import MMSRuntime
import NIOCore
import Testing

@testable import MMSServer

/// openapi.json says what is so.
@Suite(.timeLimit(.minutes(3))) struct OpenAPITests {
  @Test("every route is in the document, every reference resolves, every example is accepted")
  func document() async throws {
    let service = try TestService.shared.get()
    let vocabulary = Vocabulary(service.host.runtime)
    for needsToken in [false, true] {
      let document = OpenAPIDocument(Route.all, vocabulary: vocabulary, needsToken: needsToken).json
      let check = SchemaCheck(document: document)
      #expect(document["openapi"] == "3.1.0")
      var names: Set<String> = []
      for route in Route.all {
        let operation = try #require(
          document["paths"]?[route.openAPIPath]?[route.method.rawValue.lowercased()], "\(route.template)")
        #expect(names.insert(route.name).inserted, "\(route.name) occurs twice")
        let declared = (operation["parameters"]?.arrayValue ?? []).filter { $0["in"] == "path" }
        #expect(declared.count == route.segments.count { $0.hasPrefix("{") })
        #expect(operation["responses"]?.objectValue?.isEmpty == false)
        let needs = operation["responses"]?["401"] != nil
        #expect(needs == (needsToken && route.template != "/health"))
      }
      for reference in references(document) { #expect(check.resolve(reference) != nil, "\(reference)") }
      // What a client may not reach is not offered either.
      let experiments = try ExperimentBody.definition(try #require(ExperimentBody.example.objectValue))
      _ = try PreparedExperiment(experiments, runtime: service.host.runtime)
      let experiment = document["components"]?["schemas"]?["ExperimentRequest"]
      #expect(experiment?["properties"]?["spec"]?["properties"]?["base"]?["properties"]?["data"] == nil)
      #expect(experiment?.write().contains("|data|") == false)
      for (name, fields) in [
        ("SimulationRequest", SimulationBody.fields), ("CalibrationRequest", CalibrationBody.fields),
        ("ComparisonRequest", ComparisonBody.fields),
      ] {
        let schema = try #require(document["components"]?["schemas"]?[name])
        for field in fields {
          let example = try #require(field.example, "\(field.name) has no example")
          #expect(field.fault(in: example) == nil)
          #expect(
            schema["properties"]?[field.name].map { check.faults(example, $0) } == [], "\(field.name)")
        }
        let whole = try #require(schema["examples"]?.arrayValue?.first?.objectValue)
        _ = try FieldValues(whole, fields)
        #expect(check.faults(.object(whole), schema) == [])
      }
    }
  }

  @Test("answers have the documented shape")
  func answers() async throws {
    let service = try TestService.shared.get()
    let door = HTTPDoor(
      host: service.host, configuration: service.configuration, registry: PrometheusRegistry(),
      logger: TestService.logger)
    try await door.application.test(.router) { client in
      let document = try await client.json("/openapi.json")
      let check = SchemaCheck(document: document)
      func expect(_ path: String, _ method: String, _ status: Int, _ response: TestResponse) throws {
        #expect(response.status.code == status, "\(path)")
        let content = document["paths"]?[path]?[method]?["responses"]?[String(status)]?["content"]
        let type = String((response.headers[.contentType] ?? "").prefix { $0 != ";" })
        let schema = try #require(content?[type]?["schema"], "\(method) \(path) \(status) \(type)")
        guard type.hasSuffix("json") else { return }
        let body = try JSONValue(parsing: String(buffer: response.body))
        #expect(check.faults(body, schema) == [], "\(method) \(path)")
      }
      let simulated = try await client.post(
        "/simulate", .object(APICase.request(["seed": 21, "paths": 2])))
      try expect("/simulate", "post", 200, simulated)
      let id = try #require(
        try JSONValue(parsing: String(buffer: simulated.body))["simulation_id"]?.stringValue)
      var comparison = APICase.comparison(["paths": 8])
      comparison["metrics"] = ["total_return", "slippage"]
      let compared = try await client.post("/compare", .object(comparison))
      try expect("/compare", "post", 200, compared)
      let comparisonID = try #require(
        try JSONValue(parsing: String(buffer: compared.body))["comparison_id"]?.stringValue)
      let accepted = try await client.post("/experiments", StudyRouteTests.experiment("shapes"))
      try expect("/experiments", "post", 202, accepted)
      let experimentID = try #require(
        try JSONValue(parsing: String(buffer: accepted.body))["experiment_id"]?.stringValue)
      try expect("/experiments", "post", 422, await client.post("/experiments", ["kind": "Experiment"]))
      _ = try await StudyRouteTests.ended(experimentID, client)
      try expect("/compare", "post", 422, await client.post("/compare", ["a": "normal"]))
      try expect("/simulate", "post", 422, await client.post("/simulate", ["symbol": "x"]))
      var prefer = HTTPFields()
      prefer[.prefer] = "respond-async"
      try expect(
        "/simulate", "post", 202,
        await client.post("/simulate", .object(APICase.request(["seed": 22])), headers: prefer))
      try expect("/calibrate", "post", 200, await client.post("/calibrate", ["symbol": "BTCUSDT"]))
      let gets = [
        ("/simulations", ""), ("/simulations/{id}", id), ("/simulations/{id}/trades", id),
        ("/reports/{id}", id), ("/reports/{id}", "\(id).json"), ("/reports/{id}", comparisonID),
        ("/reports/{id}", experimentID),
        ("/comparisons", ""), ("/comparisons/{id}", comparisonID), ("/experiments", ""),
        ("/experiments/{id}", experimentID), ("/experiments/{id}/results", experimentID),
        ("/scenarios", ""), ("/scenarios/{name}", "high_volatility"), ("/models", ""),
        ("/models/{id}", "impact/SquareRoot-v1"), ("/strategies", ""), ("/health", ""), ("/status", ""),
        ("/metrics", ""), ("/", ""), ("/docs", ""), ("/openapi.json", ""),
      ]
      for (template, value) in gets {
        let path = template.replacing(/\{[a-z]+\}/, with: value)
        try expect(template, "get", 200, await client.execute(uri: path, method: .get))
      }
      try expect("/simulations/{id}", "get", 404, await client.execute(uri: "/simulations/x", method: .get))
      try expect(
        "/simulations/{id}", "delete", 200, await client.execute(uri: "/simulations/\(id)", method: .delete)
      )
      try expect("/reports/{id}", "get", 404, await client.execute(uri: "/reports/x", method: .get))
      try expect(
        "/reports/{id}/{table}", "get", 200,
        await client.execute(uri: "/reports/\(id)/series.csv", method: .get))
      try expect(
        "/experiments/{id}", "delete", 200,
        await client.execute(uri: "/experiments/\(experimentID)", method: .delete))
    }
  }

  private func references(_ value: JSONValue) -> [String] {
    if let list = value.arrayValue { return list.flatMap(references) }
    guard let object = value.objectValue else { return [] }
    return object.flatMap { member -> [String] in
      if member.key == "$ref", let name = member.value.stringValue { return [name] }
      return references(member.value)
    }
  }
}

#endif
