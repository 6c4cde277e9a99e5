// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSYAML
import Testing

struct YAMLMapTests {
  enum Market: String { case quotes, book }

  struct Spec: Equatable {
    var name: String
    var version: Int
    var market: Market
    var summary: String?
    var drop: ClosedRange<Double>
    var over: SimDuration
    var events: [String]
  }

  private func read(_ text: String) throws(MMSError) -> Spec {
    try YAMLNode(text: text, file: "f").decode { map throws(MMSError) in
      let metadata = map.section("metadata")
      let spec = map.section("spec")
      return Spec(
        name: metadata.require("name", .text),
        version: metadata.optional("version", .integer(in: 1...99), default: 1),
        market: spec.optional("market", .choice(.quotes, .book), default: .quotes),
        summary: metadata.optional("summary", .text),
        drop: spec.require("drop", .range(of: .fraction(in: 0...1))),
        over: spec.require("over", .duration),
        events: spec.sections("events").map { $0.require("target", .text(oneOf: ["halted", "spread"])) })
    }
  }

  private func fault(_ text: String) -> MMSError? {
    do throws(MMSError) {
      _ = try read(text)
      return nil
    } catch {
      return error
    }
  }

  private let good = """
    metadata: {name: x, summary: }
    spec:
      drop: [15 %, 0.35]
      over: 40 min
      market: book
      events: [{target: halted}]
    """

  @Test func `a correct file is read`() throws {
    #expect(
      try read(good)
        == Spec(
          name: "x", version: 1, market: .book, summary: nil, drop: 0.15...0.35, over: .minutes(40),
          events: ["halted"]))
  }

  @Test func `every fault of a file comes at once, in order, each with its place and path`() throws {
    let text = """
      metadata: {nam: x, version: 0}
      spec:
        drop: [0.5, 2]
        over: 15 bps
        markte: book
        events:
          - {target: haltd}
          - 7
          - {tagret: spread, target: spread}
      extra: 1
      """
    let error = try #require(fault(text))
    let all = [error] + error.others
    #expect(
      all.map { "\($0.location?.line ?? 0):\($0.location?.column ?? 0) \($0.path ?? "")" } == [
        "1:11 metadata.name", "1:12 metadata.nam", "1:29 metadata.version", "3:15 spec.drop.1",
        "4:9 spec.over", "5:3 spec.markte", "7:16 spec.events.0.target", "8:7 spec.events.1",
        "9:8 spec.events.2.tagret", "10:1 extra",
      ])
    #expect(all.allSatisfy { $0.code == .invalidData })
    #expect(all[1].message == "unknown key 'nam' in metadata; allowed: name, version, summary")
    #expect(all[1].hint == "did you mean 'name'?")
    #expect(all[2].message.contains("from 1 to 99, but is the number 0"))
    #expect(all[6].hint == "did you mean 'halted'?")
    #expect(all[9].message == "unknown key 'extra'; allowed: metadata, spec")
  }

  @Test func `a missing section is reported once, without its keys`() throws {
    let error = try #require(fault("metadata: {name: x}\n"))
    #expect(error.message == "the key 'spec' is missing; add 'spec: ...'")
    #expect(error.others.isEmpty)
    #expect(fault("metadata: {name: x}\nspec:\n")?.message == "spec has no value; write one after 'spec:'")
    #expect(
      fault("metadata: {name: x}\nspec: 5\n")?.message.contains("must be a mapping, but is the number 5")
        == true)
  }

  @Test(arguments: [
    ("drop: [0.35, 0.15]", "wrong order"), ("drop: [0.1]", "exactly 2 items"), ("drop: 0.1", "a list"),
    ("drop: [0.1, x]", "the text 'x'"),
  ])
  func `ranges are two ordered bounds`(line: String, words: String) {
    let error = fault("metadata: {name: x}\nspec:\n  over: 1 s\n  \(line)\n")
    #expect(error?.message.contains(words) == true)
    #expect(error?.path?.hasPrefix("spec.drop") == true)
    #expect(error?.location?.line == 4)
  }

  @Test func `text is text only`() throws {
    let node = try YAMLNode(text: "a: 5\nb: [x]\nc: yes\n", file: "f")
    let map = try YAMLMap(node)
    _ = (map.require("a", .text), map.require("b", .text), map.require("c", .bool))
    do throws(MMSError) {
      try map.finish()
      Issue.record("accepted")
    } catch {
      let messages = ([error] + error.others).map(\.message)
      #expect(messages[0] == "a must be text, but is the number 5; put it in quotes: \"5\"")
      #expect(
        messages[1].contains("a must be") == false && messages[1].contains("b must be text, but is a list"))
      #expect(messages[2].contains("c must be true or false"))
    }
  }

  @Test func `allowed keys are no fault and a mapping can be started by its key`() throws {
    let map = try YAMLNode(text: "m: {a: 1, later: 2, other: 3}\n", file: "f").mapping("m")
    #expect(map.keys == ["a", "later", "other"])
    #expect(map.require("a", .integer) == 1)
    map.allow("later")
    do throws(MMSError) {
      try map.finish()
      Issue.record("accepted")
    } catch {
      #expect(error.path == "m.other")
      #expect(error.others.isEmpty)
    }
  }

  @Test func `a type's own error gets place and path`() throws {
    let version = YAMLKind<String>.text.map(fallback: 0) { text throws(MMSError) in
      guard let number = Int(text.dropFirst()) else {
        throw MMSError(.invalidValue, "'\(text)' is no version; write one such as v1")
      }
      return number
    }
    let node = try YAMLNode(text: "m:\n  v: [v1, vx]\n", file: "f")
    do throws(MMSError) {
      _ = try node.decode { map throws(MMSError) in map.section("m").require("v", .list(of: version)) }
      Issue.record("accepted")
    } catch {
      #expect(error.description == "f:2:11: m.v.1: 'vx' is no version; write one such as v1")
      #expect(error.path == "m.v.1")
    }
  }

  @Test func `faults and thrown errors of the body are reported with the rest`() throws {
    let node = try YAMLNode(text: "a: 1\nb: 2\n", file: "f")
    do throws(MMSError) {
      _ = try node.decode { map throws(MMSError) in
        map.fault("a is odd; make it even", at: "a")
        throw MMSError(.invalidData, "no", location: SourceLocation(file: "f", line: 9))
      }
      Issue.record("accepted")
    } catch {
      // Keys that were not reached are not called unknown.
      #expect(([error] + error.others).map(\.message) == ["a is odd; make it even", "no"])
      #expect(error.path == "a")
      #expect(error.location?.column == 4)
    }
  }
}
