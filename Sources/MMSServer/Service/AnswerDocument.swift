// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSReport
import MMSStore
import MMSStudy

/// The part of an answer that the run itself decides, and what the service puts round it.
///
/// Whoever runs a simulation writes the document once; the service adds id, address, time and `cached` to the text
/// without reading it again.
struct AnswerDocument: Sendable {
  /// The six numbers.
  let numbers: SimulationNumbers
  /// The seed that was used.
  let seed: UInt64
  /// How many paths were run.
  let paths: Int
  /// How long the run took, in seconds.
  let executionTime: Double
  /// SHA-256 of the bars, for the key of shared caches.
  let dataDigest: String
  /// The document without the service's members, as UTF-8 text of a JSON object.
  let body: String

  /// Writes a result down.
  init(_ summary: SimulationSummary) {
    let value = { (metric: Metric) in summary.estimates[metric].value }
    numbers = SimulationNumbers(
      slippage: value(.slippage), fillProbability: value(.fillProbability),
      priceImpact: value(.priceImpact), totalReturn: value(.totalReturn),
      maxDrawdown: value(.maxDrawdown), sharpeRatio: value(.sharpeRatio))
    seed = summary.seed
    paths = summary.paths.count
    executionTime = summary.executionTime
    dataDigest = summary.provenance.dataDigest
    body = summary.answerBody()
  }

  /// What travels beside ``body`` from a worker.
  var header: JSONObject {
    [
      "numbers": .array(
        [
          numbers.slippage, numbers.fillProbability, numbers.priceImpact, numbers.totalReturn,
          numbers.maxDrawdown, numbers.sharpeRatio,
        ].map { .number($0) }),
      "seed": .string(String(seed)), "paths": .integer(Int64(paths)), "seconds": .number(executionTime),
      "data": .string(dataDigest),
    ]
  }

  /// Reads what ``header`` and ``body`` wrote; nil when it is something else.
  init?(header: JSONValue, body: String) {
    guard let values = header["numbers"]?.arrayValue?.compactMap(\.doubleValue), values.count == 6,
      let seed = header["seed"]?.stringValue.flatMap({ UInt64($0) }),
      let paths = header["paths"]?.integerValue, let seconds = header["seconds"]?.doubleValue,
      let digest = header["data"]?.stringValue, body.first == "{", body.last == "}"
    else { return nil }
    numbers = SimulationNumbers(
      slippage: values[0], fillProbability: values[1], priceImpact: values[2], totalReturn: values[3],
      maxDrawdown: values[4], sharpeRatio: values[5])
    self.seed = seed
    self.paths = Int(clamping: paths)
    executionTime = seconds
    dataDigest = digest
    self.body = body
  }

  /// The whole document.
  func text(id: String, reportURL: String, executionTime: Double, isCached: Bool) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(body.utf8.count + 200)
    text += "{\"simulation_id\":".utf8
    text += JSONValue.string(id).utf8()
    text += ",".utf8
    // Without its braces. An array is copied whole, a piece of a text byte by byte.
    let members = Array(body.utf8).dropFirst().dropLast()
    if !members.isEmpty {
      text += members
      text += ",".utf8
    }
    text += "\"report_url\":".utf8
    text += JSONValue.string(reportURL).utf8()
    text += ",\"execution_time\":".utf8
    text += JSONValue.number(executionTime).utf8()
    text += ",\"cached\":\(isCached)}".utf8
    return String(decoding: text, as: UTF8.self)
  }

  /// The answer for a client.
  func answer(id: String, reportURL: String, executionTime: Double, isCached: Bool) -> SimulationAnswer {
    SimulationAnswer(
      id: id, numbers: numbers, isCached: isCached, executionTime: executionTime, reportURL: reportURL,
      json: text(id: id, reportURL: reportURL, executionTime: executionTime, isCached: isCached))
  }
}

#endif
