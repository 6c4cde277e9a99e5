// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore

/// One call of the service and what must come of it, whichever door it goes through.
struct APICase: Sendable {
  /// What is called.
  enum Call: Sendable {
    /// POST /simulate and `Simulate`.
    case simulate(JSONObject)
    /// POST /calibrate and `Calibrate`.
    case calibrate(JSONObject)
    /// POST /compare and `Compare`.
    case compare(JSONObject)
    /// GET /scenarios and `ListScenarios`.
    case listScenarios
  }

  /// What must come of it.
  enum Outcome: Sendable {
    /// An answer; the closure says what is wrong with it.
    case answers(@Sendable (JSONValue) -> String?)
    /// An error of a code, about a path, with words in its message or hint.
    case fails(MMSError.Code, path: String?, saying: [String])
  }

  let name: String
  let call: Call
  let outcome: Outcome
  /// Whether it needs a body that only JSON can say: an unknown field, a value of the wrong type.
  var needsJSON = false

}

extension APICase {
  /// The specification's example, over a period that a debug build runs quickly.
  static func request(_ changes: JSONObject = [:], without missing: String? = nil) -> JSONObject {
    var body: JSONObject = [
      "symbol": "BTCUSDT", "period": "2d", "scenario": "normal",
      "strategy_params": [
        "entry_threshold": 0.02, "exit_threshold": 0.01, "position_size": 0.1, "stop_loss": 0.05,
      ],
    ]
    for member in changes { body[member.key] = member.value }
    if let missing { body[missing] = nil }
    return body
  }

  /// The members of an answer, the specification's nine first.
  static let answerFields = [
    "simulation_id", "slippage", "fill_probability", "price_impact", "total_return", "max_drawdown",
    "sharpe_ratio", "report_url", "execution_time", "seed", "paths", "trades", "standard_errors",
    "se_method",
    "dispersion", "details", "cached", "provenance", "warnings",
  ]

  private static func refused(
    _ name: String, _ changes: JSONObject, path: String, saying words: [String] = [],
    code: MMSError.Code = .invalidValue, needsJSON: Bool = false
  ) -> APICase {
    APICase(
      name: name, call: .simulate(request(changes)), outcome: .fails(code, path: path, saying: words),
      needsJSON: needsJSON)
  }

  /// Every case.
  static let all: [APICase] = answering + refusing + injecting + comparing

  private static let answering: [APICase] = [
    APICase(
      name: "the specification's request answers its fields", call: .simulate(request()),
      outcome: .answers { answer in
        let missing = answerFields.filter { answer[$0] == nil }
        let others = (answer.objectValue?.keys ?? []).filter { !answerFields.contains($0) }
        guard missing.isEmpty, others.isEmpty else {
          return "missing \(missing), more than asked \(others)"
        }
        guard answer["simulation_id"]?.stringValue?.wholeMatch(of: /sim_\d{8}_\d{3,}/) != nil else {
          return "the id is \(String(describing: answer["simulation_id"]))"
        }
        let fill = answer["fill_probability"]?.doubleValue ?? -1
        return (0...1).contains(fill) ? nil : "fill_probability is \(fill)"
      }),
    APICase(
      name: "seed, dates and a study are taken",
      call: .simulate(
        request([
          "seed": "18446744073709551615", "start_time": "2025-07-20", "end_time": "2025-07-22T00:00:00Z",
          "study_id": "a study", "strategy": "threshold",
        ])),
      outcome: .answers { answer in
        answer["seed"]?.stringValue == "18446744073709551615"
          ? nil : "the seed is \(answer["seed"] ?? .null)"
      }),
    APICase(
      name: "an override within reach counts",
      call: .simulate(
        request(["overrides": ["execution.taker_fee": 0.0, "spec.calibration.base_slippage": "20 bps"]])),
      outcome: .answers { answer in
        answer["details"]?["costs"]?["fees"]?.doubleValue == 0 ? nil : "fees are paid nevertheless"
      }),
    APICase(
      name: "antithetic paths have errors over pairs",
      call: .simulate(
        request(["antithetic": true, "paths": 16, "strategy_params": ["entry_threshold": 0.002]])),
      outcome: .answers { answer in
        answer["se_method"] == "pairs" && answer["paths"] == 16
          ? nil : "the errors are from \(answer["se_method"] ?? .null)"
      }),
    APICase(
      name: "a calibration of one scenario answers its parameters",
      call: .calibrate(["symbol": "BTCUSDT", "scenario": "normal"]),
      outcome: .answers { answer in
        answer["scenario"] == "normal" && answer["parameters"]?.arrayValue?.isEmpty == false
          ? nil : "it answers \(answer)"
      }),
    APICase(
      name: "the scenarios are listed", call: .listScenarios,
      outcome: .answers { answer in
        let names = (answer["scenarios"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
        let wanted = ["normal", "black_swan", "high_volatility"].filter { !names.contains($0) }
        return wanted.isEmpty ? nil : "lacks \(wanted)"
      }),
  ]

  private static let refusing: [APICase] = [
    APICase(
      name: "a missing symbol is named", call: .simulate(request(without: "symbol")),
      outcome: .fails(.invalidValue, path: "symbol", saying: []), needsJSON: true),
    refused(
      "an unknown field is refused with the nearest", ["perioud": "2d"], path: "perioud",
      saying: ["'period'"],
      needsJSON: true),
    refused("data is no field of a request", ["data": "csv:/etc/passwd"], path: "data", needsJSON: true),
    refused(
      "a seed that has lost digits is refused", ["seed": .number(0x1p63)], path: "seed", needsJSON: true),
    refused("text for a number is refused", ["paths": "many"], path: "paths", needsJSON: true),
    refused(
      "an unknown scenario is refused with the nearest", ["scenario": "black_swam"], path: "scenario",
      saying: ["black_swan"]),
    refused("a scenario is no path", ["scenario": "../x.yaml"], path: "scenario"),
    refused("a scenario is no file", ["scenario": "/etc/passwd.yaml"], path: "scenario"),
    refused("a scenario is no file here", ["scenario": "normal.yaml"], path: "scenario"),
    refused(
      "an unknown parameter is refused with the nearest", ["strategy_params": ["entry_treshold": 0.02]],
      path: "strategy_params.entry_treshold", saying: ["entry_threshold"]),
    refused(
      "a parameter out of range is refused with its range", ["strategy_params": ["entry_threshold": -1]],
      path: "strategy_params.entry_threshold"),
    refused(
      "an unknown strategy is refused with the nearest", ["strategy": "treshold"], path: "strategy",
      saying: ["threshold"]),
    refused("a period of nonsense is refused", ["period": "soon"], path: "period"),
    refused(
      "a period longer than the data says what there is", ["period": "900d"], path: "period", code: .noData),
    APICase(
      name: "a symbol without data is refused", call: .simulate(request(["symbol": "BTCUSD"])),
      outcome: .fails(.noData, path: "symbol", saying: ["BTCUSDT"])),
    refused("a time of nonsense is refused", ["start_time": "yesterday"], path: "start_time"),
    refused("no paths are refused", ["paths": 0], path: "paths"),
    refused("more work than allowed is refused", ["paths": 900_000], path: "paths", saying: ["path-steps"]),
    refused(
      "a target without an error is refused", ["target_metric": "slippage"], path: "target_metric"),
    refused(
      "an override may not choose a model", ["overrides": ["models.impact.use": "impact/None-v1"]],
      path: "overrides.models.impact.use"),
    refused(
      "an override may not load a library", ["overrides": ["models.impact.library": "/tmp/x.so"]],
      path: "overrides.models.impact.library"),
    refused(
      "an override may not ask for a plugin", ["overrides": ["plugins": ["x"]]], path: "overrides.plugins"),
    refused(
      "an override may not choose data", ["overrides": ["data.source": "x"]], path: "overrides.data.source"),
    refused(
      "antithetic paths are even", ["antithetic": true, "paths": 17], path: "paths", saying: ["17", "pairs"]),
    refused(
      "antithetic paths need a market whose draws belong to steps",
      ["antithetic": true, "paths": 16, "scenario": "normal_book", "period": "1h"], path: "antithetic",
      saying: ["order book", "market: quotes"]),
    refused(
      "antithetic is true or false", ["antithetic": "yes"], path: "antithetic", saying: ["true or false"],
      needsJSON: true),
    APICase(
      name: "a scenario that cannot be calibrated is refused",
      call: .calibrate(["symbol": "BTCUSDT", "scenario": "trending"]),
      outcome: .fails(.invalidValue, path: "scenario", saying: ["normal"])),
  ]

  /// A text that every field has to take as text.
  static let injection = "x'); DROP TABLE simulation_tasks; --"

  private static let injecting: [APICase] =
    ["symbol", "scenario", "strategy", "target_metric"].map { field in
      let text = String(injection.prefix(field == "symbol" ? 20 : 30))
      return refused(
        "SQL in \(field) is text", [field: .string(text), "target_se": 0.1], path: field,
        code: field == "symbol" ? .noData : .invalidValue)
    } + [
      refused("SQL in a period is text", ["period": "1d' OR 1=1"], path: "period"),
      refused("SQL in a time is text", ["start_time": .string(injection)], path: "start_time"),
      refused(
        "SQL in a parameter's name is text", ["strategy_params": [injection: 1]],
        path: "strategy_params.\(injection)"),
      refused(
        "SQL in an override's path is text", ["overrides": [injection: 1]], path: "overrides.\(injection)"),
      APICase(
        name: "SQL in a study's name is its name",
        call: .simulate(request(["study_id": .string(injection)])),
        outcome: .answers { $0["simulation_id"] == nil ? "no id" : nil }),
    ]
}

#endif
