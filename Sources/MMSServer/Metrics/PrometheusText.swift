// SPDX-License-Identifier: Apache-2.0
#if Service

/// Writes the Prometheus exposition format, version 0.0.4.
struct PrometheusText: Sendable {
  private(set) var text = ""

  /// Begins a family.
  mutating func begin(_ name: String, _ kind: String, help: String) {
    text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(kind)\n"
  }

  /// Writes a sample.
  mutating func sample(_ name: String, _ labels: String, _ value: Double) {
    text += name
    text += labels
    text += " "
    text += Self.number(value)
    text += "\n"
  }

  /// Writes a family of one sample.
  mutating func single(_ name: String, _ kind: String, help: String, _ value: Double) {
    begin(name, kind, help: help)
    sample(name, "", value)
  }

  /// `{a="b",c="d"}`, or nothing.
  static func labels(_ pairs: [(String, String)]) -> String {
    if pairs.isEmpty { return "" }
    let list = pairs.map { "\(PrometheusRegistry.name($0.0))=\"\(escaped($0.1, quotes: true))\"" }
    return "{\(list.joined(separator: ","))}"
  }

  /// Labels with one more at their end.
  static func adding(_ name: String, _ value: String, to labels: String) -> String {
    let own = "\(name)=\"\(escaped(value, quotes: true))\""
    return labels.isEmpty ? "{\(own)}" : "\(labels.dropLast()),\(own)}"
  }

  /// The number with the fewest digits; whole ones without a fraction.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if value == value.rounded(), value.magnitude < 0x1p53 { return String(Int64(value)) }
    return value.description
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\"" where quotes: result += "\\\""
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

#endif
