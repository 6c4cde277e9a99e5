// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import Logging
import MMSCore
import MMSReport
import MMSRuntime
import MMSScenario
import MMSStore
import MMSStudy
import Synchronization

/// The service's studies: keeps comparisons, and runs experiments one after another behind everything else.
///
/// An experiment that was accepted is run by the next process when this one dies; its trials are in its folder as they
/// end, so that only those in flight are run again.
final class StudyDesk: Sendable {
  /// How many experiments may wait.
  static let queueLimit = 100
  /// How often the process of an experiment may be lost.
  static let lossLimit = 3
  /// How often an experiment is tried, twice a second, while its folder is not to be had.
  static let lockLimit = 60

  private struct Current {
    var id: String
    var runner: StudyRunner
    var began: ContinuousClock.Instant
    var doneAtStart: Int?
  }

  private final class State: @unchecked Sendable {
    // Guarded by the condition.
    let condition = NSCondition()
    var queue: [String] = []
    var cancelled: Set<String> = []
    var current: Current?
    var isClosing = false
    var isRunning = false

    func with<Value>(_ body: (State) -> Value) -> Value {
      condition.lock()
      defer { condition.unlock() }
      return body(self)
    }
  }

  let store: StudyStore
  private let configuration: ServiceConfiguration
  private let logger: Logger
  private let state = State()

  init(besides database: String, _ configuration: ServiceConfiguration, logger: Logger) {
    store = StudyStore(besides: database)
    self.configuration = configuration
    self.logger = logger
  }

  /// Begins to run experiments, those first that an earlier process left.
  func start(_ runtime: @escaping @Sendable () -> Runtime) {
    let left = store.recent(.experiment, limit: .max).filter { !$0.status.isFinal }
    if !left.isEmpty {
      logger.notice("experiments of an earlier process go on", metadata: ["experiments": "\(left.count)"])
    }
    for var study in left where study.done == 0 {
      study.done = (try? ExperimentFolder(reading: store.path(study.id)).progress().done) ?? 0
      store.note(study.id, done: study.done)
    }
    state.with { state in
      state.queue = left.reversed().map(\.id)
      state.isRunning = true
    }
    let thread = Thread { [self] in
      while let id = next() { run(id, runtime()) }
      state.with { state in
        state.isRunning = false
        state.condition.broadcast()
      }
    }
    thread.name = "mms-experiments"
    thread.start()
  }

  /// Ends what runs; it goes on with the next process.
  func stop() {
    state.with { state in
      state.isClosing = true
      state.current?.runner.stop()
      state.condition.broadcast()
      while state.isRunning { state.condition.wait() }
    }
  }

  /// A runner for one study.
  func runner(_ runtime: Runtime) -> StudyRunner { StudyRunner(runtime.configuration, configuration) }

  // MARK: Experiments

  /// Accepts an experiment; it runs when those before it have ended.
  ///
  /// - Throws: ``MMSError/Code/exhausted`` when enough wait, ``MMSError/Code/unavailable`` at the end of the service.
  func submit(_ experiment: PreparedExperiment) throws(MMSError) -> Study {
    let waiting = state.with { $0.isClosing ? nil : $0.queue.count }
    guard let waiting else {
      throw MMSError(.unavailable, "the service is shutting down; ask again when it is back")
    }
    guard waiting < Self.queueLimit else {
      throw MMSError(
        .exhausted,
        "\(waiting) experiments wait, which is as many as this service accepts; ask again when some have ended"
      )
    }
    let design = experiment.definition.design
    let study = try store.add(
      { id in
        Study(
          id: id, kind: .experiment, status: .pending,
          request: .string(experiment.definition.text),
          facts: [
            "name": .string(design.name), "version": .integer(Int64(design.version)),
            "summary": .string(design.summary), "objective": .string(design.objective),
          ], size: experiment.trials.count, createdAt: Store.now())
      }, kind: .experiment)
    state.with { state in
      state.queue.append(study.id)
      state.condition.signal()
    }
    return study
  }

  /// The latest experiments, the newest first.
  func experiments(limit: Int) -> [Study] { store.recent(.experiment, limit: limit) }

  /// An experiment in whatever state it is.
  ///
  /// - Throws: ``MMSError/Code/notFound`` with the nearest ids.
  func experiment(_ id: String) throws(MMSError) -> Study { try store.study(id, .experiment) }

  /// Trials per second of an experiment that runs, since this process began with it; nil of any other.
  func rate(_ id: String) -> Double? {
    guard let study = try? store.study(id, .experiment), study.status == .running,
      let current = state.with({ $0.current }), current.id == id, let first = current.doneAtStart
    else { return nil }
    let seconds = (ContinuousClock.now - current.began) / .seconds(1)
    return study.done > first && seconds > 0 ? Double(study.done - first) / seconds : nil
  }

  /// What was found: the text of `experiment.json`; nil before the end.
  func findings(_ id: String) throws(MMSError) -> String? {
    try store.study(id, .experiment).status == .completed ? store.read("experiment.json", of: id) : nil
  }

  /// The rows that there are, as CSV; nil before the first.
  func results(_ id: String) throws(MMSError) -> String? {
    let study = try store.study(id, .experiment)
    guard var text = store.read("results.csv", of: id) else { return nil }
    // The last row may be half a row while others follow.
    if !study.status.isFinal || study.status != .completed, let end = text.lastIndex(of: "\n") {
      text = String(text[...end])
    }
    return text
  }

  /// What a page of an experiment is made of, finished or not.
  ///
  /// - Throws: ``MMSError/Code/notFound`` with the nearest ids, and before the first trial is done.
  func page(_ id: String) throws(MMSError) -> ExperimentPage {
    let study = try store.study(id, .experiment)
    guard FileManager.default.fileExists(atPath: "\(store.path(id))/results.csv") else {
      throw MMSError(
        .notFound, "experiment \(id) is \(study.status.rawValue) and has no report yet", path: "id",
        hint: "GET /experiments/\(id) says how far it is")
    }
    do throws(MMSError) {
      return try ExperimentPage(ExperimentFolder(reading: store.path(id)).record())
    } catch {
      guard error.code == .invalidData else { throw error }
      throw MMSError(
        .notFound, "no trial of experiment \(id) is done, so that it has no report yet", path: "id",
        hint: "GET /experiments/\(id) says how far it is")
    }
  }

  /// Gives up an experiment that has not ended; what was found stays.
  ///
  /// - Returns: Whether there was something to give up.
  /// - Throws: ``MMSError/Code/notFound`` with the nearest ids.
  func cancel(_ id: String) throws(MMSError) -> Bool {
    var study = try store.study(id, .experiment)
    guard !study.status.isFinal else { return false }
    let isWaiting = state.with { state in
      if let place = state.queue.firstIndex(of: id) {
        state.queue.remove(at: place)
        return true
      }
      state.cancelled.insert(id)
      if state.current?.id == id { state.current?.runner.stop() }
      return false
    }
    if isWaiting {
      study.status = .cancelled
      study.completedAt = Store.now()
      try store.update(study)
    }
    return true
  }

  // MARK: The thread that runs them

  private func next() -> String? {
    state.with { state in
      while state.queue.isEmpty, !state.isClosing { state.condition.wait() }
      return state.isClosing ? nil : state.queue.removeFirst()
    }
  }

  private func run(_ id: String, _ runtime: Runtime) {
    guard var study = try? store.study(id, .experiment) else { return }
    study.status = .running
    study.startedAt = study.startedAt ?? Store.now()
    try? store.update(study)
    let ending = attempts(study, runtime)
    let (isCancelled, isClosing) = state.with { state in
      state.current = nil
      return (state.cancelled.remove(id) != nil, state.isClosing)
    }
    study.done = (try? store.study(id, .experiment))?.done ?? study.done
    switch ending {
    case .success(let findings):
      study.status = .completed
      study.done = study.size
      for key in ["failed", "infeasible", "best"] { study.facts[key] = findings[key] ?? .null }
    case .failure where isCancelled: study.status = .cancelled
    // The next process goes on.
    case .failure where isClosing: return
    case .failure(let error):
      study.status = .failed
      study.error = Self.reason(error)
      logger.info("an experiment failed", metadata: ["experiment": "\(id)", "reason": "\(error.message)"])
    }
    study.completedAt = Store.now()
    do throws(MMSError) { try store.update(study) } catch {
      logger.error("an experiment's end cannot be kept", metadata: ["reason": "\(error.message)"])
    }
  }

  /// Begins again when its process was lost, and waits while that of a service that was killed still ends.
  private func attempts(_ study: Study, _ runtime: Runtime) -> Result<JSONValue, MMSError> {
    var (lost, locked) = (0, 0)
    while true {
      let ending = attempt(study, runtime)
      guard case .failure(let error) = ending,
        state.with({ !$0.isClosing && !$0.cancelled.contains(study.id) })
      else { return ending }
      switch error.code {
      case .modelFailed: lost += 1
      case .unavailable: locked += 1
      default: return ending
      }
      if lost >= Self.lossLimit || locked >= Self.lockLimit { return ending }
      logger.warning(
        "an experiment is begun again", metadata: ["experiment": "\(study.id)", "reason": "\(error.message)"])
      Thread.sleep(forTimeInterval: 0.5)
    }
  }

  private func attempt(_ study: Study, _ runtime: Runtime) -> Result<JSONValue, MMSError> {
    let runner = runner(runtime)
    let isUnwanted = state.with { state in
      state.current = Current(id: study.id, runner: runner, began: .now)
      return state.isClosing || state.cancelled.contains(study.id)
    }
    if isUnwanted { return .failure(MMSError(.interrupted, "stopped on request")) }
    do throws(MMSError) {
      let definition = try ExperimentDefinition(
        text: study.request.stringValue ?? "", file: ExperimentBody.origin)
      return .success(
        try runner.run(definition, in: store.path(study.id), runtime) { [self] done, _ in
          store.note(study.id, done: done)
          state.with { state in
            if state.current?.id == study.id, state.current?.doneAtStart == nil {
              state.current?.doneAtStart = done
              state.current?.began = .now
            }
          }
        })
    } catch {
      return .failure(error)
    }
  }

  /// Why it failed, for those who sent it: they know nothing of folders.
  private static func reason(_ error: MMSError) -> String {
    guard error.path == "output" else { return error.message }
    return "scenarios, bars, calibrations or plugins have changed since it began; send it again to begin anew"
  }
}

#endif
