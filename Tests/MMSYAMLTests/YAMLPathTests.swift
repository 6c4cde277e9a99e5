// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSYAML
import Testing

struct YAMLPathTests {
  private func tree(_ text: String, _ file: String = "f") throws -> YAMLNode {
    try YAMLNode(text: text, file: file)
  }

  @Test func `mappings merge key by key and the rest replaces`() throws {
    let base = try tree("a: {x: 1, y: {p: 1}}\nl: [1, 2]\nk: 1\n", "base")
    let top = try tree("l: [3]\na: {y: {q: 2}, x: {z: 1}}\nnew: 1\n", "top")
    let merged = top.merging(over: base)
    #expect(try merged == tree("a: {x: {z: 1}, y: {p: 1, q: 2}}\nl: [3]\nk: 1\nnew: 1\n"))
    #expect(merged[path: "a.y.p"]?.location.file == "base")
    #expect(merged[path: "a.y.q"]?.location.file == "top")
    #expect(merged[path: "l.0"]?.location.file == "top")
  }

  @Test func `merging is associative and null replaces`() throws {
    let a = try tree("x: {p: 1, q: 2}\n")
    let b = try tree("x: {q: 3}\ny: 1\n")
    let c = try tree("x: {p: ~}\n")
    #expect(c.merging(over: b).merging(over: a) == c.merging(over: b.merging(over: a)))
    #expect(c.merging(over: a)[path: "x.p"]?.isNull == true)
  }

  @Test(arguments: [
    ("spec.Y=0.9", "spec.Y", "0.9"), ("spec.l.1=20 min", "spec.l.1", "20 min"),
    ("spec.new.deep=true", "spec.new.deep", "true"), ("spec.l=[1, {a: b}]", "spec.l", "[1, {a: b}]"),
    ("spec.s='5'", "spec.s", "'5'"), ("spec.n=null", "spec.n", "null"), ("spec.e=a=b", "spec.e", "a=b"),
    ("spec.m= {k: v}", "spec.m", "{k: v}"), ("spec.empty.k=1", "spec.empty.k", "1"),
  ])
  func `an override sets a value`(text: String, path: String, value: String) throws {
    var root = try tree("spec: {Y: 1, l: [1, 2], empty: }\n")
    try root.apply(override: text)
    #expect(try root[path: path] == tree("v: \(value)")["v"])
    #expect(root[path: path]?.location.file == "--set")
    #expect(
      root[path: path]?.location.column
        == text.firstIndex(of: "=").map {
          text.distance(from: text.startIndex, to: $0) + (text.contains("= ") ? 3 : 2)
        })
  }

  @Test(arguments: [
    ("Y", 1, "PATH=VALUE"), ("=1", 1, "PATH=VALUE"), ("a=", 1, "no value"), ("a=[1", 3, "never closed"),
    ("a=b: c", 3, "{key: value}"), ("a=- b", 3, "[a, b]"), ("a=@b", 3, "cannot start with '@'"),
    ("a=1\n2", 1, "several lines"), ("a..b=1", 6, "not a path"), ("s.x=1", 5, "the text 'word'"),
    ("l.7=1", 5, "use 0 to 1"), ("l.x=1", 5, "list of 2"), ("a=!x 1", 3, "tags"),
  ])
  func `a malformed override says what is wrong with it`(text: String, column: Int, words: String) throws {
    var root = try tree("s: word\nl: [1, 2]\n")
    let before = root
    do throws(MMSError) {
      try root.apply(override: text)
      Issue.record("accepted")
    } catch {
      #expect(error.message.contains(words))
      #expect(error.location == SourceLocation(file: "--set", line: 1, column: column))
      #expect(error.code == .usage || error.code == .invalidValue)
    }
    #expect(root == before)
  }
}
