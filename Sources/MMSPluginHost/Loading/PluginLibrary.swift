// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
package import MMSCore
import Synchronization

/// A plugin in this process: its library loaded, its table checked against its manifest, its init called.
@safe package final class PluginLibrary: @unchecked Sendable {
  // Unchecked: constant after init, and the table is constant memory of a library that is never closed.
  private let manifest: PluginManifest
  private let library: LoadedLibrary
  /// Nil for a library of bare functions.
  private let table: UnsafePointer<mms_plugin>?

  private static let loaded = Mutex<[String: PluginLibrary]>([:])

  /// The plugin, loaded the first time it is asked for.
  ///
  /// - Parameter sha256: The digest that the asking file demands of it.
  package static func load(
    _ manifest: PluginManifest, trust: PluginTrust, sha256: String? = nil
  ) throws(MMSError) -> PluginLibrary {
    let result: Result<PluginLibrary, MMSError> = loaded.withLock { loaded in
      do throws(MMSError) {
        if let known = loaded[manifest.libraryPath] {
          try known.library.require(sha256, manifest)
          return .success(known)
        }
        let fresh = try PluginLibrary(manifest, trust: trust, sha256: sha256)
        loaded[manifest.libraryPath] = fresh
        return .success(fresh)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private init(_ manifest: PluginManifest, trust: PluginTrust, sha256: String?) throws(MMSError) {
    self.manifest = manifest
    library = try LoadedLibrary(manifest, trust: trust, sha256: sha256)
    guard manifest.models.contains(where: { $0.function == nil }) else {
      unsafe table = nil
      return
    }
    guard let symbol = unsafe library.symbol("mms_plugin_entry_v1") else {
      throw Self.fault(
        manifest, "it does not export mms_plugin_entry_v1",
        hint: "mark the function MMS_EXPORT; a bare function needs the key 'function' in its manifest")
    }
    typealias Entry = @convention(c) () -> UnsafePointer<mms_plugin>?
    guard let found = unsafe unsafeBitCast(symbol, to: Entry.self)() else {
      throw Self.fault(manifest, "mms_plugin_entry_v1 returned no table")
    }
    unsafe table = found
    try unsafe check(found)
    try unsafe start(found)
  }

  /// A model behind the C ABI.
  package func model(_ model: PluginModel) throws(MMSError) -> ForeignModel {
    guard let table = unsafe table, let models = unsafe table.pointee.models else {
      throw Self.fault(manifest, "it has no table of models")
    }
    for index in 0..<Int(unsafe table.pointee.model_count) {
      guard let candidate = unsafe models[index] else { continue }
      guard unsafe candidate.covers(\.get_interface) else {
        throw Self.fault(
          manifest,
          "struct_size of its model number \(index + 1) is \(unsafe candidate.pointee.struct_size), less than the"
            + " first version had", hint: "set it to sizeof(mms_model)")
      }
      guard let id = unsafe candidate.pointee.id else { continue }
      if unsafe String(cString: id) == model.descriptor.id {
        try unsafe checkParameters(candidate, model)
        return unsafe ForeignModel(descriptor: model.descriptor, plugin: manifest.name, table: candidate)
      }
    }
    throw Self.fault(manifest, "its library has no model '\(model.descriptor.id)', which its manifest lists")
  }

  /// The address of a function, whose prototype its debug information does not contradict.
  package func function(_ prototype: FunctionPrototype) throws(MMSError) -> UnsafeMutableRawPointer {
    let name = prototype.name
    guard let symbol = unsafe library.symbol(name) else {
      throw Self.fault(
        manifest, "it does not export the function '\(name)'",
        hint: Suggestion.hint(for: name, among: library.image.exports))
    }
    try library.debug.check(prototype, plugin: manifest.name)
    return unsafe symbol
  }

  private func check(_ table: UnsafePointer<mms_plugin>) throws(MMSError) {
    guard unsafe table.covers(\.models) else {
      throw Self.fault(
        manifest,
        "struct_size of its table is \(unsafe table.pointee.struct_size), less than the first version had",
        hint: "set it to sizeof(mms_plugin)")
    }
    if unsafe table.pointee.abi_minor > UInt32(MMS_ABI_MINOR) {
      throw Self.fault(
        manifest,
        "it was built for version 1.\(unsafe table.pointee.abi_minor) of the interface, this is 1.\(MMS_ABI_MINOR)",
        hint: "build it with the header of this version: 'mms plugin new' writes one")
    }
    guard let name = unsafe table.pointee.name, unsafe String(cString: name) == manifest.name else {
      throw Self.fault(
        manifest, "its library calls itself otherwise than its manifest", hint: "make both names equal")
    }
    guard let text = unsafe table.pointee.version, let version = unsafe PluginVersion(String(cString: text)),
      version == manifest.version
    else {
      throw Self.fault(
        manifest, "its library has another version than its manifest (\(manifest.version))",
        hint: "build it again, or correct the manifest")
    }
  }

  private func checkParameters(_ table: UnsafePointer<mms_model>, _ model: PluginModel) throws(MMSError) {
    var names: [String] = []
    for index in 0..<Int(unsafe table.pointee.parameter_count) {
      guard let list = unsafe table.pointee.parameters, let name = unsafe list[index] else { break }
      names.append(unsafe String(cString: name))
    }
    let declared = model.descriptor.parameters.map(\.name)
    if names != declared {
      throw Self.fault(
        manifest,
        "model \(model.descriptor.id) takes the parameters [\(names.joined(separator: ", "))], its manifest says"
          + " [\(declared.joined(separator: ", "))]", hint: "make names and order equal")
    }
  }

  private func start(_ table: UnsafePointer<mms_plugin>) throws(MMSError) {
    guard unsafe table.covers(\.`init`), let start = unsafe table.pointee.`init` else { return }
    let call = ForeignCall(plugin: manifest.name, id: "")
    if case .failed(let error) = unsafe call({ unsafe start(HostTable.pointer, $0) }) { throw error }
  }

  private static func fault(_ manifest: PluginManifest, _ what: String, hint: String? = nil) -> MMSError {
    MMSError(.modelFailed, "plugin \(manifest.name) (\(manifest.libraryPath)): \(what)", hint: hint)
  }
}
