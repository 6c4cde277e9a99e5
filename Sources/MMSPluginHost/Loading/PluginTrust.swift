// SPDX-License-Identifier: Apache-2.0

import Glibc
package import MMSCore

/// What must hold of a file before its code may run: a loaded library has full trust.
public struct PluginTrust: Sendable, Hashable {
  /// Whether every plugin must state its library's digest.
  public var isLocked: Bool

  /// States the rules.
  public init(isLocked: Bool = false) { self.isLocked = isLocked }

  /// Checks a plugin's library: inside its folder without links out, and writable by nobody else.
  ///
  /// - Throws: ``MMSError/Code/invalidData`` naming the file or folder and what to do.
  package func check(_ manifest: PluginManifest, sha256: String? = nil) throws(MMSError) {
    if isLocked, manifest.sha256 == nil, sha256 == nil {
      throw MMSError(
        .invalidData, "plugin \(manifest.name) states no sha256, which --locked demands",
        hint: "'mms plugin inspect \(manifest.folder)' prints the digest to write into plugin.yaml")
    }
    guard let folder = Self.resolve(manifest.folder), let library = Self.resolve(manifest.libraryPath) else {
      throw MMSError(
        .notFound, "plugin \(manifest.name) has no library '\(manifest.libraryPath)'",
        hint: "build it first: make -C \(manifest.folder)")
    }
    guard library.hasPrefix(folder + "/") else {
      throw MMSError(
        .invalidData, "the library of plugin \(manifest.name) leads out of its folder, to \(library)",
        hint: "copy the file into \(folder) instead of linking to it")
    }
    try Self.requirePrivate(library, of: manifest.name)
    var parent = folder
    while true {
      try Self.requirePrivate(parent, of: manifest.name)
      guard parent != "/", let slash = parent.lastIndex(of: "/") else { return }
      parent = slash == parent.startIndex ? "/" : String(parent[..<slash])
    }
  }

  private static func requirePrivate(_ path: String, of plugin: String) throws(MMSError) {
    var facts = stat()
    guard unsafe stat(path, &facts) == 0 else {
      throw MMSError(
        .unavailable,
        "cannot look at '\(path)' of plugin \(plugin): \(unsafe String(cString: strerror(errno)))")
    }
    let (mode, owner) = (facts.st_mode, facts.st_uid)
    let isFolder = mode & S_IFMT == S_IFDIR
    // In a sticky folder of root's, such as /tmp, others can add files but not exchange ours.
    if isFolder, mode & S_ISVTX != 0, owner == 0 { return }
    if mode & (S_IWGRP | S_IWOTH) != 0 {
      throw MMSError(
        .invalidData, "'\(path)' of plugin \(plugin) can be written by others, who could exchange its code",
        hint: "chmod go-w '\(path)'")
    }
    if owner != 0, owner != geteuid() {
      throw MMSError(
        .invalidData,
        "'\(path)' of plugin \(plugin) belongs to another user (\(owner)), who could exchange its code",
        hint: "copy the plugin to a folder of your own")
    }
  }

  private static func resolve(_ path: String) -> String? {
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }
}
