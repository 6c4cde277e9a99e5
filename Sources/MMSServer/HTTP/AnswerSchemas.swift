// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSStudy

/// What the routes answer, as JSON Schema.
enum AnswerSchemas {
  static let text: JSONValue = ["type": "string"]
  static let textOrNull: JSONValue = ["type": ["string", "null"]]
  static let number: JSONValue = ["type": "number"]
  static let numberOrNull: JSONValue = ["type": ["number", "null"]]
  static let count: JSONValue = ["type": "integer", "minimum": 0]
  static let flag: JSONValue = ["type": "boolean"]
  static let share: JSONValue = ["type": "number", "minimum": 0, "maximum": 1]
  static let seed: JSONValue = ["type": ["integer", "string"]]
  static let anyObject: JSONValue = ["type": "object"]

  static func list(_ items: JSONValue) -> JSONValue { ["type": "array", "items": items] }

  /// An object whose members are all there, unless they are named optional.
  static func object(
    _ members: [(String, JSONValue)], optional: Set<String> = [], isOpen: Bool = false
  ) -> JSONValue {
    var properties = JSONObject()
    for (name, schema) in members { properties[name] = schema }
    return [
      "type": "object", "properties": .object(properties),
      "required": .array(members.map(\.0).filter { !optional.contains($0) }.map { .string($0) }),
      "additionalProperties": .bool(isOpen),
    ]
  }

  /// A schema with a sentence.
  static func described(_ schema: JSONValue, _ text: String) -> JSONValue {
    guard var object = schema.objectValue else { return schema }
    object["description"] = .string(text)
    return .object(object)
  }

  /// The six numbers and what each means.
  static let metrics: [(Metric, String)] = [
    (.slippage, "Mean cost of fills against the mid at the decision, a fraction; positive is a cost."),
    (.fillProbability, "Expected share of the wanted quantity that fills, 0 to 1."),
    (.priceImpact, "Temporary plus lasting displacement that our orders caused, a fraction."),
    (.totalReturn, "Last equity over first, minus one."),
    (.maxDrawdown, "Deepest fall of the equity from a running maximum, a fraction, zero or negative."),
    (.sharpeRatio, "Annualised mean over standard deviation of per-step returns."),
  ]

  static let simulation: JSONValue = {
    let errors = Metric.allCases.map { ($0.rawValue, numberOrNull) }
    var members: [(String, JSONValue)] = [
      ("simulation_id", described(text, "The id of the simulation, such as sim_20241201_001."))
    ]
    members += metrics.map { ($0.0.rawValue, described(number, $0.1)) }
    members += [
      ("report_url", described(text, "Where its report is.")),
      ("execution_time", described(number, "Time the simulation took, in seconds.")),
      ("seed", described(seed, "The seed that was used.")),
      ("paths", described(count, "How many paths were run.")),
      ("trades", described(count, "Closed round trips, pooled over paths.")),
      (
        "standard_errors",
        described(object(errors), "The standard error of each number; null where there is none.")
      ),
      ("se_method", described(text, "How the errors were found.")),
      ("dispersion", described(anyObject, "Quantiles over paths, of each number that has them.")),
      ("details", described(anyObject, "What trading was like and what it cost.")),
      ("cached", described(flag, "Whether the answer was computed before.")),
      (
        "provenance",
        described(
          anyObject, "Engine, scenario, models, data, calibration and digests: enough to make it again.")
      ),
      ("warnings", described(list(text), "What a reader should know.")),
    ]
    return object(members)
  }()

  static let accepted = object([("simulation_id", text), ("location", text)])
  static let cancelled = object([("simulation_id", text), ("cancelled", flag)])
  static let trades = object([("simulation_id", text), ("trades", list(anyObject))])

  private static let facts: [(String, JSONValue)] = [
    ("simulation_id", text),
    ("status", ["enum": ["pending", "running", "completed", "failed"]]),
    ("symbol", text), ("period", text), ("scenario", text), ("strategy", textOrNull),
    ("created_at", textOrNull), ("started_at", textOrNull), ("completed_at", textOrNull),
    ("paths", ["type": ["integer", "null"]]), ("seed", ["type": ["integer", "string", "null"]]),
    ("attempts", count), ("error", described(textOrNull, "Why it failed.")),
    ("execution_time", numberOrNull), ("total_return", numberOrNull),
    ("report", described(textOrNull, "The address of its report, once there is one.")),
  ]

  static let simulations = object([("simulations", list(object(facts)))])
  static let state = object(
    facts + [
      ("strategy_params", anyObject), ("request", ["type": ["object", "null"]]),
      (
        "result",
        described(["type": ["object", "null"]], "What POST /simulate answers; null before the end.")
      ),
    ], optional: ["strategy_params"])

  static let calibration: JSONValue = {
    let value = object([
      ("name", text), ("value", number), ("previous", number), ("standard_error", numberOrNull),
      ("identified", flag), ("prior", flag), ("estimate", numberOrNull),
      ("sweep", described(number, "The part of base_slippage that the sweep of a book is.")), ("n", count),
      ("method", text),
    ])
    let reading = object([
      ("name", text), ("value", number), ("standard_error", numberOrNull), ("days", count),
    ])
    let diagnostics = ("diagnostics", described(list(reading), "Estimators of spread and volatility."))
    let members: [(String, JSONValue)] = [
      ("symbol", text), ("scenario", text), ("parameters", list(value)), ("param_id", textOrNull),
      ("active", flag), ("method", text), ("data_digest", text),
    ]
    return [
      "anyOf": [
        object(members + [diagnostics, ("warnings", list(text))]),
        object([("calibrations", list(object(members))), diagnostics, ("warnings", list(text))]),
      ]
    ]
  }()

  static let health = object([("status", ["enum": ["ok", "unavailable"]]), ("reason", text)])
  static let status = object([
    ("service_status", ["enum": ["running", "degraded", "down"]]), ("worker_count", count),
    ("queue_length", count),
    ("avg_response_time", described(["type": "number", "minimum": 0], "Milliseconds.")),
    ("memory_usage", share), ("cpu_usage", share), ("details", anyObject),
  ])

  static let scenarios = object([
    (
      "scenarios",
      list(object([("name", text), ("version", count), ("summary", text), ("error", textOrNull)]))
    )
  ])
  static let scenario = object([
    ("name", text), ("version", count), ("summary", text), ("source", text), ("market", text),
    ("digest", text),
    ("data", anyObject), ("models", anyObject), ("calibration", anyObject), ("execution", anyObject),
    ("events", list(text)), ("targets", list(text)),
  ])

  static func models(_ key: String) -> JSONValue {
    object([
      (
        key,
        list(
          object([
            ("id", text), ("kind", text), ("summary", text), ("origin", text), ("parameters", list(text)),
          ]))
      )
    ])
  }

  static let model = object([
    ("id", text), ("kind", text), ("summary", text), ("equations", text), ("source", text),
    ("origin", text),
    ("digest", textOrNull), ("parameters", list(anyObject)),
  ])
  static let strategies = object([("strategies", list(model))])

  static let problem = object([
    ("type", text), ("title", text), ("status", ["type": "integer"]), ("detail", text), ("code", text),
    ("errors", list(object([("path", textOrNull), ("message", text), ("hint", textOrNull)]))),
  ])
}

#endif
