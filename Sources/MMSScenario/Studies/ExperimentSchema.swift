// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// JSON Schema of experiment files, for editors; the reader stays the judge.
public enum ExperimentSchema {
  /// The schema of kind Experiment, JSON Schema draft 2020-12.
  ///
  /// - Parameters:
  ///   - registry: The strategies there are.
  ///   - scenarios: The names of scenarios there are.
  public static func json(registry: ModelRegistry, scenarios: [String]) -> JSONValue {
    let metadata = ScenarioSchema.object(
      [
        ("name", ["type": "string", "pattern": "^[a-z0-9_-]{1,60}$"]),
        ("version", ["type": "integer", "minimum": 1, "maximum": 1_000_000, "default": 1]),
        ("summary", ["type": "string", "description": "One sentence for listings."]),
      ], required: ["name"])
    var schema: JSONObject = [
      "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "MMS experiment",
    ]
    let root = ScenarioSchema.object(
      [
        ("apiVersion", ["const": .string(ScenarioComposer.apiVersion)]), ("kind", ["const": "Experiment"]),
        ("metadata", .object(metadata)), ("spec", spec(registry, scenarios)),
      ], required: ["apiVersion", "kind", "metadata", "spec"])
    for member in root { schema[member.key] = member.value }
    return .object(schema)
  }

  private static func spec(_ registry: ModelRegistry, _ scenarios: [String]) -> JSONValue {
    let metrics: JSONValue = ["enum": .array(ExperimentDesign.metricNames.map { .string($0) })]
    let keys: JSONValue = .string(
      "^(\(ExperimentDesign.bodyKeys.joined(separator: "|"))|(\(ExperimentDesign.bodySections.joined(separator: "|")))\\..+)$"
    )
    func values(_ description: String) -> JSONValue {
      [
        "type": "object", "minProperties": 1, "propertyNames": ["pattern": keys],
        "additionalProperties": ["type": "array", "minItems": 1], "description": .string(description),
      ]
    }
    let law = ScenarioSchema.object(
      [
        ("min", ["type": ["number", "string"]]), ("max", ["type": ["number", "string"]]),
        ("scale", ["enum": ["linear", "log"], "default": "linear"]),
        ("integer", ["type": "boolean", "default": false]),
      ], required: ["min", "max"])
    let sampling: JSONValue = .object(
      ScenarioSchema.object(
        [
          ("samples", ["type": "integer", "minimum": 1, "maximum": 100_000_000]), ("seed", seed),
          (
            "parameters",
            [
              "type": "object", "minProperties": 1, "propertyNames": ["pattern": keys],
              "additionalProperties": ["anyOf": [.object(law), ["type": "array", "minItems": 1]]],
            ]
          ),
        ], required: ["samples", "parameters"]))
    let walk = ScenarioSchema.object(
      [
        ("start", ["type": "string"]), ("end", ["type": "string"]),
        ("train", ScenarioSchema.duration("The part that parameters are chosen on.")),
        ("test", ScenarioSchema.duration("The part after it that the choice is tested on.")),
        ("step", ScenarioSchema.duration("How far the next window lies; the test's length unless given.")),
        ("anchored", ["type": "boolean", "default": false]),
      ], required: ["start", "end", "train", "test"])
    return .object(
      ScenarioSchema.object(
        [
          ("base", body(registry, scenarios)),
          ("matrix", values("A grid: keys of the body by dotted path, each with its values.")),
          ("random", sampling), ("sobol", sampling),
          ("seeds", ["type": "array", "items": seed, "minItems": 1, "uniqueItems": true]),
          ("repeat", ["type": "integer", "minimum": 1, "maximum": 1_000_000, "default": 1]),
          ("metrics", ["type": "array", "items": metrics, "minItems": 1, "maxItems": 6]),
          ("objective", metrics), ("errors", ["enum": ["paths", "bootstrap"], "default": "paths"]),
          (
            "constraints",
            [
              "type": "array",
              "items": ["type": "string", "pattern": "[<>]"],
              "description": "Comparisons of keys (points are left out) or metrics (results are infeasible).",
            ]
          ), ("walk_forward", .object(walk)),
        ], required: ["base"]))
  }

  private static let seed: JSONValue = ["type": ["integer", "string"], "minimum": 0]

  private static func body(_ registry: ModelRegistry, _ scenarios: [String]) -> JSONValue {
    let text: JSONValue = ["type": "string", "minLength": 1]
    let strategies = registry.entries(of: .strategy).map(\.descriptor.id)
    var parameters = JSONObject()
    for entry in registry.entries(of: .strategy) {
      for parameter in entry.descriptor.parameters where parameters[parameter.name] == nil {
        parameters[parameter.name] = ["description": .string("Of strategy \(entry.descriptor.id).")]
      }
    }
    return .object(
      ScenarioSchema.object([
        ("symbol", text), ("period", ScenarioSchema.duration("How long to simulate.")),
        (
          "scenario",
          [
            "type": "string", "examples": .array(scenarios.map { .string($0) }),
            "description": "A name, or a file relative to this one.",
          ]
        ), ("strategy", ["enum": .array(strategies.map { .string($0) }), "default": "threshold"]),
        ("start_time", text), ("end_time", text), ("seed", seed),
        ("paths", ["type": "integer", "minimum": 1, "default": 1]),
        ("target_se", ["type": "number", "exclusiveMinimum": 0]),
        ("target_metric", ["enum": .array(ExperimentDesign.metricNames.map { .string($0) })]),
        (
          "antithetic",
          [
            "type": "boolean", "default": false,
            "description": "Paths in pairs with mirrored draws; an even number of them, 16 or more.",
          ]
        ), ("data", text),
        ("strategy_params", ["type": "object", "properties": .object(parameters)]),
        ("overrides", ["type": "object", "description": "Dotted path of the scenario → value."]),
      ]))
  }
}
