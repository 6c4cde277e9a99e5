// SPDX-License-Identifier: Apache-2.0
#if Service

import HTTPTypes
import MMSCore
import MMSReport
import MMSRuntime
import MMSStore

extension Route {
  /// Reports, for people and for programs.
  static let reports: [Route] = [
    Route(
      method: .get, template: "/reports/{id}", name: "getReport", tag: "Simulations",
      summary: "The report of a completed simulation, of a comparison, or of an experiment.",
      details:
        "A page, or with `Accept: application/json` or `.json` behind the id the document it is made of: the bytes that "
        + "`mms report` writes as report.json. A simulation is run again for it, bit for bit; an experiment has a page as "
        + "soon as one trial is done.",
      parameters: [reportID],
      answers: [
        Answer(
          status: 200, summary: "The report.",
          content: [("text/html", nil), ("application/json", AnswerSchemas.anyObject)])
      ],
      problems: [404, 422, 499, 503, 504], handler: report),
    Route(
      method: .get, template: "/reports/{id}/{table}", name: "getReportTable", tag: "Simulations",
      summary: "A list or the series of a simulation's report, as CSV.",
      details:
        "The files that `mms report` writes: `series.csv` (price, spread, depth, equity and the like over time), "
        + "`fan.csv` (bands over paths), `paths.csv`, `trades.csv`, `fills.csv`, `drawdowns.csv` and `sizes.csv`, as far "
        + "as the simulation has them.",
      parameters: [
        simulationID,
        Parameter(
          name: "table", place: "path", summary: "The file's name.", schema: ["type": "string"],
          example: "series.csv"),
      ],
      answers: [Answer(status: 200, summary: "The rows.", content: [("text/csv", nil)])],
      problems: [404, 422, 499, 503, 504], handler: table),
  ]

  static let reportID = Parameter(
    name: "id", place: "path", summary: "The id of a simulation, a comparison or an experiment.",
    schema: ["type": "string"], example: "sim_20241201_001")

  private static func report(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    var id = request.parameter("id")
    var isJSON = request.prefers("application/json", over: "text/html")
    if id.hasSuffix(".json") {
      id = String(id.dropLast(5))
      isJSON = true
    }
    if id.hasPrefix("\(Study.Kind.comparison.prefix)_") {
      return try await comparison(id, door, isJSON: isJSON)
    }
    if id.hasPrefix("\(Study.Kind.experiment.prefix)_") {
      return try await experiment(id, door, isJSON: isJSON)
    }
    let (stored, answer) = try await completed(id, door)
    var reply: Reply
    if isJSON {
      let report = try await document(of: stored, answer, door, request)
      reply = Reply(report.write(pretty: false) + "\n")
    } else {
      reply = Reply(try await page(of: stored, answer, door, request), .html)
    }
    reply.simulationID = stored.id
    return reply
  }

  private static func table(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let (stored, answer) = try await completed(request.parameter("id"), door)
    let report = try await document(of: stored, answer, door, request)
    let files = ReportTables(report).files
    let name = request.parameter("table")
    guard let file = files.first(where: { $0.name == name }) else {
      throw Problem.notFound(
        "the report of \(stored.id) has no '\(name.prefix(100))'",
        hint: "it has \(files.map(\.name).joined(separator: ", "))")
    }
    var reply = Reply(file.text, .csv)
    reply.simulationID = stored.id
    return reply
  }

  /// A simulation that has a report, and its stored answer.
  private static func completed(
    _ id: String, _ door: Door
  ) async throws -> (stored: StoredSimulation, answer: JSONValue) {
    let stored = try await door.host.simulation(id)
    guard stored.status == "completed", let details = stored.details else {
      throw MMSError(
        .invalidValue, "simulation \(stored.id) is \(stored.status); only a completed one has a report",
        path: "id")
    }
    return (stored, try JSONValue(parsing: details))
  }

  /// The whole report, of a run anew.
  private static func document(
    of stored: StoredSimulation, _ answer: JSONValue, _ door: Door, _ request: DoorRequest
  ) async throws -> JSONValue {
    let host = door.host
    var outcome = try await request.context.whileClientWaits {
      try await host.documents(stored.id, parts: SimulationOutcome.Parts(report: true))
    }
    outcome.compare(with: answer)
    return .object(outcome.report ?? [:])
  }

  /// The same page that `mms report` writes; without the charting library the stored numbers.
  private static func page(
    of stored: StoredSimulation, _ answer: JSONValue, _ door: Door, _ request: DoorRequest
  ) async throws -> String {
    guard let library = try await library(door) else {
      return NumbersPage(stored, answer: answer, note: Self.noCharts).html
    }
    let report = try await document(of: stored, answer, door, request)
    return try await door.blocking { () throws(MMSError) in ReportPage(report).html(with: library) }
  }

  private static func comparison(_ id: String, _ door: Door, isJSON: Bool) async throws -> Reply {
    let studies = door.host.studies
    let documents = try await door.blocking { () throws(MMSError) in try studies.comparison(id).documents }
    if isJSON { return Reply(documents.report.write(pretty: false) + "\n") }
    guard let library = try await library(door) else {
      return Reply(NumbersPage.comparison(id, documents.answer, note: Self.noCharts), .html)
    }
    return try await door.blocking { () throws(MMSError) in
      Reply(ComparisonPage(documents.report).html(with: library), .html)
    }
  }

  private static func experiment(_ id: String, _ door: Door, isJSON: Bool) async throws -> Reply {
    let studies = door.host.studies
    let library = try await library(door)
    return try await door.blocking { () throws(MMSError) in
      let page = try studies.page(id)
      if isJSON { return Reply(page.json.write(pretty: false) + "\n") }
      guard let library else {
        return Reply(NumbersPage.experiment(try studies.experiment(id), note: Self.noCharts), .html)
      }
      return Reply(page.html(with: library), .html)
    }
  }

  private static func library(_ door: Door) async throws -> ChartLibrary? {
    let host = door.host
    return try await door.blocking { () throws(MMSError) in host.runtime.installedChartLibrary() }
  }

  // Folders of the server are no business of the client's.
  private static let noCharts =
    "No charts: the charting library dygraphs is not installed where this service runs."
}

#endif
