// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSYAML

/// Merges a scenario file with those it extends.
struct ScenarioComposer {
  static let apiVersion = "mms/v1"
  static let kinds = ["Scenario", "Plugin", "Experiment", "Comparison"]

  let library: ScenarioLibrary
  /// The files read, bases before those that extend them.
  private(set) var files: [String] = []
  /// Faults that do not keep the rest from being read.
  private(set) var faults: [MMSError] = []
  /// Whether a file's `spec` or `extends` could not be read at all.
  private var isIncomplete = false
  /// `spec` of each base by its identity, so that a base of many is read once.
  private var specs: [String: YAMLNode] = [:]

  init(library: ScenarioLibrary) { self.library = library }

  /// The merged document: the file's own metadata and the merged `spec`, without `extends`.
  mutating func compose(_ node: YAMLNode, file: String) throws(MMSError) -> YAMLNode {
    let spec = try spec(of: node, file: file, chain: [(ScenarioFolder.identity(file), file)])
    // Where a part is missing, the reader would only complain of what it should have held.
    if isIncomplete, let error = MMSError.combining(faults) { throw error }
    var entries = (node.entries ?? []).filter { ["apiVersion", "kind", "metadata"].contains($0.key) }
    let place = node.entries?.first { $0.key == "spec" }?.keyLocation ?? node.location
    entries.append(YAMLEntry(key: "spec", at: place, value: spec))
    return YAMLNode(.mapping(entries), at: node.location)
  }

  /// The merged `spec` of one file; `chain` leads from the first file to this one.
  private mutating func spec(
    of node: YAMLNode, file: String, chain: [(identity: String, file: String)]
  ) throws(MMSError) -> YAMLNode {
    try Self.checkEnvelope(node)
    let map = try YAMLMap(node)
    map.allow("apiVersion", "kind", "metadata")
    let extends = node["extends"].flatMap { $0.isNull ? nil : $0 }
    let bases = map.optional("extends", .list(of: .node, count: 0...16), default: [])
    var merged = YAMLNode(.mapping([]), at: node.location)
    let own = map.optional("spec", .node)
    if let own, own.entries == nil {
      map.fault(
        own.mismatch(expected: "a mapping", path: "spec", remedy: "write 'key: value' lines below it"))
    } else if own == nil, extends?.items?.isEmpty ?? (extends == nil) {
      map.fault("the key 'spec' is missing; add 'spec:' or 'extends: [normal]'")
    }
    if own?.entries == nil, bases.isEmpty { isIncomplete = true }
    if let extends, extends.items?.count != bases.count { isIncomplete = true }
    // The metadata of the first file is read with the rest; a base's only here.
    if chain.count > 1 { _ = ScenarioMetadata(map.section("metadata")) }
    do throws(MMSError) {
      try map.finish()
    } catch {
      faults.append(error)
    }
    for base in bases {
      merged = try self.base(base, from: file, chain: chain).layered(over: merged)
    }
    files.append(file)
    guard let own, own.entries != nil else { return merged }
    return own.layered(over: merged)
  }

  /// The merged `spec` of what one entry of `extends` names.
  private mutating func base(
    _ entry: YAMLNode, from file: String, chain: [(identity: String, file: String)]
  ) throws(MMSError) -> YAMLNode {
    let text = try entry.read(.text, path: "extends")
    let path = try path(of: text, at: entry.location, from: file)
    let identity = ScenarioFolder.identity(path)
    if let start = chain.firstIndex(where: { $0.identity == identity }) {
      let names = (chain[start...].map(\.file) + [path]).map(ScenarioFolder.lastComponent)
      throw MMSError(
        .invalidData,
        "the scenario extends itself: \(names.joined(separator: " → ")); remove one of these 'extends'",
        path: "extends", location: entry.location)
    }
    if let known = specs[identity] { return known }
    let node: YAMLNode
    do throws(MMSError) {
      node = try YAMLNode(contentsOf: path)
    } catch {
      guard error.location == nil else { throw error }
      throw MMSError(
        .invalidData, "cannot extend '\(text)': \(error.message)", path: "extends", location: entry.location,
        cause: error)
    }
    let spec = try spec(of: node, file: path, chain: chain + [(identity, path)])
    specs[identity] = spec
    return spec
  }

  private func path(
    of text: String, at location: SourceLocation, from file: String
  ) throws(MMSError) -> String {
    func missing(_ message: String, _ candidates: [String]) -> MMSError {
      MMSError(
        .invalidData, message, path: "extends", hint: Suggestion.hint(for: text, among: candidates),
        location: location)
    }
    guard ScenarioName.isFile(text) else {
      guard let path = library.file(named: text) else {
        throw missing("there is no scenario '\(text)' to extend", library.names)
      }
      return path
    }
    guard !text.hasPrefix("/") else {
      throw missing(
        "'\(text)' is an absolute path; extend a scenario's name or a path relative to this file", [])
    }
    let folder = ScenarioFolder.folder(of: file)
    let path = ScenarioFolder.join(folder, text)
    guard ScenarioFolder.exists(path) else {
      let near = ScenarioFolder.folder(of: path)
      throw missing(
        "there is no file '\(path)' to extend",
        ScenarioFolder.files(in: near.isEmpty ? "." : near).map { ScenarioFolder.folder(of: text) + $0 })
    }
    return path
  }

  /// Refuses what is no scenario before complaining about its keys.
  private static func checkEnvelope(_ node: YAMLNode) throws(MMSError) {
    let map = try YAMLMap(node)
    let version = map.require("apiVersion", .text)
    let kind = map.require("kind", .text)
    map.allow("metadata", "extends", "spec")
    if node["apiVersion"]?.scalar != nil, !version.isEmpty, version != apiVersion {
      map.fault(
        "apiVersion must be \(apiVersion), but is '\(version)'; this build reads no other", at: "apiVersion")
    }
    if !kind.isEmpty, kind != "Scenario" {
      let isOther = kinds.contains(kind)
      map.fault(
        isOther
          ? "a file of kind Scenario is expected here, but this one is of kind \(kind)"
          : "kind must be Scenario, but is '\(kind)'",
        at: "kind",
        hint: isOther
          ? nil
          : Suggestion.nearest(to: kind, among: ["Scenario"]).first.map {
            "did you mean '\($0)'?"
          })
    }
    // Unknown keys of the envelope belong to the second pass, unless there will be none.
    if version != apiVersion || kind != "Scenario" { try map.finish() }
  }
}

extension YAMLNode {
  /// Lays one `spec` over another.
  ///
  /// A model that names another `use` starts from its own defaults: parameters of the model it replaces
  /// would not fit it.
  func layered(over base: YAMLNode) -> YAMLNode {
    var base = base
    for slot in ScenarioReader.slots {
      guard let mine = self[path: "models.\(slot).use"], let model = base[path: "models.\(slot)"],
        let theirs = model["use"], mine != theirs
      else { continue }
      // Cannot fail: the path has just been found.
      try? base.set("models.\(slot)", to: YAMLNode(.mapping([]), at: model.location))
    }
    return merging(over: base)
  }
}
