// SPDX-License-Identifier: Apache-2.0

import MMSCore

extension ScenarioSchema {
  /// An object that takes these keys and no others.
  static func object(_ properties: [(String, JSONValue)], required: [String] = []) -> JSONObject {
    var members = JSONObject()
    for (key, value) in properties { members[key] = value }
    var object: JSONObject = [
      "type": "object", "additionalProperties": false, "properties": .object(members),
    ]
    if !required.isEmpty { object["required"] = .array(required.map { .string($0) }) }
    return object
  }

  static func words<Words: CaseIterable & RawRepresentable<String>>(_ type: Words.Type) -> JSONValue {
    .array(Words.allCases.map { .string($0.rawValue) })
  }

  static func bounded(_ low: JSONValue, _ high: JSONValue) -> JSONValue {
    ["type": "number", "minimum": low, "maximum": high]
  }

  /// A span of time with its unit.
  static func duration(_ description: String, default defaultValue: JSONValue? = nil) -> JSONValue {
    var object: JSONObject = [
      "type": "string", "pattern": .string(durationPattern), "description": .string(description),
    ]
    if let defaultValue { object["default"] = defaultValue }
    return .object(object)
  }

  /// A share of one: a bounded number, or one in per cent or basis points, whose range the reader checks.
  static func fraction(_ description: String, _ bounds: JSONObject) -> JSONValue {
    var number: JSONObject = ["type": "number"]
    for member in bounds where member.key != "default" { number[member.key] = member.value }
    var object: JSONObject = [
      "anyOf": [.object(number), ["type": "string", "pattern": .string(sharePattern)]]
    ]
    if !description.isEmpty { object["description"] = .string(description) }
    if let value = bounds["default"] { object["default"] = value }
    return .object(object)
  }

  static let durationPattern = unitPattern(SimDuration.units.flatMap(\.names))
  static let sharePattern = unitPattern(Quantity.fractionUnits.map(\.name))

  private static func unitPattern(_ names: [String]) -> String {
    "^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+) *(\(names.joined(separator: "|")))$"
  }
}

extension ParameterSchema {
  /// The parameter as JSON Schema, with unit, range and default.
  var json: JSONValue {
    var object = shape
    var text = summary
    if unit != .none { text += " Unit: \(unit.rawValue)." }
    if let rangeText { text += " Range: \(rangeText)." }
    object["description"] = .string(text)
    if let value = defaultValue { object["default"] = value.json }
    return .object(object)
  }

  private var shape: JSONObject {
    let span = ScenarioSchema.duration("")
    switch type {
    case .flag: return ["type": "boolean"]
    case .text: return ["type": "string"]
    case .choice(let words): return ["enum": .array(words.map { .string($0) })]
    case .integer: return bounds(["type": "integer"])
    case .number: return number
    case .numberOrAuto: return ["anyOf": [.object(number), ["const": "auto"]]]
    case .duration: return ["type": "string", "pattern": .string(ScenarioSchema.durationPattern)]
    case .durationOrSteps: return ["anyOf": [span, ["type": "integer", "minimum": 1]]]
    case .interval:
      let pair: JSONValue = ["type": "array", "items": .object(number), "minItems": 2, "maxItems": 2]
      return ["anyOf": [.object(number), pair]]
    }
  }

  private var number: JSONObject {
    let plain = bounds(["type": "number"])
    guard unit == .fraction else { return plain }
    return ["anyOf": [.object(plain), ["type": "string", "pattern": .string(ScenarioSchema.sharePattern)]]]
  }

  private func bounds(_ base: JSONObject) -> JSONObject {
    var object = base
    if let minimum { object[minimumIsExclusive ? "exclusiveMinimum" : "minimum"] = .number(minimum) }
    if let maximum { object["maximum"] = .number(maximum) }
    return object
  }
}

extension ParameterValue {
  /// The value as a file would have it.
  fileprivate var json: JSONValue {
    switch self {
    case .number(let value): .number(value)
    case .integer(let value): .integer(value)
    case .flag(let value): .bool(value)
    case .text(let text): .string(text)
    case .duration(let span): .string(span.description)
    case .interval(let low, let high): [.number(low), .number(high)]
    }
  }
}
