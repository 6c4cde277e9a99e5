// SPDX-License-Identifier: Apache-2.0

/// A checked value of a parameter.
public enum ParameterValue: Sendable, Hashable {
  /// A number in its schema's unit.
  case number(Double)
  /// A whole number.
  case integer(Int64)
  /// A switch.
  case flag(Bool)
  /// A word.
  case text(String)
  /// A span of time.
  case duration(SimDuration)
  /// Two numbers, low ≤ high.
  case interval(Double, Double)
}

/// A parameter as somebody wrote it, before its schema has been consulted.
///
/// YAML, JSON and `--param NAME=VALUE` all end here, so one check serves every door.
public enum ParameterInput: Sendable, Hashable {
  /// A number without a unit.
  case number(Double)
  /// A word, or a number with a unit.
  case text(String)
  /// A switch.
  case flag(Bool)
  /// A list.
  case list([ParameterInput])
  /// Anything else a file can hold, by the name to use in the message: `a mapping`, `null`.
  case other(String)

  /// Reads the value part of `--param NAME=VALUE`.
  public init(commandLine text: String) {
    if text == "true" || text == "false" {
      self = .flag(text == "true")
    } else if let number = Double(text) {
      self = .number(number)
    } else if text.hasPrefix("["), text.hasSuffix("]") {
      let items = text.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
      self = .list(
        items.map { item in
          var trimmed = item.drop { $0 == " " }
          while trimmed.last == " " { trimmed = trimmed.dropLast() }
          return ParameterInput(commandLine: String(trimmed))
        })
    } else {
      self = .text(text)
    }
  }

  /// What was written, for messages.
  public var description: String {
    switch self {
    case .number(let value): String(value)
    case .text(let value): "'\(value)'"
    case .flag(let value): String(value)
    case .list(let items): "[\(items.map(\.description).joined(separator: ", "))]"
    case .other(let name): name
    }
  }
}

/// The checked parameters of one model, complete: every declared name has a value.
public struct ParameterValues: Sendable, Hashable {
  /// Values in the schema's order.
  public let entries: [(name: String, value: ParameterValue)]

  package init(entries: [(name: String, value: ParameterValue)]) { self.entries = entries }

  /// Two sets are equal when names and values are.
  public static func == (a: ParameterValues, b: ParameterValues) -> Bool {
    a.entries.elementsEqual(b.entries) { $0.name == $1.name && $0.value == $1.value }
  }

  /// Hashes names and values in order.
  public func hash(into hasher: inout Hasher) {
    for entry in entries {
      hasher.combine(entry.name)
      hasher.combine(entry.value)
    }
  }

  /// The value of a declared parameter; asking for an undeclared one is a programming error.
  public subscript(name: String) -> ParameterValue {
    for entry in entries where entry.name == name { return entry.value }
    preconditionFailure("parameter '\(name)' is not in the model's schema")
  }

  /// A number, from a parameter of type number or integer.
  public func number(_ name: String) -> Double {
    switch self[name] {
    case .number(let value): return value
    case .integer(let value): return Double(value)
    default: preconditionFailure("parameter '\(name)' is not a number in the schema")
    }
  }

  /// A number, or nil for `auto`, from a parameter of type number or auto.
  public func numberOrAuto(_ name: String) -> Double? {
    switch self[name] {
    case .number(let value): return value
    case .text("auto"): return nil
    default: preconditionFailure("parameter '\(name)' is not a number or auto in the schema")
    }
  }

  /// A whole number, from a parameter of type integer.
  public func integer(_ name: String) -> Int {
    guard case .integer(let value) = self[name] else {
      preconditionFailure("parameter '\(name)' is not an integer in the schema")
    }
    return Int(value)
  }

  /// A switch, from a parameter of type flag.
  public func flag(_ name: String) -> Bool {
    guard case .flag(let value) = self[name] else {
      preconditionFailure("parameter '\(name)' is not a flag in the schema")
    }
    return value
  }

  /// A word, from a parameter of type choice or text.
  public func text(_ name: String) -> String {
    guard case .text(let value) = self[name] else {
      preconditionFailure("parameter '\(name)' is not text in the schema")
    }
    return value
  }

  /// A span of time, from a parameter of type duration.
  public func duration(_ name: String) -> SimDuration {
    guard case .duration(let value) = self[name] else {
      preconditionFailure("parameter '\(name)' is not a duration in the schema")
    }
    return value
  }

  /// Steps of a resolution, from a parameter of type duration or steps; at least one.
  public func steps(_ name: String, of resolution: SimDuration) -> Int {
    switch self[name] {
    case .integer(let value): return Int(value)
    case .duration(let value): return Swift.max(1, Int(value.nanoseconds / resolution.nanoseconds))
    default: preconditionFailure("parameter '\(name)' is not a duration or steps in the schema")
    }
  }

  /// Bounds, from a parameter of type interval.
  public func interval(_ name: String) -> ClosedRange<Double> {
    guard case .interval(let low, let high) = self[name] else {
      preconditionFailure("parameter '\(name)' is not an interval in the schema")
    }
    return low...high
  }
}
