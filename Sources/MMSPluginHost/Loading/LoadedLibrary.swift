// SPDX-License-Identifier: Apache-2.0

import CFloatingPoint
import Glibc
package import MMSCore

/// A library in this process: opened once from a private copy of the bytes that were hashed, and never closed.
@safe package final class LoadedLibrary {
  /// What its bytes say.
  let image: LibraryImage
  /// What its debug information says of what it exports.
  let debug: DebugFunctions
  private let handle: UnsafeMutableRawPointer
  private let plugin: String

  /// Loads a plugin's library after looking at its bytes.
  ///
  /// - Throws: ``MMSError`` when the file cannot be trusted, is no library for this machine, has another digest
  ///   than its manifest says, needs other libraries, or changes the floating-point environment when loaded.
  init(_ manifest: PluginManifest, trust: PluginTrust, sha256: String? = nil) throws(MMSError) {
    plugin = manifest.name
    try trust.check(manifest, sha256: sha256)
    let bytes = try Self.read(manifest.libraryPath)
    image = try LibraryImage(bytes, name: manifest.libraryPath)
    // A digest nobody asks for is not computed: libraries with a run time inside have millions of bytes.
    if let wanted = manifest.sha256 {
      let digest = image.digest
      if wanted != digest {
        throw MMSError(
          .invalidData,
          "the library of plugin \(plugin) has the digest \(digest), its manifest says \(wanted)",
          hint: "it was built again or exchanged: check it, then write the new digest into plugin.yaml")
      }
    }
    try Self.require(sha256, of: image, manifest)
    if let other = image.foreignNeeds.first {
      throw MMSError(
        .invalidData, "plugin \(plugin) needs the library \(other); a plugin is one file",
        hint: "link it statically")
    }
    debug = DebugFunctions(bytes, names: Set(image.exports))
    // What was hashed is what is loaded: from a copy that nobody else can write.
    let file = try PrivateFile(bytes, name: "mms-plugin", ending: ".so")
    let copy = file.path
    let control = mms_floating_point_control()
    let opened = unsafe withExtendedLifetime(file) {
      unsafe dlopen(copy, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE)
    }
    let changed = mms_floating_point_control() != control
    mms_set_floating_point_control(control)
    guard let opened = unsafe opened else {
      let reason = unsafe dlerror().map { unsafe String(cString: $0) } ?? "no reason given"
      throw MMSError(
        .invalidData, "plugin \(plugin) cannot be loaded: \(reason.replacing(copy, with: manifest.library))")
    }
    if changed {
      throw MMSError(
        .modelFailed,
        "plugin \(plugin) switched the process to another floating-point mode when it was loaded",
        hint: "it was linked with -ffast-math (or -Ofast): build it without")
    }
    unsafe handle = opened
  }

  /// Refuses another digest than the file that asks demands; nil demands none.
  func require(_ sha256: String?, _ manifest: PluginManifest) throws(MMSError) {
    try Self.require(sha256, of: image, manifest)
  }

  private static func require(
    _ sha256: String?, of image: LibraryImage, _ manifest: PluginManifest
  ) throws(MMSError) {
    guard let sha256 else { return }
    let digest = image.digest
    if sha256 == digest { return }
    throw MMSError(
      .invalidData,
      "the library of plugin \(manifest.name) has the digest \(digest), the scenario demands \(sha256)",
      hint: "install the right build, or change the scenario")
  }

  /// The address of an exported symbol; nil when there is none.
  func symbol(_ name: String) -> UnsafeMutableRawPointer? { unsafe dlsym(handle, name) }

  /// The bytes of a file.
  package static func read(_ path: String) throws(MMSError) -> [UInt8] {
    guard let file = unsafe fopen(path, "rb") else {
      throw MMSError(.notFound, "cannot read '\(path)': \(unsafe String(cString: strerror(errno)))")
    }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe fread(&chunk, 1, chunk.count, file)
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }
}
