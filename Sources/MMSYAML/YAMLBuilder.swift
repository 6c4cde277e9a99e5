// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Builds the tree from events, refusing what YAML allows and our files do not.
///
/// Faults that leave the tree readable are collected; the others end the reading.
struct YAMLBuilder: ~Copyable {
  static let maximumDepth = 64
  static let maximumNodes = 100_000
  static let maximumExpansion = 10_000
  static let maximumKeyLength = 100
  static let noTags = "tags (!name) are not supported; delete the tag, and quote the value if it is text"
  static let tooDeep = "more than \(maximumDepth) levels of nesting; flatten the file"

  private struct Anchored {
    var node: YAMLNode
    var size: Int
    var height: Int
  }

  private let source: YAMLSource
  private var events: YAMLEventReader
  private var anchors: [String: Anchored] = [:]
  private var openAnchors: Set<String> = []
  private var nodes = 0
  private var expanded = 0
  private var faults: [MMSError] = []

  private init(_ source: YAMLSource) throws(MMSError) {
    self.source = source
    guard let events = YAMLEventReader(source.bytes) else {
      throw MMSError(.exhausted, "not enough memory to read '\(source.file)'; free some and try again")
    }
    self.events = events
  }

  static func build(_ source: YAMLSource, acceptNull: Bool = false) throws(MMSError) -> YAMLNode {
    var builder = try YAMLBuilder(source)
    let root: YAMLNode
    do {
      root = try builder.document(acceptNull: acceptNull)
    } catch {
      // A fault found earlier in the file may well explain the one that ended the reading.
      throw MMSError.combining(builder.faults + [error]) ?? error
    }
    if let error = MMSError.combining(builder.faults) { throw error }
    return root
  }

  private mutating func document(acceptNull: Bool) throws(MMSError) -> YAMLNode {
    let first = try next()
    guard case .documentStart = first.kind else { throw empty() }
    let root = try node(try next(), depth: 1).node
    if root.isNull, faults.isEmpty, !acceptNull { throw empty() }
    while true {
      let event = try next()
      switch event.kind {
      case .streamEnd: return root
      case .documentStart:
        throw fault("a second document ('---'); a file holds exactly one, so split it into files", event)
      default: continue
      }
    }
  }

  private func empty() -> MMSError {
    MMSError(
      .invalidData, "there is nothing but comments or blank space here; write a value or a mapping",
      location: source.location(YAMLMark()))
  }

  private mutating func next() throws(MMSError) -> YAMLEvent {
    do {
      return try events.next()
    } catch {
      throw error.explained(in: source)
    }
  }

  private func fault(_ message: String, _ event: YAMLEvent) -> MMSError {
    MMSError(.invalidData, message, location: source.location(event.mark))
  }

  /// A node with how many nodes it holds and how many levels it has.
  private mutating func node(_ event: YAMLEvent, depth: Int) throws(MMSError) -> Anchored {
    guard depth <= Self.maximumDepth else { throw fault(Self.tooDeep, event) }
    nodes += 1
    guard nodes <= Self.maximumNodes else {
      throw fault("more than \(Self.maximumNodes) values; keep data in data files", event)
    }
    if event.tag != nil { faults.append(fault(Self.noTags, event)) }
    if case .alias(let name) = event.kind { return try expand(name, event, depth: depth) }
    if let anchor = event.anchor { openAnchors.insert(anchor) }

    var result: Anchored
    let location = source.location(event.mark)
    switch event.kind {
    case .scalar(let scalar):
      result = Anchored(node: YAMLNode(.scalar(scalar), at: location), size: 1, height: 1)
    case .mappingStart:
      result = try mapping(at: location, depth: depth)
    default:
      result = try sequence(at: location, depth: depth)
    }
    if let anchor = event.anchor {
      openAnchors.remove(anchor)
      anchors[anchor] = result
    }
    return result
  }

  private mutating func expand(
    _ name: String, _ event: YAMLEvent, depth: Int
  ) throws(MMSError) -> Anchored {
    if openAnchors.contains(name) {
      throw fault("'*\(name)' stands inside the value it names; a value cannot contain itself", event)
    }
    guard let anchored = anchors[name] else {
      let hint = Suggestion.hint(for: name, among: anchors.keys.sorted())
      var error = fault("no anchor '&\(name)' stands before '*\(name)'; define it, or quote the text", event)
      error.hint = hint
      throw error
    }
    expanded += anchored.size
    guard expanded <= Self.maximumExpansion else {
      throw fault(
        "aliases expand to more than \(Self.maximumExpansion) values; write them out or use fewer", event)
    }
    guard depth + anchored.height - 1 <= Self.maximumDepth else { throw fault(Self.tooDeep, event) }
    return anchored
  }

  private mutating func sequence(at location: SourceLocation, depth: Int) throws(MMSError) -> Anchored {
    var items: [YAMLNode] = []
    var size = 1
    var height = 1
    while true {
      let event = try next()
      if case .collectionEnd = event.kind { break }
      let item = try node(event, depth: depth + 1)
      items.append(item.node)
      size += item.size
      height = max(height, item.height + 1)
    }
    return Anchored(node: YAMLNode(.sequence(items), at: location), size: size, height: height)
  }

  private mutating func mapping(at location: SourceLocation, depth: Int) throws(MMSError) -> Anchored {
    var entries: [YAMLEntry] = []
    var lines: [String: Int] = [:]
    var size = 1
    var height = 1
    while true {
      let event = try next()
      if case .collectionEnd = event.kind { break }
      let key = try key(event, depth: depth)
      let value = try node(try next(), depth: depth + 1)
      size += value.size
      height = max(height, value.height + 1)
      guard let key else { continue }
      if let line = lines[key] {
        faults.append(
          fault("the key '\(key.shortened)' was already given at line \(line); keep one of the two", event))
        continue
      }
      lines[key] = event.mark.line + 1
      entries.append(YAMLEntry(key: key, at: source.location(event.mark), value: value.node))
    }
    return Anchored(node: YAMLNode(.mapping(entries), at: location), size: size, height: height)
  }

  /// The key's text; nil after recording why it is none.
  private mutating func key(_ event: YAMLEvent, depth: Int) throws(MMSError) -> String? {
    if event.tag != nil { faults.append(fault(Self.noTags, event)) }
    switch event.kind {
    case .scalar(let scalar):
      if scalar == YAMLScalar("<<", style: .plain), scalar.style == .plain {
        var error = fault("merge keys ('<<') are not supported; delete the line", event)
        error.hint = "use 'extends' to build on another file"
        faults.append(error)
      } else if !scalar.isString {
        let text = scalar.text.isEmpty ? "the key is empty; write a name" : "quote it: \"\(scalar.text)\""
        faults.append(fault("a key must be text, but this is \(scalar.summary); \(text)", event))
      } else if scalar.text.unicodeScalars.count > Self.maximumKeyLength {
        faults.append(
          fault("a key longer than \(Self.maximumKeyLength) characters; shorten it", event))
      } else {
        if let anchor = event.anchor {
          let node = YAMLNode(.scalar(scalar), at: source.location(event.mark))
          anchors[anchor] = Anchored(node: node, size: 1, height: 1)
        }
        return scalar.text
      }
    case .alias:
      faults.append(fault("a key must be written out, not taken from an alias", event))
    default:
      faults.append(fault("a key must be text, not a list or a mapping; quote it", event))
      _ = try node(event, depth: depth + 1)
    }
    return nil
  }
}
