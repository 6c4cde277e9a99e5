// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore

/// One field of a request's body: what decodes it, refuses it and describes it in openapi.json.
struct RequestField: Sendable {
  /// What a field's value looks like.
  enum Kind: Sendable {
    /// Text of a length, in characters.
    case text(ClosedRange<Int>)
    /// One of some words; the list is for the reader, an unknown word is refused by whoever knows the words.
    case word(@Sendable (Vocabulary) -> [String], longest: Int)
    /// A list of some of these words, each once.
    case words([String])
    /// An instant, ISO 8601.
    case time
    /// A whole number in a range.
    case integer(ClosedRange<Int64>)
    /// A whole number from 0 to 2⁶⁴ − 1, or its digits as text.
    case seed
    /// A number greater than zero.
    case positive
    /// A switch.
    case flag
    /// The parameters of a strategy.
    case parameters
    /// Dotted paths and values.
    case overrides
  }

  /// The name.
  let name: String
  /// What the value looks like.
  let kind: Kind
  /// Whether it must be there.
  let isRequired: Bool
  /// The value that counts when it is absent, for the reader.
  let defaultValue: JSONValue?
  /// What it means.
  let summary: String
  /// A value that works.
  let example: JSONValue?

  init(
    _ name: String, _ kind: Kind, isRequired: Bool = false, default defaultValue: JSONValue? = nil,
    example: JSONValue? = nil, _ summary: String
  ) {
    self.name = name
    self.kind = kind
    self.isRequired = isRequired
    self.defaultValue = defaultValue
    self.summary = summary
    self.example = example
  }
}

/// A checked body: every field is of its kind.
struct FieldValues: Sendable {
  private var values: [String: JSONValue] = [:]

  /// Checks a body against its fields.
  ///
  /// An optional field may be null, which is the same as leaving it out.
  ///
  /// - Throws: `.invalidValue` with every fault that was found.
  init(_ object: JSONObject, _ fields: [RequestField]) throws(MMSError) {
    var faults: [MMSError] = []
    for (key, value) in object.map({ ($0.key, $0.value) }) {
      guard let field = fields.first(where: { $0.name == key }) else {
        let shown = String(key.prefix(100))
        faults.append(
          MMSError(
            .invalidValue, "there is no field '\(shown)'", path: shown,
            hint: Suggestion.hint(for: shown, among: fields.map(\.name))))
        continue
      }
      if value == .null, !field.isRequired { continue }
      if let fault = field.fault(in: value) {
        faults.append(
          MMSError(.invalidValue, "\(key) is \(value.shown); \(fault)", path: key))
      } else {
        values[key] = value
      }
    }
    for field in fields where field.isRequired && object[field.name] == nil {
      faults.append(
        MMSError(.invalidValue, "the field '\(field.name)' is missing: \(field.summary)", path: field.name))
    }
    guard var first = faults.first else { return }
    first.others = Array(faults.dropFirst())
    throw first
  }

  func text(_ name: String) -> String? { values[name]?.stringValue }
  func flag(_ name: String) -> Bool? { values[name]?.boolValue }
  func number(_ name: String) -> Double? { values[name]?.doubleValue }
  func integer(_ name: String) -> Int64? { values[name]?.wholeValue }
  func words(_ name: String) -> [String] { values[name]?.arrayValue?.compactMap(\.stringValue) ?? [] }
  func object(_ name: String) -> JSONObject? { values[name]?.objectValue }

  func seed(_ name: String) -> UInt64? {
    text(name).flatMap { UInt64($0) } ?? integer(name).flatMap { UInt64(exactly: $0) }
  }
}

extension RequestField {
  /// What is wrong with a value; nil when nothing is.
  func fault(in value: JSONValue) -> String? {
    switch kind {
    case .text(let length):
      guard let text = value.stringValue else { return "it has to be text" }
      return fault(of: text, in: length)
    case .word(_, let longest):
      guard let text = value.stringValue else { return "it has to be text" }
      return fault(of: text, in: 1...longest)
    case .words(let allowed):
      guard let items = value.arrayValue, !items.isEmpty else { return "it has to be a list of names" }
      let names = items.compactMap(\.stringValue)
      guard names.count == items.count, names.allSatisfy(allowed.contains) else {
        return "it has to list names among \(allowed.joined(separator: ", "))"
      }
      if Set(names).count < names.count { return "it names one twice" }
    case .time:
      guard let text = value.stringValue, SimTime(iso8601: text) != nil else {
        return "it has to be an ISO 8601 time such as 2025-07-19 or 2025-07-19T12:00Z"
      }
    case .integer(let range):
      guard let number = value.wholeValue, range.contains(number) else {
        return "it has to be a whole number from \(range.lowerBound) to \(range.upperBound)"
      }
    case .seed:
      let isSeed: Bool
      if let text = value.stringValue {
        isSeed = text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } && UInt64(text) != nil
      } else {
        // A number beyond 2⁶³ − 1 would have lost digits already.
        isSeed = value.wholeValue.map { $0 >= 0 } ?? false
      }
      if !isSeed {
        return
          "it has to be a whole number from 0 to 9223372036854775807, or the digits of one below 2⁶⁴ as text"
      }
    case .positive:
      guard let number = value.doubleValue, number > 0 else {
        return "it has to be a number greater than 0"
      }
    case .flag:
      if value.boolValue == nil { return "it has to be true or false" }
    case .parameters:
      guard value.objectValue != nil else { return "it has to be an object of names and values" }
    case .overrides:
      guard value.objectValue != nil else { return "it has to be an object of dotted paths and values" }
    }
    return nil
  }

  private func fault(of text: String, in length: ClosedRange<Int>) -> String? {
    if text.isEmpty { return "it has to say something" }
    return text.unicodeScalars.count > length.upperBound
      ? "it has to have at most \(length.upperBound) characters" : nil
  }
}

extension JSONValue {
  /// The whole number, written with or without a fraction of zero.
  var wholeValue: Int64? {
    switch self {
    case .integer(let value): value
    case .number(let value): value.magnitude < 0x1p53 ? Int64(exactly: value) : nil
    default: nil
    }
  }

  /// The value for a message, cut when it is long.
  var shown: String {
    switch self {
    case .string(let text): return text.count <= 60 ? "'\(text)'" : "'\(text.prefix(57))…'"
    case .array: return "a list"
    case .object: return "an object"
    default: return write()
    }
  }
}

#endif
