// SPDX-License-Identifier: Apache-2.0

extension JSONValue {
  /// Reads one JSON text, strictly by RFC 8259.
  ///
  /// Repeated names in an object are refused, and so is nesting deeper than 128. A number without
  /// fraction and exponent is an integer, or beyond 64 bits a number.
  ///
  /// - Parameters:
  ///   - text: the whole text.
  ///   - file: what errors call the text's origin.
  /// - Throws: ``MMSError/Code/invalidData`` with line and column.
  public init(parsing text: String, file: String = "JSON") throws(MMSError) {
    var parser = JSONParser(bytes: Array(text.utf8), file: file)
    self = try parser.document()
  }
}

private struct JSONParser {
  let bytes: [UInt8]
  let file: String
  var index = 0
  static let maximalDepth = 128

  init(bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  mutating func document() throws(MMSError) -> JSONValue {
    let value = try value(depth: 0)
    skipSpace()
    if index < bytes.count { throw fault("there is more after the end of the value; remove it") }
    return value
  }

  var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { index += 1 }
  }

  mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  mutating func value(depth: Int) throws(MMSError) -> JSONValue {
    skipSpace()
    guard let byte = next else { throw fault("the text ends where a value should stand") }
    switch byte {
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default:
      for (word, value) in [("null", JSONValue.null), ("true", .bool(true)), ("false", .bool(false))]
      where bytes[index...].starts(with: word.utf8) {
        index += word.utf8.count
        return value
      }
      throw fault("\(shown()) begins no value; text needs double quotes")
    }
  }

  mutating func object(depth: Int) throws(MMSError) -> JSONValue {
    try open(depth: depth)
    var object = JSONObject()
    if accept("}") { return .object(object) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else {
        throw fault("\(shown()) stands where a name in double quotes should")
      }
      let start = index
      let key = try string()
      if object[key] != nil { throw fault("the name \"\(key)\" occurs twice; keep one", at: start) }
      guard accept(":") else { throw fault("\(shown()) stands where ':' should, after \"\(key)\"") }
      object[key] = try value(depth: depth)
    } while accept(",")
    guard accept("}") else { throw fault("\(shown()) stands where ',' or '}' should") }
    return .object(object)
  }

  mutating func array(depth: Int) throws(MMSError) -> JSONValue {
    try open(depth: depth)
    var values: [JSONValue] = []
    if accept("]") { return .array(values) }
    repeat { values.append(try value(depth: depth)) } while accept(",")
    guard accept("]") else { throw fault("\(shown()) stands where ',' or ']' should") }
    return .array(values)
  }

  mutating func open(depth: Int) throws(MMSError) {
    if depth > Self.maximalDepth {
      throw fault("lists and objects are nested deeper than \(Self.maximalDepth)")
    }
    index += 1
  }

  mutating func number() throws(MMSError) -> JSONValue {
    let start = index
    var isInteger = true
    if next == UInt8(ascii: "-") { index += 1 }
    let first = next
    let digits = try digits()
    if first == UInt8(ascii: "0"), digits > 1 {
      throw fault("a number begins with 0; remove the zeros in front", at: start)
    }
    if next == UInt8(ascii: ".") {
      index += 1
      isInteger = false
      _ = try self.digits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      index += 1
      isInteger = false
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
      _ = try self.digits()
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    if isInteger, text != "-0", let value = Int64(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      throw fault("the number \(text) is too large; at most 1.8e308 in size", at: start)
    }
    return .number(value)
  }

  /// Skips digits and says how many they are.
  mutating func digits() throws(MMSError) -> Int {
    let start = index
    while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { index += 1 }
    if index == start { throw fault("\(shown()) stands where a digit should") }
    return index - start
  }

  mutating func string() throws(MMSError) -> String {
    let start = index
    index += 1
    var content: [UInt8] = []
    while let byte = next {
      index += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: content, as: UTF8.self)
      case UInt8(ascii: "\\"): try escape(into: &content)
      case 0..<0x20:
        throw fault("a text has a control character; write it as \\n, \\t or \\u00xx", at: index - 1)
      default: content.append(byte)
      }
    }
    throw fault("a text has no closing double quote", at: start)
  }

  mutating func escape(into content: inout [UInt8]) throws(MMSError) {
    let start = index - 1
    guard let byte = next else { throw fault("the text ends within an escape") }
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0c)
    case UInt8(ascii: "n"): content.append(0x0a)
    case UInt8(ascii: "r"): content.append(0x0d)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      // A pair of surrogates makes one character above U+FFFF.
      if code >> 10 == 0x36, bytes[index...].starts(with: "\\u".utf8) {
        index += 2
        let second = try hexadecimal()
        guard second >> 10 == 0x37 else { throw fault("half a pair of \\u escapes is missing", at: start) }
        code = 0x10000 + (code & 0x3ff) << 10 + second & 0x3ff
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw fault("half a pair of \\u escapes is missing", at: start)
      }
      content.append(contentsOf: String(Character(scalar)).utf8)
    default: throw fault("no such escape; there are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX", at: start)
    }
  }

  mutating func hexadecimal() throws(MMSError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw fault("\(shown()) stands where a hexadecimal digit should")
      }
      code = code << 4 | UInt32(digit)
      index += 1
    }
    return code
  }

  /// The character at hand, for messages.
  func shown() -> String {
    let rest = String(decoding: bytes[index..<min(index + 32, bytes.count)], as: UTF8.self)
    guard let character = rest.first else { return "the end of the text" }
    return "'\(character)'"
  }

  func fault(_ message: String, at offset: Int? = nil) -> MMSError {
    let before = bytes[..<(offset ?? index)]
    let lineStart = before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
    return MMSError(
      .invalidData, message,
      location: SourceLocation(
        file: file, line: before.count { $0 == 0x0a } + 1,
        column: String(decoding: bytes[lineStart..<before.endIndex], as: UTF8.self).count + 1))
  }
}
