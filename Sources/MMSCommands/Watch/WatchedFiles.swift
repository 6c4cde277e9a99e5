// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Files whose change is worth another run, and when they last changed.
struct WatchedFiles: Equatable {
  /// What makes a file another one.
  private struct Mark: Equatable {
    let changed: Date
    let size: Int
  }

  private var marks: [String: Mark] = [:]

  /// What compilers write, in whatever language: a change of it follows from a change of a source.
  private static let products: Set<String> = ["so", "o", "mod", "d", "swiftmodule", "swiftdoc"]
  private static let folders: Set<String> = ["target", "build", "expected"]

  /// Looks at files, and at all that lies in folders but what compilers write there.
  init(_ paths: [String]) {
    for path in paths { add(path, isNamed: true) }
  }

  private mutating func add(_ path: String, isNamed: Bool) {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    if !isNamed, name.hasPrefix(".") || name.hasSuffix("~") { return }
    guard let facts = try? FileManager.default.attributesOfItem(atPath: path) else { return }
    if facts[.type] as? FileAttributeType == .typeDirectory {
      if !isNamed, Self.folders.contains(name) { return }
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      for name in names { add("\(path)/\(name)", isNamed: false) }
      return
    }
    if !isNamed, Self.products.contains(name.split(separator: ".").last.map(String.init) ?? "") { return }
    marks[path] = Mark(
      changed: facts[.modificationDate] as? Date ?? .distantPast, size: facts[.size] as? Int ?? 0)
  }

  /// The files that are new, gone or changed since an earlier look, by name.
  func changes(since earlier: WatchedFiles) -> [String] {
    Set(marks.keys).union(earlier.marks.keys).filter { marks[$0] != earlier.marks[$0] }.sorted()
  }
}
