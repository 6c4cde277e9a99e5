// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSYAML
import Testing

/// A broken text, where its fault is reported and which words the report must have.
struct BrokenYAML: Sendable, CustomTestStringConvertible {
  var name: String
  var text: String
  var line: Int
  var column: Int
  var words: [String]

  init(_ name: String, _ text: String, _ line: Int, _ column: Int, _ words: String...) {
    (self.name, self.text, self.line, self.column, self.words) = (name, text, line, column, words)
  }

  var testDescription: String { name }

  static let all: [BrokenYAML] = [
    .init("unclosed brace", "a: 1\nb: {c: 1\n", 2, 4, "'{' opened here", "missing '}'"),
    .init("unclosed bracket", "a: [1, 2\n", 1, 4, "'[' opened here", "missing ']'"),
    .init("end within a list", "a: [\n", 2, 1, "text ends", "close"),
    .init("brace closed too late", "a: {b: 1\nc: 2}\n", 2, 2, "expected ',' or '}'", "line 1, column 4"),
    .init("wrong closing bracket", "a: [1, 2}\n", 1, 9, "expected ',' or ']'"),
    .init("unclosed double quote", "a: 1\nb: \"text\nc: 2\n", 2, 4, "never closed"),
    .init("unclosed single quote", "a: 'it\n", 1, 4, "never closed"),
    .init("text after a quote", "a: \"b\" c\n", 1, 8, "expected a key", "quotes"),
    .init("two colons", "a: b: c\n", 1, 5, "':' is not allowed here", "quote"),
    .init("key without colon", "a: 1\nbcd\nc: 2\n", 2, 1, "no ':' follows"),
    .init("list entry behind a key", "a: - 1\n", 1, 4, "list entry", "line of its own"),
    .init("misaligned key", "a:\n  b: 1\n c: 2\n", 3, 2, "expected a key", "line 1, column 1", "indentation"),
    .init("misaligned list", "a:\n  - 1\n  b: 2\n", 3, 3, "expected '- '", "line 2, column 3"),
    .init("reserved character", "a: @b\n", 1, 4, "cannot start with '@'", "quotes"),
    .init("percent first", "a: %b\n", 1, 4, "cannot start with '%'"),
    .init("unknown escape", "a: \"C:\\q\"\n", 1, 7, "unknown escape"),
    .init("short escape", "a: \"\\x1\"\n", 1, 7, "malformed escape"),
    .init("text behind a block mark", "a: | text\n", 1, 6, "next line"),
    .init("text after the document", "a: 1\n...\nb\n", 3, 1, "after the end"),
    .init("no anchor name", "a: & b\n", 1, 5, "name must follow"),
    .init("bad directive", "%FOO\n---\na: 1\n", 1, 5, "directive"),
    .init("incompatible version", "%YAML 3.0\n---\na: 1\n", 1, 1, "directive"),
    .init("duplicate key", "a: 1\nb: 2\na: 3\n", 3, 1, "'a'", "already given at line 1"),
    .init("duplicate key in braces", "x: {a: 1, \"a\": 2}\n", 1, 11, "'a'", "already given"),
    .init("number as key", "a: 1\n5: b\n", 2, 1, "key must be text", "\"5\""),
    .init("truth value as key", "true: b\n", 1, 1, "key must be text", "truth value"),
    .init("missing key", ": b\n", 1, 1, "expected a key"),
    .init("empty key", "?\n: b\n", 1, 2, "key is empty"),
    .init("list as key", "[a]: b\n", 1, 1, "key must be text"),
    .init("alias as key", "a: &k x\n*k : b\n", 2, 1, "written out"),
    .init("long key", String(repeating: "k", count: 101) + ": 1\n", 1, 1, "longer than 100"),
    .init("core tag", "a: !!str 5\n", 1, 4, "tags", "quote"),
    .init("local tag", "a: !secret b\n", 1, 4, "tags"),
    .init("undefined tag handle", "a: !x!y b\n", 1, 4, "tags"),
    .init("two documents", "a: 1\n---\nb: 2\n", 2, 1, "second document"),
    .init("nothing", "", 1, 1, "nothing but comments"),
    .init("only a comment", "# hello\n", 1, 1, "nothing but comments"),
    .init("only a mark", "---\n", 1, 1, "nothing but comments"),
    .init("unknown anchor", "a: &base 1\nb: *bese\n", 2, 4, "no anchor '&bese'", "did you mean 'base'"),
    .init("value in itself", "a: &x [1, *x]\n", 1, 11, "cannot contain itself"),
    .init("merge key", "a: &x {b: 1}\nc:\n  <<: *x\n", 3, 3, "merge keys", "extends"),
    .init("tab indentation", "a:\n\tb: 1\n", 2, 1, "tab", "spaces"),
    .init("tab between", "a: 1\t# note\n", 1, 5, "tab"),
    .init("control character", "a: b\u{7}\n", 1, 5, "U+0007"),
    .init("line separator", "a: b\u{2028}\n", 1, 5, "U+2028"),
    .init("too deep", String(repeating: "[", count: 65), 1, 65, "64 levels"),
    .init(
      "too many values", "[" + String(repeating: "1,", count: 100_001) + "]", 1, 200_000, "100000 values"),
  ]
}

struct YAMLRefusalTests {
  private func error(_ parse: () throws(MMSError) -> YAMLNode) -> MMSError? {
    do throws(MMSError) {
      _ = try parse()
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: BrokenYAML.all)
  func `broken text is refused with its place and a remedy`(broken: BrokenYAML) throws {
    let error = try #require(error { () throws(MMSError) in try YAMLNode(text: broken.text, file: "f.yaml") })
    #expect(error.code == .invalidData)
    #expect(error.location == SourceLocation(file: "f.yaml", line: broken.line, column: broken.column))
    for word in broken.words { #expect(error.description.contains(word)) }
  }

  @Test func `invalid UTF-8 is refused where it stands`() {
    let bytes = Array("a: 1\nb: ".utf8) + [0xFF]
    let error = error { () throws(MMSError) in try YAMLNode(bytes: bytes, file: "f") }
    #expect(error?.description == "f:2:4: a byte here is not UTF-8; save the file as UTF-8")
  }

  @Test func `UTF-16 is named as such`() {
    let error = error { () throws(MMSError) in try YAMLNode(bytes: [0xFF, 0xFE, 0x61, 0], file: "f") }
    #expect(error?.message.contains("UTF-16") == true)
  }

  @Test func `a file beyond 4 MiB is refused`() {
    let text = "# " + String(repeating: "x", count: 4 << 20)
    #expect(
      error { () throws(MMSError) in try YAMLNode(text: text, file: "f") }?.message.contains("4 MiB") == true)
  }

  @Test func `an alias bomb stops early`() {
    var text = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
    for level in 1...20 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    let error = error { () throws(MMSError) in try YAMLNode(text: text, file: "f") }
    #expect(error?.message.contains("aliases expand to more than 10000") == true)
    #expect(error?.location?.line == 4)
  }

  @Test func `aliases cannot build more levels than the text may have`() {
    var text = "a: &a " + String(repeating: "[", count: 40) + String(repeating: "]", count: 40) + "\n"
    text += "b: " + String(repeating: "[", count: 30) + "*a" + String(repeating: "]", count: 30) + "\n"
    #expect(
      error { () throws(MMSError) in try YAMLNode(text: text, file: "f") }?.message.contains("64") == true)
  }

  @Test func `several faults of one file are reported together and in order`() throws {
    let text = "a: 1\na: 2\nb: !x 1\n7: c\nd: [\n"
    let error = try #require(error { () throws(MMSError) in try YAMLNode(text: text, file: "f") })
    #expect(([error] + error.others).map { $0.location?.line } == [2, 3, 4, 6])
    #expect(error.description.split(separator: "\n").count == 4)
  }

  @Test func `two thousand random mutations parse or are refused, and parsed ones write back`() throws {
    var random = SplitMix(state: 20_250_817)
    let sample = Array(YAMLParsingTests.scenario.utf8)
    let noise = Array("{}[]:,-#&*!|>'\"%@`\n \t?<~=\\0a".utf8) + [0, 0xC3, 0xFF, 0xEF]
    var parsed = 0
    for _ in 0..<2_000 {
      var bytes = sample
      for _ in 0...random.below(3) {
        let at = random.below(bytes.count)
        switch random.below(5) {
        case 0: bytes[at] = noise[random.below(noise.count)]
        case 1: bytes.insert(noise[random.below(noise.count)], at: at)
        case 2: bytes.remove(at: at)
        case 3: bytes.removeSubrange(at..<min(bytes.count, at + random.below(40)))
        default: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + random.below(40))], at: at)
        }
      }
      do throws(MMSError) {
        let node = try YAMLNode(bytes: bytes, file: "f")
        parsed += 1
        #expect(try YAMLNode(text: node.write(), file: "w") == node)
      } catch {
        #expect(error.code == .invalidData)
        #expect(error.location?.column != nil)
      }
    }
    #expect((200...1_900).contains(parsed))
  }
}

/// A small seeded generator for tests.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
