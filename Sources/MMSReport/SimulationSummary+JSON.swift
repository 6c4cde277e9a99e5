// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSEngine
import MMSStudy

extension SimulationSummary {
  /// The object that `mms simulate --json` prints and POST /simulate answers.
  public func answer(cached: Bool = false) -> JSONValue {
    let numbers = numbers
    var object = JSONObject()
    object["simulation_id"] = .string(id)
    for metric in Metric.allCases { object[metric.rawValue] = .number(estimates[metric].value) }
    object["report_url"] = .string(reportURL)
    object["execution_time"] = .number(executionTime)
    for (key, value) in numbers { object[key] = value }
    object["cached"] = .bool(cached)
    object["provenance"] = origin(digest: digest(of: text(of: numbers)))
    object["warnings"] = .array(warnings.map { .string($0) })
    return .object(object)
  }

  /// The text of ``answer(cached:)`` on one line, without id, address, time and `cached`.
  ///
  /// The text of the numbers is written once, for itself and for the digest.
  public func answerBody() -> String {
    var text = text(of: numbers)
    let origin = origin(digest: digest(of: text))
    text.removeLast()
    text += ",\"provenance\":".utf8
    text += origin.utf8()
    text += ",\"warnings\":".utf8
    text += JSONValue.array(warnings.map { .string($0) }).utf8()
    text += "}".utf8
    return String(decoding: text, as: UTF8.self)
  }

  /// SHA-256 of every number and series of the result; ids, addresses, times and `cached` are not in it.
  public var resultDigest: String { digest(of: text(of: numbers)) }

  private func origin(digest: String) -> JSONValue {
    var origin = provenance.json.objectValue ?? JSONObject()
    origin["result_digest"] = .string(digest)
    return .object(origin)
  }

  /// The six and the numbers beside them as the text of an object.
  private func text(of numbers: [(String, JSONValue)]) -> [UInt8] {
    var object = JSONObject()
    for metric in Metric.allCases { object[metric.rawValue] = .number(estimates[metric].value) }
    for (key, value) in numbers { object[key] = value }
    return JSONValue.object(object).utf8()
  }

  /// - Parameter numbers: The text of an object, which goes on with the series here.
  private func digest(of numbers: [UInt8]) -> String {
    var text = numbers
    text.removeLast()
    text += ",\"equity\":".utf8
    text += JSONValue.array(paths.map { .number($0.finalEquity) }).utf8()
    text += ",\"trips\":".utf8
    text += JSONValue.array(paths.flatMap { path in path.trades.map { .number($0.profit) } }).utf8()
    text += "}".utf8
    return SHA256.hex(of: text)
  }

  /// The numbers beside the six, in the order of the answer.
  private var numbers: [(String, JSONValue)] {
    var errors = JSONObject()
    for metric in Metric.allCases {
      errors[metric.rawValue] = estimates[metric].standardError.map { .number($0) } ?? .null
    }
    var dispersion = JSONObject()
    for metric in Metric.allCases {
      guard let spread = estimates.dispersion[metric] else { continue }
      dispersion[metric.rawValue] = [
        "p1": .number(spread.p1), "p5": .number(spread.p5), "p25": .number(spread.p25),
        "p50": .number(spread.p50), "p75": .number(spread.p75), "p95": .number(spread.p95),
        "p99": .number(spread.p99), "worst": .number(spread.worst),
      ]
    }
    var details = JSONObject()
    if case .object(let fields) = SimulationDetails(self).json { details = fields }
    details["tail_risk"] = tailRisk
    if let target {
      details["target"] = [
        "metric": .string(target.metric.rawValue), "standard_error": .number(target.standardError),
        "reached": estimates[target.metric].standardError.map { .number($0) } ?? .null,
        "paths": .integer(Int64(paths.count)), "paths_allowed": .integer(Int64(target.paths)),
      ]
    }
    var readings = JSONObject()
    for reading in FillOptimism.allCases {
      let estimates = self.readings[reading] ?? self.estimates
      readings[reading.rawValue] = [
        "total_return": .number(estimates[.totalReturn].value),
        "fill_probability": .number(estimates[.fillProbability].value),
      ]
    }
    details["fill_readings"] = .object(readings)
    details["window"] = [
      "symbol": .string(symbol), "start": .string(start.description), "end": .string(end.description),
      "steps": .integer(Int64(steps)), "resolution": .string(resolution.description),
    ]
    details["strategy"] = ["name": .string(strategy), "parameters": strategyParameters.json]
    return [
      // JSON integers have no limit, ours end at 2⁶³: a seed beyond is text.
      ("seed", Int64(exactly: seed).map { .integer($0) } ?? .string(String(seed))),
      ("paths", .integer(Int64(paths.count))),
      ("trades", .integer(Int64(tradeCount))),
      ("standard_errors", .object(errors)),
      ("se_method", .string(estimates.method.rawValue)),
      ("dispersion", .object(dispersion)),
      ("details", .object(details)),
    ]
  }

  /// Value at risk and expected shortfall of the total return, for the levels that there are paths enough for.
  private var tailRisk: JSONValue {
    .array(
      TailRisk(paths.map(\.totalReturn)).levels.map { level in
        [
          "level": .number(level.level), "var": .number(level.valueAtRisk),
          "cvar": .number(level.expectedShortfall),
        ]
      })
  }
}

extension Trade {
  /// The trade as JSON.
  public func json(path: Int) -> JSONValue {
    var object: JSONObject = [
      "path": .integer(Int64(path)), "side": .string(side.name),
      "entry_time": .string(SimTime(nanoseconds: entryTime).description),
      "exit_time": .string(SimTime(nanoseconds: exitTime).description),
      "quantity": .number(quantity), "entry_price": .number(entryPrice),
      "exit_price": .number(exitPrice), "profit": .number(profit), "fees": .number(fees),
      "mae": .number(adverseExcursion), "mfe": .number(favourableExcursion),
      "stopped": .bool(stopped),
    ]
    // Spot trades know neither.
    if funding != 0 { object["funding"] = .number(funding) }
    if liquidated { object["liquidated"] = true }
    return .object(object)
  }

  /// Header of the trades file.
  public static let csvHeader =
    "path,side,entry_time,exit_time,quantity,entry_price,exit_price,profit,fees,mae,mfe,stopped"

  /// One line of the trades file.
  public func csv(path: Int) -> String {
    "\(path),\(side.name),\(SimTime(nanoseconds: entryTime)),\(SimTime(nanoseconds: exitTime)),\(quantity),"
      + "\(entryPrice),\(exitPrice),\(profit),\(fees),\(adverseExcursion),\(favourableExcursion),\(stopped)"
  }
}

extension PathSeries {
  /// The series as JSON: one time axis, and last, low and high of each column's buckets.
  public var json: JSONValue {
    var columns = JSONObject()
    for column in self.columns {
      let isFlat = column.low == column.last && column.high == column.last
      var object: JSONObject = ["last": .array(column.last.map { .number($0) })]
      // Columns that never moved inside a bucket need no range.
      if !isFlat {
        object["low"] = .array(column.low.map { .number($0) })
        object["high"] = .array(column.high.map { .number($0) })
      }
      columns[column.name] = .object(object)
    }
    return [
      "steps_per_bucket": .integer(Int64(stepsPerBucket)),
      "time": .array(time.map { .string(SimTime(nanoseconds: $0).description) }),
      "columns": .object(columns),
    ]
  }
}
