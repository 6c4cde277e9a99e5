// SPDX-License-Identifier: Apache-2.0
#if Service

import HTTPTypes
import MMSCore
import MMSRuntime

/// OpenAPI 3.1, made of the tables that requests are checked with.
struct OpenAPIDocument: Sendable {
  private let routes: [Route]
  private let vocabulary: Vocabulary
  private let needsToken: Bool

  init(_ routes: [Route], vocabulary: Vocabulary, needsToken: Bool) {
    self.routes = routes
    self.vocabulary = vocabulary
    self.needsToken = needsToken
  }

  /// What each status means when it is a problem.
  static let meanings: [Int: String] = [
    400: "The body is not JSON.", 401: "A token is needed.", 404: "There is no such thing.",
    405: "The method does not fit the address; `Allow` lists those that do.", 413: "The body is too large.",
    415: "The body is not application/json.",
    422: "A value is wrong, or there are no data for it; `errors` has every fault with the nearest names.",
    429: "Too much is waiting; ask again after `Retry-After` seconds.",
    499: "The simulation was given up.", 500: "The service failed.",
    503: "The service cannot do this right now.", 504: "It took too long.",
  ]

  /// The document.
  var json: JSONValue {
    var paths = JSONObject()
    for route in routes {
      var item = paths[route.openAPIPath]?.objectValue ?? JSONObject()
      item[route.method.rawValue.lowercased()] = .object(operation(route))
      paths[route.openAPIPath] = .object(item)
    }
    var document: JSONObject = [
      "openapi": "3.1.0",
      "info": [
        "title": "MMS", "version": .string(MMSVersion.current),
        "summary": "Market microstructure simulation.",
        "description":
          "Runs trading strategies in simulated markets and says what it would have cost. Errors are application/problem+json.",
        "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
      ],
      "servers": [["url": "/"]],
      "tags": [
        ["name": "Simulations"], ["name": "Studies"], ["name": "Registry"], ["name": "Operations"],
        ["name": "Pages"],
      ],
      "paths": .object(paths),
      "components": [
        "schemas": [
          "SimulationRequest": body(SimulationBody.fields),
          "CalibrationRequest": body(CalibrationBody.fields),
          "ComparisonRequest": body(ComparisonBody.fields), "ExperimentRequest": vocabulary.experiment,
          "Simulation": AnswerSchemas.simulation, "Problem": AnswerSchemas.problem,
        ]
      ],
    ]
    if needsToken {
      var components = document["components"]?.objectValue ?? JSONObject()
      components["securitySchemes"] = ["token": ["type": "http", "scheme": "bearer"]]
      document["components"] = .object(components)
      document["security"] = [["token": []]]
    }
    return .object(document)
  }

  private func operation(_ route: Route) -> JSONObject {
    var operation: JSONObject = [
      "operationId": .string(route.name), "tags": .array([.string(route.tag)]),
      "summary": .string(route.summary),
    ]
    if !route.details.isEmpty { operation["description"] = .string(route.details) }
    if !route.parameters.isEmpty {
      operation["parameters"] = .array(
        route.parameters.map { parameter in
          [
            "name": .string(parameter.name), "in": .string(parameter.place),
            "required": .bool(parameter.place == "path"), "description": .string(parameter.summary),
            "schema": parameter.schema, "example": parameter.example,
          ]
        })
    }
    let names = ["simulate": "SimulationRequest", "compare": "ComparisonRequest"]
    if let name = route.bodySchema
      ?? (route.fields == nil ? nil : names[route.name] ?? "CalibrationRequest")
    {
      operation["requestBody"] = [
        "required": true,
        "content": ["application/json": ["schema": ["$ref": .string("#/components/schemas/\(name)")]]],
      ]
    }
    var responses = JSONObject()
    for answer in route.answers { responses[String(answer.status)] = response(answer) }
    let problems = route.problems + (needsToken && route.template != "/health" ? [401] : [])
    for status in problems.sorted() where responses[String(status)] == nil {
      responses[String(status)] = problem(status)
    }
    operation["responses"] = .object(responses)
    if needsToken, route.template == "/health" { operation["security"] = [] }
    return operation
  }

  private func response(_ answer: Route.Answer) -> JSONValue {
    var content = JSONObject()
    for (media, schema) in answer.content {
      let isSimulation = schema == AnswerSchemas.simulation
      content[media] = [
        "schema": isSimulation ? ["$ref": "#/components/schemas/Simulation"] : schema ?? ["type": "string"]
      ]
    }
    var object: JSONObject = ["description": .string(answer.summary), "content": .object(content)]
    if !answer.headers.isEmpty {
      var headers = JSONObject()
      for (name, summary) in answer.headers {
        headers[name] = ["description": .string(summary), "schema": ["type": "string"], "required": true]
      }
      object["headers"] = .object(headers)
    }
    return .object(object)
  }

  private func problem(_ status: Int) -> JSONValue {
    var object: JSONObject = [
      "description": .string(Self.meanings[status] ?? "A problem."),
      "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
    ]
    if status == 429 {
      object["headers"] = [
        "Retry-After": ["description": "Seconds.", "schema": ["type": "string"], "required": true]
      ]
    }
    return .object(object)
  }

  private func body(_ fields: [RequestField]) -> JSONValue {
    var properties = JSONObject()
    var example = JSONObject()
    for field in fields {
      properties[field.name] = field.schema(vocabulary)
      if field.isRequired { example[field.name] = field.example }
    }
    return [
      "type": "object", "properties": .object(properties),
      "required": .array(fields.filter(\.isRequired).map { .string($0.name) }),
      "additionalProperties": false, "examples": .array([.object(example)]),
    ]
  }
}

#endif
