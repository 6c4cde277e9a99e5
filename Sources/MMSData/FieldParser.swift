// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Reads fields of a line of CSV without making text of them.
enum FieldParser {
  /// Splits a line at its commas; quotes around a field are left out of its range.
  ///
  /// - Returns: Whether every quote is closed.
  static func split(_ bytes: Span<UInt8>, _ line: Range<Int>, into fields: inout [Range<Int>]) -> Bool {
    fields.removeAll(keepingCapacity: true)
    var start = line.lowerBound
    var index = start
    while true {
      if index < line.upperBound, index == start, bytes[index] == quote {
        index += 1
        let first = index
        // Two quotes inside a quoted field stand for one; no field we use has any, so both stay.
        while index < line.upperBound {
          if bytes[index] == quote {
            if index + 1 < line.upperBound, bytes[index + 1] == quote { index += 1 } else { break }
          }
          index += 1
        }
        guard index < line.upperBound else { return false }
        fields.append(first..<index)
        index += 1
        while index < line.upperBound, bytes[index] == space { index += 1 }
        if index == line.upperBound { return true }
        guard bytes[index] == comma else { return false }
      } else {
        while index < line.upperBound, bytes[index] != comma { index += 1 }
        fields.append(trimmed(bytes, start..<index))
        if index == line.upperBound { return true }
      }
      index += 1
      start = index
    }
  }

  /// A field as text.
  static func text(_ bytes: Span<UInt8>, _ field: Range<Int>) -> String {
    var copy: [UInt8] = []
    copy.reserveCapacity(field.count)
    for index in field { copy.append(bytes[index]) }
    return String(decoding: copy, as: UTF8.self)
  }

  /// A decimal number, correctly rounded; nil when the field is anything else.
  static func double(_ bytes: Span<UInt8>, _ field: Range<Int>) -> Double? {
    var index = field.lowerBound
    var isNegative = false
    if index < field.upperBound, bytes[index] == minus {
      isNegative = true
      index += 1
    }
    var mantissa: UInt64 = 0
    var digits = 0
    var decimals = 0
    var isAfterPoint = false
    while index < field.upperBound {
      let byte = bytes[index]
      if byte >= zero, byte <= zero + 9 {
        if digits >= 18 { return slowDouble(bytes, field) }
        mantissa = mantissa &* 10 &+ UInt64(byte &- zero)
        if mantissa > 0 { digits += 1 }
        if isAfterPoint { decimals += 1 }
      } else if byte == point, !isAfterPoint {
        isAfterPoint = true
      } else {
        return slowDouble(bytes, field)
      }
      index += 1
    }
    let seen = field.count - (isNegative ? 1 : 0) - (isAfterPoint ? 1 : 0)
    // Both the integer and the power of ten are exact, so their quotient is rounded once: correctly.
    guard seen > 0, mantissa <= 1 << 53, decimals <= 22 else { return slowDouble(bytes, field) }
    let value = Double(mantissa) / powersOfTen[decimals]
    return isNegative ? -value : value
  }

  /// An instant in nanoseconds: a count since the epoch or ISO 8601; nil when the field is neither.
  ///
  /// The unit of a count is told by its size: below 1e11 it is seconds (until the year 5138), below
  /// 1e14 milliseconds, below 1e17 microseconds (both from 1973 on), else nanoseconds. Eight digits
  /// that form a date from 1970 to 2100 are that date, `20250817`.
  static func time(_ bytes: Span<UInt8>, _ field: Range<Int>) -> Int64? {
    var count: Int64 = 0
    for index in field {
      let byte = bytes[index]
      guard byte >= zero, byte <= zero + 9, field.count <= 18 || count <= .max / 10 - 1 else {
        return slowTime(bytes, field)
      }
      count = count &* 10 &+ Int64(byte &- zero)
    }
    if field.isEmpty { return nil }
    if field.count == 8, (1970...2100).contains(count / 10_000),
      let date = CivilDate(year: count / 10_000, month: count / 100 % 100, day: count % 100)
    {
      return date.daysSinceEpoch * 86_400_000_000_000
    }
    if count < 100_000_000_000 { return within(count.multipliedReportingOverflow(by: 1_000_000_000)) }
    if count < 100_000_000_000_000 { return within(count.multipliedReportingOverflow(by: 1_000_000)) }
    if count < 100_000_000_000_000_000 { return within(count.multipliedReportingOverflow(by: 1_000)) }
    return within((count, false))
  }

  /// The last instant ``SimTime`` reads, 2261-12-31: beyond it a bar's close could overflow.
  private static let lastTime: Int64 = 9_214_646_399_999_999_999

  private static func within(_ product: (partialValue: Int64, overflow: Bool)) -> Int64? {
    product.overflow || product.partialValue > lastTime ? nil : product.partialValue
  }

  private static func slowTime(_ bytes: Span<UInt8>, _ field: Range<Int>) -> Int64? {
    if let time = SimTime(iso8601: text(bytes, field)) { return time.nanoseconds }
    // A count of seconds with decimals, as some tools write it.
    guard let seconds = double(bytes, field), seconds >= 0, seconds < 9.2e9 else { return nil }
    return Int64((seconds * 1e6).rounded()) * 1_000
  }

  private static func slowDouble(_ bytes: Span<UInt8>, _ field: Range<Int>) -> Double? {
    for index in field {
      let byte = bytes[index]
      // Only decimal notation: the standard library would also take hexadecimal, nan and inf.
      guard
        byte >= zero && byte <= zero + 9 || byte == point || byte == minus || byte == plus || byte | 32 == e
      else { return nil }
    }
    return Double(text(bytes, field))
  }

  private static func trimmed(_ bytes: Span<UInt8>, _ field: Range<Int>) -> Range<Int> {
    var (start, end) = (field.lowerBound, field.upperBound)
    while start < end, bytes[start] == space || bytes[start] == tab { start += 1 }
    while end > start, bytes[end - 1] == space || bytes[end - 1] == tab { end -= 1 }
    return start..<end
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
  ]
  private static var quote: UInt8 { 34 }
  private static var comma: UInt8 { 44 }
  private static var space: UInt8 { 32 }
  private static var tab: UInt8 { 9 }
  private static var minus: UInt8 { 45 }
  private static var plus: UInt8 { 43 }
  private static var point: UInt8 { 46 }
  private static var zero: UInt8 { 48 }
  private static var e: UInt8 { 101 }
}
