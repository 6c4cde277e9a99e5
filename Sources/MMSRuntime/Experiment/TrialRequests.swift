// SPDX-License-Identifier: Apache-2.0

import Foundation
public import MMSCore

/// Turns the bodies of trials into requests.
public struct TrialRequests: Sendable {
  /// The folder that names of scenario files are relative to.
  let folder: String

  /// Reads bodies that stand in a file.
  public init(file: String) {
    folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
  }

  /// The request that a body makes.
  public func request(_ body: JSONObject) -> SimulationRequest {
    var request = SimulationRequest(
      symbol: body["symbol"]?.stringValue ?? "", period: body["period"]?.stringValue ?? "",
      scenario: scenario(body["scenario"]?.stringValue ?? ""))
    if let strategy = body["strategy"]?.stringValue { request.strategy = strategy }
    request.strategyParameters = (body["strategy_params"]?.objectValue ?? [:]).map {
      ($0.key, ParameterInput(json: $0.value))
    }
    request.startTime = body["start_time"]?.stringValue
    request.endTime = body["end_time"]?.stringValue
    switch body["seed"] {
    case .integer(let seed): request.seed = UInt64(exactly: seed)
    case .string(let text): request.seed = UInt64(text)
    default: break
    }
    request.paths = Int(clamping: body["paths"]?.integerValue ?? 1)
    request.targetError = body["target_se"]?.doubleValue
    request.targetMetric = body["target_metric"]?.stringValue
    request.antithetic = body["antithetic"]?.boolValue ?? false
    request.data = body["data"]?.stringValue
    // JSON is YAML's flow style: texts keep their quotes and stay texts.
    request.overrides = (body["overrides"]?.objectValue ?? [:]).map { "\($0.key)=\($0.value.write())" }
    return request
  }

  /// A scenario's name, or its file where the experiment's file says it is.
  private func scenario(_ name: String) -> String {
    guard name.hasSuffix(".yaml") || name.hasSuffix(".yml"), !name.hasPrefix("/") else { return name }
    let beside = "\(folder)/\(name)"
    return FileManager.default.fileExists(atPath: beside) ? beside : name
  }
}
