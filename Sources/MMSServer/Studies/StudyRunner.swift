// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSRuntime
import MMSScenario
import Synchronization

/// Runs one study: in a child of its own, or in this process where there are no other processes.
///
/// Simulations of clients come first: the child gives way to the workers whenever they want the processors. Trials are no
/// tasks of the workers, since a queue of a thousand of them would stand before the next client.
final class StudyRunner: Sendable {
  private let configuration: RuntimeConfiguration
  private let service: ServiceConfiguration
  private let process: StudyProcess?
  private let isStopped = Atomic(false)

  /// Prepares a run; in this process, with one thread, where the service has no others.
  init(_ configuration: RuntimeConfiguration, _ service: ServiceConfiguration) {
    self.configuration = configuration
    self.service = service
    process = service.isAlone ? nil : StudyProcess(executable: configuration.workerExecutable)
  }

  /// Ends it; what runs throws.
  func stop() {
    isStopped.store(true, ordering: .relaxed)
    process?.stop()
  }

  /// Runs both sides of a comparison and compares them.
  func compare(_ request: ComparisonRequest, _ runtime: Runtime) throws(MMSError) -> ComparisonDocuments {
    if let process {
      let order = StudyOrder(.compare(request), service.studiesGiveWay ? .awaited : .normal, configuration)
      return try ComparisonDocuments(json: process.run(order))
    }
    return ComparisonDocuments(
      try runtime.compare(request, isCancelled: { [self] in isStopped.load(ordering: .relaxed) }))
  }

  /// Runs the trials of an experiment that are not done yet.
  ///
  /// - Returns: The content of `experiment.json`.
  func run(
    _ definition: ExperimentDefinition, in folder: String, _ runtime: Runtime,
    progress: @escaping @Sendable (Int, Int) -> Void
  ) throws(MMSError) -> JSONValue {
    if let process {
      let order = StudyOrder(
        .experiment(definition, folder: folder), service.studiesGiveWay ? .background : .normal, configuration
      )
      return try process.run(order, progress: progress)
    }
    return try PreparedExperiment(definition, runtime: runtime).run(
      in: folder, threads: 1, progress: progress,
      isCancelled: { [self] in isStopped.load(ordering: .relaxed) })
  }
}

#endif
