// SPDX-License-Identifier: Apache-2.0

/// Makes a model of one kind from checked parameters.
public enum ModelFactory: Sendable {
  /// Makes a ScenarioModel.
  case scenario(@Sendable (ParameterValues) throws(MMSError) -> any ScenarioModel)
  /// Makes a FillModel.
  case fill(@Sendable (ParameterValues) throws(MMSError) -> any FillModel)
  /// Makes an ImpactModel.
  case impact(@Sendable (ParameterValues) throws(MMSError) -> any ImpactModel)
  /// Makes a Strategy.
  case strategy(@Sendable (ParameterValues) throws(MMSError) -> any Strategy)
  /// Makes a FlowModel.
  case flow(@Sendable (ParameterValues) throws(MMSError) -> any FlowModel)
  /// Opens a DataSource.
  case source(@Sendable (ParameterValues) throws(MMSError) -> any DataSource)
}

/// One registered model: what it says of itself, where it came from, and how to make it.
public struct ModelEntry: Sendable {
  /// What the model says of itself.
  public let descriptor: ModelDescriptor
  /// Where it came from: `built-in`, or a plugin's name and version.
  public let origin: String
  private let makeDigest: (@Sendable () -> String)?
  /// The digest of the library it came from, made when it is asked for; nil when it is compiled in.
  public var digest: String? { makeDigest?() }
  /// Whether making it runs foreign code: only a process that may be lost does so.
  public var isForeign: Bool { makeDigest != nil }
  /// How to make it.
  public let factory: ModelFactory

  /// Registers a model of any origin.
  public init(
    descriptor: ModelDescriptor, origin: String, digest: (@Sendable () -> String)? = nil,
    factory: ModelFactory
  ) {
    self.descriptor = descriptor
    self.origin = origin
    makeDigest = digest
    self.factory = factory
  }

  /// An entry for a compiled-in ScenarioModel.
  public static func builtIn<M: ScenarioModel & NativeModel>(scenario: M.Type) -> ModelEntry {
    ModelEntry(
      descriptor: M.descriptor, origin: "built-in",
      factory: .scenario { (values) throws(MMSError) in try M(values) })
  }

  /// An entry for a compiled-in FillModel.
  public static func builtIn<M: FillModel & NativeModel>(fill: M.Type) -> ModelEntry {
    ModelEntry(
      descriptor: M.descriptor, origin: "built-in",
      factory: .fill { (values) throws(MMSError) in try M(values) })
  }

  /// An entry for a compiled-in ImpactModel.
  public static func builtIn<M: ImpactModel & NativeModel>(impact: M.Type) -> ModelEntry {
    ModelEntry(
      descriptor: M.descriptor, origin: "built-in",
      factory: .impact { (values) throws(MMSError) in try M(values) })
  }

  /// An entry for a compiled-in Strategy.
  public static func builtIn<M: Strategy & NativeModel>(strategy: M.Type) -> ModelEntry {
    ModelEntry(
      descriptor: M.descriptor, origin: "built-in",
      factory: .strategy { (values) throws(MMSError) in try M(values) })
  }

  /// An entry for a compiled-in FlowModel.
  public static func builtIn<M: FlowModel & NativeModel>(flow: M.Type) -> ModelEntry {
    ModelEntry(
      descriptor: M.descriptor, origin: "built-in",
      factory: .flow { (values) throws(MMSError) in try M(values) })
  }
}

/// Name → model, wherever it came from.
public struct ModelRegistry: Sendable {
  private var byID: [String: ModelEntry] = [:]

  /// An empty registry.
  public init() {}

  /// Every entry, by kind and then by id.
  public var entries: [ModelEntry] {
    byID.values.sorted { ($0.descriptor.kind, $0.descriptor.id) < ($1.descriptor.kind, $1.descriptor.id) }
  }

  /// Every entry of one kind, by id.
  public func entries(of kind: ModelKind) -> [ModelEntry] {
    entries.filter { $0.descriptor.kind == kind }
  }

  /// Adds a model.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` when the id is taken or not of the form of ids.
  public mutating func register(_ entry: ModelEntry) throws(MMSError) {
    let id = entry.descriptor.id
    guard Self.isWellFormed(id, kind: entry.descriptor.kind) else {
      throw MMSError(
        .invalidValue, "model id '\(id)' is not of the form kind/Name-vN or plugin/Name-vN")
    }
    if let other = byID[id] {
      throw MMSError(.invalidValue, "model id '\(id)' is registered already, from \(other.origin)")
    }
    byID[id] = entry
  }

  /// The entry of an id, which must be of a kind.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` with the nearest names.
  public func entry(_ id: String, kind: ModelKind? = nil, path: String? = nil) throws(MMSError) -> ModelEntry
  {
    if let entry = byID[id] {
      guard let kind, entry.descriptor.kind != kind else { return entry }
      throw MMSError(
        .invalidValue, "'\(id)' is a \(entry.descriptor.kind) model; a \(kind) model is needed here",
        path: path, hint: Suggestion.hint(for: id, among: entries(of: kind).map(\.descriptor.id)))
    }
    let names = kind.map { entries(of: $0) } ?? entries
    let noun = kind == .strategy ? "strategy" : kind.map { "\($0) model" } ?? "model"
    throw MMSError(
      .invalidValue, "there is no \(noun) '\(id)'", path: path,
      hint: Suggestion.hint(for: id, among: names.map(\.descriptor.id)))
  }

  /// Strategies go by a plain snake_case name; everything else by `folder/Name-vN`.
  private static func isWellFormed(_ id: String, kind: ModelKind) -> Bool {
    func isWord(_ text: some StringProtocol) -> Bool {
      !text.isEmpty
        && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
    }
    let parts = id.split(separator: "/", omittingEmptySubsequences: false)
    if kind == .strategy, parts.count == 1 { return isWord(parts[0]) }
    guard parts.count == 2, isWord(parts[0]), isWord(parts[1]),
      let version = parts[1].range(of: "-v", backwards: true)
    else { return false }
    return Int(parts[1][version...]) != nil
  }
}

extension Substring {
  /// Where the text after the last occurrence of a mark begins.
  fileprivate func range(of mark: String, backwards: Bool) -> Index? {
    var start = endIndex
    while start > startIndex {
      if self[start...].hasPrefix(mark) { return index(start, offsetBy: mark.count) }
      start = index(before: start)
    }
    return nil
  }
}
