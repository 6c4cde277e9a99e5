// SPDX-License-Identifier: Apache-2.0

extension JSONValue {
  /// The JSON text: on one line, or with a line for each element, indented by two spaces.
  ///
  /// Numbers have the fewest digits that read back as the same bits.
  public func write(pretty: Bool = false) -> String {
    var text = ""
    write(into: &text, indent: pretty ? 0 : nil)
    return text
  }

  private func write(into text: inout String, indent: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    // Swift's shortest form ("5.0", "1e-05", "1e+16") is JSON as it stands, if it is finite.
    case .number(let value): text += value.isFinite ? value.description : "null"
    case .string(let value): Self.write(value, into: &text)
    case .array(let values):
      Self.write(values, into: &text, indent: indent, open: "[", close: "]") { value, text, indent in
        value.write(into: &text, indent: indent)
      }
    case .object(let object):
      Self.write(object.members, into: &text, indent: indent, open: "{", close: "}") { member, text, indent in
        Self.write(member.key, into: &text)
        text += indent == nil ? ":" : ": "
        member.value.write(into: &text, indent: indent)
      }
    }
  }

  private static func write<Element>(
    _ elements: [Element], into text: inout String, indent: Int?, open: String, close: String,
    element: (Element, inout String, Int?) -> Void
  ) {
    text += open
    let inner = indent.map { $0 + 2 }
    for (index, value) in elements.enumerated() {
      if index > 0 { text += "," }
      breakLine(&text, inner)
      element(value, &text, inner)
    }
    if !elements.isEmpty { breakLine(&text, indent) }
    text += close
  }

  private static func breakLine(_ text: inout String, _ indent: Int?) {
    guard let indent else { return }
    text += "\n"
    for _ in 0..<indent { text += " " }
  }

  private static func write(_ string: String, into text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..."\u{1f}", "\u{7f}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
