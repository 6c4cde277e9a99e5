// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore

/// A comparison or an experiment that the service keeps.
struct Study: Sendable {
  /// What it is.
  enum Kind: String, Sendable, CaseIterable {
    /// Two simulations against each other.
    case comparison
    /// Many simulations that a definition describes.
    case experiment

    /// What its ids begin with.
    var prefix: String { self == .comparison ? "cmp" : "exp" }
  }

  /// How far it is.
  enum Status: String, Sendable, CaseIterable {
    /// It waits for those before it.
    case pending
    /// It runs.
    case running
    /// It has a result.
    case completed
    /// It could not be run to its end.
    case failed
    /// Somebody gave it up.
    case cancelled

    /// Whether nothing more happens to it.
    var isFinal: Bool { self != .pending && self != .running }
  }

  /// The id, such as `exp_20241201_001`.
  var id: String
  /// What it is.
  var kind: Kind
  /// How far it is.
  var status: Status
  /// What was asked for.
  var request: JSONValue
  /// What lists say of it besides.
  var facts: JSONObject
  /// Trials of an experiment, pairs of paths of a comparison.
  var size: Int
  /// How many of them are done.
  var done: Int
  /// When it was accepted.
  var createdAt: SimTime
  /// When it began.
  var startedAt: SimTime?
  /// When it ended.
  var completedAt: SimTime?
  /// Why it failed.
  var error: String?

  /// The place in the order of creation: day and number.
  var order: (day: Substring, number: Int) {
    let parts = id.split(separator: "_")
    return parts.count == 3 ? (parts[1], Int(parts[2]) ?? 0) : ("", 0)
  }

  /// The study as the file `study.json` has it.
  var json: JSONValue {
    func time(_ value: SimTime?) -> JSONValue { value.map { .string($0.description) } ?? .null }
    return [
      "id": .string(id), "kind": .string(kind.rawValue), "status": .string(status.rawValue),
      "size": .integer(Int64(size)), "done": .integer(Int64(done)), "created_at": time(createdAt),
      "started_at": time(startedAt), "completed_at": time(completedAt),
      "error": error.map { .string($0) } ?? .null, "facts": .object(facts), "request": request,
    ]
  }

  /// Reads what ``json`` wrote; nil when it is something else.
  init?(json: JSONValue) {
    func time(_ key: String) -> SimTime? { json[key]?.stringValue.flatMap { SimTime(iso8601: $0) } }
    guard let id = json["id"]?.stringValue, let kind = json["kind"]?.stringValue.flatMap(Kind.init),
      let status = json["status"]?.stringValue.flatMap(Status.init), let createdAt = time("created_at"),
      let request = json["request"]
    else { return nil }
    self.init(
      id: id, kind: kind, status: status, request: request, facts: json["facts"]?.objectValue ?? [:],
      size: Int(clamping: json["size"]?.integerValue ?? 0),
      done: Int(clamping: json["done"]?.integerValue ?? 0), createdAt: createdAt,
      startedAt: time("started_at"),
      completedAt: time("completed_at"), error: json["error"]?.stringValue)
  }

  init(
    id: String, kind: Kind, status: Status, request: JSONValue, facts: JSONObject, size: Int, done: Int = 0,
    createdAt: SimTime, startedAt: SimTime? = nil, completedAt: SimTime? = nil, error: String? = nil
  ) {
    self.id = id
    self.kind = kind
    self.status = status
    self.request = request
    self.facts = facts
    self.size = size
    self.done = done
    self.createdAt = createdAt
    self.startedAt = startedAt
    self.completedAt = completedAt
    self.error = error
  }
}

#endif
