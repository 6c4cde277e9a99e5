// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore

/// As much of JSON Schema as openapi.json uses, for checking answers against it.
struct SchemaCheck {
  let document: JSONValue

  /// Everything in a value that a schema does not allow.
  func faults(_ value: JSONValue, _ schema: JSONValue, at path: String = "") -> [String] {
    if let name = schema["$ref"]?.stringValue {
      guard let target = resolve(name) else { return ["\(name) is not in the document"] }
      return faults(value, target, at: path)
    }
    if let choices = schema["anyOf"]?.arrayValue {
      let all = choices.map { faults(value, $0, at: path) }
      return all.contains { $0.isEmpty } ? [] : all.flatMap { $0 }
    }
    if let words = schema["enum"]?.arrayValue, !words.contains(value) {
      return ["\(path): \(value) is none of \(words)"]
    }
    let types =
      schema["type"].map { $0.arrayValue?.compactMap(\.stringValue) ?? [$0.stringValue ?? ""] } ?? []
    if !types.isEmpty, !types.contains(where: { Self.isOf($0, value) }) {
      return ["\(path): \(value) is no \(types)"]
    }
    var found: [String] = []
    if let number = value.doubleValue {
      if let low = schema["minimum"]?.doubleValue, number < low {
        found.append("\(path): \(number) < \(low)")
      }
      if let high = schema["maximum"]?.doubleValue, number > high {
        found.append("\(path): \(number) > \(high)")
      }
    }
    if let object = value.objectValue {
      for name in (schema["required"]?.arrayValue ?? []).compactMap(\.stringValue) where object[name] == nil {
        found.append("\(path).\(name) is missing")
      }
      for (key, value) in object.map({ ($0.key, $0.value) }) {
        if let property = schema["properties"]?[key] {
          found += faults(value, property, at: "\(path).\(key)")
        } else if schema["additionalProperties"] == false {
          found.append("\(path).\(key) is not documented")
        }
      }
    }
    if let items = value.arrayValue, let schema = schema["items"] {
      for (index, item) in items.enumerated() { found += faults(item, schema, at: "\(path)[\(index)]") }
    }
    return found
  }

  func resolve(_ reference: String) -> JSONValue? {
    guard reference.hasPrefix("#/") else { return nil }
    var value: JSONValue? = document
    for part in reference.dropFirst(2).split(separator: "/") { value = value?[String(part)] }
    return value
  }

  private static func isOf(_ type: String, _ value: JSONValue) -> Bool {
    switch (type, value) {
    case ("null", .null), ("boolean", .bool), ("integer", .integer), ("number", .integer),
      ("number", .number),
      ("string", .string), ("array", .array), ("object", .object):
      true
    default: false
    }
  }
}

#endif
