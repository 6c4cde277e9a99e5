// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSYAML

extension YAMLKind<Double> {
  /// A finite number above zero.
  static var positive: YAMLKind {
    YAMLKind(fallback: 1) { (node, path) throws(MMSError) in
      let value = try YAMLKind.number.read(node, path)
      guard value > 0 else { throw node.mismatch(expected: "above 0", path: path) }
      return value
    }
  }
}

extension YAMLKind<SimDuration> {
  /// A duration above zero, within bounds.
  static func duration(in range: ClosedRange<SimDuration>) -> YAMLKind {
    YAMLKind(fallback: range.lowerBound) { (node, path) throws(MMSError) in
      let value = try YAMLKind.duration.read(node, path)
      guard range.contains(value) else {
        throw node.mismatch(
          expected: "a duration from \(range.lowerBound) to \(range.upperBound)", path: path)
      }
      return value
    }
  }

  /// Longer than nothing and no longer than a hundred years, so that sums with instants cannot overflow.
  static var span: YAMLKind { duration(in: SimDuration(nanoseconds: 1) ... .days(36_500)) }
}

extension YAMLKind<SimTime> {
  /// An instant in ISO 8601.
  static var time: YAMLKind {
    YAMLKind(fallback: SimTime(nanoseconds: 0)) { (node, path) throws(MMSError) in
      guard let text = node.scalar?.text, let time = SimTime(iso8601: text) else {
        throw node.mismatch(
          expected: "a date or time in ISO 8601, such as 2022-11-08 or 2022-11-08T19:00Z", path: path)
      }
      return time
    }
  }
}

extension YAMLKind<String> {
  /// A text whose characters and length are limited.
  static func text(_ length: ClosedRange<Int>, of allowed: String, expected: String) -> YAMLKind {
    YAMLKind(fallback: "") { (node, path) throws(MMSError) in
      let text = try YAMLKind.text.read(node, path)
      guard length.contains(text.count), text.allSatisfy(allowed.contains) else {
        throw node.mismatch(expected: expected, path: path)
      }
      return text
    }
  }

  /// The name of a scenario.
  static var scenarioName: YAMLKind {
    text(
      1...ScenarioName.maximumLength, of: ScenarioName.characters,
      expected: "a name of at most 30 small letters, digits and underscores, such as black_swan")
  }
}

/// What a scenario may be called.
enum ScenarioName {
  static let characters = "abcdefghijklmnopqrstuvwxyz0123456789_"
  /// The width of the column `scenario` in the database.
  static let maximumLength = 30

  static func isWellFormed(_ text: String) -> Bool {
    (1...maximumLength).contains(text.count) && text.allSatisfy(characters.contains)
  }

  /// Whether a text names a file rather than a scenario.
  static func isFile(_ text: String) -> Bool { text.hasSuffix(".yaml") || text.hasSuffix(".yml") }
}

extension YAMLKind<Latency> {
  /// `0`, a duration, or `{median: 80 ms, sigma: 0.5}`.
  static var latency: YAMLKind {
    YAMLKind(fallback: .zero) { (node, path) throws(MMSError) in
      let spans = YAMLKind<SimDuration>.duration(in: SimDuration(nanoseconds: 0) ... .days(1))
      if node.entries != nil {
        let (median, sigma) = try node.decode(path: path) { map in
          (map.require("median", spans), map.require("sigma", .number(in: 0...5)))
        }
        if median.nanoseconds == 0 { return .zero }
        return sigma == 0 ? .constant(median) : .lognormal(median: median, sigma: sigma)
      }
      if case .integer(0) = node.scalar?.value { return .zero }
      guard node.scalar != nil else {
        throw node.mismatch(
          expected: "0, a duration such as 100 ms, or {median: 80 ms, sigma: 0.5}", path: path)
      }
      let span = try spans.read(node, path)
      return span.nanoseconds == 0 ? .zero : .constant(span)
    }
  }
}

extension YAMLKind<ScriptedEvent.Anchor> {
  /// `crash`, `crash +10 min`, `50 %` or an instant.
  static var anchor: YAMLKind {
    YAMLKind(fallback: .share(0)) { (node, path) throws(MMSError) in
      let refusal = node.mismatch(
        expected: "'crash', 'crash +10 min', a share of the period such as '50 %', or a time such as "
          + "2022-11-08T19:00Z", path: path)
      guard case .string(let text) = node.scalar?.value else { throw refusal }
      if let time = SimTime(iso8601: text) { return .time(time) }
      if let quantity = Quantity(text) {
        guard quantity.dimension == .fraction, (0...1).contains(quantity.value) else { throw refusal }
        return .share(quantity.value)
      }
      let name = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      guard let first = name.first, first.isLetter else { throw refusal }
      var rest = text.dropFirst(name.count).drop { $0 == " " }
      if rest.isEmpty { return .named(String(name), offset: SimDuration(nanoseconds: 0)) }
      let sign: Int64 = rest.first == "-" ? -1 : 1
      guard rest.first == "+" || rest.first == "-" else { throw refusal }
      rest = rest.dropFirst().drop { $0 == " " }
      guard rest.first?.isNumber == true, let span = SimDuration(String(rest)), span <= .days(36_500) else {
        throw refusal
      }
      return .named(String(name), offset: SimDuration(nanoseconds: sign * span.nanoseconds))
    }
  }
}
