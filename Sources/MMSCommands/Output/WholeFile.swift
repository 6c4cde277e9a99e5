// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore

/// Writes files that appear whole or not at all.
struct WholeFile {
  /// Where the file will be.
  let path: String
  /// What it is, for messages: `report`.
  let what: String

  /// Names a file and checks now that its folder can be written, before hours of work are lost.
  ///
  /// - Throws: ``MMSError/Code/unavailable`` when it cannot.
  init(_ path: String, what: String) throws(MMSError) {
    self.path = path
    self.what = what
    let folder = Self.folder(of: path)
    if path.isEmpty || path.utf8.contains(0) || Surroundings.isFolder(path) {
      throw MMSError(
        .invalidValue, "the \(what) '\(path)' is no name of a file; give one, such as \(what).json")
    }
    guard Surroundings.isFolder(folder) else {
      throw MMSError(
        .unavailable,
        "the \(what) cannot be written to '\(path)': there is no folder '\(folder)'; create it first")
    }
    guard unsafe access(folder, W_OK) == 0 else {
      throw MMSError(
        .unavailable,
        "the \(what) cannot be written to '\(path)': the folder '\(folder)' is not writable; choose another")
    }
  }

  /// The absolute path, for those who read it from another folder.
  var absolutePath: String {
    path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
  }

  /// Writes the text beside the file, then renames.
  ///
  /// - Throws: ``MMSError/Code/unavailable`` when there is no room.
  func write(_ text: String) throws(MMSError) {
    // A device or a pipe cannot be replaced: it is written as it is.
    let isPlain =
      (try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType)
      .map { $0 == .typeRegular || $0 == .typeSymbolicLink } ?? true
    let temporary = isPlain ? "\(path).\(getpid()).part" : path
    let flags = isPlain ? O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC : O_WRONLY | O_CLOEXEC
    let file = unsafe open(temporary, flags, 0o644)
    guard file >= 0 else { throw fault(errno) }
    var failure = Standard.put(Array(text.utf8), file)
    if close(file) != 0, failure == 0 { failure = errno }
    if failure == 0, isPlain, unsafe rename(temporary, path) != 0 { failure = errno }
    if failure != 0 {
      if isPlain { unsafe _ = unlink(temporary) }
      throw fault(failure)
    }
  }

  private func fault(_ number: Int32) -> MMSError {
    MMSError(
      .unavailable,
      "the \(what) cannot be written to '\(path)': \(SystemFault.text(number));"
        + " free space or choose another place"
    )
  }

  private static func folder(of path: String) -> String {
    guard path.contains("/") else { return "." }
    return Surroundings.folder(of: path) ?? "/"
  }
}
