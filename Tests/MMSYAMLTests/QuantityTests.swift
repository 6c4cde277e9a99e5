// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSYAML
import Testing

struct QuantityTests {
  @Test(arguments: [
    ("0.3", 0.3, Quantity.Dimension.number), ("-1e-3", -0.001, .number), ("15 bps", 0.0015, .fraction),
    ("1bp", 0.0001, .fraction), ("1.5 %", 0.015, .fraction), ("100%", 1, .fraction),
    ("20 min", 1200e9, .duration), ("36 h", 129_600e9, .duration), ("5 days", 432_000e9, .duration),
    ("100 ms", 1e8, .duration), ("1.5h", 5400e9, .duration), ("-2 s", -2e9, .duration),
    ("3 µs", 3_000, .duration), ("2 w", 1_209_600e9, .duration),
  ])
  func `numbers and units are read`(text: String, value: Double, dimension: Quantity.Dimension) throws {
    let quantity = try Quantity(parsing: text)
    #expect(quantity.value == value)
    #expect(quantity.dimension == dimension)
    #expect(quantity.duration?.nanoseconds == (dimension == .duration ? Int64(value) : nil))
  }

  @Test(arguments: [
    ("min", "does not start with a number"), ("5 parsecs", "unknown unit 'parsecs'"),
    ("5 mins", "unknown unit"),
    ("1e999 s", "too large"), ("400 years", "unknown unit"), ("20000 w", "292 years"), ("", "number"),
    ("5 min 3 s", "unknown unit"), ("1.2.3", "unknown unit"), ("1e3 s", "exponent"), ("+5 min", "'+'"),
  ])
  func `what is no quantity is refused`(text: String, words: String) {
    do throws(MMSError) {
      _ = try Quantity(parsing: text)
      Issue.record("accepted")
    } catch {
      #expect(error.message.contains(words))
    }
  }

  private func fault<Value>(_ text: String, _ kind: YAMLKind<Value>) throws -> MMSError? {
    let node = try #require(try YAMLNode(text: "v: \(text)", file: "f")["v"])
    do throws(MMSError) {
      _ = try node.read(kind, path: "params.v")
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("15 bps", "such as 20 min", "'15 bps' is a fraction"), ("40", "such as 20 min", "add the unit"),
    ("'40'", "such as 20 min", "the text '40'"), ("soon", "such as 20 min", "the text 'soon'"),
    ("5 mni", "such as 20 min", "unknown unit 'mni'"), ("[1 s]", "such as 20 min", "a list"),
  ])
  func `a wrong dimension names the one expected, with an example`(
    text: String, expected: String, found: String
  ) throws {
    let error = try #require(try fault(text, .duration))
    #expect(error.message.hasPrefix("params.v must be a duration"))
    #expect(error.message.contains(expected))
    #expect(error.message.contains(found))
    #expect(error.code == .invalidData)
    #expect(error.path == "params.v")
    #expect(error.location == SourceLocation(file: "f", line: 1, column: 4))
  }

  @Test func `fractions take plain numbers, numbers take no unit`() throws {
    #expect(try fault("0.1", .fraction) == nil)
    #expect(try fault("15 bps", .fraction) == nil)
    #expect(try fault("20 min", .fraction)?.message.contains("is a duration") == true)
    #expect(try fault("15 bps", .number)?.message.contains("a number without a unit") == true)
    #expect(try fault(".inf", .number)?.message.contains("infinite") == true)
    #expect(try fault("1e999", .number)?.message.contains("infinite") == true)
    #expect(try fault("'5'", .number)?.message.contains("remove the quotes") == true)
    #expect(try fault("2", .number(in: 0...1))?.message.contains("between 0.0 and 1.0") == true)
    #expect(try fault("20 min", .duration) == nil)
  }

  @Test func `parameters keep what was written and where`() throws {
    let map = try YAMLMap(
      try YAMLNode(text: "a: 1\nb: 20 min\nc: [0.1, '2']\nd: true\ne: {}\nf:\n", file: "f"))
    let (inputs, locations) = map.parameters()
    #expect(inputs.map(\.name) == ["a", "b", "c", "d", "e"])
    #expect(
      inputs.map(\.input) == [
        .number(1), .text("20 min"), .list([.number(0.1), .text("2")]), .flag(true), .other("a mapping"),
      ])
    #expect(locations["c"] == SourceLocation(file: "f", line: 3, column: 4))
    try map.finish()
  }
}
