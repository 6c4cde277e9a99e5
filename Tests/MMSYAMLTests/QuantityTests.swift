// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSYAML
import Testing

struct QuantityTests {
  @Test(arguments: [
    ("0.3", Quantity.number(0.3)), ("-1e-3", .number(-0.001)), ("15 bps", .fraction(0.0015)),
    ("1bp", .fraction(0.0001)), ("1.5 %", .fraction(0.015)), ("100%", .fraction(1)),
    ("20 min", .duration(.minutes(20))), ("36 h", .duration(.hours(36))), ("5 days", .duration(.days(5))),
    ("100 ms", .duration(SimDuration(nanoseconds: 100_000_000))), ("1.5h", .duration(.minutes(90))),
    ("-2 s", .duration(.seconds(-2))), ("1e3 s", .duration(.seconds(1000))), ("+5 m", .duration(.minutes(5))),
    ("3 µs", .duration(SimDuration(nanoseconds: 3_000))), ("2 w", .duration(.days(14))),
    ("9007199254740993 ns", .duration(SimDuration(nanoseconds: 9_007_199_254_740_993))),
  ])
  func `numbers and units are read`(text: String, expected: Quantity) throws {
    #expect(try Quantity(text) == expected)
  }

  @Test(arguments: [
    ("min", "does not start with a number"), ("5 parsecs", "unknown unit 'parsecs'"),
    ("5 mins", "unknown unit"),
    ("1e999 s", "too large"), ("400 years", "unknown unit"), ("20000 w", "292 years"), ("", "number"),
    ("5 min 3 s", "unknown unit"), ("1.2.3", "unknown unit"),
  ])
  func `what is no quantity is refused`(text: String, words: String) {
    do throws(MMSError) {
      _ = try Quantity(text)
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
}
