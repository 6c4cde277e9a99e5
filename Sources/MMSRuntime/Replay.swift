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
  /// - Throws: ``MMSError/Code/notFound`` for an unknown id.
  public func replay(_ id: String, recordsSeries: Bool = false) throws(MMSError) -> ReplayOutcome {
    guard let store = try store() else {
      throw MMSError(.unavailable, "there is no database to find '\(id)' in; give --database FILE")
    }
    let stored = try store.simulation(id: id)
    guard let text = stored.request, let details = stored.details else {
      throw MMSError(.invalidData, "simulation \(id) was stored without its request and cannot be rerun")
    }
    let request = try SimulationRequest(json: JSONValue(parsing: text))
    let old = try JSONValue(parsing: details)
    var outcome = try outcome(of: request, parts: .init(report: recordsSeries))
    outcome.identify(id: id)
    let now = JSONValue.object(outcome.answer)
    let same = old["provenance"]?["result_digest"] == now["provenance"]?["result_digest"]
    return ReplayOutcome(outcome: outcome, isIdentical: same, changes: Self.differences(old, now))
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
}
