// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSReport
public import MMSStore
import MMSStudy

/// What a simulation gave, in whichever process it ran: finished documents without id and address.
public struct SimulationOutcome: Sendable {
  /// Which documents beside the answer are wanted.
  public struct Parts: Sendable, Hashable {
    /// The report with its series.
    public var report: Bool
    /// Every closed trade as CSV.
    public var trades: Bool
    /// The numbers of every path, for a comparison.
    public var sample: Bool

    /// States a wish.
    public init(report: Bool = false, trades: Bool = false, sample: Bool = false) {
      self.report = report
      self.trades = trades
      self.sample = sample
    }
  }

  /// The object that `mms simulate --json` prints.
  public private(set) var answer: JSONObject
  /// The report, when it was asked for.
  public private(set) var report: JSONObject?
  /// The trades as CSV, when they were asked for.
  public let trades: String?
  /// The numbers of every path, when they were asked for.
  let sample: ComparisonSample?
  /// Whether a crash, an outage or another event is part of the market.
  let hasEvents: Bool
  /// The result as people read it.
  public let text: String

  /// Writes down a result.
  public init(_ summary: SimulationSummary, parts: Parts, text: String) {
    answer = summary.answer().objectValue ?? JSONObject()
    report = parts.report ? summary.report().objectValue : nil
    trades = parts.trades ? summary.tradesCSV : nil
    sample = parts.sample ? ComparisonSample(summary.paths) : nil
    hasEvents = summary.hasEvents
    self.text = text
    putAnswerIntoReport()
  }

  /// The simulation's id; empty until it is stored.
  public var id: String { answer["simulation_id"]?.stringValue ?? "" }
  /// How long it took, in seconds.
  public var executionTime: Double { answer["execution_time"]?.doubleValue ?? 0 }
  /// The six numbers.
  public var numbers: SimulationNumbers {
    let number = { (metric: Metric) in answer[metric.rawValue]?.doubleValue ?? 0 }
    return SimulationNumbers(
      slippage: number(.slippage), fillProbability: number(.fillProbability),
      priceImpact: number(.priceImpact), totalReturn: number(.totalReturn),
      maxDrawdown: number(.maxDrawdown), sharpeRatio: number(.sharpeRatio))
  }
  /// The seed that was used.
  public var seed: UInt64 {
    answer["seed"]?.integerValue.map { UInt64(bitPattern: $0) }
      ?? answer["seed"]?.stringValue.flatMap { UInt64($0) } ?? 0
  }
  /// How many paths were run.
  public var paths: Int { Int(answer["paths"]?.integerValue ?? 1) }
  /// SHA-256 of every number and series.
  public var resultDigest: String { answer["provenance"]?["result_digest"]?.stringValue ?? "" }

  /// Sets the id, the report's address, or both.
  public mutating func identify(id: String? = nil, reportURL: String? = nil) {
    if let id { answer["simulation_id"] = .string(id) }
    if let reportURL { answer["report_url"] = .string(reportURL) }
    putAnswerIntoReport()
  }

  /// Gives the report the answer without what differs between two runs of one request.
  private mutating func putAnswerIntoReport() {
    let passing: Set = ["execution_time", "report_url", "cached"]
    report?["answer"] = .object(answer.filter { !passing.contains($0.key) })
  }

  /// Compares a rerun with the answer that was stored; the report notes what is different.
  ///
  /// - Returns: Whether every number is the same, and every leaf of the provenance that is not what it was.
  @discardableResult
  public mutating func compare(with stored: JSONValue) -> (isIdentical: Bool, changes: [String]) {
    let changes = Self.differences(stored, .object(answer))
    let isIdentical = stored["provenance"]?["result_digest"] == answer["provenance"]?["result_digest"]
    if !isIdentical {
      report?["replay"] = ["identical": false, "changes": .array(changes.map { .string($0) })]
    }
    return (isIdentical, changes)
  }

  /// Every leaf of the provenance that is not what it was.
  private static func differences(_ old: JSONValue, _ new: JSONValue) -> [String] {
    var found: [String] = []
    func walk(_ a: JSONValue?, _ b: JSONValue?, _ path: String) {
      if a == b { return }
      if case .object(let left)? = a, case .object(let right)? = b {
        for key in left.keys + right.keys.filter({ left[$0] == nil }) {
          walk(left[key], right[key], path.isEmpty ? key : "\(path).\(key)")
        }
      } else {
        found.append(
          "\(path) was \(a.map { $0.write(pretty: false) } ?? "absent"), is"
            + " \(b.map { $0.write(pretty: false) } ?? "absent")")
      }
    }
    walk(old["provenance"], new["provenance"], "")
    return found
  }

  /// The outcome as one JSON document, for the way from a child process to its parent.
  var json: JSONValue {
    [
      "answer": .object(answer), "report": report.map { .object($0) } ?? .null,
      "trades": trades.map { .string($0) } ?? .null, "sample": sample?.json ?? .null,
      "has_events": .bool(hasEvents), "text": .string(text),
    ]
  }

  /// Reads what ``json`` wrote.
  ///
  /// - Throws: ``MMSError/Code/modelFailed`` when it is something else.
  init(json: JSONValue) throws(MMSError) {
    guard let answer = json["answer"]?.objectValue, let text = json["text"]?.stringValue else {
      throw MMSError(
        .modelFailed, "the process that ran the simulation answered something else than a result")
    }
    self.answer = answer
    report = json["report"]?.objectValue
    trades = json["trades"]?.stringValue
    sample = try json["sample"].flatMap { (json) throws(MMSError) in
      json == .null ? nil : try ComparisonSample(json: json)
    }
    hasEvents = json["has_events"]?.boolValue ?? false
    self.text = text
  }
}
