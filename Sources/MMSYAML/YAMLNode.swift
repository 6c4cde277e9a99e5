// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// One value of a YAML document: a scalar, a sequence or an ordered mapping, with its place in the file.
///
/// Nodes are plain values. Equality compares content and ignores places, so that a document equals
/// what its own text parses to.
public struct YAMLNode: Sendable, Equatable {
  /// What a node holds.
  public enum Content: Sendable, Equatable {
    /// A single value, still as text.
    case scalar(YAMLScalar)
    /// A list.
    case sequence([YAMLNode])
    /// Keys and values in the order they were written; keys are unique.
    case mapping([YAMLEntry])
  }

  /// The value itself.
  public var content: Content
  /// Where the value stands; for a value taken from an alias, where its anchor stands.
  public var location: SourceLocation

  /// Makes a node.
  public init(_ content: Content, at location: SourceLocation) {
    self.content = content
    self.location = location
  }

  /// Makes a text, which is written with quotes when it would otherwise read as something else.
  public static func text(_ text: String, at location: SourceLocation) -> YAMLNode {
    YAMLNode(.scalar(YAMLScalar(text, style: .quoted)), at: location)
  }

  /// Makes a scalar as if written without quotes: `0.5`, `true`, `null`, `20 min`.
  public static func plain(_ text: String, at location: SourceLocation) -> YAMLNode {
    YAMLNode(.scalar(YAMLScalar(text, style: .plain)), at: location)
  }

  /// The scalar, when the node is one.
  public var scalar: YAMLScalar? {
    if case .scalar(let scalar) = content { scalar } else { nil }
  }

  /// The items, when the node is a sequence.
  public var items: [YAMLNode]? {
    if case .sequence(let items) = content { items } else { nil }
  }

  /// The entries, when the node is a mapping.
  public var entries: [YAMLEntry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  /// Whether the node is `null`, `~` or nothing at all.
  public var isNull: Bool { scalar?.value == .null }

  /// The value under a key, when the node is a mapping that has it.
  public subscript(key: String) -> YAMLNode? {
    entries?.first { $0.key == key }?.value
  }

  /// Compares content; places do not count.
  public static func == (a: YAMLNode, b: YAMLNode) -> Bool { a.content == b.content }

  /// What the node is, in the words of an error message: "a list", "the number 5".
  public var summary: String {
    switch content {
    case .scalar(let scalar): scalar.summary
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}

/// A key and its value in a mapping.
public struct YAMLEntry: Sendable, Equatable {
  /// The key's text.
  public var key: String
  /// Where the key stands.
  public var keyLocation: SourceLocation
  /// The value.
  public var value: YAMLNode

  /// Makes an entry.
  public init(key: String, at keyLocation: SourceLocation, value: YAMLNode) {
    self.key = key
    self.keyLocation = keyLocation
    self.value = value
  }

  /// Compares key and value; places do not count.
  public static func == (a: YAMLEntry, b: YAMLEntry) -> Bool { a.key == b.key && a.value == b.value }
}
