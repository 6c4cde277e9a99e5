// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import MMSCore
import MMSRuntime

/// Takes the paths of the server out of texts that leave it.
struct PathScrubber: Sendable {
  // The longest first, so that a folder within another is not cut in the middle.
  private let folders: [String]

  init(_ configuration: RuntimeConfiguration) {
    var known = Set<String>()
    func add(_ path: String) {
      guard !path.isEmpty, path != "/", path != "." else { return }
      known.insert(path)
      known.insert(URL(filePath: path).standardizedFileURL.path)
      known.insert(URL(filePath: path).resolvingSymlinksInPath().path)
    }
    let directories =
      configuration.scenarioDirectories + configuration.dataDirectories + configuration.pluginDirectories
    for directory in directories { add(directory) }
    if let database = configuration.database {
      add(URL(filePath: database).deletingLastPathComponent().path)
    }
    add(FileManager.default.currentDirectoryPath)
    add(NSHomeDirectory())
    add(Bundle.main.bundlePath)
    add(NSTemporaryDirectory())
    folders = known.filter { $0.count > 1 }.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
      .sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
  }

  /// The text with the names of files, but without the folders they lie in.
  func scrub(_ text: String) -> String {
    guard text.contains("/") else { return text }
    var text = text
    for folder in folders where text.contains(folder) {
      text = text.replacing(folder + "/", with: "").replacing(folder, with: "…")
    }
    return text
  }
}

#endif
