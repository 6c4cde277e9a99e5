// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// JSON Schema of scenario files, from the models that are registered right now.
///
/// An editor that knows it completes keys, models and parameters and shows their units, ranges and
/// defaults. The reader stays the judge: it also checks what a schema cannot say.
public enum ScenarioSchema {
  /// The schema of kind Scenario, JSON Schema draft 2020-12.
  public static func json(registry: ModelRegistry) -> JSONValue {
    var root = object(
      [
        ("apiVersion", ["const": .string(ScenarioComposer.apiVersion)]),
        ("kind", ["const": "Scenario"]),
        ("metadata", metadata),
        (
          "extends",
          [
            "type": "array", "items": ["type": "string", "minLength": 1], "maxItems": 16,
            "description":
              "Scenarios to start from, by name or relative path; later ones win, lists replace.",
          ]
        ),
        ("spec", spec(registry)),
      ], required: ["apiVersion", "kind", "metadata"])
    root["anyOf"] = [["required": ["spec"]], ["required": ["extends"]]]
    var schema: JSONObject = [
      "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "MMS scenario",
    ]
    for member in root { schema[member.key] = member.value }
    return .object(schema)
  }

  private static var metadata: JSONValue {
    .object(
      object(
        [
          (
            "name",
            [
              "type": "string", "pattern": "^[a-z0-9_]{1,30}$",
              "description": "What commands and requests select; equal to the file's name.",
            ]
          ),
          ("version", ["type": "integer", "minimum": 1, "maximum": 1_000_000, "default": 1]),
          ("summary", ["type": "string", "description": "One sentence for listings."]),
          ("source", ["type": "string", "description": "Where the numbers come from."]),
        ], required: ["name"]))
  }

  private static func spec(_ registry: ModelRegistry) -> JSONValue {
    let plugin = object(
      [("name", ["type": "string"]), ("version", ["type": "string"]), ("sha256", digest)], required: ["name"])
    let slots = ScenarioReader.slots.map { ($0.rawValue, slot($0, registry)) }
    return .object(
      object([
        ("market", ["enum": words(ScenarioDefinition.Market.self), "default": "quotes"]),
        ("data", data),
        ("plugins", ["type": "array", "items": .object(plugin)]),
        ("models", .object(object(slots))),
        ("calibration", calibration),
        ("execution", execution),
        ("events", ["type": "array", "items": event]),
        ("targets", ["type": "array", "items": target]),
      ]))
  }

  private static func slot(_ kind: ModelKind, _ registry: ModelRegistry) -> JSONValue {
    let models = registry.entries(of: kind).map(\.descriptor)
    // A flow is asked at every event: it is always built in.
    let inline = kind == .flow ? [] : [ScenarioReader.function(kind)]
    let lines =
      models.map { "\($0.id): \($0.summary)" }
      + inline.map { "\($0): A C function that this file describes." }
    var slot = object(
      [
        (
          "use",
          [
            "enum": .array((models.map(\.id) + inline).map { .string($0) }),
            "description": .string(lines.joined(separator: "\n")),
          ]
        ),
        ("params", ["type": "object"]),
      ] + (kind == .flow ? [] : functionKeys))
    // Only the chosen model's parameters count; a file that leaves `use` to its base is not judged.
    slot["allOf"] = .array(
      models.map { model in
        let choice: JSONValue = ["properties": ["use": ["const": .string(model.id)]], "required": ["use"]]
        let params = object(model.parameters.map { ($0.name, $0.json) })
        return ["if": choice, "then": ["properties": ["params": .object(params)]]]
      })
    return .object(slot)
  }

  private static var data: JSONValue {
    .object(
      object([
        ("resolution", duration("The length of a step, 1 s to 1 d.", default: "1m")),
        (
          "path",
          [
            "enum": words(ScenarioData.Path.self), "default": "auto",
            "description": "What several paths are made of; auto: one is the history, several are resamples.",
          ]
        ),
        ("symbol", ["type": "string", "pattern": "^[A-Z0-9]{1,20}$"]),
        ("source", ["type": "string", "pattern": "^[a-z0-9_-]{1,40}$"]),
        ("start", ["type": "string", "description": "ISO 8601."]),
        ("end", ["type": "string", "description": "ISO 8601, exclusive."]),
      ]))
  }

  private static var calibration: JSONValue {
    .object(
      object([
        (
          "base_slippage",
          fraction("Cost of a small marketable order.", ["minimum": 0, "maximum": 0.5, "default": 0.001])
        ),
        ("volatility_factor", ["type": "number", "exclusiveMinimum": 0, "default": 1]),
        ("liquidity_factor", ["type": "number", "exclusiveMinimum": 0, "default": 1]),
      ]))
  }

  private static var execution: JSONValue {
    let latency: JSONValue = [
      "anyOf": [
        ["const": 0], duration("Constant."),
        .object(
          object(
            [("median", duration("Half of the orders take longer.")), ("sigma", bounded(0, 5))],
            required: ["median", "sigma"])),
      ],
      "description": "Time from decision to arrival: 0, a duration, or a lognormal one.", "default": "100 ms",
    ]
    let atLeastZero: JSONValue = ["type": "number", "minimum": 0]
    return .object(
      object([
        ("initial_equity", ["type": "number", "exclusiveMinimum": 0, "default": 100_000]),
        (
          "initial_position",
          [
            "type": "number", "minimum": -1e12, "maximum": 1e12, "default": 0,
            "description": "Base units held from before, part of the equity; negative for a short.",
          ]
        ),
        ("taker_fee", fraction("Of the notional.", ["minimum": 0, "maximum": 0.5, "default": 0.001])),
        (
          "maker_fee",
          fraction(
            "Of the notional; negative for a rebate.", ["minimum": -0.5, "maximum": 0.5, "default": 0.001])
        ),
        ("latency", latency),
        ("data_latency", duration("How late the market is seen; with market: book only.", default: "0 s")),
        (
          "volume_cap",
          fraction(
            "The most of a bar's volume we may fill.", ["exclusiveMinimum": 0, "maximum": 1, "default": 0.1])
        ),
        ("stop", ["enum": words(StopMode.self), "default": "intrabar"]),
        ("close_at_end", ["type": "boolean", "default": false]),
        ("tick", atLeastZero), ("lot", atLeastZero), ("min_notional", atLeastZero),
        ("perpetual", perpetual), ("outage", outage), ("price_band", priceBand),
      ]))
  }

  private static var event: JSONValue {
    .object(
      object(
        [
          ("at", anchor),
          ("target", ["enum": .array(ScenarioReader.eventTargets.map { .string($0.rawValue) })]),
          ("shape", ["enum": words(ScriptedEvent.Shape.self), "default": "step"]),
          ("for", duration("How long; of a decay the half-life.")),
          (
            "value",
            [
              "type": "number", "minimum": 0,
              "description": "Multiplies the column; stress and halted are raised to it.",
            ]
          ),
        ], required: ["at", "target", "for"]))
  }

  private static var target: JSONValue {
    .object(
      object(
        [
          ("statistic", ["enum": words(MarketStatistic.self)]),
          (
            "between",
            [
              "type": "array", "items": fraction("", [:]), "minItems": 2, "maxItems": 2,
              "description": "[low, high]",
            ]
          ),
          (
            "paths",
            fraction(
              "The share of paths that must lie within; without it the mean must.",
              ["exclusiveMinimum": 0, "maximum": 1])
          ),
        ], required: ["statistic", "between"]))
  }
}
