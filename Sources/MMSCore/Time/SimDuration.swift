// SPDX-License-Identifier: Apache-2.0

/// A span of time in nanoseconds.
public struct SimDuration: Sendable, Hashable, Comparable {
  /// The span in nanoseconds; negative spans point backwards.
  public var nanoseconds: Int64

  /// Makes a span from nanoseconds.
  @inlinable
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// A span of whole seconds.
  @inlinable
  public static func seconds(_ count: Int64) -> SimDuration {
    SimDuration(nanoseconds: count * 1_000_000_000)
  }

  /// A span of whole minutes.
  @inlinable
  public static func minutes(_ count: Int64) -> SimDuration { .seconds(count * 60) }

  /// A span of whole hours.
  @inlinable
  public static func hours(_ count: Int64) -> SimDuration { .seconds(count * 3600) }

  /// A span of whole days.
  @inlinable
  public static func days(_ count: Int64) -> SimDuration { .seconds(count * 86_400) }

  /// The span in seconds.
  @inlinable
  public var seconds: Double { Double(nanoseconds) / 1e9 }

  /// The span in days.
  @inlinable
  public var days: Double { Double(nanoseconds) / 86_400e9 }

  /// Shorter comes first.
  @inlinable
  public static func < (a: SimDuration, b: SimDuration) -> Bool { a.nanoseconds < b.nanoseconds }

  /// Nanoseconds in each unit a duration may be written in, by every accepted spelling.
  public static let units: [(names: [String], nanoseconds: Int64)] = [
    (["ns"], 1),
    (["us", "µs"], 1_000),
    (["ms"], 1_000_000),
    (["s", "sec", "second", "seconds"], 1_000_000_000),
    (["m", "min", "minute", "minutes"], 60_000_000_000),
    (["h", "hour", "hours"], 3_600_000_000_000),
    (["d", "day", "days"], 86_400_000_000_000),
    (["w", "week", "weeks"], 604_800_000_000_000),
  ]

  /// Nanoseconds in a unit by one of its names; nil for an unknown name.
  public static func nanoseconds(inUnit name: String) -> Int64? {
    units.first { $0.names.contains(name) }?.nanoseconds
  }

  /// Reads a number and a unit, nil when the text is anything else.
  ///
  /// `30d`, `1h`, `1.5h`, `20 min`, `100ms`: see ``units``.
  public init?(_ text: String) {
    let number = text.prefix { ("0"..."9").contains($0) || $0 == "." || $0 == "-" }
    let unit = text.dropFirst(number.count).drop { $0 == " " }
    guard let value = Double(number), let scale = Self.nanoseconds(inUnit: String(unit)) else {
      return nil
    }
    let total = value * Double(scale)
    guard total.magnitude < 9.0e18 else { return nil }
    // Whole counts go through integers so that no rounding touches them.
    if let whole = Int64(number), let exact = whole.multipliedWithoutOverflow(by: scale) {
      self.init(nanoseconds: exact)
    } else {
      self.init(nanoseconds: Int64(total.rounded()))
    }
  }
}

extension SimDuration: CustomStringConvertible {
  /// The largest unit that divides the span: `30d`, `90min`, `100ms`.
  public var description: String {
    let names: [(String, Int64)] = [
      ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("min", 60_000_000_000),
      ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000),
    ]
    if nanoseconds == 0 { return "0s" }
    for (name, scale) in names where nanoseconds % scale == 0 { return "\(nanoseconds / scale)\(name)" }
    return "\(nanoseconds)ns"
  }
}

extension Int64 {
  fileprivate func multipliedWithoutOverflow(by other: Int64) -> Int64? {
    let (value, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? nil : value
  }
}
