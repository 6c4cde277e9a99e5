// SPDX-License-Identifier: Apache-2.0

import Glibc
public import MMSCore
import Synchronization

/// The plugins of some folders, found by their manifests; no code of theirs is loaded to find them.
public struct PluginCatalogue: Sendable {
  /// The plugins, in the order of the folders and then of their names; the first of a name wins.
  public private(set) var manifests: [PluginManifest] = []
  /// Manifests that could not be read, and names found twice.
  public private(set) var problems: [MMSError] = []
  /// What must hold before a library is loaded.
  public let trust: PluginTrust

  /// Looks into folders: each is a plugin's own, or holds such folders one level down; absent ones are passed over.
  public init(directories: [String], trust: PluginTrust = PluginTrust()) {
    self.trust = trust
    for directory in directories {
      for file in Self.files(in: directory) { add(file) }
    }
  }

  /// The plugin of a name.
  ///
  /// - Throws: ``MMSError/Code/notFound`` with the nearest name.
  public func manifest(named name: String) throws(MMSError) -> PluginManifest {
    if let found = manifests.first(where: { $0.name == name }) { return found }
    throw MMSError(
      .notFound, "there is no plugin '\(name)'",
      hint: Suggestion.hint(for: name, among: manifests.map(\.name))
        ?? "name its folder with --plugin-path, or install it in ~/.mms/plugins")
  }

  /// Whether a plugin that a scenario asks for is there, in a version and with a digest that will do.
  ///
  /// - Throws: ``MMSError/Code/invalidData`` saying what is there instead.
  public func check(_ name: String, version: String?, sha256: String?) throws(MMSError) {
    let manifest = try manifest(named: name)
    if let version {
      guard let fits = manifest.version.satisfies(version) else {
        throw MMSError(.invalidData, "'\(version)' is no requirement; write '^1.0' or '1.2.0'")
      }
      if !fits {
        throw MMSError(
          .invalidData, "plugin \(name) is there in version \(manifest.version); \(version) is needed",
          hint: "install another version, or change the scenario")
      }
    }
    guard let sha256 else {
      if trust.isLocked, manifest.sha256 == nil {
        throw MMSError(
          .invalidData, "neither the scenario nor plugin \(name) states a sha256, which --locked demands")
      }
      return
    }
    let digest = SHA256.hex(of: try LoadedLibrary.read(manifest.libraryPath))
    if digest != sha256 {
      throw MMSError(
        .invalidData,
        "the library of plugin \(name) has the digest \(digest), the scenario demands \(sha256)",
        hint: "install the right build, or change the scenario")
    }
  }

  /// The models of every plugin for the registry; a library is loaded when one of its models is first made.
  public func entries() -> [ModelEntry] {
    manifests.flatMap { manifest in
      // Most commands ask for none: the bytes of every library are more than all manifests.
      let digest = LibraryDigest(manifest)
      return manifest.models.map { model in
        ModelEntry(
          descriptor: model.descriptor, origin: manifest.origin, digest: { digest.value },
          factory: factory(manifest, model))
      }
    }
  }

  private mutating func add(_ file: String) {
    do throws(MMSError) {
      let manifest = try PluginManifest(contentsOf: file)
      if let other = manifests.first(where: { $0.name == manifest.name }) {
        if other.folder != manifest.folder {
          problems.append(
            MMSError(
              .invalidData,
              "the plugin '\(manifest.name)' in \(manifest.folder) is hidden by the one in \(other.folder)"))
        }
      } else {
        manifests.append(manifest)
      }
    } catch {
      problems.append(error)
    }
  }

  /// How to make a model of a plugin.
  package func factory(_ manifest: PluginManifest, _ model: PluginModel) -> ModelFactory {
    let trust = trust
    if let function = model.function {
      return function.factory(descriptor: model.descriptor, plugin: manifest.name) { () throws(MMSError) in
        try PluginLibrary.load(manifest, trust: trust)
      }
    }
    let foreign: @Sendable () throws(MMSError) -> ForeignModel = { () throws(MMSError) in
      try PluginLibrary.load(manifest, trust: trust).model(model)
    }
    switch model.descriptor.kind {
    case .fill:
      return .fill { (values) throws(MMSError) in try ForeignFillModel(model: foreign(), parameters: values) }
    case .impact:
      return .impact { (values) throws(MMSError) in
        try ForeignImpactModel(model: foreign(), parameters: values)
      }
    case .strategy:
      return .strategy { (values) throws(MMSError) in
        try ForeignStrategy(model: foreign(), parameters: values)
      }
    case .source:
      return .source { (values) throws(MMSError) in
        try ForeignDataSource(model: foreign(), parameters: values)
      }
    default:
      return .scenario { (values) throws(MMSError) in
        try ForeignScenarioModel(model: foreign(), parameters: values)
      }
    }
  }

  /// The manifests of a folder: its own, else those one level down by name.
  private static func files(in directory: String) -> [String] {
    let own = "\(directory)/\(PluginManifest.fileName)"
    if unsafe access(own, F_OK) == 0 { return [own] }
    guard let stream = unsafe opendir(directory) else { return [] }
    defer { unsafe closedir(stream) }
    var found: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      let file = "\(directory)/\(name)/\(PluginManifest.fileName)"
      if !name.hasPrefix("."), unsafe access(file, F_OK) == 0 { found.append(file) }
    }
    return found.sorted()
  }
}

/// The digest of a plugin's library, made when it is first asked for; empty when there is no library.
private final class LibraryDigest: Sendable {
  private let manifest: PluginManifest
  private let known = Mutex<String?>(nil)

  init(_ manifest: PluginManifest) { self.manifest = manifest }

  var value: String {
    known.withLock { known in
      let value = known ?? PluginCatalogue.digest(of: manifest) ?? ""
      known = value
      return value
    }
  }
}
