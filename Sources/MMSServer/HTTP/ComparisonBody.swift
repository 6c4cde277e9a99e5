// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSRuntime
import MMSStudy

/// The body of POST /compare.
enum ComparisonBody {
  private static let names = Metric.allCases.map(\.rawValue)
  /// What it shares with POST /simulate.
  private static let shared = [
    "symbol", "period", "strategy_params", "start_time", "end_time", "strategy", "seed", "antithetic",
    "overrides",
  ]

  /// Its fields: the sides first.
  static let fields: [RequestField] =
    [
      RequestField(
        "a", .text(1...2000), isRequired: true, example: "normal",
        "The first side: a scenario's name, with ?path=value&… behind it where values of it are to change; "
          + "strategy and strategy_params.NAME are paths too."),
      RequestField(
        "b", .text(1...2000), isRequired: true, example: "normal?models.impact.params.Y=0.9",
        "The second side."),
    ]
    + SimulationBody.fields.filter { shared.contains($0.name) }.map { field in
      RequestField(
        field.name, field.kind, isRequired: field.isRequired && field.name != "strategy_params",
        default: field.defaultValue, example: field.example, field.summary)
    } + [
      RequestField(
        "paths", .integer(1...1_000_000), default: .integer(Int64(ComparisonRequest.defaultPaths)),
        example: 40,
        "How many pairs of paths to run; with a crash or another event fewer than 30 decide nothing."),
      RequestField(
        "metrics", .words(names), example: ["total_return", "slippage"],
        "The metrics to compare; all six without it."),
      RequestField(
        "primary", .word({ _ in names }, longest: 30), default: "total_return", example: "total_return",
        "The metric that decides; the others are corrected for their number."),
    ]

  /// Reads a body.
  ///
  /// - Throws: `.invalidValue` with every fault that was found.
  static func request(_ object: JSONObject, runtime: Runtime) throws(MMSError) -> ComparisonRequest {
    let values = try FieldValues(object, fields)
    var base = SimulationRequest(
      symbol: values.text("symbol") ?? "", period: values.text("period") ?? "", scenario: "")
    if let strategy = values.text("strategy") { base.strategy = strategy }
    base.strategyParameters = (values.object("strategy_params") ?? [:]).map { member in
      (member.key, ParameterInput(json: member.value))
    }
    base.startTime = values.text("start_time")
    base.endTime = values.text("end_time")
    base.seed = values.seed("seed")
    base.paths = values.integer("paths").map { Int($0) } ?? ComparisonRequest.defaultPaths
    base.antithetic = values.flag("antithetic") ?? false
    if let overrides = values.object("overrides") {
      base.overrides = try SimulationBody.overrides(overrides)
    }
    let request = try ComparisonRequest(
      base: base, a: values.text("a") ?? "", b: values.text("b") ?? "", metrics: values.words("metrics"),
      primary: values.text("primary"), isRemote: true)
    // Nothing that a client sends may be taken for a file.
    for (name, side) in [("a", request.a), ("b", request.b)] {
      do throws(MMSError) { _ = try SimulationBody.scenario(side.request.scenario, runtime) } catch {
        var error = error
        error.path = name
        throw error
      }
    }
    return request
  }
}

#endif
