// SPDX-License-Identifier: Apache-2.0

public import MMSCore

extension YAMLNode {
  /// The node as a parameter somebody wrote, to be checked against a model's schema.
  public var parameterInput: ParameterInput {
    switch content {
    case .mapping: return .other("a mapping")
    case .sequence(let items): return .list(items.map(\.parameterInput))
    case .scalar(let scalar):
      switch scalar.value {
      case .null: return .other("null")
      case .bool(let value): return .flag(value)
      case .integer(let value): return .number(Double(value))
      case .number(let value): return .number(value)
      case .string(let text): return .text(text)
      }
    }
  }
}

extension YAMLMap {
  /// Takes every key as a parameter, with the places that `ParameterResolver` asks for.
  public func parameters() -> (
    inputs: [(name: String, input: ParameterInput)], locations: [String: SourceLocation]
  ) {
    var inputs: [(name: String, input: ParameterInput)] = []
    var locations: [String: SourceLocation] = [:]
    for key in keys {
      // A key without a value counts as absent, so that the default holds.
      guard let node = optional(key, .node) else { continue }
      inputs.append((key, node.parameterInput))
      locations[key] = node.location
    }
    return (inputs, locations)
  }
}
