// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSRuntime
import MMSScenario
import MMSStore

/// What the doors of the service, HTTP and gRPC, ask of it: the one facade behind both.
///
/// Every call may be made from any task. Cancelling the task that waits for a simulation says that
/// nobody wants it any more.
protocol SimulationHost: Sendable {
  /// Registry, scenarios and data, for everything that only looks things up.
  var runtime: Runtime { get }

  /// Runs a simulation, or takes its answer from the cache.
  ///
  /// - Parameter progress: Told how many paths are done of how many.
  /// - Throws: `.invalidValue`, `.noData` and their like for a wrong request, before anything is accepted;
  ///   `.exhausted` when the queue is full; `.timedOut`, `.unavailable` and `.modelFailed` after that.
  func simulate(
    _ request: SimulationRequest, progress: (@Sendable (_ done: Int, _ wanted: Int) -> Void)?
  ) async throws(MMSError) -> SimulationAnswer

  /// Accepts a simulation and answers its id at once, after its task row is committed.
  ///
  /// - Throws: as ``simulate(_:progress:)`` before it is accepted.
  func submit(_ request: SimulationRequest) async throws(MMSError) -> String

  /// Gives up a simulation that has not ended; one that has is left as it is.
  ///
  /// - Returns: Whether there was something to give up.
  /// - Throws: `.notFound` for an unknown id.
  func cancel(_ id: String) async throws(MMSError) -> Bool

  /// A simulation in whatever state it is.
  ///
  /// - Throws: `.notFound` with the nearest ids.
  func simulation(_ id: String) async throws(MMSError) -> StoredSimulation

  /// The latest simulations, the newest first.
  func recentSimulations(limit: Int) async throws(MMSError) -> [StoredSimulation]

  /// The documents of a completed simulation that are not stored: its run is a pure function, so they are made anew.
  ///
  /// - Throws: `.notFound` for an unknown id; `.invalidValue` for one that is not completed.
  func documents(_ id: String, parts: SimulationOutcome.Parts) async throws(MMSError) -> SimulationOutcome

  /// Calibrates, and with `apply` makes the numbers active.
  func calibrate(_ request: CalibrationRequest) async throws(MMSError) -> CalibrationReport

  /// Comparisons and experiments that are kept.
  var studies: StudyDesk { get }

  /// Runs both sides of a comparison with the same draws, compares them, and keeps what was found.
  ///
  /// - Returns: The object that POST /compare answers.
  /// - Throws: `.invalidValue`, `.noData` and their like for a wrong request; `.exhausted` when enough are under way.
  func compare(_ request: ComparisonRequest) async throws(MMSError) -> JSONValue

  /// Accepts an experiment that a client describes.
  ///
  /// - Throws: `.invalidValue`, `.invalidData`, `.noData` and their like for a wrong definition; `.exhausted` when
  ///   enough wait.
  func submit(_ definition: ExperimentDefinition) async throws(MMSError) -> Study

  /// Where the report of something is.
  func reportURL(_ id: String) -> String

  /// Whether the service can serve.
  func health() -> ServiceHealth

  /// Measurements of the moment.
  func status() async -> ServiceStatus

  /// How many trials a study has asked for, cached answers among them.
  func trials(ofStudy id: String) async throws(MMSError) -> Int
}

/// The answer to a simulation request: the numbers, and the whole JSON document as text.
struct SimulationAnswer: Sendable {
  /// The simulation's id.
  var id: String
  /// The six numbers.
  var numbers: SimulationNumbers
  /// Whether the answer was computed before.
  var isCached: Bool
  /// How long it took, in seconds.
  var executionTime: Double
  /// Where its report is.
  var reportURL: String
  /// The object that POST /simulate answers, as UTF-8 text.
  var json: String

  /// Gathers an answer.
  init(
    id: String, numbers: SimulationNumbers, isCached: Bool, executionTime: Double, reportURL: String,
    json: String
  ) {
    self.id = id
    self.numbers = numbers
    self.isCached = isCached
    self.executionTime = executionTime
    self.reportURL = reportURL
    self.json = json
  }
}

/// Whether the service can serve, and why not.
struct ServiceHealth: Sendable, Hashable {
  /// Whether requests are answered.
  var isServing: Bool
  /// One sentence for people.
  var reason: String

  /// States a health.
  init(isServing: Bool, reason: String) {
    self.isServing = isServing
    self.reason = reason
  }
}

/// What GET /status answers.
struct ServiceStatus: Sendable, Hashable {
  /// The state of the whole, in the specification's words.
  enum State: String, Sendable {
    /// All is well.
    case running
    /// Requests are answered, but a part is missing: a worker, Redis.
    case degraded
    /// Nothing is answered.
    case down
  }

  /// `running`, `degraded` or `down`.
  var state: State
  /// Worker processes that are registered.
  var workers: Int
  /// Tasks that wait for a worker.
  var queueLength: Int
  /// Mean time to answer of the last minute's simulations, in milliseconds.
  var averageResponseTime: Double
  /// The share of the host's memory in use, 0…1.
  var memoryUsage: Double
  /// The share of the host's processors in use since the last look, 0…1.
  var cpuUsage: Double
  /// More, for people: workers one by one, cache, Redis, accepted and ended tasks.
  var details: JSONObject

  /// Gathers measurements.
  init(
    state: State, workers: Int, queueLength: Int, averageResponseTime: Double, memoryUsage: Double,
    cpuUsage: Double, details: JSONObject = JSONObject()
  ) {
    self.state = state
    self.workers = workers
    self.queueLength = queueLength
    self.averageResponseTime = averageResponseTime
    self.memoryUsage = memoryUsage
    self.cpuUsage = cpuUsage
    self.details = details
  }
}

#endif
