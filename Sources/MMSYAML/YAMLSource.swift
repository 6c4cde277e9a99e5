// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Text that passed the checks made before parsing: size, encoding, forbidden characters.
struct YAMLSource {
  static let maximumBytes = 4 << 20

  let file: String
  let scalars: [Unicode.Scalar]
  /// Added to the columns of the first line, for a text that is the tail of a longer one.
  let firstColumn: Int

  init(bytes: some Collection<UInt8>, file: String, firstColumn: Int = 0) throws(MMSError) {
    self.file = file
    self.firstColumn = firstColumn
    guard bytes.count <= Self.maximumBytes else {
      throw MMSError(
        .invalidData,
        "the file is bigger than the 4 MiB allowed; keep data in data files and only settings in YAML",
        location: SourceLocation(file: file, line: 1, column: 1))
    }
    var scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(bytes.count)
    var line = 1
    var column = 1 + firstColumn
    var iterator = bytes.makeIterator()
    var decoder = UTF8()
    decoding: while true {
      let fault: String
      switch decoder.decode(&iterator) {
      case .emptyInput: break decoding
      case .error:
        fault =
          bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
          ? "the file is UTF-16; save it as UTF-8"
          : "a byte here is not UTF-8; save the file as UTF-8"
      case .scalarValue(let scalar):
        if scalar == "\u{FEFF}", scalars.isEmpty { continue decoding }
        if let refusal = Self.refusal(of: scalar) {
          fault = refusal
          break
        }
        if scalar == "\n" {
          line += 1
          column = 1
        } else {
          column += 1
        }
        scalars.append(scalar)
        continue decoding
      }
      throw MMSError(
        .invalidData, fault, location: SourceLocation(file: file, line: line, column: column))
    }
    self.scalars = scalars
  }

  var bytes: [UInt8] {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return Array(String(text).utf8)
  }

  func location(_ mark: YAMLMark) -> SourceLocation {
    SourceLocation(
      file: file, line: mark.line + 1, column: mark.column + 1 + (mark.line == 0 ? firstColumn : 0))
  }

  private static func refusal(of scalar: Unicode.Scalar) -> String? {
    switch scalar.value {
    case 0x09:
      return "a tab character; use spaces, or \\t inside double quotes"
    case 0x0A, 0x0D, 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD,
      0x10000...:
      return nil
    default:
      let code = String(scalar.value, radix: 16, uppercase: true)
      let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
      return "the character U+\(padded) is not allowed; delete it, or write \\u\(padded) inside double quotes"
    }
  }
}
