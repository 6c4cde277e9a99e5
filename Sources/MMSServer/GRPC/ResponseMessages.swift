// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSRuntime
import MMSStore

extension Mms_V1_SimulateResponse {
  /// The message of an answer.
  init(_ answer: SimulationAnswer) throws(MMSError) {
    self.init()
    let document = try JSONValue(parsing: answer.json)
    simulationID = answer.id
    slippage = answer.numbers.slippage
    fillProbability = answer.numbers.fillProbability
    priceImpact = answer.numbers.priceImpact
    totalReturn = answer.numbers.totalReturn
    maxDrawdown = answer.numbers.maxDrawdown
    sharpeRatio = answer.numbers.sharpeRatio
    reportURL = answer.reportURL
    executionTime = answer.executionTime
    seed =
      document["seed"]?.integerValue.map { UInt64(bitPattern: $0) }
      ?? document["seed"]?.stringValue.flatMap { UInt64($0) } ?? 0
    paths = document["paths"]?.integerValue ?? 1
    trades = document["trades"]?.integerValue ?? 0
    for member in document["standard_errors"]?.objectValue?.members ?? [] {
      if let error = member.value.doubleValue { standardErrors[member.key] = error }
    }
    cached = answer.isCached
    warnings = (document["warnings"]?.arrayValue ?? []).compactMap(\.stringValue)
    json = answer.json
  }
}

extension Mms_V1_CalibrateResponse {
  /// The message of a report.
  ///
  /// - Parameter asList: Whether the document is that of a request without a scenario.
  init(_ report: CalibrationReport, asList: Bool) {
    self.init()
    calibrations = report.outcomes.map { Mms_V1_Calibration($0.json) }
    warnings = report.warnings
    json = report.json(asList: asList).write(pretty: false)
  }
}

extension Mms_V1_Calibration {
  fileprivate init(_ object: JSONObject) {
    self.init()
    symbol = object["symbol"]?.stringValue ?? ""
    scenario = object["scenario"]?.stringValue ?? ""
    paramID = object["param_id"]?.stringValue ?? ""
    active = object["active"]?.boolValue ?? false
    method = object["method"]?.stringValue ?? ""
    dataDigest = object["data_digest"]?.stringValue ?? ""
    parameters = (object["parameters"]?.arrayValue ?? []).map { value in
      var parameter = Mms_V1_CalibratedParameter()
      parameter.name = value["name"]?.stringValue ?? ""
      parameter.value = value["value"]?.doubleValue ?? 0
      if let previous = value["previous"]?.doubleValue { parameter.previous = previous }
      if let error = value["standard_error"]?.doubleValue { parameter.standardError = error }
      parameter.identified = value["identified"]?.boolValue ?? false
      parameter.prior = value["prior"]?.doubleValue ?? 0
      parameter.n = value["n"]?.integerValue ?? 0
      return parameter
    }
  }
}

extension Mms_V1_CompareResponse {
  /// The message of a comparison, from the object that POST /compare answers.
  init(_ answer: JSONValue) {
    self.init()
    json = answer.write(pretty: false)
    verdict = answer["verdict"]?.stringValue ?? ""
  }
}

extension Mms_V1_ListScenariosResponse {
  /// The message of what there is.
  init(_ vocabulary: Vocabulary) {
    self.init()
    scenarios = vocabulary.scenarios.map { item in
      var scenario = Mms_V1_Scenario()
      scenario.name = item.name
      scenario.version = Int64(item.version)
      scenario.summary = item.summary
      scenario.error = item.fault ?? ""
      return scenario
    }
  }
}

#endif
