// SPDX-License-Identifier: Apache-2.0
#if Service

import HTTPTypes
import MMSCore

extension Route {
  /// Every route, in the order of the documents.
  static let all: [Route] = simulations + studies + experiments + reports + registry + operations + pages

  /// How the service is.
  static let operations: [Route] = [
    Route(
      method: .get, template: "/health", name: "health", tag: "Operations",
      summary: "Whether the service can serve; needs no token.",
      answers: [
        Answer(status: 200, summary: "It can.", content: [("application/json", AnswerSchemas.health)]),
        Answer(status: 503, summary: "It cannot.", content: [("application/json", AnswerSchemas.health)]),
      ],
      problems: [], handler: health),
    Route(
      method: .get, template: "/status", name: "status", tag: "Operations",
      summary: "Measurements of the moment: workers, queue, response time, memory, processors.",
      answers: [
        Answer(status: 200, summary: "The state.", content: [("application/json", AnswerSchemas.status)])
      ],
      problems: [], handler: status),
    Route(
      method: .get, template: "/metrics", name: "metrics", tag: "Operations",
      summary: "Figures for Prometheus.",
      answers: [
        Answer(status: 200, summary: "Text of the exposition format.", content: [("text/plain", nil)])
      ],
      problems: [], handler: metrics),
    Route(
      method: .get, template: "/openapi.json", name: "openapi", tag: "Operations",
      summary: "This description, OpenAPI 3.1.",
      answers: [
        Answer(status: 200, summary: "The document.", content: [("application/json", ["type": "object"])])
      ],
      problems: [], handler: openAPI),
  ]

  private static func health(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let health = door.host.health()
    return Reply(
      [
        "status": .string(health.isServing ? "ok" : "unavailable"),
        "reason": .string(door.hide(health.reason)),
      ],
      status: health.isServing ? .ok : .serviceUnavailable)
  }

  private static func status(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let status = await door.host.status()
    return Reply([
      "service_status": .string(status.state.rawValue), "worker_count": .integer(Int64(status.workers)),
      "queue_length": .integer(Int64(status.queueLength)),
      "avg_response_time": .number(status.averageResponseTime), "memory_usage": .number(status.memoryUsage),
      "cpu_usage": .number(status.cpuUsage), "details": .object(status.details),
    ])
  }

  private static func metrics(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let status = await door.host.status()
    return Reply(door.metrics.exposition(status, isServing: door.host.health().isServing), .prometheus)
  }

  private static func openAPI(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    Reply(try await door.blocking { () throws(MMSError) in door.openAPI() })
  }
}

#endif
