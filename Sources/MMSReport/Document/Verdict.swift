// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSStudy

/// The report's first sentence.
struct Verdict {
  let text: String

  init(_ summary: SimulationSummary) {
    let details = SimulationDetails(summary)
    let gain = summary.estimates[.totalReturn]
    let subject = "\(summary.strategy) on \(summary.symbol), \(summary.period) of \(summary.scenario)"
    guard summary.tradeCount > 0 || details.fills > 0 else {
      text = "\(subject): nothing was traded."
      return
    }
    let verb = gain.value > 0 ? "earned" : gain.value < 0 ? "lost" : "came out even at"
    var sentence = "\(subject): \(verb) \(Wording.percent(gain.value.magnitude))"
    if let error = gain.standardError { sentence += " ± \(Wording.percent(error))" }
    let held = details.buyAndHold
    sentence += ", where holding \(held < 0 ? "lost" : "earned") \(Wording.percent(held.magnitude))"
    sentence += "; trading cost \(Wording.basisPoints(details.shortfall, 1)) of what was meant to be traded."
    if let error = gain.standardError, gain.value.magnitude < 2 * error {
      sentence += " The return is within two standard errors of zero."
    }
    text = sentence
  }
}

/// How to run the same simulation again.
struct Rebuilding {
  private let summary: SimulationSummary

  init(_ summary: SimulationSummary) { self.summary = summary }

  var json: JSONValue {
    ["command": .string(command), "http": .string(body.write(pretty: false))]
  }

  /// The request with everything that was derived made explicit.
  private var body: JSONValue {
    var object =
      summary.request?.objectValue ?? [
        "symbol": .string(summary.symbol), "period": .string(summary.period),
        "scenario": .string(summary.scenario), "strategy": .string(summary.strategy),
        "strategy_params": summary.strategyParameters.json, "paths": .integer(Int64(summary.paths.count)),
      ]
    object["start_time"] = .string(summary.start.description)
    object["end_time"] = .string(summary.end.description)
    object["seed"] = Int64(exactly: summary.seed).map { .integer($0) } ?? .string(String(summary.seed))
    return .object(object)
  }

  private var command: String {
    let body = body
    var words = ["mms", "simulate"]
    let named = [
      ("symbol", "symbol"), ("period", "period"), ("scenario", "scenario"), ("strategy", "strategy"),
      ("start_time", "start"), ("end_time", "end"), ("seed", "seed"), ("paths", "paths"),
      ("target_se", "target-se"), ("target_metric", "target-metric"), ("data", "data"),
    ]
    for (key, option) in named {
      guard let value = body[key], value != .null else { continue }
      words += ["--\(option)", Self.quoted(value.stringValue ?? value.write())]
    }
    if body["antithetic"] == true { words.append("--antithetic") }
    for member in body["strategy_params"]?.objectValue ?? [:] {
      words += ["--param", Self.quoted("\(member.key)=\(Self.text(member.value))")]
    }
    for text in body["overrides"]?.arrayValue ?? [] {
      words += ["--set", Self.quoted(text.stringValue ?? "")]
    }
    return words.joined(separator: " ")
  }

  private static func text(_ value: JSONValue) -> String {
    if let text = value.stringValue { return text }
    if let list = value.arrayValue { return list.map(text).joined(separator: ",") }
    return value.write()
  }

  /// A word as a shell reads it.
  private static func quoted(_ word: String) -> String {
    let plain = word.unicodeScalars.allSatisfy { scalar in
      ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
        || "-_=.,:/+".unicodeScalars.contains(scalar)
    }
    return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
