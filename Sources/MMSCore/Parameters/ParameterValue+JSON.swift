// SPDX-License-Identifier: Apache-2.0

extension ParameterValue {
  /// The value as JSON; durations as text with their unit.
  public var json: JSONValue {
    switch self {
    case .number(let value): .number(value)
    case .integer(let value): .integer(value)
    case .flag(let value): .bool(value)
    case .text(let value): .string(value)
    case .duration(let value): .string(value.description)
    case .interval(let low, let high): .array([.number(low), .number(high)])
    }
  }
}

extension ParameterValues {
  /// The values as a JSON object in the schema's order.
  public var json: JSONValue {
    var object = JSONObject()
    for entry in entries { object[entry.name] = entry.value.json }
    return .object(object)
  }
}
