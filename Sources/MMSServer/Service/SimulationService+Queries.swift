// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSRuntime
import MMSStore
import Synchronization

extension SimulationService {
  /// Gives up a simulation that has not ended.
  func cancel(_ id: String) async throws(MMSError) -> Bool {
    let stored = try await simulation(id)
    guard stored.status == "pending" || stored.status == "running",
      flights.withLock({ $0.byID[id] != nil })
    else { return false }
    runner?.cancel(id)
    return true
  }

  /// A simulation in whatever state it is.
  func simulation(_ id: String) async throws(MMSError) -> StoredSimulation {
    let store = store
    var found = try await Self.onThread { () throws(MMSError) in
      do throws(MMSError) { return try store.simulation(id: id) } catch {
        // Where the database lies is nobody's business outside.
        guard error.code == .notFound else { throw error }
        throw MMSError(
          .notFound, "there is no simulation '\(id.prefix(100))'", path: "simulation_id", hint: error.hint)
      }
    }
    // A start is committed with what comes next; who asks in between is told the truth.
    if found.status == "pending", let runner,
      runner.figures.workers.contains(where: { $0.task == id })
    {
      found.status = "running"
    }
    return found
  }

  /// The latest simulations.
  func recentSimulations(limit: Int) async throws(MMSError) -> [StoredSimulation] {
    let store = store
    return try await Self.onThread { () throws(MMSError) in try store.recentSimulations(limit: limit) }
  }

  /// The documents of a completed simulation, made anew.
  func documents(
    _ id: String, parts: SimulationOutcome.Parts
  ) async throws(MMSError) -> SimulationOutcome {
    let stored = try await simulation(id)
    guard stored.status == "completed", let text = stored.request else {
      throw MMSError(
        .invalidValue, "simulation \(id) is \(stored.status); only a completed one has a report",
        path: "simulation_id")
    }
    let runtime = runtime
    let address = reportURL(id)
    return try await Self.onThread { () throws(MMSError) in
      // In a child when plugins take part: they run in no process that others depend on.
      var outcome = try runtime.outcome(of: SimulationRequest(json: JSONValue(parsing: text)), parts: parts)
      outcome.identify(id: id, reportURL: address)
      return outcome
    }
  }

  /// Calibrates, and with `apply` makes the numbers active.
  func calibrate(_ request: CalibrationRequest) async throws(MMSError) -> CalibrationReport {
    let runtime = runtime
    let report = try await Self.onThread { () throws(MMSError) in try runtime.calibrate(request) }
    if request.apply {
      world.expire()
      cache.clear()
      sharing?.invalidate()
    }
    return report
  }

  /// How many trials a study has asked for.
  func trials(ofStudy id: String) async throws(MMSError) -> Int {
    let store = store
    return try await Self.onThread { () throws(MMSError) in try store.trials(ofStudy: id) }
  }

  /// Whether the service can serve.
  func health() -> ServiceHealth {
    guard let runner, !flights.withLock(\.isClosing) else {
      return ServiceHealth(isServing: false, reason: "starting or shutting down")
    }
    if journal.isFailing {
      return ServiceHealth(isServing: false, reason: "the database cannot be written")
    }
    let figures = runner.figures
    guard figures.wanted > 0 else {
      return ServiceHealth(isServing: true, reason: "serving in one process")
    }
    let registered = figures.workers.count
    if registered >= figures.wanted { return ServiceHealth(isServing: true, reason: "serving") }
    let isSettled = ContinuousClock.now - startedAt > .seconds(5)
    return ServiceHealth(
      isServing: isSettled && registered > 0, reason: "\(registered) of \(figures.wanted) workers are there"
    )
  }

  /// Measurements of the moment.
  func status() async -> ServiceStatus {
    let figures = runner?.figures ?? RunnerFigures()
    let health = health()
    let counts = flights.withLock { ($0.byID.count, $0.accepted, $0.completed, $0.failed) }
    let isWhole =
      figures.workers.count >= figures.wanted && !journal.isFailing && sharing?.isConnected != false
    sharing?.show(figures.workers)
    let workers = figures.workers.map { worker -> JSONValue in
      [
        "name": .string(worker.name), "pid": .integer(Int64(worker.process)),
        "simulation_id": worker.task.map { .string($0) } ?? .null, "done": .integer(Int64(worker.done)),
        "last_heard_seconds": .number(worker.silence),
      ]
    }
    let kept = cache.figures
    return ServiceStatus(
      state: !health.isServing ? .down : isWhole ? .running : .degraded,
      workers: figures.workers.count, queueLength: figures.waiting, averageResponseTime: times.mean * 1000,
      memoryUsage: self.figures.memory, cpuUsage: self.figures.processors,
      details: [
        "reason": .string(health.reason),
        "uptime_seconds": .number((ContinuousClock.now - startedAt) / .seconds(1)),
        "resident_bytes": .integer(Int64(HostFigures.residentBytes)),
        "workers": .array(workers), "workers_wanted": .integer(Int64(figures.wanted)),
        "worker_deaths": .integer(Int64(figures.deaths)), "retries": .integer(Int64(figures.retries)),
        "tasks": [
          "unfinished": .integer(Int64(counts.0)), "accepted": .integer(Int64(counts.1)),
          "completed": .integer(Int64(counts.2)), "failed": .integer(Int64(counts.3)),
          "running": .integer(Int64(figures.running)),
        ],
        "cache": [
          "hits": .integer(Int64(kept.hits)), "misses": .integer(Int64(kept.misses)),
          "entries": .integer(Int64(kept.entries)), "bytes": .integer(Int64(kept.bytes)),
        ],
        "redis": sharing?.json ?? .null,
      ])
  }
}

#endif
