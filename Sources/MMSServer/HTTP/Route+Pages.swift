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
      summary: "The report of a completed simulation.",
      details: "A page, or with `Accept: application/json` or `.json` behind the id the answer as JSON.",
      parameters: [simulationID],
      answers: [
        Answer(
          status: 200, summary: "The report.",
          content: [("text/html", nil), ("application/json", AnswerSchemas.simulation)])
      ],
      problems: [404, 422, 499, 503, 504], handler: report)
  ]

  /// Pages for people.
  static let pages: [Route] = [
    Route(
      method: .get, template: "/", name: "home", tag: "Pages",
      summary: "What is registered, recent simulations, and a form that runs one.",
      answers: [Answer(status: 200, summary: "A page.", content: [("text/html", nil)])],
      problems: [503], handler: home),
    Route(
      method: .get, template: "/docs", name: "docs", tag: "Pages", summary: "This interface, for people.",
      answers: [Answer(status: 200, summary: "A page.", content: [("text/html", nil)])],
      problems: [], handler: docs),
  ]

  private static func report(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    var id = request.parameter("id")
    var isJSON = request.prefers("application/json", over: "text/html")
    if id.hasSuffix(".json") {
      id = String(id.dropLast(5))
      isJSON = true
    }
    let stored = try await door.host.simulation(id)
    guard stored.status == "completed", let details = stored.details else {
      throw MMSError(
        .invalidValue, "simulation \(stored.id) is \(stored.status); only a completed one has a report",
        path: "id")
    }
    var reply = Reply(details)
    if !isJSON {
      reply = Reply(try await page(of: stored, details: details, door, request), .html)
    }
    reply.simulationID = stored.id
    return reply
  }

  /// The same page that `mms report` writes; without the charting library the stored numbers.
  private static func page(
    of stored: StoredSimulation, details: String, _ door: Door, _ request: DoorRequest
  ) async throws -> String {
    let answer = try JSONValue(parsing: details)
    let host = door.host
    let found = try await door.blocking { () throws(MMSError) in host.runtime.installedChartLibrary() }
    guard let library = found else {
      // Folders of the server are no business of the client's.
      let note = "No charts: the charting library dygraphs is not installed where this service runs."
      return NumbersPage(stored, answer: answer, note: note).html
    }
    var outcome = try await request.context.whileClientWaits {
      try await host.documents(stored.id, parts: SimulationOutcome.Parts(report: true))
    }
    outcome.compare(with: answer)
    let report = JSONValue.object(outcome.report ?? [:])
    return try await door.blocking { () throws(MMSError) in ReportPage(report).html(with: library) }
  }

  private static func home(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let recent = try await door.host.recentSimulations(limit: 12)
    let status = await door.host.status()
    let vocabulary = try await door.blocking { () throws(MMSError) in door.vocabulary() }
    return Reply(HomePage(vocabulary: vocabulary, recent: recent, status: status).html, .html)
  }

  private static func docs(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let document = try await door.blocking { () throws(MMSError) in door.openAPI() }
    return Reply(DocsPage(document).html, .html)
  }
}

#endif
