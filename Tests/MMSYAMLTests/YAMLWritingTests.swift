// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSYAML
import Testing

struct YAMLWritingTests {
  private let here = SourceLocation(file: "t", line: 1)

  @Test func `a scenario is written in block style and reads back equal`() throws {
    let root = try YAMLNode(text: YAMLParsingTests.scenario, file: "f")
    let text = root.write()
    #expect(try YAMLNode(text: text, file: "g") == root)
    #expect(try YAMLNode(text: text, file: "g").write() == text)
    #expect(text.contains("\n  models:\n    scenario:\n      use: scenario/JumpCascade-v1\n"))
    #expect(text.contains("\n        drop: [0.15, 0.35]\n"))
    #expect(text.contains("\n  events:\n    - at: crash +10 min\n      target: halted\n"))
    #expect(text.contains("\n  note: |\n    two\n    lines\n"))
  }

  @Test(arguments: [
    ("plain", "plain"), ("two words", "two words"), ("a, b", "a, b"), ("f(a: int)", "\"f(a: int)\""),
    ("5", "\"5\""), ("true", "\"true\""), ("Yes", "\"Yes\""), ("null", "\"null\""), ("", "\"\""),
    ("~", "\"~\""), ("- x", "\"- x\""), ("-x", "-x"), ("^1.0", "^1.0"), ("a #b", "\"a #b\""),
    ("a#b", "a#b"), ("http://x", "http://x"), ("x:", "\"x:\""), ("say \"hi\"", "say \"hi\""),
    ("\"hi\"", "\"\\\"hi\\\"\""), ("tab\there", "\"tab\\there\""), (" lead", "\" lead\""),
    ("größe", "größe"), ("\u{1}", "\"\\u0001\""), ("c:\\x", "c:\\x"), ("20 min", "20 min"),
    ("---", "\"---\""), ("a\nb", "|-\n  a\n  b"), ("a\n\n b\n", "|\n  a\n\n   b"),
    ("\na", "\"\\na\""), ("a\n\n", "\"a\\n\\n\""), ("\u{FEFF}", "\"\\uFEFF\""),
  ])
  func `quotes stand only where needed`(text: String, written: String) throws {
    let node = YAMLNode.text(text, at: here)
    #expect(node.write() == written + "\n")
    #expect(try YAMLNode(text: node.write(), file: "f") == node)
  }

  @Test func `random trees read back equal`() throws {
    var random = SplitMix(state: 7)
    let alphabet = Array("abz 019.-:#,[]{}'\"\\\n\t!&*?|>%@`~=<é\u{85}\u{2028}\u{1F600}".unicodeScalars)
    func text() -> String {
      var view = String.UnicodeScalarView()
      for _ in 0..<random.below(8) { view.append(alphabet[random.below(alphabet.count)]) }
      return String(view)
    }
    func node(_ depth: Int) -> YAMLNode {
      switch random.below(depth > 3 ? 2 : 5) {
      case 0: return .text(text(), at: here)
      case 1:
        return .plain(["1", "null", "true", "-2.5e3", "0x1F", "~"][random.below(6)], at: here)
      case 2: return YAMLNode(.sequence((0..<random.below(4)).map { _ in node(depth + 1) }), at: here)
      default:
        var keys: Set<String> = []
        let entries = (0..<random.below(4)).compactMap { _ -> YAMLEntry? in
          let key = text()
          return keys.insert(key).inserted ? YAMLEntry(key: key, at: here, value: node(depth + 1)) : nil
        }
        return YAMLNode(.mapping(entries), at: here)
      }
    }
    for _ in 0..<2_000 {
      let tree = node(0)
      guard !tree.isNull else { continue }
      let written = tree.write { $0.isNull ? nil : "note" }
      #expect(try YAMLNode(text: written, file: "f") == tree, "\(written)")
    }
  }

  @Test func `comments name the origin of every value and line up`() throws {
    let base = try YAMLNode(text: "a: 1\nb:\n  c: [1, 2]\n  d: {}\n", file: "base.yaml")
    let top = try YAMLNode(text: "b:\n  e: |\n    x\n", file: "top.yaml")
    let text = top.merging(over: base).write { "\($0.location.file):\($0.location.line)" }
    #expect(
      text == """
        a: 1         # base.yaml:1
        b:
          c: [1, 2]  # base.yaml:3
          d: {}      # base.yaml:4
          e: |       # top.yaml:2
            x

        """)
  }

  @Test func `a list of several origins is written line by line`() throws {
    var root = try YAMLNode(text: "a: [1, 2]", file: "base.yaml")
    try root.apply(override: "a.1=3")
    #expect(root.write { $0.location.file } == "a:\n  - 1  # base.yaml\n  - 3  # --set\n")
  }

  @Test func `canonical text forgets order, spelling and comments, not meaning`() throws {
    let one = try YAMLNode(text: "b: 0.70 # x\na: {d: ~, c: 'x'}\n", file: "f")
    let two = try YAMLNode(text: "a:\n  c: x\n  d:\nb: .7\n", file: "g")
    #expect(one.canonicalText == two.canonicalText)
    let three = try YAMLNode(text: "a: {c: x, d: ~}\nb: '0.7'\n", file: "g")
    #expect(one.canonicalText != three.canonicalText)
  }
}
