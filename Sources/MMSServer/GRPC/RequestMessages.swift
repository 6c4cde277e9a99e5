// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import SwiftProtobuf

// Requests become the objects that HTTP's bodies are, and go through the same checks.

extension Mms_V1_SimulateRequest {
  /// The body of POST /simulate that says the same.
  var body: JSONObject {
    var body = JSONObject()
    if hasSymbol { body["symbol"] = .string(symbol) }
    if hasPeriod { body["period"] = .string(period) }
    if hasScenario { body["scenario"] = .string(scenario) }
    if hasStrategyParams { body["strategy_params"] = .object(JSONObject(strategyParams)) }
    if hasStartTime { body["start_time"] = .string(startTime) }
    if hasEndTime { body["end_time"] = .string(endTime) }
    if hasStrategy { body["strategy"] = .string(strategy) }
    if hasSeed { body["seed"] = Int64(exactly: seed).map { .integer($0) } ?? .string(String(seed)) }
    if hasPaths { body["paths"] = .integer(paths) }
    if hasTargetSe { body["target_se"] = .number(targetSe) }
    if hasTargetMetric { body["target_metric"] = .string(targetMetric) }
    if hasAntithetic { body["antithetic"] = .bool(antithetic) }
    if hasOverrides { body["overrides"] = .object(JSONObject(overrides)) }
    if hasStudyID { body["study_id"] = .string(studyID) }
    return body
  }
}

extension Mms_V1_CalibrateRequest {
  /// The body of POST /calibrate that says the same.
  var body: JSONObject {
    var body = JSONObject()
    if hasSymbol { body["symbol"] = .string(symbol) }
    if hasScenario { body["scenario"] = .string(scenario) }
    if hasStartTime { body["start_time"] = .string(startTime) }
    if hasEndTime { body["end_time"] = .string(endTime) }
    if hasApply { body["apply"] = .bool(apply) }
    return body
  }
}

extension Mms_V1_CompareRequest {
  /// The body of POST /compare that says the same.
  var body: JSONObject {
    var body = hasBase ? base.body : JSONObject()
    if hasA { body["a"] = .string(a) }
    if hasB { body["b"] = .string(b) }
    if !metrics.isEmpty { body["metrics"] = .array(metrics.map { .string($0) }) }
    if hasPrimary { body["primary"] = .string(primary) }
    return body
  }
}

extension JSONObject {
  /// The object that a protobuf message stands for, its names in order.
  init(_ message: Google_Protobuf_Struct) {
    self.init()
    // A map has no order of its own; the same request has to be the same text.
    for (name, value) in message.fields.sorted(by: { $0.key < $1.key }) { self[name] = JSONValue(value) }
  }
}

extension JSONValue {
  /// The value that a protobuf message stands for.
  init(_ message: Google_Protobuf_Value) {
    switch message.kind {
    case .numberValue(let value):
      // Protobuf knows one kind of number; what is whole is written whole, as in JSON.
      self =
        value.magnitude < 0x1p53
        ? Int64(exactly: value).map { .integer($0) } ?? .number(value) : .number(value)
    case .stringValue(let value): self = .string(value)
    case .boolValue(let value): self = .bool(value)
    case .structValue(let value): self = .object(JSONObject(value))
    case .listValue(let value): self = .array(value.values.map { JSONValue($0) })
    case .nullValue, nil: self = .null
    }
  }
}

#endif
