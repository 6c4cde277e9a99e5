// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSRuntime
import MMSScenario
import MMSStore
import MMSStudy

/// The names that a request may use at the moment, for openapi.json and the pages.
struct Vocabulary: Sendable {
  /// A scenario and its sentence.
  struct Scenario: Sendable {
    let name: String
    let summary: String
    let version: Int
    /// Why it cannot be used; nil when it can.
    let fault: String?
  }

  /// Every scenario, broken ones among them.
  let scenarios: [Scenario]
  /// Every strategy.
  let strategies: [ModelEntry]
  /// Every model that is no strategy.
  let models: [ModelEntry]
  /// Symbols that there are bars of.
  let symbols: [String]
  /// JSON Schema of experiments.
  let experiment: JSONValue

  /// Asks a runtime; reads files and the database.
  init(_ runtime: Runtime, hiding: (String) -> String = { $0 }) {
    scenarios = runtime.scenarios.list().map {
      Scenario(
        name: $0.name, summary: $0.summary, version: $0.version, fault: ($0.error?.message).map(hiding))
    }
    strategies = runtime.registry.entries(of: .strategy)
    models = runtime.registry.entries.filter { $0.descriptor.kind != .strategy }
    var known = Set(runtime.bundled.symbols)
    if let store = try? runtime.store(), let coverage = try? store.coverage() {
      for row in coverage { known.insert(row.symbol) }
    }
    symbols = known.sorted()
    experiment = ExperimentBody.schema(
      runtime, scenarios: scenarios.filter { $0.fault == nil }.map(\.name))
  }

  /// Scenarios that can be run.
  var usableScenarios: [String] { scenarios.filter { $0.fault == nil }.map(\.name) }
}

#endif
