// SPDX-License-Identifier: Apache-2.0

public import MMSCore

extension ModelEntry {
  /// What a list says of the model.
  public var listing: JSONValue {
    [
      "id": .string(descriptor.id), "kind": .string(descriptor.kind.rawValue),
      "summary": .string(descriptor.summary), "origin": .string(origin),
      "parameters": .array(descriptor.parameters.map { .string($0.name) }),
    ]
  }

  /// All the model says of itself.
  public var json: JSONValue {
    [
      "id": .string(descriptor.id), "kind": .string(descriptor.kind.rawValue),
      "summary": .string(descriptor.summary), "equations": .string(descriptor.equations),
      "source": .string(descriptor.source), "origin": .string(origin),
      "digest": digest.map { .string($0) } ?? .null,
      "parameters": .array(descriptor.parameters.map(\.json)),
    ]
  }
}

extension ParameterSchema {
  /// The schema as JSON.
  public var json: JSONValue {
    var object: JSONObject = [
      "name": .string(name), "type": .string(type.name), "unit": .string(unit.rawValue),
      "default": defaultValue?.json ?? .null, "required": .bool(defaultValue == nil),
    ]
    if case .choice(let words) = type { object["choices"] = .array(words.map { .string($0) }) }
    object["range"] = rangeText.map { .string($0) } ?? .null
    object["summary"] = .string(summary)
    return .object(object)
  }
}
