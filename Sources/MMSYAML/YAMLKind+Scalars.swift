// SPDX-License-Identifier: Apache-2.0

public import MMSCore

extension YAMLKind<YAMLNode> {
  /// Anything, as the node it is.
  public static var node: YAMLKind {
    let nothing = YAMLNode.plain("null", at: SourceLocation(file: "", line: 1))
    return YAMLKind(fallback: nothing) { (node, _) throws(MMSError) in node }
  }
}

extension YAMLKind<String> {
  /// Text; a number or truth value needs quotes to count as text.
  public static var text: YAMLKind {
    YAMLKind(fallback: "") { (node, path) throws(MMSError) in
      switch node.scalar?.value {
      case .string(let text): return text
      case .bool, .integer, .number:
        let text = node.scalar?.text ?? ""
        throw node.mismatch(expected: "text", path: path, remedy: "put it in quotes: \"\(text)\"")
      default: throw node.mismatch(expected: "text", path: path, remedy: "write one value")
      }
    }
  }

  /// One of a few words.
  public static func text(oneOf words: [String]) -> YAMLKind {
    YAMLKind(fallback: words.first ?? "") { (node, path) throws(MMSError) in
      try node.word(of: words, path: path)
    }
  }
}

extension YAMLKind where Value: RawRepresentable, Value.RawValue == String {
  /// One of the cases of an enumeration, written by its raw value; the first stands in after a fault.
  public static func choice(_ first: Value, _ rest: Value...) -> YAMLKind {
    let cases = [first] + rest
    return YAMLKind(fallback: first) { (node, path) throws(MMSError) in
      let word = try node.word(of: cases.map(\.rawValue), path: path)
      return cases.first { $0.rawValue == word } ?? first
    }
  }
}

extension YAMLKind<Bool> {
  /// `true` or `false`.
  public static var bool: YAMLKind {
    YAMLKind(fallback: false) { (node, path) throws(MMSError) in
      if case .bool(let value) = node.scalar?.value { return value }
      throw node.mismatch(expected: "true or false", path: path, remedy: "write it so, without quotes")
    }
  }
}

extension YAMLKind<Int> {
  /// A whole number.
  public static var integer: YAMLKind { integer(in: Int.min...Int.max) }

  /// A whole number within bounds.
  public static func integer(in range: ClosedRange<Int>) -> YAMLKind {
    YAMLKind(fallback: range.lowerBound) { (node, path) throws(MMSError) in
      let bounds =
        switch (range.lowerBound == .min, range.upperBound == .max) {
        case (true, true): "a whole number"
        case (false, true): "a whole number of at least \(range.lowerBound)"
        case (true, false): "a whole number of at most \(range.upperBound)"
        case (false, false): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        }
      guard case .integer(let value) = node.scalar?.value, range.contains(value) else {
        throw node.mismatch(expected: bounds, path: path, remedy: node.numberRemedy)
      }
      return value
    }
  }
}

extension YAMLKind<SimDuration> {
  /// A duration with its unit: `20 min`.
  public static var duration: YAMLKind {
    YAMLKind(fallback: SimDuration(nanoseconds: 0)) { (node, path) throws(MMSError) in
      let expected = Quantity.Dimension.duration.expectation
      let quantity = try node.quantity(expected: expected, path: path)
      if let value = quantity.duration { return value }
      var remedy: String?
      if quantity.dimension == .number { remedy = "add the unit: ns, us, ms, s, min, h, d or w" }
      throw node.mismatch(of: quantity, expected: expected, path: path, remedy: remedy)
    }
  }
}

extension YAMLKind<Double> {
  /// A finite number without a unit.
  public static var number: YAMLKind { number(in: -.infinity ... .infinity) }

  /// A finite number without a unit, within bounds.
  public static func number(in range: ClosedRange<Double>) -> YAMLKind {
    bounded(.number, range) { $0 == .number }
  }

  /// A share of one: `0.0015`, `0.15 %` or `15 bps`.
  public static var fraction: YAMLKind { fraction(in: -.infinity ... .infinity) }

  /// A share of one, within bounds.
  public static func fraction(in range: ClosedRange<Double>) -> YAMLKind {
    bounded(.fraction, range) { $0 != .duration }
  }

  private static func bounded(
    _ dimension: Quantity.Dimension, _ range: ClosedRange<Double>,
    _ fits: @escaping (Quantity.Dimension) -> Bool
  ) -> YAMLKind {
    let fallback = range.contains(0) ? 0 : range.lowerBound.isFinite ? range.lowerBound : range.upperBound
    return YAMLKind(fallback: fallback) { (node, path) throws(MMSError) in
      let quantity = try node.quantity(expected: dimension.expectation, path: path)
      guard fits(quantity.dimension) else {
        throw node.mismatch(of: quantity, expected: dimension.expectation, path: path)
      }
      guard range.contains(quantity.value) else {
        let bounds =
          switch (range.lowerBound.isFinite, range.upperBound.isFinite) {
          case (true, true): "between \(range.lowerBound) and \(range.upperBound)"
          case (true, false): "at least \(range.lowerBound)"
          default: "at most \(range.upperBound)"
          }
        throw node.mismatch(expected: bounds, path: path)
      }
      return quantity.value
    }
  }
}

extension YAMLNode {
  fileprivate func word(of words: [String], path: String) throws(MMSError) -> String {
    if case .string(let text) = scalar?.value, words.contains(text) { return text }
    var error = mismatch(expected: "one of \(words.joined(separator: ", "))", path: path)
    if let text = scalar?.text {
      let near = Suggestion.nearest(to: text, among: words)
      if !near.isEmpty { error.hint = Suggestion.hint(for: text, among: near) }
    }
    throw error
  }

  /// The quantity a scalar spells; a number in quotes is text, a number with a unit needs no care.
  fileprivate func quantity(expected: String, path: String) throws(MMSError) -> Quantity {
    switch scalar?.value {
    case .integer(let value): return Quantity(Double(value))
    case .number(let value) where value.isFinite: return Quantity(value)
    case .number:
      throw mismatch(expected: expected, path: path, remedy: "infinite and NaN values are not accepted")
    case .string(let text):
      guard NumberToken(prefixOf: text) != nil else {
        throw mismatch(expected: expected, path: path)
      }
      let quantity: Quantity
      do {
        quantity = try Quantity(parsing: text)
      } catch {
        var error = error
        error.code = .invalidData
        error.location = location
        error.path = path.isEmpty ? nil : path
        error.message = (path.isEmpty ? "" : "\(path) must be \(expected): ") + error.message
        throw error
      }
      if quantity.dimension == .number {
        throw mismatch(expected: expected, path: path, remedy: numberRemedy)
      }
      return quantity
    default: throw mismatch(expected: expected, path: path)
    }
  }

  fileprivate func mismatch(
    of quantity: Quantity, expected: String, path: String, remedy: String? = nil
  ) -> MMSError {
    let found =
      switch quantity.dimension {
      case .number: "a number without a unit"
      case .fraction: "a fraction"
      case .duration: "a duration"
      }
    let text = scalar?.text ?? ""
    let tail = remedy.map { "; \($0)" } ?? ""
    let name = path.isEmpty ? "the value" : path
    return MMSError(
      .invalidData, "\(name) must be \(expected), but '\(text)' is \(found)\(tail)",
      path: path.isEmpty ? nil : path, location: location)
  }

  /// What to do about text that someone meant as a number.
  fileprivate var numberRemedy: String? {
    guard case .string(let text) = scalar?.value, NumberToken(prefixOf: text) != nil else { return nil }
    if scalar?.style == .quoted { return "remove the quotes" }
    return "write digits only, without separators or units"
  }
}
