// SPDX-License-Identifier: Apache-2.0
#if Service

import HTTPTypes
import MMSCore

extension Route {
  /// Pages for people.
  static let pages: [Route] = [
    Route(
      method: .get, template: "/", name: "home", tag: "Pages",
      summary: "What is registered, recent work, and a form that runs a simulation.",
      answers: [Answer(status: 200, summary: "A page.", content: [("text/html", nil)])],
      problems: [503], handler: home),
    Route(
      method: .get, template: "/docs", name: "docs", tag: "Pages", summary: "This interface, for people.",
      answers: [Answer(status: 200, summary: "A page.", content: [("text/html", nil)])],
      problems: [], handler: docs),
  ]

  private static func home(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let recent = try await door.host.recentSimulations(limit: 12)
    let status = await door.host.status()
    let vocabulary = try await door.blocking { () throws(MMSError) in door.vocabulary() }
    let studies = door.host.studies
    let page = HomePage(
      vocabulary: vocabulary, recent: recent, comparisons: studies.comparisons(limit: 12),
      experiments: studies.experiments(limit: 12).map { ($0, studies.rate($0.id)) }, status: status,
      hide: door.hide)
    return Reply(page.html, .html)
  }

  private static func docs(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let document = try await door.blocking { () throws(MMSError) in door.openAPI() }
    return Reply(DocsPage(document).html, .html)
  }
}

#endif
