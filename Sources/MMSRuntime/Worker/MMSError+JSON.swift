// SPDX-License-Identifier: Apache-2.0

public import MMSCore

extension MMSError {
  /// The error for the way from a child process to its parent.
  public var json: JSONValue {
    [
      "code": .string(code.name), "message": .string(message), "path": path.map { .string($0) } ?? .null,
      "hint": hint.map { .string($0) } ?? .null,
      "file": location.map { .string($0.file) } ?? .null,
      "line": location.map { .integer(Int64($0.line)) } ?? .null,
      "column": location?.column.map { .integer(Int64($0)) } ?? .null,
      "others": .array(others.map(\.json)),
    ]
  }

  /// Reads what ``json`` wrote.
  public init(json: JSONValue) {
    let name = json["code"]?.stringValue ?? ""
    self.init(
      Code.all.first { $0.name == name } ?? .modelFailed,
      json["message"]?.stringValue ?? "no reason was given",
      path: json["path"]?.stringValue, hint: json["hint"]?.stringValue,
      location: json["file"]?.stringValue.map {
        SourceLocation(
          file: $0, line: Int(json["line"]?.integerValue ?? 1),
          column: (json["column"]?.integerValue).map { Int($0) })
      },
      others: json["others"]?.arrayValue?.map { MMSError(json: $0) } ?? [])
  }
}
