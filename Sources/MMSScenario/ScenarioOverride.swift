// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSYAML

/// A value put at a dotted path of a scenario after its files have been merged.
public struct ScenarioOverride: Sendable {
  /// The path from the root: `spec.models.impact.params.Y`.
  public let path: String
  /// The value, with its origin as its place.
  let value: YAMLNode

  /// Reads `PATH=VALUE` of a command line; the prefix `spec.` may be left out.
  ///
  /// VALUE is a YAML scalar, `[list]` or `{mapping}`.
  ///
  /// - Parameter origin: What errors and ``ScenarioDefinition/render()`` call the place: `--set`.
  /// - Throws: `.usage` when the text has not that form.
  public init(_ text: String, origin: String = "--set") throws(MMSError) {
    let (path, value) = try YAMLNode.parse(override: text, origin: origin)
    self.path = Self.rooted(path)
    self.value = value
  }

  /// Takes a member of a request's `overrides`.
  ///
  /// - Throws: `.invalidValue` when a request may not reach the path: ``checkServiceOverride(path:)``.
  public init(request path: String, value: JSONValue, origin: String = "overrides") throws(MMSError) {
    try Self.checkServiceOverride(path: path)
    self.path = Self.rooted(path)
    self.value = value.node(at: SourceLocation(file: origin, line: 1))
  }

  /// Refuses a path that a request may not reach.
  ///
  /// Within reach are models' `params`, `calibration`, `events` and `execution`; never which model or
  /// library is used, nor which data.
  ///
  /// - Throws: `.invalidValue` with what may be set.
  public static func checkServiceOverride(path: String) throws(MMSError) {
    let keys = rooted(path).split(separator: ".", omittingEmptySubsequences: false).dropFirst().map(
      String.init)
    let isWellFormed = keys.allSatisfy { key in
      !key.isEmpty && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }
    let isWithinReach =
      switch keys.first {
      case "calibration", "events", "execution": true
      case "models":
        keys.count >= 3 && ScenarioReader.slots.map(\.rawValue).contains(keys[1]) && keys[2] == "params"
      default: false
      }
    guard isWellFormed, isWithinReach else {
      let shown = path.count <= 100 ? path : path.prefix(97) + "..."
      throw MMSError(
        .invalidValue, "'\(shown)' cannot be set by a request", path: path,
        hint:
          "overrides reach spec.models.scenario.params, spec.models.fill.params, spec.models.impact.params, "
          + "spec.models.flow.params, spec.calibration, spec.events and spec.execution")
    }
  }

  /// Whether it says which model is used.
  var namesModel: Bool { ScenarioReader.slots.contains { path == "spec.models.\($0).use" } }

  /// Refuses an override that reaches what says which code is loaded, and how it is called.
  ///
  /// Whole slots count: a mapping put there could hold any of it.
  func checkReach() throws(MMSError) {
    guard reachesLibrary else { return }
    throw MMSError(
      .invalidValue, "'\(path)' says which code is loaded and how it is called, which no override may change",
      path: path, hint: "write a scenario file that extends this one", location: value.location)
  }

  private var reachesLibrary: Bool {
    let keys = path.split(separator: ".").dropFirst().map(String.init)
    switch keys.first {
    case nil: return value.mentions(Self.libraryKeys + ["plugins"])
    case "plugins": return true
    case "models" where keys.count >= 3: return Self.libraryKeys.contains(keys[2])
    case "models": return value.mentions(Self.libraryKeys)
    default: return false
    }
  }

  private static let libraryKeys = ["library", "function", "batch", "bind", "result", "tests"]

  private static func rooted(_ path: String) -> String {
    path == "spec" || path.hasPrefix("spec.") ? path : "spec.\(path)"
  }
}

extension YAMLNode {
  /// Puts an override into a merged document.
  mutating func apply(_ item: ScenarioOverride) throws(MMSError) {
    guard item.namesModel else { return try set(item.path, to: item.value) }
    // As a layer, so that another model drops the parameters of the one before.
    var layer = YAMLNode(.mapping([]), at: item.value.location)
    try layer.set(String(item.path.dropFirst("spec.".count)), to: item.value)
    try set("spec", to: layer.layered(over: self["spec"] ?? layer))
  }
}

extension YAMLNode {
  /// Whether a mapping has one of some keys, at any depth but in parameters.
  fileprivate func mentions(_ keys: [String]) -> Bool {
    (entries ?? []).contains { keys.contains($0.key) || ($0.key != "params" && $0.value.mentions(keys)) }
  }
}

extension JSONValue {
  /// The value as YAML: texts stay texts, so that "20 min" is a duration and "5" is no number.
  fileprivate func node(at place: SourceLocation) -> YAMLNode {
    switch self {
    case .null: .plain("null", at: place)
    case .bool(let value): .plain("\(value)", at: place)
    case .integer(let value): .plain("\(value)", at: place)
    case .number(let value): .plain(value.isFinite ? "\(value)" : "null", at: place)
    case .string(let text): .text(text, at: place)
    case .array(let items): YAMLNode(.sequence(items.map { $0.node(at: place) }), at: place)
    case .object(let object):
      YAMLNode(
        .mapping(object.members.map { YAMLEntry(key: $0.key, at: place, value: $0.value.node(at: place)) }),
        at: place)
    }
  }
}
