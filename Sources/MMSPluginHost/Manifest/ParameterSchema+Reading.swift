// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSYAML

extension ParameterSchema {
  private static let types = ["number", "integer", "flag", "choice", "text", "duration", "interval"]
  private static let units: [(name: String, unit: ParameterUnit)] = [
    ("none", .none), ("fraction", .fraction), ("price", .price), ("base_units", .baseUnits),
    ("quote_currency", .quoteCurrency), ("per_root_day", .perRootDay), ("per_day", .perDay),
    ("steps", .steps), ("time", .time),
  ]

  /// Reads one parameter of a manifest; nil when its name or type could not be read, which has been reported.
  init?(reading map: YAMLMap) {
    let name = map.require("name", .parameterName)
    let word = map.require("type", .text(oneOf: Self.types))
    let words = map.optional("words", .list(of: .text, count: 1...100), default: [])
    let unitName = map.optional("unit", .text(oneOf: Self.units.map(\.name)), default: "none")
    let type: ParameterType
    switch word {
    case "integer": type = .integer
    case "flag": type = .flag
    case "choice": type = .choice(words)
    case "text": type = .text
    case "duration": type = .duration
    case "interval": type = .interval
    default: type = .number
    }
    if word == "choice", words.isEmpty {
      map.fault("a choice needs its words: 'words: [average, marginal]'", at: "type")
    }
    if word != "choice", map.has("words") {
      map.fault("only a choice has words; remove them or write 'type: choice'", at: "words")
    }
    func bound(_ key: String) -> Double? {
      if word == "duration" { return map.optional(key, .duration).map { Double($0.nanoseconds) } }
      return map.optional(key, .number)
    }
    let (minimum, maximum) = (bound("minimum"), bound("maximum"))
    if let minimum, let maximum, minimum > maximum {
      map.fault("the minimum \(minimum) is above the maximum \(maximum); exchange them", at: "minimum")
    }
    self.init(
      name, type, unit: Self.units.first { $0.name == unitName }?.unit ?? .none, minimum: minimum,
      maximum: maximum, minimumIsExclusive: map.optional("minimum_exclusive", .bool, default: false),
      map.require("summary", .text))
    if let written = map.optional("default", .node) {
      do throws(MMSError) {
        let values = try ParameterResolver.resolve(
          [(name, written.parameterInput)], schema: [self], owner: "the default", path: map.path,
          locations: [name: written.location])
        defaultValue = values[name]
      } catch {
        map.fault(error)
      }
    }
    if map.location == nil || name.isEmpty { return nil }
  }
}

extension YAMLKind<String> {
  /// Letters, digits and underscores, a letter first.
  static var parameterName: YAMLKind {
    YAMLKind(fallback: "") { (node, path) throws(MMSError) in
      let text = try YAMLKind.text.read(node, path)
      let isName =
        text.first.map { $0.isASCII && $0.isLetter } == true && text.utf8.count <= 63
        && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      guard isName else {
        throw node.mismatch(
          expected: "a name of letters, digits and underscores, a letter first, at most 63", path: path)
      }
      return text
    }
  }
}
