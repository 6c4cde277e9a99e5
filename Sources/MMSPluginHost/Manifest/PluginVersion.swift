// SPDX-License-Identifier: Apache-2.0

/// The version of a plugin: three whole numbers, such as 1.4.0.
public struct PluginVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Grows when results or parameters change.
  public let major: Int
  /// Grows when something is added.
  public let minor: Int
  /// Grows when something is mended.
  public let patch: Int

  /// 0.0.0.
  static let zero = PluginVersion(major: 0, minor: 0, patch: 0)

  private init(major: Int, minor: Int, patch: Int) {
    self.major = major
    self.minor = minor
    self.patch = patch
  }

  /// Reads `1.4.0`, `1.4` or `1`; nil when the text is anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in part.allSatisfy(\.isNumber) ? Int(part) : nil }
    guard (1...3).contains(parts.count), numbers.count == parts.count else { return nil }
    self.init(
      major: numbers[0], minor: numbers.count > 1 ? numbers[1] : 0, patch: numbers.count > 2 ? numbers[2] : 0)
  }

  /// `1.4.0`.
  public var description: String { "\(major).\(minor).\(patch)" }

  /// In the order of release.
  public static func < (a: PluginVersion, b: PluginVersion) -> Bool {
    (a.major, a.minor, a.patch) < (b.major, b.minor, b.patch)
  }

  /// Whether the version will do: `^1.0` asks for 1.0.0 or later of the same major, `1.4.0` for exactly that.
  ///
  /// Nil when the requirement is not one.
  public func satisfies(_ requirement: String) -> Bool? {
    guard requirement.hasPrefix("^") else {
      return PluginVersion(requirement).map { $0 == self }
    }
    return PluginVersion(String(requirement.dropFirst())).map { $0.major == major && $0 <= self }
  }
}
