// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSYAML

/// Finds scenario files, merges what they extend, and reads them.
///
/// Every call reads the files anew, so that an edited file counts at once.
public struct ScenarioLibrary: Sendable {
  /// A scenario file in one of the directories.
  public struct Listing: Sendable {
    /// The name it is loaded by.
    public let name: String
    /// Its sentence; empty when the file is broken.
    public let summary: String
    /// Its version; 0 when the file is broken.
    public let version: Int
    /// Where it is.
    public let file: String
    /// Files of the same name in later directories, which it hides.
    public let shadows: [String]
    /// Why it cannot be used; nil when it can.
    public let error: MMSError?
    /// Whether nothing is wrong with it but that a plugin it asks for is not here.
    public var lacksPlugin: Bool { error?.code == .unavailable }
  }

  /// Where names are looked up, the first hit wins; a directory need not exist.
  public let directories: [String]
  /// The models that scenarios may use.
  public let registry: ModelRegistry
  /// Whether a plugin that a scenario asks for is there; throws when it is not.
  let checkPlugin: PluginCheck

  /// Reads the models that files describe themselves; nil when there is no plugin host.
  let readFunction: FunctionReader?

  /// Reads the keys of a function that a file describes; the map takes the faults, and nil means that there is one.
  public typealias FunctionReader = @Sendable (YAMLMap, ModelKind) -> ModelEntry?

  /// Says whether a plugin that a scenario asks for is there, by throwing when it is not.
  public typealias PluginCheck = @Sendable (PluginRequirement) throws(MMSError) -> Void

  /// Makes a library over directories.
  ///
  /// - Parameters:
  ///   - directories: Where names are looked up, the first hit wins.
  ///   - registry: The models that scenarios may use.
  ///   - readFunction: Reads functions that files describe; without it there are none.
  ///   - checkPlugin: Looks a required plugin up; by default there are none.
  public init(
    directories: [String], registry: ModelRegistry, readFunction: FunctionReader? = nil,
    checkPlugin: @escaping PluginCheck = { (requirement) throws(MMSError) in
      throw MMSError(.notFound, "there is no plugin '\(requirement.name)' here")
    }
  ) {
    self.directories = directories
    self.registry = registry
    self.readFunction = readFunction
    self.checkPlugin = checkPlugin
  }

  /// Every scenario by name, broken files among them with their error.
  public func list() -> [Listing] {
    var files: [String: [String]] = [:]
    for directory in directories {
      for name in ScenarioFolder.files(in: directory) {
        files[ScenarioFolder.stem(name), default: []].append(ScenarioFolder.join(directory, name))
      }
    }
    return files.sorted { $0.key < $1.key }.compactMap { name, found in
      guard let file = found.first else { return nil }
      let shadows = Array(found.dropFirst())
      do throws(MMSError) {
        guard ScenarioName.isWellFormed(name) else {
          throw MMSError(
            .invalidData,
            "the file name '\(name)' is no name of a scenario; use at most 30 of a-z, 0-9 and _",
            location: SourceLocation(file: file, line: 1))
        }
        let scenario = try load(named: name)
        return Listing(
          name: name, summary: scenario.summary, version: scenario.version, file: file, shadows: shadows,
          error: nil)
      } catch {
        return Listing(name: name, summary: "", version: 0, file: file, shadows: shadows, error: error)
      }
    }
  }

  /// The names that can be asked for, broken files among them.
  public var names: [String] {
    Set(directories.flatMap(ScenarioFolder.files).map(ScenarioFolder.stem)).sorted()
  }

  /// Loads a scenario by name, or from a file whose name ends in `.yaml` or `.yml`.
  ///
  /// A service must not pass on a client's text unless it is a name: see ``load(named:overrides:)``.
  ///
  /// - Throws: `.invalidValue` for an unknown name or a wrong override, `.notFound` for a file that is not
  ///   there, `.invalidData` with the place of every fault in a file.
  public func load(
    _ nameOrFile: String, overrides: [ScenarioOverride] = []
  ) throws(MMSError) -> ScenarioDefinition {
    guard ScenarioName.isFile(nameOrFile) else { return try load(named: nameOrFile, overrides: overrides) }
    return try read(file: nameOrFile, overrides: overrides)
  }

  /// Loads a scenario by name only, never a path: the door for requests.
  ///
  /// - Throws: as ``load(_:overrides:)``.
  public func load(
    named name: String, overrides: [ScenarioOverride] = []
  ) throws(MMSError) -> ScenarioDefinition {
    guard let file = file(named: name) else {
      throw MMSError(
        .invalidValue, "there is no scenario '\(name.prefix(100))'", path: "scenario",
        hint: Suggestion.hint(for: String(name.prefix(100)), among: names)
          ?? (names.isEmpty ? "no scenario files were found; name their folder" : "list them to choose one"))
    }
    let scenario = try read(file: file, overrides: overrides)
    guard scenario.name == name else {
      throw MMSError(
        .invalidData,
        "the scenario is named '\(scenario.name)' but its file '\(name)'; give both the same name",
        path: "metadata.name", location: scenario.tree[path: "metadata.name"]?.location)
    }
    return scenario
  }

  /// Reads a scenario from text, as if it stood in a file of some name.
  ///
  /// - Throws: as ``load(_:overrides:)``.
  public func read(
    text: String, file: String, overrides: [ScenarioOverride] = []
  ) throws(MMSError) -> ScenarioDefinition {
    try read(YAMLNode(text: text, file: file), file: file, overrides: overrides)
  }

  private func read(
    file: String, overrides: [ScenarioOverride]
  ) throws(MMSError) -> ScenarioDefinition {
    try read(YAMLNode(contentsOf: file), file: file, overrides: overrides)
  }

  private func read(
    _ node: YAMLNode, file: String, overrides: [ScenarioOverride]
  ) throws(MMSError) -> ScenarioDefinition {
    var composer = ScenarioComposer(library: self)
    var faults: [MMSError] = []
    do throws(MMSError) {
      var tree = try composer.compose(node, file: file)
      faults = composer.faults
      for item in overrides { try item.checkReach() }
      // A model's name comes before its parameters, whatever the order on the command line.
      for item in overrides.filter(\.namesModel) + overrides.filter({ !$0.namesModel }) {
        try tree.apply(item)
      }
      let reader = ScenarioReader(
        registry: registry, files: composer.files, checkPlugin: checkPlugin, readFunction: readFunction)
      let scenario = try reader.read(tree)
      if let error = MMSError.combining(faults) { throw error }
      return scenario
    } catch {
      throw (MMSError.combining(faults + [error]) ?? error).coded(overrides: overrides)
    }
  }

  /// The file of a name, in the first directory that has one.
  func file(named name: String) -> String? {
    guard ScenarioName.isWellFormed(name) else { return nil }
    for directory in directories {
      for ending in [".yaml", ".yml"] {
        let path = ScenarioFolder.join(directory, name + ending)
        if ScenarioFolder.exists(path) { return path }
      }
    }
    return nil
  }
}

extension MMSError {
  /// The error with the code of its place: a fault in a file is bad data, one in an override a bad value.
  fileprivate func coded(overrides: [ScenarioOverride]) -> MMSError {
    var error = self
    // A plugin that is not here is no fault of a file.
    if let location, code != .unavailable {
      let isOverride = overrides.contains { $0.value.location.file == location.file }
      error.code = isOverride ? .invalidValue : .invalidData
    }
    error.others = others.map { $0.coded(overrides: overrides) }
    return error
  }
}
