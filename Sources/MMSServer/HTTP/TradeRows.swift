// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore

/// The trades file as JSON.
enum TradeRows {
  /// One object a line, numbers as numbers.
  static func json(_ csv: String) -> [JSONValue] {
    var lines = csv.split(separator: "\n")[...]
    guard let names = lines.popFirst()?.split(separator: ",").map(String.init) else { return [] }
    return lines.map { line in
      var object = JSONObject()
      for (name, text) in zip(names, line.split(separator: ",", omittingEmptySubsequences: false)) {
        object[name] = value(text)
      }
      return .object(object)
    }
  }

  private static func value(_ text: Substring) -> JSONValue {
    if text == "true" || text == "false" { return .bool(text == "true") }
    if let whole = Int64(text) { return .integer(whole) }
    if let number = Double(text), number.isFinite { return .number(number) }
    return .string(String(text))
  }
}

#endif
