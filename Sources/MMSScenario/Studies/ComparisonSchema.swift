// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// JSON Schema of files of kind Comparison, from the models and strategies that are registered right now.
public enum ComparisonSchema {
  /// The schema, JSON Schema draft 2020-12.
  ///
  /// - Parameters:
  ///   - registry: Where strategies come from.
  ///   - scenarios: The scenarios there are, for the reader: files may be named too.
  ///   - metrics: The names of the metrics.
  public static func json(registry: ModelRegistry, scenarios: [String], metrics: [String]) -> JSONValue {
    let names = JSONValue.array(metrics.map { .string($0) })
    let side = side(registry, scenarios)
    let choice: JSONValue = [
      "anyOf": [
        [
          "type": "string", "minLength": 1,
          "description": "A scenario with overrides: normal?models.impact.params.Y=0.9.",
        ],
        .object(ScenarioSchema.object(side)),
      ]
    ]
    let base = ScenarioSchema.object(
      [
        ("symbol", ["type": "string", "minLength": 1, "maxLength": 20, "description": "The trading pair."]),
        ("period", ["type": "string", "description": "How long, such as 30d, 7d or 12h."]),
        ("start_time", ["type": "string", "description": "Start of the period, ISO 8601."]),
        ("end_time", ["type": "string", "description": "End of the period, ISO 8601."]),
        ("seed", ["type": "integer", "minimum": 0, "description": "The seed of both sides."]),
        ("data", ["type": "string", "description": "A data URI to read instead of the store."]),
        (
          "antithetic",
          [
            "type": "boolean", "default": false,
            "description": "Paths in pairs with mirrored draws; an even number of them, 16 or more.",
          ]
        ),
      ] + side, required: ["symbol", "period"])
    let spec = ScenarioSchema.object(
      [
        ("base", .object(base)), ("a", choice), ("b", choice),
        ("paths", ["type": "integer", "minimum": 1, "maximum": 1_000_000]),
        (
          "metrics", ["type": "array", "items": ["enum": names], "minItems": 1, "uniqueItems": true]
        ),
        (
          "primary",
          ["enum": names, "default": "total_return", "description": "The metric that decides."]
        ),
      ], required: ["base", "a", "b"])
    let metadata = ScenarioSchema.object(
      [
        ("name", ["type": "string", "pattern": "^[a-z0-9_]{1,30}$"]),
        ("version", ["type": "integer", "minimum": 1, "maximum": 1_000_000, "default": 1]),
        ("summary", ["type": "string", "description": "The question it answers."]),
        ("source", ["type": "string"]),
      ], required: ["name"])
    let root = ScenarioSchema.object(
      [
        ("apiVersion", ["const": .string(ScenarioComposer.apiVersion)]),
        ("kind", ["const": "Comparison"]), ("metadata", .object(metadata)), ("spec", .object(spec)),
      ], required: ["apiVersion", "kind", "metadata", "spec"])
    var schema: JSONObject = [
      "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "MMS comparison",
    ]
    for member in root { schema[member.key] = member.value }
    return .object(schema)
  }

  private static func side(_ registry: ModelRegistry, _ scenarios: [String]) -> [(String, JSONValue)] {
    let strategies = registry.entries(of: .strategy).map { JSONValue.string($0.descriptor.id) }
    return [
      (
        "scenario",
        [
          "type": "string", "minLength": 1, "examples": .array(scenarios.map { .string($0) }),
          "description": "A scenario's name, or a file beside this one.",
        ]
      ),
      (
        "overrides",
        ["type": "object", "description": "Dotted path in the scenario and value."]
      ),
      ("strategy", ["enum": .array(strategies)]),
      ("strategy_params", ["type": "object", "description": "Parameters of the strategy."]),
    ]
  }
}
