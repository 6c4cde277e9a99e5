// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore

extension RequestField {
  /// The field as JSON Schema, with the names that count at the moment.
  func schema(_ vocabulary: Vocabulary) -> JSONValue {
    var object = shape(vocabulary)
    object["description"] = .string(summary)
    if let defaultValue { object["default"] = defaultValue }
    if let example { object["examples"] = .array([example]) }
    guard !isRequired else { return .object(object) }
    // null is the same as leaving it out.
    if case .string(let type)? = object["type"] {
      object["type"] = .array([.string(type), .null].map { $0 == .null ? "null" : $0 })
      if let words = object["enum"]?.arrayValue { object["enum"] = .array(words + [.null]) }
    } else if let choices = object["anyOf"]?.arrayValue {
      object["anyOf"] = .array(choices + [["type": "null"]])
    }
    return .object(object)
  }

  private func shape(_ vocabulary: Vocabulary) -> JSONObject {
    switch kind {
    case .text(let length):
      return [
        "type": "string", "minLength": .integer(Int64(length.lowerBound)),
        "maxLength": .integer(Int64(length.upperBound)),
      ]
    case .word(let words, let longest):
      let words = words(vocabulary)
      guard !words.isEmpty else {
        return ["type": "string", "minLength": 1, "maxLength": .integer(Int64(longest))]
      }
      return ["type": "string", "enum": .array(words.map { .string($0) })]
    case .words(let words):
      return [
        "type": "array", "items": ["enum": .array(words.map { .string($0) })], "minItems": 1,
        "uniqueItems": true,
      ]
    case .time: return ["type": "string", "minLength": 1]
    case .integer(let range):
      return [
        "type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
      ]
    case .seed:
      return [
        "anyOf": [
          ["type": "integer", "minimum": 0, "maximum": .integer(.max)],
          ["type": "string", "pattern": "^[0-9]{1,20}$"],
        ]
      ]
    case .positive: return ["type": "number", "exclusiveMinimum": 0]
    case .flag: return ["type": "boolean"]
    case .parameters:
      return [
        "anyOf": .array(
          vocabulary.strategies.map { entry in
            var properties = JSONObject()
            for parameter in entry.descriptor.parameters {
              properties[parameter.name] = parameter.requestSchema
            }
            var object: JSONObject = [
              "title": .string(entry.descriptor.id), "type": "object", "properties": .object(properties),
              "additionalProperties": false,
            ]
            let required = entry.descriptor.parameters.filter { $0.defaultValue == nil }
            if !required.isEmpty { object["required"] = .array(required.map { .string($0.name) }) }
            return .object(object)
          })
      ]
    case .overrides:
      return [
        "type": "object",
        "propertyNames": [
          "pattern":
            "^(spec\\.)?((calibration|events|execution)|models\\.[a-z]+\\.params)(\\.[A-Za-z0-9_]+)*$"
        ],
      ]
    }
  }
}

extension ParameterSchema {
  /// The parameter in a request: a number may also be written with its unit, as text.
  var requestSchema: JSONValue {
    var object: JSONObject
    switch type {
    case .flag: object = ["type": "boolean"]
    case .choice(let words): object = ["enum": .array(words.map { .string($0) })]
    case .text, .duration: object = ["type": "string"]
    case .interval: object = ["type": ["number", "string", "array"]]
    case .number, .numberOrAuto, .integer, .durationOrSteps:
      object = ["type": ["number", "string"]]
      if let minimum, type != .durationOrSteps {
        object[minimumIsExclusive ? "exclusiveMinimum" : "minimum"] = .number(minimum)
      }
      // A venue that lends allows more than the schema says.
      if let maximum, type != .durationOrSteps, !growsWithLeverage { object["maximum"] = .number(maximum) }
    }
    var text = summary
    if unit != .none { text += " Unit: \(unit.rawValue)." }
    if let rangeText { text += " Range: \(rangeText)." }
    object["description"] = .string(text)
    if let defaultValue { object["default"] = defaultValue.json }
    return .object(object)
  }
}

#endif
