// SPDX-License-Identifier: Apache-2.0

public import MMSCore

extension Quantity {
  /// Reads a number and an optional unit, and says what is wrong with text that is neither.
  ///
  /// Throws `.invalidValue` for text without a number in front, an unknown unit, a number that is
  /// not finite, and a duration that is beyond 292 years or written with `+` or an exponent.
  public init(parsing text: String) throws(MMSError) {
    if let quantity = Quantity(text) {
      self = quantity
      return
    }
    let shown = text.shortened
    let body = text.drop { $0 == " " }
    guard let token = NumberToken(prefixOf: body) else {
      throw MMSError(
        .invalidValue, "'\(shown)' does not start with a number; write one such as 0.5 or 20 min")
    }
    let digits = String(decoding: body.utf8.prefix(token.length), as: UTF8.self)
    let unit = String(body.dropFirst(digits.count).drop { $0 == " " })
    guard let number = Double(digits), number.isFinite else {
      throw MMSError(.invalidValue, "the number in '\(shown)' is too large; write a finite number")
    }
    let known = Self.fractionUnits.map(\.name) + SimDuration.units.flatMap(\.names)
    guard known.contains(unit) else {
      let near = Suggestion.nearest(to: unit, among: known)
      throw MMSError(
        .invalidValue,
        "unknown unit '\(unit.shortened)' in '\(shown)'; fractions are written in % or bps, "
          + "durations in ns, us, ms, s, min, h, d or w",
        hint: near.isEmpty ? nil : Suggestion.hint(for: unit, among: known))
    }
    guard token.isPlain else {
      throw MMSError(
        .invalidValue,
        "the duration '\(shown)' has a '+' or an exponent; write its number out, such as 20 min")
    }
    throw MMSError(.invalidValue, "'\(shown)' is too long a time; stay below 292 years")
  }
}

extension Quantity.Dimension {
  /// What to expect, with an example, for an error message.
  public var expectation: String {
    switch self {
    case .number: "a number without a unit, such as 0.5"
    case .fraction: "a fraction, such as 0.0015, 0.15 % or 15 bps"
    case .duration: "a duration with its unit, such as 20 min, 36 h or 100 ms"
    }
  }
}
