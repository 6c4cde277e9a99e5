// SPDX-License-Identifier: Apache-2.0

import MMSCore
import Testing

struct JSONValueTests {
  @Test func `writes one line or many`() {
    let value: JSONValue = [
      "b": 1, "a": [true, nil, 2.5], "empty": [:], "none": [], "text": "a\"\\\n\u{1}é",
    ]
    #expect(
      value.write()
        == #"{"b":1,"a":[true,null,2.5],"empty":{},"none":[],"text":"a\"\\\n\u0001é"}"#)
    #expect(
      value.write(pretty: true) == #"""
        {
          "b": 1,
          "a": [
            true,
            null,
            2.5
          ],
          "empty": {},
          "none": [],
          "text": "a\"\\\n\u0001é"
        }
        """#)
  }

  @Test(
    arguments: [
      (5.0, "5.0"), (-0.0, "-0.0"), (0.1, "0.1"), (1e-5, "1e-05"), (1e300, "1e+300"), (.nan, "null"),
      (.infinity, "null"), (-.infinity, "null"), (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
    ] as [(Double, String)])
  func `numbers are always valid`(number: Double, text: String) throws {
    #expect(JSONValue.number(number).write() == text)
    if number.isFinite { #expect(try JSONValue(parsing: text).doubleValue?.bitPattern == number.bitPattern) }
  }

  @Test(
    arguments: [
      ("null", nil), (" true ", true), ("false", false), ("0", 0), ("-12", -12), ("1.5e3", 1500.0),
      ("1E-2", 0.01), ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
      ("9223372036854775808", .number(9223372036854775808)), ("-0", .number(-0.0)), ("[]", []), ("{}", [:]),
      ("[1, [2], {\"a\": 3}]", [1, [2], ["a": 3]]), (#""\u00e9\/\b\f\n\r\t\"\\""#, "é/\u{8}\u{c}\n\r\t\"\\"),
      (#""\ud83d\ude00""#, "😀"), ("\"é😀\u{7f}\"", "é😀\u{7f}"), (#"{"":""}"#, ["": ""]),
    ] as [(String, JSONValue)])
  func `reads what is JSON`(text: String, value: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == value)
  }

  @Test(arguments: [
    ("", 1, 1), ("  ", 1, 3), ("nul", 1, 1), ("[1,]", 1, 4), ("[1 2]", 1, 4), ("{\"a\" 1}", 1, 6),
    ("{a:1}", 1, 2), ("{\"a\":1,}", 1, 8), ("01", 1, 1), ("-", 1, 2), ("1.", 1, 3), (".5", 1, 1),
    ("1e", 1, 3), ("+1", 1, 1), ("1e400", 1, 1), ("NaN", 1, 1), ("\"a", 1, 1), ("\"\n\"", 1, 2),
    (#""\x""#, 1, 2), (#""\u12g4""#, 1, 6), (#""\ud83d""#, 1, 2), (#""\ude00""#, 1, 2),
    (#""\ud83d\u0041""#, 1, 2), ("[\n1,\n é]", 3, 2), ("{\"a\":1,\n\"a\":2}", 2, 1), ("1 1", 1, 3),
    ("[\"é😀\", x]", 1, 8), ("[", 1, 2), ("{", 1, 2), ("'a'", 1, 1), ("[1}", 1, 3), ("// 1", 1, 1),
    ("\u{feff}1", 1, 1), ("\"\\", 1, 3),
  ])
  func `refuses what is not JSON and says where`(text: String, line: Int, column: Int) {
    let error = #expect(throws: MMSError.self) { try JSONValue(parsing: text, file: "x.json") }
    #expect(error?.code == .invalidData)
    #expect(error?.location == SourceLocation(file: "x.json", line: line, column: column))
  }

  @Test func `nesting ends at 128`() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try JSONValue(parsing: nested(128))
    #expect(throws: MMSError.self) { try JSONValue(parsing: nested(129)) }
    #expect(throws: MMSError.self) { try JSONValue(parsing: String(repeating: "[", count: 1_000_000)) }
  }

  @Test func `reading gives back what was written`() throws {
    var random = 1 as UInt64
    func bits() -> UInt64 {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return random >> 20
    }
    func value(_ depth: Int) -> JSONValue {
      switch bits() % (depth > 4 ? 5 : 7) {
      case 0: return nil
      case 1: return .bool(bits() % 2 == 0)
      case 2: return .integer(Int64(truncatingIfNeeded: bits() &* bits()))
      case 3:
        let number = Double(bitPattern: bits() &* bits())
        return number.isFinite ? .number(number) : 0.5
      case 4:
        let scalars = (0..<bits() % 6).compactMap { _ in Unicode.Scalar(UInt32(bits() % 0x300)) }
        return .string(String(String.UnicodeScalarView(scalars)))
      case 5: return .array((0..<bits() % 5).map { _ in value(depth + 1) })
      default:
        var object = JSONObject()
        for key in 0..<bits() % 5 { object["\(bits() % 9)\(key)"] = value(depth + 1) }
        return .object(object)
      }
    }
    for _ in 0..<500 {
      let original = value(0)
      #expect(try JSONValue(parsing: original.write()) == original)
      #expect(try JSONValue(parsing: original.write(pretty: true)) == original)
    }
  }

  @Test func `objects keep their order`() {
    var object: JSONObject = ["z": 1, "a": 2, "m": 3]
    object["a"] = 4
    #expect(object.keys == ["z", "a", "m"])
    object["z"] = nil
    object["n"] = "new"
    #expect(object.keys == ["a", "m", "n"])
    #expect(object["m"] == 3 && object["n"] == "new" && object["z"] == nil)
    #expect(object != ["m": 3, "a": 4, "n": "new"])
  }
}
