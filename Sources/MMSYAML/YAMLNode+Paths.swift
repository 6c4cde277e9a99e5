// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Dotted paths: keys, and positions in lists from 0, joined by dots.
enum YAMLPath {
  static func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  static func split(_ path: String) -> [String] {
    path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
  }
}

extension YAMLNode {
  /// The node at a dotted path, such as `spec.models.impact.params.Y` or `spec.targets.0`.
  public subscript(path path: String) -> YAMLNode? {
    var node = self
    for key in YAMLPath.split(path) {
      if let items = node.items {
        guard let index = Int(key), items.indices.contains(index) else { return nil }
        node = items[index]
      } else {
        guard let next = node[key] else { return nil }
        node = next
      }
    }
    return node
  }

  /// Puts a value at a dotted path, making the mappings that are missing on the way.
  ///
  /// Throws `.invalidValue` for a path that is malformed, leads through a single value, or names a
  /// position that a list does not have. A misspelt key is found later, when the tree is read.
  public mutating func set(_ path: String, to value: YAMLNode) throws(MMSError) {
    let keys = YAMLPath.split(path)
    for key in keys where key.isEmpty || key.unicodeScalars.count > YAMLBuilder.maximumKeyLength {
      throw MMSError(
        .invalidValue,
        "'\(path.shortened)' is not a path; write keys joined by dots, such as spec.models.impact.params.Y",
        path: path, location: value.location)
    }
    guard keys.count < YAMLBuilder.maximumDepth else {
      throw MMSError(.invalidValue, YAMLBuilder.tooDeep, path: path, location: value.location)
    }
    try set(keys[...], in: "", to: value)
  }

  private mutating func set(
    _ keys: ArraySlice<String>, in parent: String, to value: YAMLNode
  ) throws(MMSError) {
    guard let key = keys.first else {
      self = value
      return
    }
    let here = YAMLPath.join(parent, key)
    switch content {
    case .mapping(var entries):
      if let index = entries.firstIndex(where: { $0.key == key }) {
        try entries[index].value.set(keys.dropFirst(), in: here, to: value)
        if keys.count == 1 { entries[index].keyLocation = value.location }
      } else {
        var node = YAMLNode(.mapping([]), at: value.location)
        try node.set(keys.dropFirst(), in: here, to: value)
        entries.append(YAMLEntry(key: key, at: value.location, value: node))
      }
      content = .mapping(entries)
    case .sequence(var items):
      guard let index = Int(key), items.indices.contains(index) else {
        throw MMSError(
          .invalidValue,
          "\(parent) is a list of \(items.count), so '\(key)' is no position in it; "
            + (items.isEmpty ? "set the whole list" : "use 0 to \(items.count - 1), or set the whole list"),
          path: here, location: value.location)
      }
      try items[index].set(keys.dropFirst(), in: here, to: value)
      content = .sequence(items)
    case .scalar:
      guard isNull else {
        throw MMSError(
          .invalidValue,
          "\(parent.isEmpty ? "the document" : parent) is \(summary), so it has no key '\(key)'; "
            + "set it as a whole", path: here, location: value.location)
      }
      content = .mapping([])
      location = value.location
      try set(keys, in: parent, to: value)
    }
  }

  /// Lays this tree over another: mappings merge key by key, everything else replaces.
  ///
  /// Keys keep the order of the base, with new ones after them; each value keeps its own place.
  public func merging(over base: YAMLNode) -> YAMLNode {
    guard case .mapping(let mine) = content, case .mapping(var merged) = base.content else { return self }
    var places: [String: Int] = [:]
    for (index, entry) in merged.enumerated() { places[entry.key] = index }
    for entry in mine {
      if let index = places[entry.key] {
        let value = entry.value.merging(over: merged[index].value)
        merged[index] = YAMLEntry(key: entry.key, at: entry.keyLocation, value: value)
      } else {
        merged.append(entry)
      }
    }
    return YAMLNode(.mapping(merged), at: location)
  }
}

extension YAMLNode {
  /// Applies one `PATH=VALUE` of a command line; VALUE is a YAML scalar, `[list]` or `{mapping}`.
  ///
  /// Throws `.usage` when the text has not that form and `.invalidValue` when the path does not fit
  /// the tree. Places count columns in the whole text, in a file named by `origin`.
  public mutating func apply(override text: String, origin: String = "--set") throws(MMSError) {
    let (path, value) = try Self.parse(override: text, origin: origin)
    try set(path, to: value)
  }

  /// Splits `PATH=VALUE` and parses its value.
  public static func parse(
    override text: String, origin: String = "--set"
  ) throws(MMSError) -> (path: String, value: YAMLNode) {
    let start = SourceLocation(file: origin, line: 1, column: 1)
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw MMSError(
        .usage,
        "'\(text.shortened)' is not of the form PATH=VALUE; write it as in spec.models.impact.params.Y=0.9",
        location: start)
    }
    let path = String(text[..<equals])
    let rest = text[text.index(after: equals)...]
    guard rest.contains(where: { $0 != " " }) else {
      throw MMSError(
        .usage, "'\(path)=' has no value; write \(path)=null for none or \(path)='\"\"' for empty text",
        path: path, location: start)
    }
    do throws(MMSError) {
      guard !rest.contains(where: \.isNewline) else {
        throw MMSError(
          .usage, "the value has several lines; write it on one, with [ ] or { } as needed", location: start)
      }
      let columns = text[...equals].unicodeScalars.count
      let source = try YAMLSource(bytes: rest.utf8, file: origin, firstColumn: columns)
      let value = try YAMLBuilder.build(source, acceptNull: true)
      let first = rest.first { $0 != " " }
      if value.entries != nil, first != "{" {
        throw MMSError(
          .usage, "the value reads as 'key: value'; write {key: value} for a mapping or quote it for text",
          location: value.location)
      }
      if value.items != nil, first != "[" {
        throw MMSError(
          .usage, "the value reads as a list entry; write [a, b] for a list or quote it for text",
          location: value.location)
      }
      return (path, value)
    } catch {
      var error = error
      error.code = .usage
      error.path = path
      error.message = "malformed value for \(path): \(error.message)"
      throw error
    }
  }
}
