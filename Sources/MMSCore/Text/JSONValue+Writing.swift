// SPDX-License-Identifier: Apache-2.0

extension JSONValue {
  /// The JSON text: on one line, or with a line for each element, indented by two spaces.
  ///
  /// Numbers have the fewest digits that read back as the same bits.
  public func write(pretty: Bool = false) -> String { String(decoding: utf8(pretty: pretty), as: UTF8.self) }

  /// The bytes of ``write(pretty:)``.
  public func utf8(pretty: Bool = false) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(512)
    write(into: &text, indent: pretty ? 0 : nil)
    return text
  }

  private func write(into text: inout [UInt8], indent: Int?) {
    switch self {
    case .null: text += "null".utf8
    case .bool(let value): text += value ? "true".utf8 : "false".utf8
    case .integer(let value): Self.append(String(value), to: &text)
    // Swift's shortest form ("5.0", "1e-05", "1e+16") is JSON as it stands, if it is finite.
    case .number(let value): Self.append(value.isFinite ? value.description : "null", to: &text)
    case .string(let value): Self.write(value, into: &text)
    case .array(let values):
      Self.write(values, into: &text, indent: indent, open: "[", close: "]") { value, text, indent in
        value.write(into: &text, indent: indent)
      }
    case .object(let object):
      Self.write(object.members, into: &text, indent: indent, open: "{", close: "}") { member, text, indent in
        Self.write(member.key, into: &text)
        text.append(UInt8(ascii: ":"))
        if indent != nil { text.append(UInt8(ascii: " ")) }
        member.value.write(into: &text, indent: indent)
      }
    }
  }

  private static func write<Element>(
    _ elements: [Element], into text: inout [UInt8], indent: Int?, open: Unicode.Scalar,
    close: Unicode.Scalar, element: (Element, inout [UInt8], Int?) -> Void
  ) {
    text.append(UInt8(ascii: open))
    let inner = indent.map { $0 + 2 }
    for (index, value) in elements.enumerated() {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      breakLine(&text, inner)
      element(value, &text, inner)
    }
    if !elements.isEmpty { breakLine(&text, indent) }
    text.append(UInt8(ascii: close))
  }

  private static func breakLine(_ text: inout [UInt8], _ indent: Int?) {
    guard let indent else { return }
    text.append(UInt8(ascii: "\n"))
    for _ in 0..<indent { text.append(UInt8(ascii: " ")) }
  }

  private static func write(_ string: String, into text: inout [UInt8]) {
    text.append(UInt8(ascii: "\""))
    append(string, to: &text, escaping: true)
    text.append(UInt8(ascii: "\""))
  }

  private static func append(_ string: String, to text: inout [UInt8], escaping: Bool = false) {
    var string = string
    string.withUTF8 { bytes in
      // Most texts need no escape and are copied whole.
      guard escaping, unsafe bytes.contains(where: needsEscape) else { return unsafe text += bytes }
      for index in bytes.indices { escape(unsafe bytes[index], into: &text) }
    }
  }

  private static func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == 0x7f || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private static func escape(_ byte: UInt8, into text: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "\""): text += "\\\"".utf8
    case UInt8(ascii: "\\"): text += "\\\\".utf8
    case UInt8(ascii: "\n"): text += "\\n".utf8
    case UInt8(ascii: "\r"): text += "\\r".utf8
    case UInt8(ascii: "\t"): text += "\\t".utf8
    case 0..<0x20, 0x7f:
      let digits = String(byte, radix: 16)
      text += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
    default: text.append(byte)
    }
  }
}
