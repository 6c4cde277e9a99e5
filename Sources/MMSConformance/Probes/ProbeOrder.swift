// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// What a child process is asked to try.
enum Probe: String, Sendable {
  /// Loads the library and looks at its tables.
  case load
  /// Looks at what loading leaves behind in the process.
  case effects
  /// Makes an instance from the defaults.
  case defaults
  /// Makes instances at the ends of every parameter.
  case bounds
  /// Makes instances from what no host would send.
  case invalid
  /// One path, written down.
  case transcript
  /// The manifest's test rows.
  case rows
  /// Calls in memory where a stray byte ends the process.
  case inputs
  /// What an impact model promises beyond single answers.
  case laws
  /// A path after another one on the same instance.
  case paths
  /// A path after a reset.
  case reset
  /// A path while another instance runs one.
  case instances
  /// The same path on four threads.
  case threads
  /// A path goes on in a copy.
  case clone
  /// Saves in the middle of a path, and goes on.
  case save
  /// Goes on from a state another process saved.
  case resume
  /// States that are cut off or random.
  case damaged
  /// Random legal questions.
  case fuzz
  /// Memory over many instances.
  case memory
}

/// One question to a child, as it travels.
struct ProbeOrder: Sendable {
  let folder: String
  let model: String?
  let probe: Probe
  let seed: UInt64
  var pieces = Pieces.whole
  /// A file with a saved state.
  var state: String?
  /// How many random questions.
  var cases = 0
  /// Seconds after which the child ends itself, should nobody do it.
  var seconds = 60

  var json: JSONValue {
    var object = JSONObject()
    object["folder"] = .string(folder)
    object["model"] = model.map { .string($0) } ?? .null
    object["probe"] = .string(probe.rawValue)
    object["seed"] = .string(String(seed))
    object["pieces"] = .string(pieces.rawValue)
    object["state"] = state.map { .string($0) } ?? .null
    object["cases"] = .integer(Int64(cases))
    object["seconds"] = .integer(Int64(seconds))
    return .object(object)
  }

  init(
    folder: String, model: String?, probe: Probe, seed: UInt64, pieces: Pieces = .whole, state: String? = nil,
    cases: Int = 0
  ) {
    self.folder = folder
    self.model = model
    self.probe = probe
    self.seed = seed
    self.pieces = pieces
    self.state = state
    self.cases = cases
  }

  /// - Throws: ``MMSError/Code/usage`` when it is no order.
  init(json: JSONValue) throws(MMSError) {
    guard let folder = json["folder"]?.stringValue,
      let probe = json["probe"]?.stringValue.flatMap({ Probe(rawValue: $0) }),
      let seed = json["seed"]?.stringValue.flatMap({ UInt64($0) }),
      let pieces = json["pieces"]?.stringValue.flatMap({ Pieces(rawValue: $0) })
    else {
      throw MMSError(.usage, "this is no order of a check", hint: "run 'mms plugin check FOLDER'")
    }
    self.init(
      folder: folder, model: json["model"]?.stringValue, probe: probe, seed: seed, pieces: pieces,
      state: json["state"]?.stringValue, cases: Int(json["cases"]?.integerValue ?? 0))
    seconds = Int(json["seconds"]?.integerValue ?? 60)
  }
}

/// What a child saw.
struct ProbeAnswer: Sendable {
  var outcome = CheckOutcome.passed
  var detail = ""
  var transcripts: [Transcript] = []
  var state: [UInt8]?
  /// The seed of the question that was asked last.
  var reproduce: UInt64?

  static func failed(_ detail: String) -> ProbeAnswer { ProbeAnswer(outcome: .failed, detail: detail) }
  static func skipped(_ detail: String) -> ProbeAnswer { ProbeAnswer(outcome: .skipped, detail: detail) }

  var json: JSONValue {
    var object = JSONObject()
    object["outcome"] = .string(outcome.rawValue)
    object["detail"] = .string(detail)
    object["transcripts"] = .array(transcripts.map(\.json))
    if let state {
      object["state"] = .string(state.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }
    if let reproduce { object["reproduce"] = .string(String(reproduce)) }
    return .object(object)
  }

  init(outcome: CheckOutcome = .passed, detail: String = "") {
    self.outcome = outcome
    self.detail = detail
  }

  init?(json: JSONValue) {
    guard let outcome = json["outcome"]?.stringValue.flatMap({ CheckOutcome(rawValue: $0) }) else {
      return nil
    }
    self.outcome = outcome
    detail = json["detail"]?.stringValue ?? ""
    transcripts = (json["transcripts"]?.arrayValue ?? []).compactMap { Transcript(json: $0) }
    reproduce = json["reproduce"]?.stringValue.flatMap { UInt64($0) }
    if let text = json["state"]?.stringValue {
      let digits = Array(text.utf8)
      state = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
        UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
      }
    }
  }
}
