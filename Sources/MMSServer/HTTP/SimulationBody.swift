// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSRuntime
import MMSScenario
import MMSStudy

/// The body of POST /simulate.
enum SimulationBody {
  /// Its fields: the specification's six first.
  static let fields: [RequestField] = [
    RequestField(
      "symbol", .word({ $0.symbols }, longest: 20), isRequired: true, example: "BTCUSDT",
      "The trading pair."),
    RequestField(
      "period", .text(1...10), isRequired: true, example: "30d",
      "How long to simulate: a number and a unit, such as 30d, 7d or 1h."),
    RequestField(
      "scenario", .word(\.usableScenarios, longest: 30), isRequired: true, example: "black_swan",
      "The market scenario, by name."),
    RequestField(
      "strategy_params", .parameters, isRequired: true,
      example: [
        "entry_threshold": 0.02, "exit_threshold": 0.01, "position_size": 0.1, "stop_loss": 0.05,
      ], "The strategy's parameters; GET /strategies lists them."),
    RequestField(
      "start_time", .time, example: "2025-07-19T00:00:00Z",
      "Start of the simulation, ISO 8601; without dates the period ends at the last stored bar."),
    RequestField(
      "end_time", .time, example: "2025-08-18T00:00:00Z",
      "End of the simulation, ISO 8601; with a start they have to be one period apart."),
    RequestField(
      "strategy", .word({ $0.strategies.map(\.descriptor.id) }, longest: 100), default: "threshold",
      example: "threshold", "The strategy, by name."),
    RequestField(
      "seed", .seed, example: 7,
      "The seed of every draw; without one it follows from symbol, start and end."),
    RequestField(
      "paths", .integer(1...1_000_000), default: 1, example: 1, "How many paths to run and to average over."
    ),
    RequestField(
      "target_se", .positive, example: 0.002,
      "Stop adding paths once the standard error of target_metric is at most this."),
    RequestField(
      "target_metric", .word({ _ in Metric.allCases.map(\.rawValue) }, longest: 30),
      default: "total_return",
      example: "total_return", "Which of the six numbers target_se is about."),
    RequestField(
      "antithetic", .flag, default: false, example: false,
      "Whether paths come in pairs, the second with the draws of the first mirrored; paths even, 16 or more."),
    RequestField(
      "overrides", .overrides, example: ["models.impact.params.Y": 0.9],
      "Values of the scenario to change, by dotted path: parameters of its models, calibration, events and execution."
    ),
    RequestField(
      "study_id", .text(1...100), example: "thresholds-1",
      "The study this trial belongs to; trials are counted for each."),
  ]

  /// Reads a body.
  ///
  /// - Throws: `.invalidValue` with every fault that was found.
  static func request(_ object: JSONObject, runtime: Runtime) throws(MMSError) -> SimulationRequest {
    let values = try FieldValues(object, fields)
    var request = SimulationRequest(
      symbol: values.text("symbol") ?? "", period: values.text("period") ?? "",
      scenario: try scenario(values.text("scenario") ?? "", runtime))
    if let strategy = values.text("strategy") { request.strategy = strategy }
    request.strategyParameters = (values.object("strategy_params") ?? [:]).map { member in
      (member.key, ParameterInput(json: member.value))
    }
    request.startTime = values.text("start_time")
    request.endTime = values.text("end_time")
    request.seed = values.seed("seed")
    if let paths = values.integer("paths") { request.paths = Int(paths) }
    request.targetError = values.number("target_se")
    request.targetMetric = values.text("target_metric")
    request.antithetic = values.flag("antithetic") ?? false
    request.studyID = values.text("study_id")
    if let overrides = values.object("overrides") { request.overrides = try Self.overrides(overrides) }
    return request
  }

  /// A scenario's name: nothing that a client sends may be taken for a file.
  static func scenario(_ name: String, _ runtime: Runtime) throws(MMSError) -> String {
    let isName =
      (1...30).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte == 0x5f
      }
    if isName { return name }
    throw MMSError(
      .invalidValue, "there is no scenario '\(name.prefix(100))'", path: "scenario",
      hint: Suggestion.hint(for: String(name.prefix(100)), among: runtime.scenarios.names))
  }

  /// The overrides as the runtime takes them, each within a request's reach.
  static func overrides(_ object: JSONObject) throws(MMSError) -> [String] {
    var texts: [String] = []
    var faults: [MMSError] = []
    for (path, value) in object.map({ ($0.key, $0.value) }) {
      do throws(MMSError) {
        try ScenarioOverride.checkServiceOverride(path: path)
        // JSON is YAML's flow style: texts keep their quotes and stay texts.
        let text = "\(path)=\(value.write(pretty: false))"
        _ = try ScenarioOverride(text, origin: "overrides")
        texts.append(text)
      } catch {
        var fault = error
        // What a command line would call wrong usage is a wrong value of a request.
        fault.code = .invalidValue
        fault.path = "overrides.\(path.prefix(100))"
        fault.location = nil
        faults.append(fault)
      }
    }
    guard var first = faults.first else { return texts }
    first.others = Array(faults.dropFirst())
    throw first
  }
}

/// The body of POST /calibrate.
enum CalibrationBody {
  static let fields: [RequestField] = [
    RequestField(
      "symbol", .word({ $0.symbols }, longest: 20), isRequired: true, example: "BTCUSDT",
      "The trading pair."),
    RequestField(
      "scenario", .word({ _ in Self.scenarios }, longest: 30), example: "normal",
      "Only this scenario; without it, every one that can be calibrated."),
    RequestField(
      "start_time", .time, example: "2025-07-19T00:00:00Z",
      "Only bars that open at or after this, ISO 8601."),
    RequestField(
      "end_time", .time, example: "2025-08-18T00:00:00Z",
      "Only bars that close at or before this, ISO 8601."),
    RequestField(
      "apply", .flag, default: false, example: false,
      "Whether simulations use the new numbers from now on."),
  ]

  private static let scenarios = MarketCalibration.HourClass.allCases.map(\.rawValue)

  /// Reads a body.
  ///
  /// - Throws: `.invalidValue` with every fault that was found.
  static func request(_ object: JSONObject) throws(MMSError) -> CalibrationRequest {
    let values = try FieldValues(object, fields)
    let start = values.text("start_time").flatMap { SimTime(iso8601: $0) }
    let end = values.text("end_time").flatMap { SimTime(iso8601: $0) }
    if let start, let end, end <= start {
      throw MMSError(
        .invalidValue, "end_time \(end) is not after start_time \(start)", path: "end_time")
    }
    return CalibrationRequest(
      symbol: values.text("symbol") ?? "", scenario: values.text("scenario"), start: start, end: end,
      apply: values.flag("apply") ?? false)
  }
}

#endif
