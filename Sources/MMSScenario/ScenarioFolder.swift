// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Names and paths of scenario files, without Foundation.
enum ScenarioFolder {
  /// The scenario files of a folder in alphabetical order; none when it cannot be read.
  static func files(in folder: String) -> [String] {
    guard let stream = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if ScenarioName.isFile(name), !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// One name for a file however it was reached, so that a cycle shows through links and `..`.
  static func identity(_ path: String) -> String {
    guard let resolved = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  static func join(_ folder: String, _ name: String) -> String {
    if folder.isEmpty { return name }
    return folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  /// The folder of a file, empty for a bare file name.
  static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  static func lastComponent(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  /// A file name without `.yaml` or `.yml`.
  static func stem(_ path: String) -> String {
    let name = lastComponent(path)
    return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
  }
}
