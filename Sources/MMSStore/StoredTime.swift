// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Times as the database holds them: UTC text, `YYYY-MM-DD HH:MM:SS`, a fraction only when there is one.
enum StoredTime {
  static let nanosecondsPerDay: Int64 = 86_400_000_000_000

  static func text(_ time: SimTime) -> String {
    text(time.nanoseconds, day: day(time.nanoseconds))
  }

  /// The text of an instant whose day is known: rows of one day share it, and building it is the cost.
  static func text(_ nanoseconds: Int64, day: String) -> String {
    let seconds = floorDivide(nanoseconds, 1_000_000_000)
    var fraction = nanoseconds - seconds * 1_000_000_000
    let second = Int(seconds - floorDivide(seconds, 86_400) * 86_400)
    var text = day
    text.reserveCapacity(32)
    text.append(" ")
    text.append(twoDigits[second / 3600])
    text.append(":")
    text.append(twoDigits[second / 60 % 60])
    text.append(":")
    text.append(twoDigits[second % 60])
    if fraction > 0 {
      var digits = 9
      while fraction % 10 == 0 {
        fraction /= 10
        digits -= 1
      }
      let tail = String(fraction)
      text.append(".")
      text.append(String(repeating: "0", count: digits - tail.utf8.count))
      text.append(tail)
    }
    return text
  }

  /// The UTC day an instant falls on, `2025-08-17`.
  static func day(_ nanoseconds: Int64) -> String {
    String(describing: CivilDate(daysSinceEpoch: dayNumber(nanoseconds)))
  }

  static func dayNumber(_ nanoseconds: Int64) -> Int64 { floorDivide(nanoseconds, nanosecondsPerDay) }

  private static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
    let (quotient, rest) = a.quotientAndRemainder(dividingBy: b)
    return rest < 0 ? quotient - 1 : quotient
  }

  private static let twoDigits = (0..<60).map { $0 < 10 ? "0\($0)" : "\($0)" }
}
