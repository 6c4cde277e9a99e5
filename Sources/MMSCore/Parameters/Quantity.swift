// SPDX-License-Identifier: Apache-2.0

/// A number with its unit, as people write it: `20 min`, `15 bps`, `1.5 %`, `0.3`.
public struct Quantity: Sendable, Hashable {
  /// What kind of magnitude a unit measures.
  public enum Dimension: String, Sendable, Hashable {
    /// A plain number.
    case number
    /// A share: basis points and per cent are converted to a fraction.
    case fraction
    /// A span of time; the value is in nanoseconds.
    case duration
  }

  /// The magnitude in the base unit of its dimension.
  public var value: Double
  /// The dimension the unit stands for.
  public var dimension: Dimension
  /// The span, when the dimension is a duration; exact where the value is rounded.
  public var duration: SimDuration?

  /// Units that stand for a share, and how many make one.
  public static let fractionUnits: [(name: String, perUnit: Double)] = [
    ("bps", 10_000), ("bp", 10_000), ("%", 100), ("percent", 100),
  ]

  /// States a magnitude.
  public init(_ value: Double, _ dimension: Dimension = .number, duration: SimDuration? = nil) {
    self.value = value
    self.dimension = dimension
    self.duration = duration
  }

  /// Reads a number, alone or followed by a unit; nil when the text is anything else.
  public init?(_ text: String) {
    let trimmed = text.drop { $0 == " " }
    let number = trimmed.prefix { $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }
    // `5e` of "5 events" or the "d" of "30d" must not be eaten: retry without a trailing letter.
    var digits = number
    while let last = digits.last, last.isLetter { digits = digits.dropLast() }
    guard let value = Double(digits), value.isFinite else { return nil }
    let unit = String(trimmed.dropFirst(digits.count).drop { $0 == " " })
    if unit.isEmpty {
      self.init(value)
    } else if let share = Self.fractionUnits.first(where: { $0.name == unit }) {
      self.init(value / share.perUnit, .fraction)
    } else if SimDuration.nanoseconds(inUnit: unit) != nil, let span = SimDuration("\(digits)\(unit)") {
      self.init(Double(span.nanoseconds), .duration, duration: span)
    } else {
      return nil
    }
  }
}
