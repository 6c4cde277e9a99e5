// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSYAML
import Testing

struct YAMLParsingTests {
  static let scenario = """
    apiVersion: mms/v1
    kind: Scenario
    metadata:
      name: black_swan            # what a service call selects
      version: 1
      source: "drop: 2020-03-12, 2021-05-19; …"
    extends: [normal]
    spec:
      market: quotes
      data: {resolution: 1m, path: auto}
      models:
        scenario: {use: scenario/JumpCascade-v1, params: {drop: [0.15, 0.35], gap: 0.03, over: 40 min}}
        impact:   {use: impact/SquareRoot-v1,    params: {Y: 0.7, halfLife: 30 min}}
      events:
        - {at: crash +10 min, target: halted, shape: step, for: 5 min}
      note: |
        two
        lines
      targets:
        - {statistic: max_drawdown_of_mid, between: [-0.45, -0.12], paths: 0.9}
    """

  @Test func `every value and every key knows its place`() throws {
    let root = try YAMLNode(text: Self.scenario, file: "black_swan.yaml")
    #expect(root.location == SourceLocation(file: "black_swan.yaml", line: 1, column: 1))
    #expect(root[path: "metadata.name"]?.location.description == "black_swan.yaml:4:9")
    #expect(root[path: "spec.models.impact.params.Y"]?.location.line == 13)
    #expect(root[path: "spec.models.impact.params.Y"]?.location.column == 58)
    #expect(root[path: "spec.targets.0.between.1"]?.scalar?.value == .number(-0.12))
    #expect(root.entries?.map(\.key) == ["apiVersion", "kind", "metadata", "extends", "spec"])
    #expect(root.entries?.last?.keyLocation.line == 8)
    #expect(root[path: "spec.note"]?.scalar == YAMLScalar("two\nlines\n", style: .quoted))
    #expect(root[path: "spec.nothing.here"] == nil)
  }

  @Test(arguments: [
    ("null", YAMLScalar.Value.null), ("~", .null), ("true", .bool(true)), ("false", .bool(false)),
    ("True", .string("True")), ("yes", .string("yes")), ("5", .integer(5)), ("-0", .integer(0)),
    ("+7", .integer(7)), ("0x1F", .integer(31)), ("0o17", .integer(15)), ("0x-1", .string("0x-1")),
    (".5", .number(0.5)), ("5.", .number(5)), ("1e-3", .number(0.001)), ("-2.5E+2", .number(-250)),
    (".inf", .number(.infinity)), ("1e999", .number(.infinity)),
    ("99999999999999999999", .number(1e20)), (".", .string(".")), ("1_000", .string("1_000")),
    ("nan", .string("nan")), ("0x1p3", .string("0x1p3")), ("1e", .string("1e")),
    ("2020-03-12", .string("2020-03-12")), ("12:30", .string("12:30")), ("-", .string("-")),
    ("20 min", .string("20 min")), ("^1.0", .string("^1.0")),
  ])
  func `plain scalars follow the core schema`(text: String, value: YAMLScalar.Value) {
    #expect(YAMLScalar(text, style: .plain).value == value)
    #expect(YAMLScalar(text, style: .quoted).value == .string(text))
  }

  @Test func `quotes keep a number a text`() throws {
    let list = try YAMLNode(text: "[5, \"5\", '5']", file: "f").items
    #expect(list?.map { $0.scalar?.value } == [.integer(5), .string("5"), .string("5")])
  }

  @Test func `aliases copy what the anchor names`() throws {
    let root = try YAMLNode(text: "a: &x {p: [1, 2]}\nb: *x\n", file: "f")
    #expect(root["a"] == root["b"])
    #expect(root["b"]?.location.line == 1)
  }

  @Test func `a byte order mark is skipped and does not shift columns`() throws {
    let root = try YAMLNode(bytes: [0xEF, 0xBB, 0xBF] + Array("a: 1".utf8), file: "f")
    #expect(root.entries?.first?.keyLocation.column == 1)
  }

  @Test func `columns count characters, not bytes`() throws {
    let root = try YAMLNode(text: "{\"größe\": 1, b: 2}", file: "f")
    #expect(root["b"]?.location.column == 17)
  }

  @Test func `sixty-four levels are accepted`() throws {
    let text = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(throws: Never.self) { try YAMLNode(text: text, file: "f") }
  }

  @Test func `files that are not there or not files say so`() {
    func code(_ path: String) -> MMSError.Code? {
      do throws(MMSError) {
        _ = try YAMLNode(contentsOf: path)
        return nil
      } catch {
        #expect(error.message.contains(path))
        return error.code
      }
    }
    #expect(code("/nonexistent/x.yaml") == .notFound)
    #expect(code("/") == .invalidValue)
  }
}
