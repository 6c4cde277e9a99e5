// SPDX-License-Identifier: Apache-2.0

import MMSCore

extension ScenarioSchema {
  static var digest: JSONValue { ["type": "string", "pattern": "^[0-9a-f]{64}$"] }

  /// What describes a C function in place of a registered model.
  static var functionKeys: [(String, JSONValue)] {
    let text: JSONValue = ["type": "string"]
    let numbers: JSONValue = ["type": ["number", "array"]]
    let result: JSONValue = .object(
      object(
        [("unit", ["enum": ["fraction", "probability"]]), ("range", ["type": "array"])], required: ["unit"]))
    let row: JSONValue = .object(
      object(
        [
          ("bind", ["type": "object", "additionalProperties": numbers]),
          ("expect", ["type": ["number", "array", "object"]]), ("rtol", bounded(0, 1)),
          ("atol", ["type": "number", "minimum": 0]),
        ], required: ["bind", "expect"]))
    return [
      (
        "library",
        .object(
          object(
            [
              ("name", ["type": "string", "description": "A plugin's name, never a path."]),
              ("sha256", digest),
            ], required: ["name"]))
      ),
      ("function", ["type": "string", "description": "Its C prototype."]),
      ("batch", text),
      ("bind", ["type": "object", "description": "What feeds each argument."]),
      ("result", result),
      ("tests", ["type": "array", "minItems": 1, "items": row]),
    ]
  }
}
