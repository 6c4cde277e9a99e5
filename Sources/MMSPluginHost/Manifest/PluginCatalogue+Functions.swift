// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSYAML

extension PluginCatalogue {
  /// The model of a bare function that stands in a scenario file: `library`, `function`, `batch`, `bind`, `result`, `tests`.
  ///
  /// The library is found by the name of a plugin's manifest; its own models do not matter. No code is loaded, and
  /// the map takes the faults: nil when there is one.
  public func function(reading map: YAMLMap, kind: ModelKind) -> ModelEntry? {
    let library = map.section("library")
    let name = library.require("name", .libraryName)
    let wanted = library.optional("sha256", .digest)
    var found: PluginManifest?
    if library.location != nil, !name.isEmpty {
      do throws(MMSError) {
        let manifest = try manifest(named: name)
        found = manifest
        if wanted?.isEmpty != true { try check(name, version: nil, sha256: wanted) }
      } catch {
        library.fault(error.message, at: found == nil ? "name" : "sha256", hint: error.hint)
      }
    }
    let specification: FunctionSpecification
    do throws(MMSError) {
      specification = try FunctionSpecification(
        reading: map, kind: kind, parameters: BareFunction.parameters(of: kind))
    } catch {
      map.fault(error)
      map.allow("function", "batch", "bind", "result", "tests")
      return nil
    }
    guard let manifest = found else { return nil }
    let descriptor = BareFunction.descriptor(
      kind: kind, summary: "The function '\(specification.prototype.name)' of plugin \(manifest.name).",
      source: manifest.source.isEmpty ? manifest.summary : manifest.source,
      equations: specification.prototype.description)
    let trust = trust
    return ModelEntry(
      descriptor: descriptor, origin: manifest.origin, digest: { Self.digest(of: manifest) ?? "" },
      factory: specification.factory(descriptor: descriptor, plugin: manifest.name) { () throws(MMSError) in
        try PluginLibrary.load(manifest, trust: trust, sha256: wanted)
      })
  }

  /// The digest of a plugin's library; nil when there is none, which is said when somebody asks for the model.
  static func digest(of manifest: PluginManifest) -> String? {
    (try? LoadedLibrary.read(manifest.libraryPath)).map { SHA256.hex(of: $0) }
  }
}

extension YAMLKind<String> {
  /// The name of a plugin's manifest, never a path.
  fileprivate static var libraryName: YAMLKind {
    YAMLKind(fallback: "") { (node, path) throws(MMSError) in
      let text = node.scalar?.text ?? ""
      if text.contains("/") || text.contains("\\") || text.hasSuffix(".so") || text.hasPrefix(".") {
        throw node.mismatch(
          expected: "the name of a plugin", path: path,
          remedy: "libraries are found by name in the configured plugin folders, never by a path:"
            + " install the folder there, or name it with --plugin-path")
      }
      return try YAMLKind.pluginName.read(node, path)
    }
  }
}
