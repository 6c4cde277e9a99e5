// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSYAML

/// A YAML file whose keys are option names with underscores.
struct ConfigurationFile {
  /// A key's values and where they stand.
  struct Setting {
    let values: [String]
    let location: SourceLocation
  }

  private var settings: [String: Setting] = [:]

  /// The values of a key, if the file has it.
  subscript(key: String) -> Setting? { settings[key] }

  /// Reads a file.
  ///
  /// - Throws: ``MMSError/Code/invalidData`` with the place of every unknown key and unusable value.
  init(_ path: String, keys: [String]) throws(MMSError) {
    let bytes = FileManager.default.contents(atPath: path)
    // A file with nothing but comments sets nothing.
    let isBlank = bytes.map { data in
      String(decoding: data, as: UTF8.self).split(separator: "\n").allSatisfy { line in
        let text = line.drop { $0 == " " }
        return text.isEmpty || text.hasPrefix("#")
      }
    }
    if isBlank == true { return }
    let root = try YAMLNode(contentsOf: path)
    guard let entries = root.entries else {
      throw MMSError(
        .invalidData, "a configuration file holds lines such as 'threads: 4', this one \(root.summary)",
        location: root.location)
    }
    var faults: [MMSError] = []
    for entry in entries where !entry.value.isNull {
      guard keys.contains(entry.key) else {
        faults.append(
          MMSError(
            .invalidData, "unknown key '\(entry.key)' in the configuration",
            hint: Suggestion.hint(for: entry.key, among: keys)
              ?? "keys are the options of mms with underscores",
            location: entry.keyLocation))
        continue
      }
      guard let values = Self.values(of: entry.value) else {
        faults.append(
          MMSError(
            .invalidData,
            "the value of '\(entry.key)' is neither a value, a list of values nor pairs of them",
            location: entry.value.location))
        continue
      }
      settings[entry.key] = Setting(values: values, location: entry.value.location)
    }
    if var first = faults.first {
      first.others = Array(faults.dropFirst())
      throw first
    }
  }

  private static func values(of node: YAMLNode) -> [String]? {
    if let scalar = node.scalar { return [scalar.text] }
    if let items = node.items {
      let texts = items.compactMap { $0.scalar?.text }
      return texts.count == items.count ? texts : nil
    }
    // `param: {entry_threshold: 0.003}` says the same as `param: [entry_threshold=0.003]`.
    let pairs = (node.entries ?? []).compactMap { entry in
      entry.value.scalar.map { "\(entry.key)=\($0.text)" }
    }
    return pairs.count == node.entries?.count ? pairs : nil
  }
}
