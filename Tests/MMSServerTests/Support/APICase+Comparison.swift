// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore

extension APICase {
  /// A comparison that a debug build runs quickly: the same scenario at two fees.
  static func comparison(_ changes: JSONObject = [:]) -> JSONObject {
    var body: JSONObject = [
      "a": "normal", "b": "normal?execution.taker_fee=0.002", "symbol": "BTCUSDT", "period": "2d",
      "strategy": "buy_and_hold", "paths": 8,
    ]
    for member in changes { body[member.key] = member.value }
    return body
  }

  private static func wrong(
    _ name: String, _ changes: JSONObject, path: String, saying words: [String] = [],
    code: MMSError.Code = .invalidValue, needsJSON: Bool = false
  ) -> APICase {
    APICase(
      name: name, call: .compare(comparison(changes)), outcome: .fails(code, path: path, saying: words),
      needsJSON: needsJSON)
  }

  /// Cases of POST /compare.
  static let comparing: [APICase] = [
    APICase(
      name: "a comparison answers its fields", call: .compare(comparison()),
      outcome: .answers { answer in
        let fields = ["a", "b", "paths", "metrics", "primary", "verdict"]
        let missing = fields.filter { answer[$0] == nil }
        guard missing.isEmpty else { return "missing \(missing)" }
        let row = answer["metrics"]?.arrayValue?.first
        let members = [
          "metric", "a", "b", "difference", "standard_error", "interval", "p_value", "ties", "verdict",
        ]
        let lacking = members.filter { row?[$0] == nil }
        guard lacking.isEmpty else { return "a metric lacks \(lacking)" }
        // The lower fee earns more on every path.
        return answer["verdict"] == "A" ? nil : "the verdict is \(answer["verdict"] ?? .null)"
      }),
    APICase(
      name: "a side compared with itself is equal", call: .compare(comparison(["b": "normal", "paths": 2])),
      outcome: .answers { answer in
        let rows = answer["metrics"]?.arrayValue ?? []
        return answer["verdict"] == "equal" && rows.allSatisfy { $0["p_value"] == .null }
          ? nil : "it answers \(answer)"
      }),
    APICase(
      name: "antithetic paths are compared in pairs",
      call: .compare(comparison(["antithetic": true, "paths": 16])),
      outcome: .answers { answer in
        answer["method"] == "pairs" && answer["paths"] == 16 && answer["verdict"] == "A"
          ? nil : "\(answer["method"] ?? .null) say \(answer["verdict"] ?? .null)"
      }),
    wrong(
      "antithetic paths of a comparison are even", ["antithetic": true, "paths": 15], path: "paths",
      saying: ["15", "pairs"]),
    wrong(
      "an order book is no side of antithetic paths",
      ["antithetic": true, "paths": 16, "b": "normal_book", "period": "1h"], path: "antithetic",
      saying: ["side b", "order book"]),
    APICase(
      name: "one path of a crash tells nothing",
      call: .compare(comparison(["a": "black_swan", "b": "normal", "paths": 1])),
      outcome: .answers { answer in
        answer["verdict"] == "cannot tell" ? nil : "the verdict is \(answer["verdict"] ?? .null)"
      }),
    wrong("a side's unknown scenario is named", ["b": "norml"], path: "b", saying: ["normal", "side b"]),
    wrong("a side is no file", ["a": "/etc/passwd.yaml"], path: "a"),
    wrong("a side is no path", ["a": "../normal.yaml"], path: "a"),
    wrong("a side may not choose a model", ["b": "normal?models.impact.use=impact/None-v1"], path: "b"),
    wrong("a side may not load a library", ["b": "normal?models.impact.library=/tmp/x.so"], path: "b"),
    wrong("an override needs a value", ["b": "normal?execution.latency"], path: "b", saying: ["path=value"]),
    wrong("a metric is one of six", ["metrics": ["return"]], path: "metrics", saying: ["total_return"]),
    wrong("a metric is named once", ["metrics": ["slippage", "slippage"]], path: "metrics"),
    wrong(
      "the primary metric is among the metrics", ["metrics": ["slippage"], "primary": "total_return"],
      path: "primary"),
    wrong("more work than allowed is refused", ["paths": 900_000], path: "paths", saying: ["path-steps"]),
    wrong("data is no field of a comparison", ["data": "csv:/etc/passwd"], path: "data", needsJSON: true),
    wrong("SQL in a side is text", ["a": .string(injection)], path: "a"),
  ]
}

#endif
