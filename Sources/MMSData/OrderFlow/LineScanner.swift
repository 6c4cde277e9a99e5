// SPDX-License-Identifier: Apache-2.0

/// Reads integers and fixed-point numbers out of a line of bytes, from left to right.
struct LineScanner {
  private(set) var index: Int
  private let end: Int

  init(_ line: Range<Int>) {
    index = line.lowerBound
    end = line.upperBound
  }

  var isAtEnd: Bool { index == end }

  /// Steps over a byte if it is the next one.
  @inline(__always)
  mutating func skip(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
    guard index < end, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  /// Reads a decimal integer; nil when there is none or it does not fit.
  @inline(__always)
  mutating func integer(_ bytes: Span<UInt8>) -> Int64? {
    let isNegative = skip(45, bytes)
    let start = index
    // Nineteen digits always fit into 64 bits without a sign.
    var value: UInt64 = 0
    while index < end, bytes[index] &- 48 < 10 {
      value = value &* 10 &+ UInt64(bytes[index] &- 48)
      index += 1
    }
    if index == start || index - start > 19 || value > Int64.max { return nil }
    return isNegative ? -Int64(value) : Int64(value)
  }

  /// Reads a decimal number as a whole count of 10^−decimals; nil when it does not fit.
  ///
  /// - Parameter cuts: Whether further digits are cut off; without, they must be 0.
  @inline(__always)
  mutating func fixed(_ bytes: Span<UInt8>, decimals: Int, cuts: Bool = false) -> Int64? {
    let isNegative = skip(45, bytes)
    guard let whole = integer(bytes), whole >= 0 else { return nil }
    var value = whole
    var places = 0
    if skip(46, bytes) {
      let start = index
      while index < end, bytes[index] &- 48 < 10 {
        let digit = Int64(bytes[index] &- 48)
        index += 1
        if places == decimals {
          if digit != 0, !cuts { return nil }
          continue
        }
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        if overflow || product > Int64.max - 9 { return nil }
        value = product + digit
        places += 1
      }
      if index == start { return nil }
    }
    while places < decimals {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      value = product
      places += 1
    }
    return isNegative ? -value : value
  }
}
