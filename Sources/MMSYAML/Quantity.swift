// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// A number with an optional unit, as written in a file: `0.3`, `15 bps`, `1.5 %`, `20 min`.
public enum Quantity: Sendable, Hashable {
  /// A number without a unit.
  case number(Double)
  /// A share of one, written in `bps`, `bp` or `%`: `15 bps` is 0.0015.
  case fraction(Double)
  /// A span of time in one of the units of `SimDuration`.
  case duration(SimDuration)

  /// What kind of thing a quantity measures.
  public enum Dimension: String, Sendable, Hashable, CaseIterable {
    /// No unit.
    case number
    /// A share of one; a number without a unit serves as well.
    case fraction
    /// A span of time.
    case duration

    /// What to expect, with an example, for an error message.
    public var expectation: String {
      switch self {
      case .number: "a number without a unit, such as 0.5"
      case .fraction: "a fraction, such as 0.0015, 0.15 % or 15 bps"
      case .duration: "a duration with its unit, such as 20 min, 36 h or 100 ms"
      }
    }
  }

  /// The kind of thing measured.
  public var dimension: Dimension {
    switch self {
    case .number: .number
    case .fraction: .fraction
    case .duration: .duration
    }
  }

  /// Reads a number and an optional unit; one space or more may stand between them.
  ///
  /// Throws `.invalidValue` for text without a number in front, an unknown unit, and numbers that
  /// are infinite or, as durations, beyond 292 years.
  public init(_ text: String) throws(MMSError) {
    let text = text.trimmingSpaces
    guard let token = NumberToken(prefixOf: text),
      let number = Double(text.prefix(utf8: token.length))
    else {
      throw MMSError(
        .invalidValue, "'\(text.shortened)' does not start with a number; write one such as 0.5 or 20 min")
    }
    let digits = text.prefix(utf8: token.length)
    let unit = String(text.dropFirst(digits.count)).trimmingSpaces
    guard number.isFinite else {
      throw MMSError(.invalidValue, "the number \(digits.shortened) is too large; write a finite number")
    }
    switch unit {
    case "": self = .number(number)
    case "%": self = .fraction(number / 100)
    case "bps", "bp": self = .fraction(number / 10_000)
    default:
      guard let scale = SimDuration.nanoseconds(inUnit: unit) else {
        let known = ["%", "bps", "bp"] + SimDuration.units.flatMap(\.names)
        let near = Suggestion.nearest(to: unit, among: known)
        throw MMSError(
          .invalidValue,
          "unknown unit '\(unit.shortened)' in '\(text.shortened)'; fractions are written in % or bps, "
            + "durations in ns, us, ms, s, min, h, d or w",
          hint: near.isEmpty ? nil : Suggestion.hint(for: unit, among: known))
      }
      // Whole counts stay in integers, so that no rounding touches them.
      if let whole = Int64(digits), case let (product, false) = whole.multipliedReportingOverflow(by: scale) {
        self = .duration(SimDuration(nanoseconds: product))
      } else if (number * Double(scale)).magnitude < 9.0e18 {
        self = .duration(SimDuration(nanoseconds: Int64((number * Double(scale)).rounded())))
      } else {
        throw MMSError(.invalidValue, "'\(text.shortened)' is too long a time; stay below 292 years")
      }
    }
  }
}

extension String {
  fileprivate var trimmingSpaces: String {
    var text = self[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }

  fileprivate func prefix(utf8 count: Int) -> String {
    String(decoding: utf8.prefix(count), as: UTF8.self)
  }
}
