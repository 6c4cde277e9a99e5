// SPDX-License-Identifier: Apache-2.0
#if Service

import CoreMetrics
import Foundation
import HTTPTypes
import MMSCore
import MMSRuntime
import Synchronization

/// What the HTTP door counts and times, and the figures of service and process at the moment of asking.
final class DoorMetrics: Sendable {
  private struct Key: Hashable {
    let route: Int
    let status: Int
  }

  private let registry: PrometheusRegistry
  private let names: [(method: String, template: String)]
  private let durations: [CoreMetrics.Timer]
  private let counters = Mutex<[Key: Counter]>([:])
  private let inFlight: Meter
  private let computed: CoreMetrics.Timer
  private let cached: CoreMetrics.Timer

  /// Announces the families of a door.
  ///
  /// - Parameter routes: Its routes; what fits none is counted under the empty one.
  init(_ registry: PrometheusRegistry, routes: [Route]) {
    self.registry = registry
    registry.describe("mms_http_requests_total", "HTTP requests that were answered.")
    registry.describe("mms_http_request_seconds", "Time from the head of an HTTP request to its answer.")
    registry.describe("mms_http_requests_in_flight", "HTTP requests that are being answered.")
    registry.describe("mms_simulation_seconds", "Time a simulation took, by whether its answer was cached.")
    names = routes.map { ($0.method.rawValue, $0.openAPIPath) } + [("", "")]
    durations = names.map {
      CoreMetrics.Timer(
        label: "mms_http_request_seconds", dimensions: [("method", $0.method), ("route", $0.template)],
        factory: registry)
    }
    inFlight = Meter(label: "mms_http_requests_in_flight", factory: registry)
    computed = CoreMetrics.Timer(
      label: "mms_simulation_seconds", dimensions: [("cached", "false")], factory: registry)
    cached = CoreMetrics.Timer(
      label: "mms_simulation_seconds", dimensions: [("cached", "true")], factory: registry)
  }

  /// A request has come.
  func begin() { inFlight.increment() }

  /// A request was answered.
  ///
  /// - Parameter route: Its index; nil when no route fitted.
  func end(route: Int?, status: Int, after elapsed: Duration) {
    inFlight.decrement()
    let index = route ?? names.count - 1
    durations[index].recordNanoseconds(elapsed.nanoseconds)
    let key = Key(route: index, status: status)
    let counter = counters.withLock { counters in
      if let counter = counters[key] { return counter }
      let counter = Counter(
        label: "mms_http_requests_total",
        dimensions: [
          ("method", names[index].method), ("route", names[index].template), ("status", String(status)),
        ], factory: registry)
      counters[key] = counter
      return counter
    }
    counter.increment()
  }

  /// A simulation was answered.
  func simulated(_ answer: SimulationAnswer) {
    (answer.isCached ? cached : computed).recordNanoseconds(Int64(max(0, answer.executionTime) * 1e9))
  }

  /// All figures as text.
  func exposition(_ status: ServiceStatus, isServing: Bool) -> String {
    var text = PrometheusText()
    text.begin("mms_build_info", "gauge", help: "The version that runs; always 1.")
    text.sample("mms_build_info", PrometheusText.labels([("version", MMSVersion.current)]), 1)
    text.single("mms_serving", "gauge", help: "Whether requests are answered: 1 or 0.", isServing ? 1 : 0)
    text.begin("mms_service_state", "gauge", help: "1 for the state the service is in, 0 for the others.")
    for state in [ServiceStatus.State.running, .degraded, .down] {
      text.sample(
        "mms_service_state", PrometheusText.labels([("state", state.rawValue)]),
        state == status.state ? 1 : 0)
    }
    text.single(
      "mms_workers", "gauge", help: "Worker processes that are registered.", Double(status.workers))
    text.single(
      "mms_queue_length", "gauge", help: "Tasks that wait for a worker.", Double(status.queueLength))
    text.single(
      "mms_host_memory_ratio", "gauge", help: "Share of the host's memory in use.", status.memoryUsage)
    text.single(
      "mms_host_cpu_ratio", "gauge", help: "Share of the host's processors in use.", status.cpuUsage)
    text.single(
      "mms_http_connections", "gauge", help: "HTTP connections that are open.",
      Double(ConnectionWatch.count))
    Self.details(status.details, into: &text)
    ProcessFigures.write(into: &text)
    return text.text + registry.exposition()
  }

  /// The figures of ``ServiceStatus/details``, those that are there.
  private static func details(_ details: JSONObject, into text: inout PrometheusText) {
    func write(_ name: String, _ kind: String, _ help: String, _ value: JSONValue?) {
      guard let value = value?.doubleValue else { return }
      text.single(name, kind, help: help, value)
    }
    write(
      "mms_workers_wanted", "gauge", "Worker processes that were asked for.", details["workers_wanted"])
    write(
      "mms_worker_deaths_total", "counter", "Worker processes that were lost.", details["worker_deaths"])
    write("mms_task_retries_total", "counter", "Tasks that had to be started again.", details["retries"])
    let tasks = details["tasks"]
    write("mms_tasks_accepted_total", "counter", "Simulations that were accepted.", tasks?["accepted"])
    write("mms_tasks_completed_total", "counter", "Simulations that were completed.", tasks?["completed"])
    write("mms_tasks_failed_total", "counter", "Simulations that failed.", tasks?["failed"])
    write("mms_tasks_running", "gauge", "Simulations that run.", tasks?["running"])
    write("mms_tasks_unfinished", "gauge", "Simulations that wait or run.", tasks?["unfinished"])
    let cache = details["cache"]
    write("mms_cache_hits_total", "counter", "Answers that were taken from the cache.", cache?["hits"])
    write("mms_cache_misses_total", "counter", "Answers that the cache did not have.", cache?["misses"])
    write("mms_cache_entries", "gauge", "Answers that the cache holds.", cache?["entries"])
    write("mms_cache_bytes", "gauge", "Memory of the answers that the cache holds.", cache?["bytes"])
  }
}

extension Duration {
  /// The duration in nanoseconds.
  var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}

#endif
