// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import Logging
import MMSCore
import MMSRuntime
import MMSStore
import Synchronization

/// The service behind its doors: validates, accepts, dispatches, stores, answers.
///
/// A request is accepted when its task row is committed, and only then given to a worker; result and completion are
/// one transaction; what was accepted and has not ended when the process dies is run by the next one.
final class SimulationService: SimulationHost {
  /// Registry, scenarios and data, as they were when plugins last changed.
  var runtime: Runtime { held.withLock(\.runtime) }

  let configuration: ServiceConfiguration
  let store: Store
  let journal: Journal
  let cache: ResultCache
  let world: WorldStamp
  let figures = HostFigures()
  let logger: Logger
  let times = ResponseTimes()
  /// What instances share; nil without Redis.
  let sharing: AnswerSharing?

  private struct Held {
    var runtime: Runtime
    var plugins: String
  }

  struct Flights {
    var byKey: [String: Flight] = [:]
    var byID: [String: Flight] = [:]
    var isClosing = false
    var accepted = 0
    var completed = 0
    var failed = 0
  }

  private let held: Mutex<Held>
  let flights = Mutex(Flights())
  /// Comparisons that run.
  let comparisons = Mutex(0)
  /// Comparisons and experiments.
  let studies: StudyDesk
  private let runnerBox = Mutex<(any TaskRunner)?>(nil)
  private let lock: ServiceLock?
  let startedAt = ContinuousClock.now

  /// Opens the database and prepares to serve; nothing runs before ``start(_:)``.
  ///
  /// - Throws: ``MMSError/Code/unavailable`` when another service uses the database, or it cannot be opened.
  init(
    _ runtimeConfiguration: RuntimeConfiguration, _ configuration: ServiceConfiguration, logger: Logger
  ) throws(MMSError) {
    var settings = runtimeConfiguration
    settings.sharesPreparations = true
    settings.survivesPowerLoss = configuration.durability == .power
    guard let path = settings.database else {
      throw MMSError(.usage, "a service keeps its tasks in a database; name one with --database FILE")
    }
    let runtime = try Runtime(settings)
    guard let store = try runtime.store() else {
      throw MMSError(.unavailable, "the database '\(path)' could not be opened")
    }
    lock = try ServiceLock(database: path)
    studies = StudyDesk(besides: path, configuration, logger: logger)
    self.configuration = configuration
    self.store = store
    self.logger = logger
    journal = try Journal(store) { error in
      logger.error("the database refuses to write", metadata: ["reason": .string(error.message)])
    }
    let cache = ResultCache(entries: configuration.cacheEntries)
    let world = WorldStamp(settings) { () throws(MMSError) in try store.revision() }
    self.cache = cache
    self.world = world
    sharing = try configuration.redis.map { url throws(MMSError) in
      try AnswerSharing(url: url) {
        world.expire()
        cache.clear()
      }
    }
    held = Mutex(Held(runtime: runtime, plugins: try world.current().plugins))
  }

  /// Begins to run tasks, those first that an earlier process accepted and did not finish.
  func start(_ make: (TaskReports) throws(MMSError) -> any TaskRunner) throws(MMSError) {
    let reports = TaskReports(
      started: { [self] in started($0, attempt: $1) },
      progressed: { [self] id, done, wanted in
        flights.withLock { $0.byID[id] }?.report(done, of: wanted)
      },
      hungry: { [journal] in journal.hurry($0) },
      ended: { [self] in ended($0, $1) })
    let runner = try make(reports)
    runnerBox.withLock { $0 = runner }
    let stamp = try world.current()
    let unfinished = try store.unfinishedTasks()
    if !unfinished.isEmpty {
      logger.notice("finishing what was accepted before", metadata: ["tasks": "\(unfinished.count)"])
    }
    for task in unfinished {
      guard let request = task.request else { continue }
      let flight = Flight(key: "recovered \(task.id)", stamp: stamp, id: task.id, isDetached: true)
      flights.withLock { $0.byID[task.id] = flight }
      // The death of the service is no fault of the task: its attempts begin anew.
      runner.submit(RunnableTask(id: task.id, request: request, stamp: stamp, attempts: 0))
    }
    studies.start { [self] in
      if let stamp = try? world.current() { try? renew(stamp) }
      return runtime
    }
  }

  var runner: (any TaskRunner)? { runnerBox.withLock { $0 } }

  /// Runs a simulation, or takes its answer from the cache.
  func simulate(
    _ request: SimulationRequest, progress: (@Sendable (_ done: Int, _ wanted: Int) -> Void)?
  ) async throws(MMSError) -> SimulationAnswer {
    let began = ContinuousClock.now
    // The one who shared a flight with somebody that left in the same moment tries once more.
    for isLast in [false, true] {
      let (flight, entry) = try await admit(request, isDetached: false)
      if let entry { return answer(entry, since: began) }
      guard let flight else { break }
      do throws(MMSError) {
        let landing = try await flight.wait(progress: progress) { [self] in abandon(flight) }
        times.add(ContinuousClock.now - began)
        return answer(landing)
      } catch {
        if error.code == .interrupted, !isLast, !Task.isCancelled, flight.id == nil { continue }
        throw error
      }
    }
    throw .clientGone
  }

  /// Accepts a simulation and answers its id at once.
  func submit(_ request: SimulationRequest) async throws(MMSError) -> String {
    let (flight, entry) = try await admit(request, isDetached: true)
    if let entry { return entry.id }
    guard let flight else { throw .clientGone }
    return try await flight.committedID()
  }

  /// Finds an answer, joins an equal request, or accepts a new task.
  private func admit(
    _ request: SimulationRequest, isDetached: Bool
  ) async throws(MMSError) -> (Flight?, ResultCache.Entry?) {
    guard !flights.withLock(\.isClosing) else {
      throw MMSError(.unavailable, "the service is shutting down; ask again when it is back")
    }
    let stamp = try world.current()
    try renew(stamp)
    let document = request.json
    let text = document.write(pretty: false)
    let key = Self.key(of: request, text: text)
    if let entry = cache.find(key, stamp: stamp.text) {
      if let study = request.studyID { journal.post(.countTrial(study: study)) }
      return (nil, entry)
    }
    let runtime = runtime
    if let entry = await sharing?.find(request, runtime, stamp: stamp) {
      cache.keep(entry, as: key, stamp: stamp.text)
      if let study = request.studyID { journal.post(.countTrial(study: study)) }
      return (nil, entry)
    }
    if let flight = flights.withLock({ $0.byKey[key] }), flight.stamp == stamp, flight.id != nil {
      if let study = request.studyID { journal.post(.countTrial(study: study)) }
      if isDetached { flight.detach() }
      return (flight, nil)
    }
    try runtime.check(request)
    guard let runner else { throw MMSError(.unavailable, "the service is starting; ask again in a moment") }
    try refuseForeign(request, runtime, path: "scenario")
    let pending = flights.withLock { $0.byID.count }
    guard pending < configuration.queueLimit + (runner.figures.wanted) else {
      throw MMSError(
        .exhausted,
        "\(pending) simulations are under way, which is as many as this service accepts;"
          + " ask again in a second")
    }
    let task = NewTask(
      symbol: request.symbol, period: request.period, scenario: request.scenario,
      strategy: request.strategy,
      strategyParams: (document["strategy_params"] ?? [:]).write(pretty: false), seed: request.seed,
      paths: request.paths, request: text, studyID: request.studyID)
    let flight = Flight(key: key, stamp: stamp, request: request, isDetached: isDetached)
    accept(task, flight, runner)
    return (flight, nil)
  }

  /// Has a task committed, then run.
  ///
  /// Whoever waits for the flight learns from it when that fails: one who wants the result is not woken for the commit.
  private func accept(_ task: NewTask, _ flight: Flight, _ runner: any TaskRunner) {
    journal.post(.accept(task)) { [self] result in
      switch result {
      case .success(let id?):
        // In the writer's thread, so that the task is known before anybody can ask for it.
        flights.withLock {
          $0.byKey[flight.key] = flight
          $0.byID[id] = flight
          $0.accepted += 1
        }
        let isWanted = flight.begin(as: id) {
          runner.submit(RunnableTask(id: id, request: task.request, stamp: flight.stamp, attempts: 0))
        }
        if !isWanted { ended(id, .failed(.cancelled(id))) }
      case .success(nil):
        flight.end(.failure(MMSError(.internal, "a task was accepted without an id; report this")))
      case .failure(let error):
        flight.end(.failure(error))
      }
    }
  }

  /// Takes up new plugins, in a registry of their own, and forgets what was read for another state of the world.
  func renew(_ stamp: WorldStamp.Value) throws(MMSError) {
    let runtime = runtime
    if held.withLock(\.plugins) != stamp.plugins {
      let fresh = try Runtime(runtime.configuration)
      held.withLock { $0 = Held(runtime: fresh, plugins: stamp.plugins) }
      logger.notice("plugins have changed: their registry was read again")
    }
    self.runtime.renew(stamp.text)
  }

  /// The text of a request without what does not change its numbers.
  private static func key(of request: SimulationRequest, text: String) -> String {
    var request = request
    let names = request.strategyParameters.map(\.name)
    guard request.studyID != nil || names != names.sorted() else { return text }
    request.studyID = nil
    request.strategyParameters.sort { $0.name < $1.name }
    return request.json.write(pretty: false)
  }

  /// The answer of a simulation that has just ended.
  private func answer(_ landing: Flight.Landing) -> SimulationAnswer {
    let (id, document) = (landing.entry.id, landing.entry.document)
    return SimulationAnswer(
      id: id, numbers: document.numbers, isCached: false, executionTime: document.executionTime,
      reportURL: reportURL(id), json: landing.text)
  }

  /// The answer of a simulation that ended before.
  private func answer(_ entry: ResultCache.Entry, since began: ContinuousClock.Instant) -> SimulationAnswer {
    entry.document.answer(
      id: entry.id, reportURL: reportURL(entry.id),
      executionTime: (ContinuousClock.now - began) / .seconds(1),
      isCached: true)
  }

  /// Where the report of something is.
  func reportURL(_ id: String) -> String {
    "\(configuration.publicURL ?? "http://\(configuration.http)")/reports/\(id)"
  }

  /// The last one who waited for a flight has gone.
  private func abandon(_ flight: Flight) {
    flights.withLock { if $0.byKey[flight.key] === flight { $0.byKey[flight.key] = nil } }
    if let id = flight.abandon() { runner?.cancel(id) }
  }

  private func started(_ id: String, attempt: Int) {
    journal.post(.start(id: id, attempt: attempt, at: Store.now()))
  }

  private func ended(_ id: String, _ outcome: TaskOutcome) {
    guard let flight = flights.withLock({ $0.byID[id] }) else { return }
    switch outcome {
    case .done(let document, let startedAt):
      let details = document.text(
        id: id, reportURL: reportURL(id), executionTime: document.executionTime, isCached: false)
      let result = TaskResult(
        numbers: document.numbers, seed: document.seed, paths: document.paths, startedAt: startedAt,
        executionTime: document.executionTime, details: details)
      let entry = ResultCache.Entry(id: id, document: document)
      journal.post(.complete(id: id, result)) { [self] stored in
        switch stored {
        case .success:
          // Before the flight leaves the table: an equal request finds one or the other.
          cache.keep(entry, as: flight.key, stamp: flight.stamp.text)
          if let sharing, let request = flight.request {
            sharing.keep(entry, of: request, runtime, stamp: flight.stamp)
          }
          land(id, flight, .success(Flight.Landing(entry: entry, text: details)), isCompleted: true)
        case .failure(let error):
          land(id, flight, .failure(error), isCompleted: false)
        }
      }
    case .failed(let error):
      logger.info(
        "a simulation failed", metadata: ["simulation_id": "\(id)", "reason": "\(error.message)"])
      journal.post(.fail(id: id, reason: error.message)) { [self] _ in
        land(id, flight, .failure(error), isCompleted: false)
      }
    case .parked:
      journal.post(.park(id: id)) { [self] _ in
        land(
          id, flight,
          .failure(
            MMSError(
              .unavailable,
              "the service is shutting down; simulation \(id) is kept and runs when it is back")),
          isCompleted: nil)
      }
    }
  }

  private func land(_ id: String, _ flight: Flight, _ ending: Flight.Ending, isCompleted: Bool?) {
    flights.withLock { flights in
      flights.byID[id] = nil
      if flights.byKey[flight.key] === flight { flights.byKey[flight.key] = nil }
      if isCompleted == true { flights.completed += 1 }
      if isCompleted == false { flights.failed += 1 }
    }
    flight.end(ending)
  }

  /// Stops accepting, waits for what is under way, and gives the rest back to the database.
  func stop() async {
    flights.withLock { $0.isClosing = true }
    let limit = ContinuousClock.now + .seconds(configuration.shutdownGrace)
    while flights.withLock({ !$0.byID.isEmpty }), ContinuousClock.now < limit {
      try? await Task.sleep(for: .milliseconds(20))
    }
    let left = flights.withLock { $0.byID.count }
    if left > 0 {
      logger.notice("simulations are parked for the next start", metadata: ["tasks": "\(left)"])
    }
    let (runner, journal, lock, sharing, studies) = (runner, journal, lock, sharing, studies)
    await Self.onThread {
      studies.stop()
      runner?.stop()
      journal.close()
      sharing?.close()
      lock?.release()
    }
  }

  /// Runs blocking work outside the pool of threads that tasks share.
  static func onThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: work()) }
    }
  }

  /// Runs blocking work that may fail outside the pool of threads that tasks share.
  static func onThread<Value: Sendable>(
    trying work: @escaping @Sendable () throws(MMSError) -> Value
  ) async throws(MMSError) -> Value {
    let result: Result<Value, MMSError> = await onThread { () -> Result<Value, MMSError> in
      do throws(MMSError) { return .success(try work()) } catch { return .failure(error) }
    }
    return try result.get()
  }
}

#endif
