// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSYAML

extension ScenarioDefinition {
  /// The merged scenario as YAML, with where each value came from as a comment behind it.
  ///
  /// The text is a scenario itself and loads to the same ``digest``.
  public func render() -> String {
    let names = Dictionary(grouping: files, by: ScenarioFolder.lastComponent)
    return tree.write { node in
      let place = node.location
      // An override is no file: its line says nothing.
      guard files.contains(place.file) else { return place.file }
      let name = ScenarioFolder.lastComponent(place.file)
      let isUnique = names[name]?.count == 1
      return "\(isUnique ? name : place.file):\(place.line)"
    }
  }

  /// One text for all spellings of the same merged scenario.
  public var canonicalText: String { tree.canonicalText }

  /// SHA-256 of ``canonicalText`` in hexadecimal; the name and place of files do not count.
  public var digest: String { memo.digest { SHA256.hex(of: canonicalText) } }
}
