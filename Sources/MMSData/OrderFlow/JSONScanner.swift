// SPDX-License-Identifier: Apache-2.0

/// Walks through JSON in a line of bytes without making values of it.
struct JSONScanner {
  private(set) var index: Int
  private let end: Int

  init(_ line: Range<Int>) {
    index = line.lowerBound
    end = line.upperBound
  }

  /// The next byte that is no white space, or 0 at the end.
  @inline(__always)
  mutating func peek(_ bytes: Span<UInt8>) -> UInt8 {
    while index < end, bytes[index] == 32 || bytes[index] == 9 { index += 1 }
    return index < end ? bytes[index] : 0
  }

  /// Steps over a byte if it is the next one.
  @inline(__always)
  mutating func skip(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
    guard peek(bytes) == byte else { return false }
    index += 1
    return true
  }

  /// A string's bytes, without its quotes; nil when none begins here.
  @inline(__always)
  mutating func string(_ bytes: Span<UInt8>) -> Range<Int>? {
    guard skip(34, bytes) else { return nil }
    let start = index
    while index < end {
      if bytes[index] == 34 {
        index += 1
        return start..<index - 1
      }
      index += bytes[index] == 92 ? 2 : 1
    }
    index = end
    return nil
  }

  /// A string's or a number's bytes.
  mutating func scalar(_ bytes: Span<UInt8>) -> Range<Int>? {
    if peek(bytes) == 34 { return string(bytes) }
    let start = index
    while index < end, bytes[index] != 44, bytes[index] != 125, bytes[index] != 93, bytes[index] != 32 {
      index += 1
    }
    return index > start ? start..<index : nil
  }

  /// Steps over any value.
  ///
  /// - Returns: Whether there was one.
  mutating func skipValue(_ bytes: Span<UInt8>) -> Bool {
    let first = peek(bytes)
    if first != 123, first != 91 { return scalar(bytes) != nil }
    // Brackets are only counted: whether they match in kind does not matter to who skips them.
    var depth = 0
    while index < end {
      switch bytes[index] {
      case 34:
        if string(bytes) == nil { return false }
        continue
      case 123, 91: depth += 1
      case 125, 93: depth -= 1
      default: break
      }
      index += 1
      if depth == 0 { return true }
    }
    return false
  }
}
