// SPDX-License-Identifier: Apache-2.0
#if Service

import HTTPTypes
import MMSCore
import MMSRuntime

extension Route {
  /// Experiments: many simulations that a definition describes.
  static let experiments: [Route] = [
    Route(
      method: .post, template: "/experiments", name: "createExperiment", tag: "Studies",
      summary: "Accept an experiment: a request, and what is varied around it.",
      details:
        "The body is what a file of kind Experiment says (`mms schema --kind Experiment`), as JSON. It is accepted and "
        + "runs behind the simulations of other clients, one experiment after another; `Location` says where to look. "
        + "One that was accepted goes on when the service is started again. More trials than the service's limit are "
        + "refused with what they would cost.",
      bodySchema: "ExperimentRequest",
      answers: [
        Answer(
          status: 202, summary: "Accepted; it runs when those before it have ended.",
          content: [("application/json", AnswerSchemas.experimentFacts)],
          headers: [("Location", "Where its state is.")])
      ],
      problems: [400, 413, 415, 422, 429, 503], handler: create),
    Route(
      method: .get, template: "/experiments", name: "listExperiments", tag: "Studies",
      summary: "List the latest experiments.", parameters: [limit],
      answers: [
        Answer(
          status: 200, summary: "The newest first.",
          content: [("application/json", AnswerSchemas.experiments)])
      ],
      problems: [422], handler: list),
    Route(
      method: .get, template: "/experiments/{id}", name: "getExperiment", tag: "Studies",
      summary: "Look at an experiment: how far it is, and what it found.", parameters: [experimentID],
      answers: [
        Answer(
          status: 200, summary: "Its state, its definition, and its result once there is one.",
          content: [("application/json", AnswerSchemas.experiment)])
      ],
      problems: [404], handler: state),
    Route(
      method: .delete, template: "/experiments/{id}", name: "cancelExperiment", tag: "Studies",
      summary: "Give an experiment up.",
      details: "What was found stays. One that has ended is left as it is, and `cancelled` is false.",
      parameters: [experimentID],
      answers: [
        Answer(
          status: 200, summary: "Whether there was something to give up.",
          content: [("application/json", AnswerSchemas.experimentCancelled)])
      ],
      problems: [404, 503], handler: cancel),
    Route(
      method: .get, template: "/experiments/{id}/results", name: "getExperimentResults", tag: "Studies",
      summary: "A row for each trial, as CSV.",
      details: "By trial number; while the experiment runs, the rows that there are.",
      parameters: [experimentID],
      answers: [Answer(status: 200, summary: "The rows.", content: [("text/csv", nil)])],
      problems: [404], handler: results),
  ]

  static let experimentID = Parameter(
    name: "id", place: "path", summary: "The experiment's id.", schema: ["type": "string"],
    example: "exp_20241201_001")

  private static func create(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let body = try await RequestBodyText.object(of: request.request, limit: door.configuration.bodyLimit)
    let host = door.host
    let definition = try await door.blocking { () throws(MMSError) in try ExperimentBody.definition(body) }
    let study = try await host.submit(definition)
    var reply = Reply(.object(study.experimentFacts(rate: nil, hiding: door.hide)), status: .accepted)
    reply.headers = [(.location, "/experiments/\(study.id)")]
    return reply
  }

  private static func list(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let studies = door.host.studies
    let rows = studies.experiments(limit: try request.limit)
    return Reply([
      "experiments": .array(
        rows.map { .object($0.experimentFacts(rate: studies.rate($0.id), hiding: door.hide)) })
    ])
  }

  private static func state(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let id = request.parameter("id")
    let studies = door.host.studies
    let hide: @Sendable (String) -> String = { door.hide($0) }
    return try await door.blocking { () throws(MMSError) in
      let study = try studies.experiment(id)
      var facts = study.experimentFacts(rate: studies.rate(id), hiding: hide)
      let text = study.request.stringValue ?? ""
      facts["definition"] = (try? JSONValue(parsing: text)) ?? .string(text)
      facts["result"] =
        try studies.findings(id).map { (text) throws(MMSError) in try JSONValue(parsing: text) }
        ?? .null
      return Reply(.object(facts))
    }
  }

  private static func cancel(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let id = request.parameter("id")
    let studies = door.host.studies
    let isCancelled = try await door.blocking { () throws(MMSError) in try studies.cancel(id) }
    return Reply(["experiment_id": .string(id), "cancelled": .bool(isCancelled)])
  }

  private static func results(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let id = request.parameter("id")
    let studies = door.host.studies
    let text = try await door.blocking { () throws(MMSError) in try studies.results(id) }
    guard let text else {
      throw Problem.notFound(
        "experiment \(id) has no results yet", hint: "GET /experiments/\(id) says how far it is")
    }
    return Reply(text, .csv)
  }
}

extension Study {
  /// What lists say of an experiment.
  func experimentFacts(rate: Double?, hiding: (String) -> String) -> JSONObject {
    func time(_ value: SimTime?) -> JSONValue { value.map { .string($0.description) } ?? .null }
    let isRunning = status == .running
    var object: JSONObject = ["experiment_id": .string(id)]
    for key in ["name", "version", "summary"] { object[key] = facts[key] ?? .null }
    object["status"] = .string(status.rawValue)
    object["trials"] = .integer(Int64(size))
    object["done"] = .integer(Int64(done))
    object["progress"] = .number(size > 0 ? Double(done) / Double(size) : 0)
    object["trials_per_second"] = isRunning ? rate.map { .number($0) } ?? .null : .null
    object["seconds_left"] = isRunning ? rate.map { .number(Double(size - done) / $0) } ?? .null : .null
    object["failed"] = facts["failed"] ?? .null
    object["objective"] = facts["objective"] ?? .null
    object["best"] = facts["best"] ?? .null
    object["created_at"] = time(createdAt)
    object["started_at"] = time(startedAt)
    object["completed_at"] = time(completedAt)
    object["error"] = error.map { .string(hiding($0)) } ?? .null
    object["location"] = .string("/experiments/\(id)")
    object["report"] = done > 0 ? .string("/reports/\(id)") : .null
    object["results"] = status == .pending ? .null : .string("/experiments/\(id)/results")
    return object
  }
}

extension AnswerSchemas {
  private static let members: [(String, JSONValue)] = [
    ("experiment_id", described(text, "Its id, such as exp_20241201_001.")), ("name", text),
    ("version", count), ("summary", text),
    ("status", ["enum": .array(Study.Status.allCases.map { .string($0.rawValue) })]),
    ("trials", described(count, "How many simulations it is.")),
    ("done", described(count, "How many have ended.")),
    ("progress", described(share, "The share of trials that have ended.")),
    ("trials_per_second", described(numberOrNull, "While it runs.")),
    ("seconds_left", described(numberOrNull, "While it runs, at this rate.")),
    ("failed", described(["type": ["integer", "null"]], "Trials that failed, once all have ended.")),
    ("objective", described(text, "The metric that says which choice is best.")),
    ("best", described(["type": ["object", "null"]], "The best choice, once all trials have ended.")),
    ("created_at", text), ("started_at", textOrNull), ("completed_at", textOrNull),
    ("error", described(textOrNull, "Why it failed.")), ("location", text),
    ("report", described(textOrNull, "The address of its page, once a trial is done.")),
    ("results", described(textOrNull, "The address of its rows, once there are some.")),
  ]

  /// What POST /experiments answers.
  static let experimentFacts = object(members)
  /// What GET /experiments answers.
  static let experiments = object([("experiments", list(experimentFacts))])
  /// What GET /experiments/{id} answers.
  static let experiment = object(
    members + [
      ("definition", described(["type": ["object", "string"]], "What was sent.")),
      (
        "result",
        described(
          ["type": ["object", "null"]],
          "What `mms experiment run` writes as experiment.json; null before the end.")
      ),
    ])
  /// What DELETE /experiments/{id} answers.
  static let experimentCancelled = object([("experiment_id", text), ("cancelled", flag)])
}

#endif
