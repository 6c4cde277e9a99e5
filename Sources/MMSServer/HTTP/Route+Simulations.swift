// SPDX-License-Identifier: Apache-2.0
#if Service

import HTTPTypes
import Hummingbird
import MMSCore
import MMSRuntime
import MMSStore

extension Route {
  /// Running simulations, and looking at those that were.
  static let simulations: [Route] = [
    Route(
      method: .post, template: "/simulate", name: "simulate", tag: "Simulations",
      summary: "Run a simulation.",
      details:
        "Answers when it is done, or from the cache. With `Prefer: respond-async` it is accepted and runs on: "
        + "`Location` says where to look. Closing the connection gives the simulation up.",
      parameters: [
        Parameter(
          name: "Prefer", place: "header", summary: "`respond-async` answers at once.",
          schema: ["type": "string"], example: "respond-async")
      ],
      fields: SimulationBody.fields,
      answers: [
        Answer(
          status: 200, summary: "The result.", content: [("application/json", AnswerSchemas.simulation)]),
        Answer(
          status: 202, summary: "Accepted; it runs.",
          content: [("application/json", AnswerSchemas.accepted)],
          headers: [("Location", "Where its state is.")]),
      ],
      problems: [400, 413, 415, 422, 429, 499, 503, 504],
      handler: simulate),
    Route(
      method: .post, template: "/calibrate", name: "calibrate", tag: "Simulations",
      summary: "Estimate a market's calibration from its bars.",
      details:
        "With a scenario it answers that scenario's object; without one, `calibrations`, a list of such objects. "
        + "With `apply` simulations use the numbers from now on.",
      fields: CalibrationBody.fields,
      answers: [
        Answer(
          status: 200, summary: "The estimates with their standard errors.",
          content: [("application/json", AnswerSchemas.calibration)])
      ],
      problems: [400, 413, 415, 422, 503], handler: calibrate),
    Route(
      method: .get, template: "/simulations", name: "listSimulations", tag: "Simulations",
      summary: "List the latest simulations.",
      parameters: [limit],
      answers: [
        Answer(
          status: 200, summary: "The newest first.",
          content: [("application/json", AnswerSchemas.simulations)])
      ],
      problems: [422, 503], handler: list),
    Route(
      method: .get, template: "/simulations/{id}", name: "getSimulation", tag: "Simulations",
      summary: "Look at a simulation, in whatever state it is.", parameters: [simulationID],
      answers: [
        Answer(
          status: 200, summary: "Its state, and its result once there is one.",
          content: [("application/json", AnswerSchemas.state)])
      ],
      problems: [404, 503], handler: state),
    Route(
      method: .delete, template: "/simulations/{id}", name: "cancelSimulation", tag: "Simulations",
      summary: "Give a simulation up.",
      details: "One that has ended is left as it is, and `cancelled` is false.", parameters: [simulationID],
      answers: [
        Answer(
          status: 200, summary: "Whether there was something to give up.",
          content: [("application/json", AnswerSchemas.cancelled)])
      ],
      problems: [404, 503], handler: cancel),
    Route(
      method: .get, template: "/simulations/{id}/trades", name: "getTrades", tag: "Simulations",
      summary: "Every closed trade of a completed simulation.",
      details: "They are not stored: the run is repeated, bit for bit. `Accept: text/csv` gives CSV.",
      parameters: [simulationID],
      answers: [
        Answer(
          status: 200, summary: "The trades.",
          content: [("application/json", AnswerSchemas.trades), ("text/csv", nil)])
      ],
      problems: [404, 422, 499, 503, 504], handler: trades),
  ]

  static let simulationID = Parameter(
    name: "id", place: "path", summary: "The simulation's id.", schema: ["type": "string"],
    example: "sim_20241201_001")

  private static func simulate(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let body = try await RequestBodyText.object(of: request.request, limit: door.configuration.bodyLimit)
    let host = door.host
    let wanted = try SimulationBody.request(body, runtime: host.runtime)
    if let prefer = request.request.headers[.prefer], prefer.contains("respond-async") {
      let id = try await host.submit(wanted)
      var reply = Reply(
        ["simulation_id": .string(id), "location": .string("/simulations/\(id)")], status: .accepted)
      reply.headers = [(.location, "/simulations/\(id)"), (.preferenceApplied, "respond-async")]
      reply.simulationID = id
      return reply
    }
    let answer = try await request.context.whileClientWaits {
      try await host.simulate(wanted, progress: nil)
    }
    door.metrics.simulated(answer)
    var reply = Reply(answer.json)
    reply.simulationID = answer.id
    return reply
  }

  private static func calibrate(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let body = try await RequestBodyText.object(of: request.request, limit: door.configuration.bodyLimit)
    let wanted = try CalibrationBody.request(body)
    let report = try await door.host.calibrate(wanted)
    return Reply(report.json(asList: wanted.scenario == nil))
  }

  private static func list(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let rows = try await door.host.recentSimulations(limit: request.limit)
    return Reply(["simulations": .array(rows.map { .object($0.facts(hiding: door.hide)) })])
  }

  private static func state(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let stored = try await door.host.simulation(request.parameter("id"))
    var facts = stored.facts(hiding: door.hide)
    facts["strategy_params"] = try? JSONValue(parsing: stored.strategyParams)
    facts["request"] = stored.request.flatMap { try? JSONValue(parsing: $0) } ?? .null
    // The stored answer goes out as it was written.
    let head = JSONValue.object(facts).write(pretty: false).dropLast()
    var reply = Reply("\(head),\"result\":\(stored.details ?? "null")}")
    reply.simulationID = stored.id
    return reply
  }

  private static func cancel(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let id = request.parameter("id")
    let isCancelled = try await door.host.cancel(id)
    var reply = Reply(["simulation_id": .string(id), "cancelled": .bool(isCancelled)])
    reply.simulationID = id
    return reply
  }

  private static func trades(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let id = request.parameter("id")
    let host = door.host
    let outcome = try await request.context.whileClientWaits {
      try await host.documents(id, parts: SimulationOutcome.Parts(trades: true))
    }
    let text = outcome.trades ?? ""
    var reply =
      request.prefers("text/csv", over: "application/json")
      ? Reply(text, .csv)
      : Reply(["simulation_id": .string(id), "trades": .array(TradeRows.json(text))])
    reply.simulationID = id
    return reply
  }
}

extension StoredSimulation {
  /// What lists say of a simulation.
  func facts(hiding: (String) -> String) -> JSONObject {
    func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    var object: JSONObject = [
      "simulation_id": .string(id), "status": .string(status), "symbol": .string(symbol),
      "period": .string(period), "scenario": .string(scenario), "strategy": text(strategy),
      "created_at": text(createdAt), "started_at": text(startedAt), "completed_at": text(completedAt),
      "paths": paths.map { .integer(Int64($0)) } ?? .null,
      "seed": seed.map { seed in Int64(exactly: seed).map { .integer($0) } ?? .string(String(seed)) }
        ?? .null,
      "attempts": .integer(Int64(attempts)), "error": text(error.map(hiding)),
      "execution_time": executionTime.map { .number($0) } ?? .null,
    ]
    object["total_return"] = numbers.map { .number($0.totalReturn) } ?? .null
    object["report"] = status == "completed" ? .string("/reports/\(id)") : .null
    return object
  }
}

#endif
