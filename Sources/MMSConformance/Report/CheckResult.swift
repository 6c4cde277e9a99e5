// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// How one check ended.
public enum CheckOutcome: String, Sendable, Hashable {
  /// The contract holds as far as the check can see.
  case passed
  /// Something its author should know; no contract is broken.
  case warned
  /// A contract is broken.
  case failed
  /// There was nothing to check, or an earlier failure leaves nothing to say.
  case skipped
}

/// One check of one plugin or of one of its models.
public struct CheckResult: Sendable, Hashable {
  /// `group.check`.
  public let name: String
  /// The model's id; nil when the plugin as a whole is meant.
  public let model: String?
  /// How it ended.
  public var outcome: CheckOutcome
  /// What was seen; of a failure what broke, where, and what to do.
  public var detail: String
  /// How long it took.
  public var seconds: Double
  /// The seed that shows a failure of random questions again.
  public var reproduce: UInt64?

  init(
    _ name: String, model: String?, _ outcome: CheckOutcome, _ detail: String, seconds: Double = 0,
    reproduce: UInt64? = nil
  ) {
    self.name = name
    self.model = model
    self.outcome = outcome
    self.detail = detail
    self.seconds = seconds
    self.reproduce = reproduce
  }

  /// The result as one JSON object.
  public var json: JSONValue {
    var object = JSONObject()
    object["check"] = .string(name)
    object["model"] = model.map { .string($0) } ?? .null
    object["outcome"] = .string(outcome.rawValue)
    object["detail"] = .string(detail)
    object["seconds"] = .number((seconds * 1000).rounded() / 1000)
    if let reproduce { object["reproduce"] = .string(String(reproduce)) }
    return .object(object)
  }
}

/// All checks of one plugin.
public struct CheckReport: Sendable {
  /// The plugin's folder.
  public let folder: String
  /// The plugin's name and version; nil when its manifest cannot be read.
  public let plugin: String?
  /// The seed of everything drawn.
  public let seed: UInt64
  /// The checks in the order they are meant to be read.
  public let results: [CheckResult]

  /// How many checks ended so.
  public func count(_ outcome: CheckOutcome) -> Int { results.count { $0.outcome == outcome } }

  /// Whether no contract was found broken.
  public var isGreen: Bool { count(.failed) == 0 }

  /// The report as one JSON object.
  public var json: JSONValue {
    [
      "plugin": plugin.map { .string($0) } ?? .null, "folder": .string(folder), "seed": .string(String(seed)),
      "passed": .integer(Int64(count(.passed))), "warned": .integer(Int64(count(.warned))),
      "failed": .integer(Int64(count(.failed))), "skipped": .integer(Int64(count(.skipped))),
      "checks": .array(results.map(\.json)),
    ]
  }
}
