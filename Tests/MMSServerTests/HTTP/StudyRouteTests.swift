// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import MMSCore
import MMSReport
import MMSRuntime
import MMSScenario
import NIOCore
import Testing

@testable import MMSServer

/// Experiments and comparisons through the door, in process and over a socket.
@Suite(.timeLimit(.minutes(3))) struct StudyRouteTests {
  /// An experiment that a debug build runs quickly.
  static func experiment(_ name: String, _ changes: JSONObject = [:]) -> JSONValue {
    var spec: JSONObject = [
      "base": ["symbol": "BTCUSDT", "period": "1h", "scenario": "normal", "seed": 11],
      "matrix": [
        "strategy_params.entry_threshold": [0.0002, 0.0004], "scenario": ["normal", "black_swan"],
      ],
      "metrics": ["total_return", "slippage"],
    ]
    for member in changes { spec[member.key] = member.value }
    return [
      "apiVersion": "mms/v1", "kind": "Experiment", "metadata": ["name": .string(name)],
      "spec": .object(spec),
    ]
  }

  /// The state of an experiment after its end.
  static func ended(_ id: String, _ client: any TestClientProtocol) async throws -> JSONValue {
    for _ in 0..<1200 {
      let state = try await client.json("/experiments/\(id)")
      if !["pending", "running"].contains(state["status"]?.stringValue) { return state }
      try await Task.sleep(for: .milliseconds(25))
    }
    throw MMSError(.timedOut, "experiment \(id) did not end")
  }

  @Test(
    "an experiment is accepted, runs, and finds what the command line's finds, byte for byte",
    arguments: [TestingSetup.router, .live])
  func lifeOfAnExperiment(_ setup: TestingSetup) async throws {
    try await TestService.withClient(setup) { client, service in
      let body = Self.experiment("life")
      let response = try await client.post("/experiments", body)
      #expect(response.status == .accepted)
      let accepted = try JSONValue(parsing: String(buffer: response.body))
      let id = try #require(accepted["experiment_id"]?.stringValue)
      #expect(id.wholeMatch(of: /exp_\d{8}_\d{3,}/) != nil)
      #expect(response.headers[.location] == "/experiments/\(id)")
      #expect(accepted["trials"] == 4 && accepted["error"] == .null)

      let state = try await Self.ended(id, client)
      #expect(state["status"] == "completed" && state["done"] == 4 && state["progress"] == 1.0)
      #expect(state["definition"]?["spec"] == body["spec"])
      let rows = try await client.execute(uri: "/experiments/\(id)/results", method: .get)
      #expect(rows.headers[.contentType]?.hasPrefix("text/csv") == true)

      let folder = "\(service.folder)/direct-\(UUID().uuidString)"
      let definition = try ExperimentDefinition(text: body.write(), file: "thresholds.yaml")
      let direct = try PreparedExperiment(definition, runtime: service.host.runtime).run(
        in: folder, threads: 2)
      #expect(state["result"] == direct)
      #expect(
        String(buffer: rows.body) == (try String(contentsOfFile: "\(folder)/results.csv", encoding: .utf8)))

      let list = try await client.json("/experiments?limit=1000")
      let row = list["experiments"]?.arrayValue?.first { $0["experiment_id"]?.stringValue == id }
      #expect(row?["status"] == "completed" && row?["best"] == direct["best"])
      let page = try await client.execute(
        uri: "/reports/\(id)", method: .get, headers: [.accept: "text/html"])
      #expect(page.headers[.contentType]?.hasPrefix("text/html") == true)
      #expect(String(buffer: page.body).firstMatch(of: /(src|href)="https?:/) == nil)
      if let library = service.host.runtime.installedChartLibrary() {
        let same = try ExperimentPage(ExperimentFolder(reading: folder).record())
        #expect(String(buffer: page.body).contains("life"))
        #expect(try await client.json("/reports/\(id).json") == same.json)
        #expect(same.html(with: library).contains("life"))
      }
      let gone = try await client.execute(uri: "/experiments/\(id)", method: .delete)
      #expect(try JSONValue(parsing: String(buffer: gone.body))["cancelled"] == false)
    }
  }

  /// A definition that is refused: what is changed, the path and a word of the answer.
  struct Refusal: Sendable, CustomTestStringConvertible {
    let name: String
    let changes: JSONObject
    let path: String
    let word: String
    var testDescription: String { name }
  }

  private static let base: JSONObject = [
    "symbol": "BTCUSDT", "period": "1h", "scenario": "normal", "seed": 11,
  ]
  private static func base(_ changes: JSONObject) -> JSONObject {
    var base = base
    for member in changes { base[member.key] = member.value }
    return ["base": .object(base)]
  }

  @Test(
    "a definition that is wrong, or reaches too far, is refused with its place",
    arguments: [
      Refusal(name: "empty matrix", changes: ["matrix": [:]], path: "spec.matrix", word: "empty"),
      Refusal(
        name: "unknown key", changes: ["matrix": ["scenaro": ["normal"]]], path: "spec.matrix.scenaro",
        word: "'scenario'"),
      Refusal(
        name: "unknown scenario", changes: ["matrix": ["scenario": ["normal", "norml"]]],
        path: "scenario", word: "normal"),
      Refusal(
        name: "a scenario that is a file", changes: ["matrix": ["scenario": ["/etc/passwd.yaml"]]],
        path: "spec.matrix.scenario", word: "no scenario"),
      Refusal(
        name: "a base scenario that is a file", changes: base(["scenario": "../normal.yaml"]),
        path: "spec.base.scenario", word: "no scenario"),
      Refusal(
        name: "data of the client's choice", changes: base(["data": "csv:/etc/passwd"]),
        path: "spec.base.data", word: "leave 'data' out"),
      Refusal(
        name: "data in the matrix", changes: ["matrix": ["data": ["csv:/etc/passwd", "csv:/etc/group"]]],
        path: "spec.matrix.data", word: "leave 'data' out"),
      Refusal(
        name: "data among samples",
        changes: ["random": ["samples": 2, "seed": 1, "parameters": ["data": ["csv:/etc/passwd", "x"]]]],
        path: "spec.random.parameters.data", word: "leave 'data' out"),
      Refusal(
        name: "a library", changes: base(["overrides": ["models.impact.library": "/tmp/x.so"]]),
        path: "spec.base.overrides.models.impact.library", word: "cannot be set"),
      Refusal(
        name: "a model in the matrix",
        changes: ["matrix": ["overrides.models.impact.use": ["impact/None-v1", "impact/Linear-v1"]]],
        path: "spec.matrix.overrides.models.impact.use", word: "cannot be set"),
      Refusal(
        name: "random and sobol",
        changes: [
          "random": ["samples": 2, "parameters": ["strategy_params.stop_loss": [0.1, 0.2]]],
          "sobol": ["samples": 2, "parameters": ["strategy_params.stop_loss": ["min": 0.1, "max": 0.2]]],
        ], path: "spec.sobol", word: "exclude"),
      Refusal(
        name: "a value out of range", changes: ["matrix": ["strategy_params.entry_threshold": [0.1, -1]]],
        path: "strategy_params.entry_threshold", word: "entry_threshold"),
    ])
  func refusals(_ refusal: Refusal) async throws {
    try await TestService.withClient { client, _ in
      let response = try await client.post("/experiments", Self.experiment("bad", refusal.changes))
      let text = String(buffer: response.body)
      #expect(response.status == .unprocessableContent, "\(text)")
      #expect(response.headers[.contentType] == "application/problem+json")
      let errors = try JSONValue(parsing: text)["errors"]?.arrayValue ?? []
      #expect(errors.contains { $0["path"]?.stringValue == refusal.path }, "\(text)")
      #expect(text.contains(refusal.word), "\(text)")
      #expect(!text.contains(TestService.root), "\(text)")
      let list = try await client.json("/experiments?limit=1000")["experiments"]?.arrayValue ?? []
      #expect(!list.contains { $0["name"] == "bad" })
    }
  }

  @Test("a grid of a million cells is refused with what it would cost")
  func million() async throws {
    try await TestService.withClient { client, _ in
      let values = { (scale: Double) in JSONValue.array((1...1000).map { .number(Double($0) / scale) }) }
      let response = try await client.post(
        "/experiments",
        Self.experiment(
          "million",
          [
            "matrix": [
              "strategy_params.entry_threshold": values(1e5), "strategy_params.stop_loss": values(1e4),
            ]
          ]))
      let text = String(buffer: response.body)
      #expect(response.status == .unprocessableContent)
      #expect(text.contains("1000000 trials, about") && text.contains("on one processor"), "\(text)")
      #expect(text.contains("at most 100000") && text.contains("sobol"), "\(text)")
    }
  }

  @Test("what there is no study of is a 404, and a limit is a number")
  func unknown() async throws {
    try await TestService.withClient { client, _ in
      for path in [
        "/experiments/exp_20000101_001", "/experiments/exp_20000101_001/results", "/experiments/..%2fx",
        "/comparisons/cmp_20000101_001", "/reports/cmp_20000101_001", "/reports/exp_20000101_001",
        "/reports/exp_..%2f..%2fx",
        "/reports/cmp_..%2f..%2fx",
        "/comparisons/x",
      ] {
        let response = try await client.execute(uri: path, method: .get)
        #expect(response.status == .notFound, "\(path)")
        #expect(response.headers[.contentType] == "application/problem+json")
      }
      for path in ["/experiments?limit=0", "/comparisons?limit=many", "/simulations?limit=-1"] {
        #expect(try await client.execute(uri: path, method: .get).status == .unprocessableContent)
      }
      let nothing = try await client.execute(uri: "/experiments/exp_20000101_001", method: .delete)
      #expect(nothing.status == .notFound)
    }
  }

  @Test(
    "a comparison is kept: its document, its row, its page", arguments: [TestingSetup.router, .live])
  func lifeOfAComparison(_ setup: TestingSetup) async throws {
    try await TestService.withClient(setup) { client, service in
      let response = try await client.post("/compare", .object(APICase.comparison()))
      let answer = try JSONValue(parsing: String(buffer: response.body))
      let id = try #require(answer["comparison_id"]?.stringValue)
      #expect(id.wholeMatch(of: /cmp_\d{8}_\d{3,}/) != nil)
      #expect(answer["report_url"]?.stringValue?.hasSuffix("/reports/\(id)") == true)
      #expect(try await client.json("/comparisons/\(id)") == answer)
      let list = try await client.json("/comparisons?limit=1000")["comparisons"]?.arrayValue ?? []
      let row = try #require(list.first { $0["comparison_id"]?.stringValue == id })
      #expect(
        row["verdict"] == answer["verdict"] && row["paths"] == answer["paths"] && row["symbol"] == "BTCUSDT")

      let report = try await client.json("/reports/\(id).json")
      #expect(report["path_values"]?["a"]?["total_return"]?.arrayValue?.count == 8)
      let page = try await client.execute(
        uri: "/reports/\(id)", method: .get, headers: [.accept: "text/html"])
      let html = String(buffer: page.body)
      #expect(page.headers[.contentType]?.hasPrefix("text/html") == true)
      #expect(html.contains("taker_fee") && html.firstMatch(of: /(src|href)="https?:/) == nil)
      if let library = service.host.runtime.installedChartLibrary() {
        #expect(html == ComparisonPage(report).html(with: library))
      }
    }
  }

  @Test("the report as JSON and CSV has the bytes that 'mms report' writes")
  func report() async throws {
    try await TestService.withClient { client, service in
      let parameters: JSONValue = ["entry_threshold": 0.002, "exit_threshold": 0.001]
      let answer = try JSONValue(
        parsing: String(
          buffer: await client.post(
            "/simulate", .object(APICase.request(["seed": 77, "strategy_params": parameters]))
          ).body))
      let id = try #require(answer["simulation_id"]?.stringValue)
      // What ReportCommand does with a folder.
      let replay = try service.host.runtime.replay(id, recordsSeries: true)
      let whole = JSONValue.object(try #require(replay.outcome.report))
      let json = try await client.execute(uri: "/reports/\(id).json", method: .get)
      #expect(String(buffer: json.body) == whole.write(pretty: false) + "\n")
      let files = ReportTables(whole).files
      #expect(Set(files.map(\.name)).isSuperset(of: ["series.csv", "fills.csv", "trades.csv"]))
      for file in files {
        let response = try await client.execute(uri: "/reports/\(id)/\(file.name)", method: .get)
        #expect(response.headers[.contentType]?.hasPrefix("text/csv") == true)
        #expect(String(buffer: response.body) == file.text, "\(file.name)")
      }
      let missing = try await client.execute(uri: "/reports/\(id)/serie.csv", method: .get)
      #expect(missing.status == .notFound && String(buffer: missing.body).contains("series.csv"))
    }
  }
}

#endif
