// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// How to read a node as a Swift value: `.text`, `.number(in: 0...1)`, `.list(of: .duration)`.
///
/// ``YAMLMap`` takes one with each key. A kind carries a stand-in value, which keeps the reading
/// going after a fault; it never leaves, because the reading then ends in an error.
public struct YAMLKind<Value> {
  /// The value in place of a faulty one.
  public let fallback: Value
  /// Reads a node; the second argument is its dotted path, for messages.
  public let read: (YAMLNode, String) throws(MMSError) -> Value

  /// Makes a kind of your own.
  ///
  /// - Parameters:
  ///   - fallback: The value that stands in for a faulty one until the error is thrown.
  ///   - read: Reads a node, or throws an error, which gets the node's place and path if it has none.
  public init(
    fallback: Value, read: @escaping (_ node: YAMLNode, _ path: String) throws(MMSError) -> Value
  ) {
    self.fallback = fallback
    self.read = read
  }

  /// A kind that goes on from this one: `.text.map(fallback: .zero) { try Version($0) }`.
  public func map<Other>(
    fallback: Other, _ transform: @escaping (Value) throws(MMSError) -> Other
  ) -> YAMLKind<Other> {
    let read = read
    return YAMLKind<Other>(fallback: fallback) { (node, path) throws(MMSError) in
      try transform(read(node, path))
    }
  }
}

extension YAMLNode {
  /// Reads the node as a value of some kind.
  ///
  /// Throws `.invalidData` with the node's place; the path serves the message and ``MMSError/path``.
  public func read<Value>(_ kind: YAMLKind<Value>, path: String = "") throws(MMSError) -> Value {
    do {
      return try kind.read(self, path)
    } catch {
      var error = error
      if error.location == nil {
        // Comes from a type that knows nothing of files, so the message does not name the key.
        error.location = location
        if !path.isEmpty { error.message = "\(path): \(error.message)" }
      }
      if error.path == nil, !path.isEmpty { error.path = path }
      error.code = .invalidData
      throw error
    }
  }

  /// The error of a node that is not what it should be.
  ///
  /// - Parameters:
  ///   - expected: What the value must be: "a number such as 0.5".
  ///   - path: The dotted path of the node.
  ///   - remedy: What to do, when more than following `expected`.
  public func mismatch(expected: String, path: String, remedy: String? = nil) -> MMSError {
    let name = path.isEmpty ? "the value" : path
    let tail = remedy.map { "; \($0)" } ?? ""
    return MMSError(
      .invalidData, "\(name) must be \(expected), but is \(summary)\(tail)",
      path: path.isEmpty ? nil : path, location: location)
  }
}
