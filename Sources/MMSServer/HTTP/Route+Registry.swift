// SPDX-License-Identifier: Apache-2.0
#if Service

import HTTPTypes
import MMSCore
import MMSRuntime
import MMSScenario

extension Route {
  /// What can be asked for.
  static let registry: [Route] = [
    Route(
      method: .get, template: "/scenarios", name: "listScenarios", tag: "Registry",
      summary: "List the scenarios.",
      answers: [
        Answer(
          status: 200, summary: "By name; one that cannot be used says why in `error`.",
          content: [("application/json", AnswerSchemas.scenarios)])
      ],
      problems: [], handler: scenarios),
    Route(
      method: .get, template: "/scenarios/{name}", name: "getScenario", tag: "Registry",
      summary: "Show a scenario: its models, costs, rules, events and targets.",
      parameters: [
        Parameter(
          name: "name", place: "path", summary: "The scenario's name.", schema: ["type": "string"],
          example: "black_swan")
      ],
      answers: [
        Answer(
          status: 200, summary: "The scenario.", content: [("application/json", AnswerSchemas.scenario)])
      ],
      problems: [404, 422, 503], handler: scenario),
    Route(
      method: .get, template: "/models", name: "listModels", tag: "Registry", summary: "List the models.",
      parameters: [
        Parameter(
          name: "kind", place: "query", summary: "Only models of this kind.",
          schema: ["enum": .array(ModelKind.all.map { .string($0.rawValue) })], example: "impact")
      ],
      answers: [
        Answer(
          status: 200, summary: "By kind and id.",
          content: [("application/json", AnswerSchemas.models("models"))])
      ],
      problems: [422], handler: models),
    Route(
      method: .get, template: "/models/{id*}", name: "getModel", tag: "Registry",
      summary: "Show a model: its equations, its source and its parameters.",
      parameters: [
        Parameter(
          name: "id", place: "path", summary: "The model's id; its slash may be written as it is.",
          schema: ["type": "string"], example: "impact/SquareRoot-v1")
      ],
      answers: [
        Answer(status: 200, summary: "The model.", content: [("application/json", AnswerSchemas.model)])
      ],
      problems: [404], handler: model),
    Route(
      method: .get, template: "/strategies", name: "listStrategies", tag: "Registry",
      summary: "List the strategies with their parameters.",
      answers: [
        Answer(
          status: 200, summary: "By name.",
          content: [("application/json", AnswerSchemas.strategies)])
      ],
      problems: [], handler: strategies),
  ]

  private static func scenarios(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let vocabulary = try await door.blocking { () throws(MMSError) in door.vocabulary() }
    return Reply([
      "scenarios": .array(
        vocabulary.scenarios.map { item in
          [
            "name": .string(item.name), "version": .integer(Int64(item.version)),
            "summary": .string(item.summary), "error": item.fault.map { .string($0) } ?? .null,
          ]
        })
    ])
  }

  private static func scenario(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let name = request.parameter("name")
    let runtime = door.host.runtime
    let found = try await door.blocking { () throws(MMSError) in
      // An unknown value of a request is wrong; an unknown address is not there.
      guard runtime.scenarios.names.contains(name) else {
        let shown = String(name.prefix(100))
        throw MMSError(
          .notFound, "there is no scenario '\(shown)'", path: "name",
          hint: Suggestion.hint(for: shown, among: runtime.scenarios.names))
      }
      return try runtime.scenarios.load(named: name)
    }
    guard var object = found.json.objectValue else { return Reply(found.json) }
    object["files"] = nil
    return Reply(.object(object))
  }

  private static func models(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let registry = door.host.runtime.registry
    guard let kind = request.query("kind") else {
      return Reply(["models": .array(registry.entries.map(\.listing))])
    }
    let words = ModelKind.all.map(\.rawValue)
    guard words.contains(kind) else {
      throw MMSError(
        .invalidValue, "there is no kind of model '\(kind.prefix(100))'", path: "kind",
        hint: Suggestion.hint(for: String(kind.prefix(100)), among: words))
    }
    return Reply(["models": .array(registry.entries(of: ModelKind(rawValue: kind)).map(\.listing))])
  }

  private static func model(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let id = request.parameter("id")
    let registry = door.host.runtime.registry
    guard let entry = registry.entries.first(where: { $0.descriptor.id == id }) else {
      let shown = String(id.prefix(100))
      throw MMSError(
        .notFound, "there is no model '\(shown)'", path: "id",
        hint: Suggestion.hint(for: shown, among: registry.entries.map(\.descriptor.id)))
    }
    return Reply(try await door.blocking { () throws(MMSError) in entry.json })
  }

  private static func strategies(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let entries = door.host.runtime.registry.entries(of: .strategy)
    return Reply(["strategies": .array(entries.map(\.json))])
  }
}

#endif
