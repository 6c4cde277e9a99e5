// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSStudy

/// What somebody wants simulated: the body of POST /simulate, and what `mms simulate` takes.
public struct SimulationRequest: Sendable {
  /// The trading pair, such as `BTCUSDT`.
  public var symbol: String
  /// The length of the period, such as `30d`.
  public var period: String
  /// A scenario's name, or a file's path where files are allowed.
  public var scenario: String
  /// The strategy's name.
  public var strategy = "threshold"
  /// The strategy's parameters as written.
  public var strategyParameters: [(name: String, input: ParameterInput)] = []
  /// Start of the period, ISO 8601.
  public var startTime: String?
  /// End of the period, ISO 8601.
  public var endTime: String?
  /// The seed; nil derives one from symbol, start and end.
  public var seed: UInt64?
  /// How many paths.
  public var paths = 1
  /// Stop adding paths once the standard error of ``targetMetric`` is at most this.
  public var targetError: Double?
  /// Which metric ``targetError`` is about; total_return unless named.
  public var targetMetric: String?
  /// Whether paths come in antithetic pairs.
  public var antithetic = false
  /// `PATH=VALUE` overrides of the scenario.
  public var overrides: [String] = []
  /// A data URI to read instead of the store.
  public var data: String?
  /// The study this trial belongs to.
  public var studyID: String?

  /// Asks for a simulation.
  public init(symbol: String, period: String, scenario: String) {
    self.symbol = symbol
    self.period = period
    self.scenario = scenario
  }

  /// The request as JSON, so that it can be stored and run again.
  public var json: JSONValue {
    var parameters = JSONObject()
    for (name, input) in strategyParameters { parameters[name] = input.json }
    var object: JSONObject = [
      "symbol": .string(symbol), "period": .string(period), "scenario": .string(scenario),
      "strategy": .string(strategy), "strategy_params": .object(parameters),
    ]
    if let startTime { object["start_time"] = .string(startTime) }
    if let endTime { object["end_time"] = .string(endTime) }
    if let seed { object["seed"] = Int64(exactly: seed).map { .integer($0) } ?? .string(String(seed)) }
    object["paths"] = .integer(Int64(paths))
    if let targetError { object["target_se"] = .number(targetError) }
    if let targetMetric { object["target_metric"] = .string(targetMetric) }
    if antithetic { object["antithetic"] = true }
    if !overrides.isEmpty { object["overrides"] = .array(overrides.map { .string($0) }) }
    if let data { object["data"] = .string(data) }
    if let studyID { object["study_id"] = .string(studyID) }
    return .object(object)
  }

  /// Reads a stored request.
  ///
  /// - Throws: ``MMSCore/MMSError/Code/invalidData`` when it is not one.
  public init(json: JSONValue) throws(MMSError) {
    func text(_ key: String) -> String? {
      if case .string(let value) = json[key] { value } else { nil }
    }
    guard let symbol = text("symbol"), let period = text("period"), let scenario = text("scenario") else {
      throw MMSError(.invalidData, "a stored request lacks symbol, period or scenario")
    }
    self.init(symbol: symbol, period: period, scenario: scenario)
    strategy = text("strategy") ?? strategy
    if case .object(let fields) = json["strategy_params"] {
      strategyParameters = fields.members.map { ($0.key, ParameterInput(json: $0.value)) }
    }
    startTime = text("start_time")
    endTime = text("end_time")
    switch json["seed"] {
    case .integer(let value): seed = UInt64(exactly: value)
    case .string(let value): seed = UInt64(value)
    default: seed = nil
    }
    if case .integer(let value) = json["paths"] { paths = Int(value) }
    switch json["target_se"] {
    case .number(let value): targetError = value
    case .integer(let value): targetError = Double(value)
    default: targetError = nil
    }
    targetMetric = text("target_metric")
    antithetic = json["antithetic"]?.boolValue ?? false
    if case .array(let items) = json["overrides"] {
      overrides = items.compactMap { if case .string(let value) = $0 { value } else { nil } }
    }
    data = text("data")
    studyID = text("study_id")
  }

  /// The metric a target error is about.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` for an unknown name.
  func resolvedTarget() throws(MMSError) -> (metric: Metric, standardError: Double)? {
    guard let targetError else {
      if targetMetric != nil {
        throw MMSError(
          .invalidValue, "target_metric is given without target_se; give both or neither",
          path: "target_metric")
      }
      return nil
    }
    guard targetError.isFinite, targetError > 0 else {
      throw MMSError(
        .invalidValue, "target_se is \(targetError); a standard error to reach is a positive number",
        path: "target_se")
    }
    let name = targetMetric ?? Metric.totalReturn.rawValue
    guard let metric = Metric(rawValue: name) else {
      throw MMSError(
        .invalidValue, "there is no metric '\(name)'", path: "target_metric",
        hint: Suggestion.hint(for: name, among: Metric.allCases.map(\.rawValue)))
    }
    return (metric, targetError)
  }
}

extension ParameterInput {
  /// The input as JSON.
  public var json: JSONValue {
    switch self {
    case .number(let value): .number(value)
    case .text(let value): .string(value)
    case .flag(let value): .bool(value)
    case .list(let items): .array(items.map(\.json))
    case .other: .null
    }
  }

  /// The input a JSON value stands for.
  public init(json: JSONValue) {
    switch json {
    case .null: self = .other("null")
    case .bool(let value): self = .flag(value)
    case .integer(let value): self = .number(Double(value))
    case .number(let value): self = .number(value)
    case .string(let value): self = .text(value)
    case .array(let items): self = .list(items.map { ParameterInput(json: $0) })
    case .object: self = .other("a mapping")
    }
  }
}
