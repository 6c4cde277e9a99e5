// SPDX-License-Identifier: Apache-2.0

/// An instant: nanoseconds since 1970-01-01T00:00:00 UTC.
public struct SimTime: Sendable, Hashable, Comparable {
  /// Nanoseconds since the Unix epoch.
  public var nanoseconds: Int64

  /// Makes an instant from nanoseconds since the Unix epoch.
  @inlinable
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// Makes an instant from milliseconds since the Unix epoch.
  @inlinable
  public init(milliseconds: Int64) { self.nanoseconds = milliseconds * 1_000_000 }

  /// Earlier comes first.
  @inlinable
  public static func < (a: SimTime, b: SimTime) -> Bool { a.nanoseconds < b.nanoseconds }

  /// The instant a span later.
  @inlinable
  public static func + (a: SimTime, b: SimDuration) -> SimTime {
    SimTime(nanoseconds: a.nanoseconds + b.nanoseconds)
  }

  /// The instant a span earlier.
  @inlinable
  public static func - (a: SimTime, b: SimDuration) -> SimTime {
    SimTime(nanoseconds: a.nanoseconds - b.nanoseconds)
  }

  /// The span between two instants.
  @inlinable
  public static func - (a: SimTime, b: SimTime) -> SimDuration {
    SimDuration(nanoseconds: a.nanoseconds - b.nanoseconds)
  }
}

extension SimTime: CustomStringConvertible {
  /// ISO 8601 in UTC: `2025-08-17T23:59:00Z`, with a fraction only when there is one.
  public var description: String {
    var (seconds, fraction) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    if fraction < 0 {
      seconds -= 1
      fraction += 1_000_000_000
    }
    var (days, second) = seconds.quotientAndRemainder(dividingBy: 86_400)
    if second < 0 {
      days -= 1
      second += 86_400
    }
    let date = CivilDate(daysSinceEpoch: days)
    var text = "\(date)T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
    if fraction != 0 {
      var digits = padded(fraction, 9)
      while digits.hasSuffix("0") { digits.removeLast() }
      text += ".\(digits)"
    }
    return text + "Z"
  }

  /// Reads ISO 8601: a date, or a date and a time with optional seconds, fraction and offset.
  ///
  /// `2025-08-17`, `2025-08-17T12:30`, `2025-08-17T12:30:15.250Z`, `2025-08-17 12:30:15+02:00`.
  /// Without an offset the time is UTC. Nil when the text is anything else.
  public init?(iso8601 text: String) {
    var reader = DigitReader(text)
    guard let year = reader.digits(4), reader.skip("-"), let month = reader.digits(2),
      reader.skip("-"), let day = reader.digits(2),
      let date = CivilDate(year: year, month: month, day: day)
    else { return nil }
    var seconds = date.daysSinceEpoch * 86_400
    var fraction: Int64 = 0
    if reader.skip("T") || reader.skip("t") || reader.skip(" ") {
      guard let hour = reader.digits(2), hour < 24, reader.skip(":"), let minute = reader.digits(2),
        minute < 60
      else { return nil }
      seconds += hour * 3600 + minute * 60
      if reader.skip(":") {
        guard let second = reader.digits(2), second < 60 else { return nil }
        seconds += second
        if reader.skip(".") {
          guard let nanoseconds = reader.fraction() else { return nil }
          fraction = nanoseconds
        }
      }
      if !(reader.skip("Z") || reader.skip("z")), !reader.isAtEnd {
        let sign: Int64
        if reader.skip("+") { sign = -1 } else if reader.skip("-") { sign = 1 } else { return nil }
        guard let hours = reader.digits(2), hours < 24 else { return nil }
        _ = reader.skip(":")
        let minutes = reader.isAtEnd ? 0 : reader.digits(2)
        guard let minutes, minutes < 60 else { return nil }
        seconds += sign * (hours * 3600 + minutes * 60)
      }
    }
    // Int64 nanoseconds reach from 1677 to 2262.
    guard reader.isAtEnd, date.year >= 1678, date.year <= 2261 else { return nil }
    self.init(nanoseconds: seconds * 1_000_000_000 + fraction)
  }
}

/// A day of the proleptic Gregorian calendar.
public struct CivilDate: Sendable, Hashable, CustomStringConvertible {
  /// The year, such as 2025.
  public let year: Int64
  /// The month, 1 to 12.
  public let month: Int64
  /// The day of the month, 1 to 31.
  public let day: Int64
  /// Days since 1970-01-01.
  public let daysSinceEpoch: Int64

  /// The date a number of days after 1970-01-01.
  public init(daysSinceEpoch days: Int64) {
    // Counting years from March puts the leap day last, so month lengths repeat every five months.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    self.day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    self.month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    self.year = yearOfEra + era * 400 + (monthFromMarch >= 10 ? 1 : 0)
    self.daysSinceEpoch = days
  }

  /// The date of a year, month and day; nil when there is no such day.
  public init?(year: Int64, month: Int64, day: Int64) {
    guard (1...12).contains(month), (1...31).contains(day) else { return nil }
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let monthFromMarch = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let made = CivilDate(daysSinceEpoch: era * 146_097 + dayOfEra - 719_468)
    // A day past the month's end lands in the next month: refuse it.
    guard made.day == day, made.month == month else { return nil }
    self = made
  }

  /// `2025-08-17`.
  public var description: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }
}

func padded(_ value: Int64, _ width: Int) -> String {
  let digits = String(value)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// Reads fixed-width digits off the front of a text.
private struct DigitReader {
  private var rest: Substring.UTF8View

  init(_ text: String) { rest = Substring(text).utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func digits(_ count: Int) -> Int64? {
    guard rest.count >= count else { return nil }
    var value: Int64 = 0
    for byte in rest.prefix(count) {
      guard byte >= 48, byte <= 57 else { return nil }
      value = value * 10 + Int64(byte - 48)
    }
    rest = rest.dropFirst(count)
    return value
  }

  mutating func fraction() -> Int64? {
    var value: Int64 = 0
    var count = 0
    while let byte = rest.first, byte >= 48, byte <= 57 {
      guard count < 9 else { return nil }
      value = value * 10 + Int64(byte - 48)
      count += 1
      rest = rest.dropFirst()
    }
    guard count > 0 else { return nil }
    for _ in count..<9 { value *= 10 }
    return value
  }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard let byte = rest.first, UInt32(byte) == character.value else { return false }
    rest = rest.dropFirst()
    return true
  }
}
