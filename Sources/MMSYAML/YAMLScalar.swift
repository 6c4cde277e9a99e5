// SPDX-License-Identifier: Apache-2.0

/// A scalar as written: its text and whether quotes stood around it.
public struct YAMLScalar: Sendable, Equatable {
  /// How a scalar was written; only plain ones can be anything but text.
  public enum Style: Sendable, Equatable {
    /// Without quotes.
    case plain
    /// In single or double quotes, or as a block after `|` or `>`.
    case quoted
  }

  /// What a scalar means by the YAML 1.2 core schema.
  public enum Value: Sendable, Equatable {
    /// `null`, `~` or nothing.
    case null
    /// `true` or `false`; no other spelling.
    case bool(Bool)
    /// A whole number that fits 64 bits, decimal, `0x` or `0o`.
    case integer(Int)
    /// Any other number; infinite or NaN for `.inf`, `.nan` and what overflows.
    case number(Double)
    /// Everything else.
    case string(String)
  }

  /// The text, with quotes and escapes resolved.
  public var text: String
  /// How it was written.
  public var style: Style

  /// Makes a scalar.
  public init(_ text: String, style: Style) {
    self.text = text
    self.style = style
  }

  /// The meaning of the text by the YAML 1.2 core schema.
  public var value: Value { style == .quoted ? .string(text) : Self.resolve(text) }

  /// Whether the scalar is text rather than a number, a truth value or null.
  public var isString: Bool {
    if case .string = value { true } else { false }
  }

  /// Two scalars are equal when they have the same text and both or neither are strings.
  public static func == (a: YAMLScalar, b: YAMLScalar) -> Bool {
    if a.value == .null, b.value == .null { return true }
    return a.text == b.text && a.isString == b.isString
  }

  var summary: String {
    switch value {
    case .null: "empty (null)"
    case .bool(let value): "the truth value \(value)"
    case .integer, .number: "the number \(text)"
    case .string(let text): "the text '\(text.shortened)'"
    }
  }

  private static func resolve(_ text: String) -> Value {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .number(.infinity)
    case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
    case ".nan", ".NaN", ".NAN": return .number(.nan)
    default: break
    }
    if let radix = text.hasPrefix("0x") ? 16 : text.hasPrefix("0o") ? 8 : nil {
      let digits = text.dropFirst(2)
      // Int(_:radix:) would also take a sign here.
      guard let first = digits.first, first != "+", first != "-" else { return .string(text) }
      return Int(digits, radix: radix).map(Value.integer) ?? .string(text)
    }
    let token = NumberToken(prefixOf: text)
    guard let token, token.length == text.utf8.count else { return .string(text) }
    if token.isInteger, let value = Int(text) { return .integer(value) }
    return Double(text).map(Value.number) ?? .string(text)
  }
}

/// The longest decimal number at the front of a text, by the grammar of the YAML 1.2 core schema.
struct NumberToken {
  let length: Int
  let isInteger: Bool
  /// Neither a `+` nor an exponent.
  let isPlain: Bool

  init?(prefixOf text: some StringProtocol) {
    let bytes = Array(text.utf8.prefix(400))
    func digits(from start: Int) -> Int {
      var end = start
      while end < bytes.count, (48...57).contains(bytes[end]) { end += 1 }
      return end
    }
    let start = bytes.first == UInt8(ascii: "+") || bytes.first == UInt8(ascii: "-") ? 1 : 0
    let whole = digits(from: start)
    var end = whole
    if end < bytes.count, bytes[end] == UInt8(ascii: ".") {
      end = digits(from: end + 1)
      if whole == start, end == whole + 1 { return nil }
    } else if whole == start {
      return nil
    }
    var integer = end == whole
    if end < bytes.count, bytes[end] | 0x20 == UInt8(ascii: "e") {
      var exponent = end + 1
      if exponent < bytes.count, bytes[exponent] == UInt8(ascii: "+") || bytes[exponent] == UInt8(ascii: "-")
      {
        exponent += 1
      }
      let last = digits(from: exponent)
      if last > exponent {
        end = last
        integer = false
      }
    }
    self.length = end
    self.isInteger = integer
    self.isPlain =
      bytes.first != UInt8(ascii: "+") && !bytes[..<end].contains { $0 | 0x20 == UInt8(ascii: "e") }
  }
}

extension String {
  /// The text, cut to what fits an error message, on one line.
  var shortened: String {
    let oneLine = String(map { $0.isNewline ? " " : $0 })
    return oneLine.count <= 60 ? oneLine : oneLine.prefix(57) + "..."
  }
}
