// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSRuntime
import MMSScenario
@testable import MMSServer
import MMSStore

/// A host that does with simulations what a test says, and the rest like the one it wraps: for failures that a
/// healthy service does not show.
struct ScriptedHost: SimulationHost {
  let base: any SimulationHost
  var onSimulate: @Sendable (SimulationRequest) async throws(MMSError) -> SimulationAnswer
  var isServing = true

  var runtime: Runtime { base.runtime }

  func simulate(
    _ request: SimulationRequest, progress: (@Sendable (Int, Int) -> Void)?
  ) async throws(MMSError) -> SimulationAnswer { try await onSimulate(request) }

  func submit(_ request: SimulationRequest) async throws(MMSError) -> String {
    try await onSimulate(request).id
  }

  func cancel(_ id: String) async throws(MMSError) -> Bool { try await base.cancel(id) }
  func simulation(_ id: String) async throws(MMSError) -> StoredSimulation { try await base.simulation(id) }

  func recentSimulations(limit: Int) async throws(MMSError) -> [StoredSimulation] {
    try await base.recentSimulations(limit: limit)
  }

  func documents(_ id: String, parts: SimulationOutcome.Parts) async throws(MMSError) -> SimulationOutcome {
    try await base.documents(id, parts: parts)
  }

  func calibrate(_ request: CalibrationRequest) async throws(MMSError) -> CalibrationReport {
    try await base.calibrate(request)
  }

  func compare(_ request: ComparisonRequest) async throws(MMSError) -> JSONValue {
    try await base.compare(request)
  }

  var studies: StudyDesk { base.studies }

  func submit(_ definition: ExperimentDefinition) async throws(MMSError) -> Study {
    try await base.submit(definition)
  }

  func reportURL(_ id: String) -> String { base.reportURL(id) }

  func health() -> ServiceHealth { ServiceHealth(isServing: isServing, reason: "as the test says") }
  func status() async -> ServiceStatus { await base.status() }
  func trials(ofStudy id: String) async throws(MMSError) -> Int { try await base.trials(ofStudy: id) }
}

#endif
