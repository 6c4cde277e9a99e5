// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import MMSCore
import MMSRuntime
import MMSStore
import Synchronization

/// Runs tasks on threads of this process; plugins are refused, since nothing would survive their crash.
final class InProcessRunner: TaskRunner {
  private struct State {
    var waiting = 0
    var cancelled: Set<String> = []
    var running: Set<String> = []
    var isStopping = false
  }

  private let runtime: @Sendable () -> Runtime
  private let reports: TaskReports
  private let queue: OperationQueue
  private let state = Mutex(State())

  init(threads: Int, reports: TaskReports, runtime: @escaping @Sendable () -> Runtime) {
    self.runtime = runtime
    self.reports = reports
    queue = OperationQueue()
    queue.maxConcurrentOperationCount = max(1, threads)
    queue.name = "mms-runs"
  }

  func submit(_ task: RunnableTask) {
    state.withLock { $0.waiting += 1 }
    queue.addOperation { [self] in run(task) }
  }

  func cancel(_ id: String) { state.withLock { _ = $0.cancelled.insert(id) } }

  var figures: RunnerFigures {
    state.withLock { RunnerFigures(waiting: $0.waiting, running: $0.running.count) }
  }

  func stop() {
    state.withLock { $0.isStopping = true }
    queue.waitUntilAllOperationsAreFinished()
  }

  private func run(_ task: RunnableTask) {
    let mayRun = state.withLock { state in
      state.waiting -= 1
      guard !state.isStopping, !state.cancelled.contains(task.id) else { return false }
      state.running.insert(task.id)
      return true
    }
    guard mayRun else {
      let isCancelled = state.withLock { $0.cancelled.remove(task.id) != nil }
      reports.ended(task.id, isCancelled ? .failed(.cancelled(task.id)) : .parked)
      return
    }
    let began = Store.now()
    reports.started(task.id, task.attempts + 1)
    let outcome = Self.run(task, runtime(), startedAt: began) { [reports] done, wanted in
      reports.progressed(task.id, done, wanted)
    } isCancelled: { [self] in
      state.withLock { $0.isStopping || $0.cancelled.contains(task.id) }
    }
    let isParked = state.withLock { state in
      state.running.remove(task.id)
      return state.cancelled.remove(task.id) == nil && state.isStopping
    }
    if case .failed(let error) = outcome, error.code == .interrupted {
      reports.ended(task.id, isParked ? .parked : .failed(.cancelled(task.id)))
    } else {
      reports.ended(task.id, outcome)
    }
  }

  /// Runs a task in this process and writes its document.
  static func run(
    _ task: RunnableTask, _ runtime: Runtime, startedAt: SimTime,
    progress: @escaping @Sendable (Int, Int) -> Void, isCancelled: @escaping @Sendable () -> Bool
  ) -> TaskOutcome {
    do throws(MMSError) {
      let request = try SimulationRequest(json: JSONValue(parsing: task.request))
      let summary = try runtime.simulate(request, progress: progress, isCancelled: isCancelled)
      return .done(AnswerDocument(summary), startedAt: startedAt)
    } catch {
      return .failed(error)
    }
  }
}

extension MMSError {
  /// What a task ends with that nobody wants any more.
  static func cancelled(_ id: String) -> MMSError {
    MMSError(.interrupted, "simulation \(id) was cancelled")
  }
}

#endif
