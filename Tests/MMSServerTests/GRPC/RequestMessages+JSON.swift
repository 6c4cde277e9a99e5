// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import SwiftProtobuf

@testable import MMSServer

extension Mms_V1_SimulateRequest {
  /// The message that says what a body says.
  init(_ body: JSONObject) {
    self.init()
    if let value = body["symbol"]?.stringValue { symbol = value }
    if let value = body["period"]?.stringValue { period = value }
    if let value = body["scenario"]?.stringValue { scenario = value }
    if let value = body["strategy_params"]?.objectValue { strategyParams = Google_Protobuf_Struct(value) }
    if let value = body["start_time"]?.stringValue { startTime = value }
    if let value = body["end_time"]?.stringValue { endTime = value }
    if let value = body["strategy"]?.stringValue { strategy = value }
    if let value = body["seed"]?.integerValue { seed = UInt64(bitPattern: value) }
    if let value = body["seed"]?.stringValue, let number = UInt64(value) { seed = number }
    if let value = body["paths"]?.integerValue { paths = value }
    if let value = body["target_se"]?.doubleValue { targetSe = value }
    if let value = body["target_metric"]?.stringValue { targetMetric = value }
    if let value = body["antithetic"]?.boolValue { antithetic = value }
    if let value = body["overrides"]?.objectValue { overrides = Google_Protobuf_Struct(value) }
    if let value = body["study_id"]?.stringValue { studyID = value }
  }
}

extension Mms_V1_CompareRequest {
  /// The message that says what a body says.
  init(_ body: JSONObject) {
    self.init()
    base = Mms_V1_SimulateRequest(body)
    if let value = body["a"]?.stringValue { a = value }
    if let value = body["b"]?.stringValue { b = value }
    metrics = (body["metrics"]?.arrayValue ?? []).compactMap(\.stringValue)
    if let value = body["primary"]?.stringValue { primary = value }
  }
}

extension Mms_V1_CalibrateRequest {
  /// The message that says what a body says.
  init(_ body: JSONObject) {
    self.init()
    if let value = body["symbol"]?.stringValue { symbol = value }
    if let value = body["scenario"]?.stringValue { scenario = value }
    if let value = body["start_time"]?.stringValue { startTime = value }
    if let value = body["end_time"]?.stringValue { endTime = value }
    if let value = body["apply"]?.boolValue { apply = value }
  }
}

extension Google_Protobuf_Struct {
  /// The message of an object.
  init(_ object: JSONObject) {
    self.init()
    for member in object.members { fields[member.key] = Google_Protobuf_Value(member.value) }
  }
}

extension Google_Protobuf_Value {
  /// The message of a value.
  init(_ value: JSONValue) {
    self.init()
    switch value {
    case .null: kind = .nullValue(.nullValue)
    case .bool(let value): kind = .boolValue(value)
    case .integer(let value): kind = .numberValue(Double(value))
    case .number(let value): kind = .numberValue(value)
    case .string(let value): kind = .stringValue(value)
    case .array(let items):
      var list = Google_Protobuf_ListValue()
      list.values = items.map { Google_Protobuf_Value($0) }
      kind = .listValue(list)
    case .object(let object): kind = .structValue(Google_Protobuf_Struct(object))
    }
  }
}

#endif
