// SPDX-License-Identifier: Apache-2.0

import CYAML

/// One step of the parser, copied out of libyaml's memory.
struct YAMLEvent {
  enum Kind {
    case documentStart, documentEnd, streamEnd, sequenceStart, mappingStart, collectionEnd
    case alias(String)
    case scalar(YAMLScalar)
  }

  var kind: Kind
  var mark: YAMLMark
  var anchor: String?
  var tag: String?
}

/// A place as libyaml counts it: everything from 0, in Unicode scalars.
struct YAMLMark {
  var index = 0
  var line = 0
  var column = 0
}

/// What libyaml says about text it cannot read.
struct YAMLProblem: Error {
  var problem: String
  var context: String
  var mark: YAMLMark
  var contextMark: YAMLMark
}

/// Owns a libyaml parser and its input; every use of unsafe memory in this module is in here.
@safe
struct YAMLEventReader: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  /// Nil only when memory is short.
  init?(_ bytes: some Collection<UInt8>) {
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    guard unsafe yaml_parser_initialize(parser) == 1 else {
      unsafe parser.deallocate()
      return nil
    }
    // The parser keeps a pointer to its input, so the input must not move while it lives.
    let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(1, bytes.count))
    _ = unsafe input.initialize(from: bytes)
    unsafe yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe self.parser = parser
    unsafe self.input = input
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe input.deallocate()
  }

  /// The next event; the end of the stream repeats for ever.
  mutating func next() throws(YAMLProblem) -> YAMLEvent {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw problem() }
    defer { unsafe yaml_event_delete(&event) }
    let mark = unsafe YAMLMark(event.start_mark)
    switch unsafe event.type {
    case YAML_STREAM_START_EVENT:
      return try next()
    case YAML_DOCUMENT_START_EVENT:
      return YAMLEvent(kind: .documentStart, mark: mark)
    case YAML_DOCUMENT_END_EVENT:
      return YAMLEvent(kind: .documentEnd, mark: mark)
    case YAML_ALIAS_EVENT:
      return unsafe YAMLEvent(kind: .alias(text(event.data.alias.anchor) ?? ""), mark: mark)
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      let style: YAMLScalar.Style = unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE ? .plain : .quoted
      return unsafe YAMLEvent(
        kind: .scalar(YAMLScalar(String(decoding: bytes, as: UTF8.self), style: style)), mark: mark,
        anchor: text(scalar.anchor), tag: text(scalar.tag))
    case YAML_SEQUENCE_START_EVENT:
      let start = unsafe event.data.sequence_start
      return unsafe YAMLEvent(
        kind: .sequenceStart, mark: mark, anchor: text(start.anchor), tag: text(start.tag))
    case YAML_MAPPING_START_EVENT:
      let start = unsafe event.data.mapping_start
      return unsafe YAMLEvent(
        kind: .mappingStart, mark: mark, anchor: text(start.anchor), tag: text(start.tag))
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
      return YAMLEvent(kind: .collectionEnd, mark: mark)
    default:
      return YAMLEvent(kind: .streamEnd, mark: mark)
    }
  }

  private func problem() -> YAMLProblem {
    unsafe YAMLProblem(
      problem: parser.pointee.problem.map { unsafe String(cString: $0) } ?? "out of memory",
      context: parser.pointee.context.map { unsafe String(cString: $0) } ?? "",
      mark: YAMLMark(parser.pointee.problem_mark),
      contextMark: YAMLMark(parser.pointee.context_mark))
  }

  private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    guard let pointer = unsafe pointer else { return nil }
    return unsafe String(cString: pointer)
  }
}

extension YAMLMark {
  fileprivate init(_ mark: yaml_mark_t) {
    self.init(index: Int(mark.index), line: Int(mark.line), column: Int(mark.column))
  }
}
