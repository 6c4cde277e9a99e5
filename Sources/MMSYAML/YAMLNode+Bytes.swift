// SPDX-License-Identifier: Apache-2.0

public import MMSCore

extension YAMLNode {
  /// The bytes of a YAML file, for those who keep them beside what they read from it.
  ///
  /// - Throws: as ``init(contentsOf:)`` does before it parses.
  public static func bytes(ofFile path: String) throws(MMSError) -> [UInt8] {
    Array(try YAMLFile.read(path))
  }
}
