// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Reads a mapping strictly: every key by name and kind, and no key left over.
///
/// Getters never throw. They record what is wrong and hand out a stand-in, so that one pass over a
/// file finds every fault in it; ``finish()`` then throws them all as one error. Sections made from
/// a map report to it and are finished with it. Prefer ``YAMLNode/decode(path:_:)``, which cannot
/// forget to finish:
///
/// ```swift
/// let metadata = try node.decode { map in
///   Metadata(
///     name: map.require("name", .text),
///     version: map.optional("version", .integer(in: 1...99), default: 1),
///     summary: map.optional("summary", .text))
/// }
/// ```
///
/// A key without a value (`events:`) counts as absent.
public final class YAMLMap {
  /// The dotted path of the mapping, empty at the root.
  public let path: String
  /// The keys present, in the order of the file.
  public var keys: [String] { entries.map(\.key) }
  /// Where the mapping stands; nil for the stand-in of a missing one.
  public let location: SourceLocation?

  private let entries: [YAMLEntry]
  private var known: [String] = []
  private var children: [YAMLMap] = []
  private var faults: [MMSError] = []

  /// Starts reading a mapping; throws `.invalidData` when the node is none.
  public init(_ node: YAMLNode, path: String = "") throws(MMSError) {
    guard let entries = node.entries else {
      throw node.mismatch(
        expected: "a mapping", path: path, remedy: "write 'key: value' lines below it")
    }
    self.path = path
    self.location = node.location
    self.entries = entries
  }

  /// Stands in for a mapping that is missing or malformed, which has been reported already.
  private init(missingAt path: String) {
    self.path = path
    self.location = nil
    self.entries = []
  }

  // MARK: Values

  /// The value under a key that must be there.
  public func require<Value>(_ key: String, _ kind: YAMLKind<Value>) -> Value {
    guard let node = take(key, required: true) else { return kind.fallback }
    return value(node, key, kind) ?? kind.fallback
  }

  /// The value under a key that may be there.
  public func optional<Value>(_ key: String, _ kind: YAMLKind<Value>) -> Value? {
    take(key).flatMap { value($0, key, kind) }
  }

  /// The value under a key that may be there, or a default.
  public func optional<Value>(
    _ key: String, _ kind: YAMLKind<Value>, default defaultValue: @autoclosure () -> Value
  ) -> Value {
    optional(key, kind) ?? defaultValue()
  }

  // MARK: Sections

  /// The mapping under a key that must be there.
  public func section(_ key: String) -> YAMLMap {
    guard let node = take(key, required: true) else {
      return YAMLMap(missingAt: YAMLPath.join(path, key))
    }
    return child(node, YAMLPath.join(path, key))
  }

  /// The mapping under a key that may be there.
  public func optionalSection(_ key: String) -> YAMLMap? {
    take(key).map { child($0, YAMLPath.join(path, key)) }
  }

  /// The mappings listed under a key; none when it is absent.
  public func sections(_ key: String) -> [YAMLMap] {
    guard let node = take(key) else { return [] }
    let path = YAMLPath.join(path, key)
    guard let items = node.items else {
      faults.append(node.mismatch(expected: "a list of mappings", path: path, remedy: "start each with '- '"))
      return []
    }
    return items.enumerated().map { child($0.element, YAMLPath.join(path, "\($0.offset)")) }
  }

  // MARK: Faults and the end

  /// Whether a key is present with a value.
  public func has(_ key: String) -> Bool { entries.contains { $0.key == key && !$0.value.isNull } }

  /// Accepts keys that are not read here but are no mistake.
  public func allow(_ keys: String...) { known += keys }

  /// Records a fault of your own, placed at a key's value, or at the mapping.
  public func fault(_ message: String, at key: String? = nil, hint: String? = nil) {
    guard let location else { return }
    let entry = entries.first { $0.key == key }
    faults.append(
      MMSError(
        .invalidData, message, path: key.map { YAMLPath.join(path, $0) } ?? (path.isEmpty ? nil : path),
        hint: hint, location: entry?.value.location ?? location))
  }

  /// Records an error caught elsewhere, to be thrown with the others.
  public func fault(_ error: MMSError) { faults.append(error) }

  /// Throws every fault of this map and its sections as one error, unknown keys among them.
  public func finish() throws(MMSError) {
    if let error = MMSError.combining(allFaults(complete: true)) { throw error }
  }

  /// Unknown keys are only known once the reading has come to its end.
  fileprivate func allFaults(complete: Bool) -> [MMSError] {
    faults + (complete ? unknownKeys() : []) + children.flatMap { $0.allFaults(complete: complete) }
  }

  private func unknownKeys() -> [MMSError] {
    var allowed: [String] = []
    for key in known where !allowed.contains(key) { allowed.append(key) }
    return entries.filter { !allowed.contains($0.key) }.map { entry in
      let place = path.isEmpty ? "" : " in \(path)"
      let list = allowed.isEmpty ? "no key is allowed here" : "allowed: \(allowed.joined(separator: ", "))"
      let near = Suggestion.nearest(to: entry.key, among: allowed)
      return MMSError(
        .invalidData, "unknown key '\(entry.key.shortened)'\(place); \(list)",
        path: YAMLPath.join(path, entry.key),
        hint: near.isEmpty ? nil : Suggestion.hint(for: entry.key, among: near),
        location: entry.keyLocation)
    }
  }

  private func take(_ key: String, required: Bool = false) -> YAMLNode? {
    known.append(key)
    let entry = entries.first { $0.key == key }
    if let entry, !entry.value.isNull { return entry.value }
    if required, let location {
      let full = YAMLPath.join(path, key)
      let message =
        entry == nil
        ? "the key '\(key)' is missing\(path.isEmpty ? "" : " in \(path)"); add '\(key): ...'"
        : "\(full) has no value; write one after '\(key):'"
      faults.append(
        MMSError(.invalidData, message, path: full, location: entry?.keyLocation ?? location))
    }
    return nil
  }

  private func value<Value>(_ node: YAMLNode, _ key: String, _ kind: YAMLKind<Value>) -> Value? {
    do {
      return try node.read(kind, path: YAMLPath.join(path, key))
    } catch {
      faults.append(error)
      return nil
    }
  }

  private func child(_ node: YAMLNode, _ path: String) -> YAMLMap {
    do {
      let map = try YAMLMap(node, path: path)
      children.append(map)
      return map
    } catch {
      faults.append(error)
      return YAMLMap(missingAt: path)
    }
  }
}

extension YAMLNode {
  /// Reads a mapping strictly and throws every fault found as one error.
  ///
  /// - Parameters:
  ///   - path: The dotted path of this node in its file.
  ///   - body: Reads the keys; an error it throws joins those recorded.
  public func decode<Value>(
    path: String = "", _ body: (YAMLMap) throws(MMSError) -> Value
  ) throws(MMSError) -> Value {
    let map = try YAMLMap(self, path: path)
    let value: Value
    do {
      value = try body(map)
    } catch {
      throw MMSError.combining(map.allFaults(complete: false) + [error]) ?? error
    }
    try map.finish()
    return value
  }

  /// Starts reading the mapping under a key; throws `.invalidData` when there is none.
  public func mapping(_ key: String) throws(MMSError) -> YAMLMap {
    guard let node = self[key] else {
      throw MMSError(
        .invalidData, "the key '\(key)' is missing; add '\(key):' with its keys below", path: key,
        location: location)
    }
    return try YAMLMap(node, path: key)
  }
}
