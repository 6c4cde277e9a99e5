// SPDX-License-Identifier: Apache-2.0

extension YAMLNode {
  /// Writes the tree as YAML that parses back to an equal tree.
  ///
  /// Block style with an indentation of two; short lists of scalars in brackets; quotes only where
  /// needed. The same tree always gives the same text.
  ///
  /// - Parameter comment: Gives the comment behind a value's line, without `#`; asked for each
  ///   scalar and each empty or bracketed list.
  public func write(comment: ((YAMLNode) -> String?)? = nil) -> String {
    var writer = YAMLWriter(comment: comment)
    writer.document(self)
    return writer.text
  }

  /// One text for all spellings of the same tree, for digests.
  ///
  /// Keys are sorted, comments, quotes and places are gone, numbers have their shortest form;
  /// `1` and `1.0` stay different.
  public var canonicalText: String { canonical().write() }

  private func canonical() -> YAMLNode {
    switch content {
    case .scalar(let scalar):
      let plain: String
      switch scalar.value {
      case .string(let text): return .text(text, at: location)
      case .null: plain = "null"
      case .bool(let value): plain = "\(value)"
      case .integer(let value): plain = "\(value)"
      case .number(let value): plain = value.isFinite ? "\(value)" : scalar.text
      }
      return .plain(plain, at: location)
    case .sequence(let items):
      return YAMLNode(.sequence(items.map { $0.canonical() }), at: location)
    case .mapping(let entries):
      let sorted = entries.sorted { $0.key.unicodeScalars.lexicographicallyPrecedes($1.key.unicodeScalars) }
      return YAMLNode(
        .mapping(
          sorted.map { YAMLEntry(key: $0.key, at: $0.keyLocation, value: $0.value.canonical()) }),
        at: location)
    }
  }
}

extension YAMLNode: CustomStringConvertible {
  /// The tree as YAML.
  public var description: String { write() }
}

/// Lays out block YAML line by line.
private struct YAMLWriter {
  private static let longestFlowList = 80
  private static let furthestComment = 60

  private struct Line {
    var text: String
    var comment: String?
  }

  private var lines: [Line] = []
  private let comment: ((YAMLNode) -> String?)?

  init(comment: ((YAMLNode) -> String?)?) { self.comment = comment }

  var text: String {
    // Comments line up, except behind lines so long that they would push all others away.
    let widths = lines.filter { $0.comment != nil }.map(\.text.count)
    let column = widths.filter { $0 <= Self.furthestComment }.max() ?? 0
    var text = ""
    for line in lines {
      text += line.text
      if let comment = line.comment {
        text += String(repeating: " ", count: max(0, column - line.text.count)) + "  # \(comment)"
      }
      text += "\n"
    }
    return text
  }

  mutating func document(_ node: YAMLNode) {
    if let inline = inline(node, indent: "") {
      append("", inline, node)
    } else {
      block(node, indent: "")
    }
  }

  /// The lines of a mapping or list; the first one starts after `lead` instead of the indentation.
  private mutating func block(_ node: YAMLNode, indent: String, lead: String? = nil) {
    var lead = lead
    func start() -> String {
      defer { lead = nil }
      return lead ?? indent
    }
    let deeper = indent + "  "
    switch node.content {
    case .scalar: break
    case .sequence(let items):
      for item in items {
        let head = start() + "- "
        if let inline = inline(item, indent: indent) {
          append(head, inline, item)
        } else {
          block(item, indent: deeper, lead: head)
        }
      }
    case .mapping(let entries):
      for entry in entries {
        let head = start() + YAMLQuoting.key(entry.key) + ":"
        if let inline = inline(entry.value, indent: indent) {
          append(head + " ", inline, entry.value)
        } else {
          lines.append(Line(text: head))
          block(entry.value, indent: deeper)
        }
      }
    }
  }

  private mutating func append(_ head: String, _ inline: [String], _ node: YAMLNode) {
    let note = comment?(node).map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") }
    for (index, text) in inline.enumerated() {
      lines.append(Line(text: index == 0 ? head + text : text, comment: index == 0 ? note : nil))
    }
  }

  /// What stands behind the key or dash, with the further lines of a block of text; nil when the
  /// value needs lines of its own.
  private func inline(_ node: YAMLNode, indent: String) -> [String]? {
    switch node.content {
    case .scalar(let scalar):
      guard scalar.isString, YAMLQuoting.fitsLiteralBlock(scalar.text) else {
        return [YAMLQuoting.scalar(scalar, inFlow: false)]
      }
      var body = scalar.text.split(separator: "\n", omittingEmptySubsequences: false)
      let endsInBreak = body.last == ""
      if endsInBreak { body.removeLast() }
      return [endsInBreak ? "|" : "|-"] + body.map { $0.isEmpty ? "" : indent + "  " + $0 }
    case .mapping(let entries):
      return entries.isEmpty ? ["{}"] : nil
    case .sequence(let items):
      if items.isEmpty { return ["[]"] }
      let note = comment?(node)
      var texts: [String] = []
      for item in items {
        guard let scalar = item.scalar, comment?(item) == note else { return nil }
        texts.append(YAMLQuoting.scalar(scalar, inFlow: true))
      }
      let line = "[" + texts.joined(separator: ", ") + "]"
      return line.count <= Self.longestFlowList ? [line] : nil
    }
  }
}
