// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSStore

/// What running a stored simulation again showed.
public struct ReplayOutcome: Sendable {
  /// The result as computed now.
  public let outcome: SimulationOutcome
  /// Whether every number is the same, bit for bit.
  public let isIdentical: Bool
  /// What is different now, in words: data, scenario, model, engine.
  public let changes: [String]
}

extension Runtime {
  /// Runs a stored simulation again and compares it bit for bit.
  ///
  /// - Throws: ``MMSCore/MMSError/Code/notFound`` for an unknown id.
  public func replay(_ id: String, recordsSeries: Bool = false) throws(MMSError) -> ReplayOutcome {
    guard let store = try store() else {
      throw MMSError(.unavailable, "there is no database to find '\(id)' in; give --database FILE")
    }
    let stored = try store.simulation(id: id)
    guard stored.status == "completed" else {
      throw MMSError(
        .invalidData, "simulation \(stored.id) is \(stored.status): only a completed one can be run again",
        hint: stored.error.map { "it failed because: \($0)" } ?? "wait until it is")
    }
    guard let text = stored.request, let details = stored.details else {
      throw MMSError(.invalidData, "simulation \(id) was stored without its request and cannot be rerun")
    }
    let request = try SimulationRequest(json: JSONValue(parsing: text))
    let old = try JSONValue(parsing: details)
    var outcome = try outcome(of: request, parts: .init(report: recordsSeries))
    outcome.identify(id: id)
    let comparison = outcome.compare(with: old)
    return ReplayOutcome(
      outcome: outcome, isIdentical: comparison.isIdentical, changes: comparison.changes)
  }
}
