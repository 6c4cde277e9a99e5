// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// A simulation that is asked for and has not run.
public struct NewTask: Sendable {
  /// The trading pair.
  public var symbol: String
  /// The simulated period.
  public var period: String
  /// The scenario's name.
  public var scenario: String
  /// The strategy's name.
  public var strategy: String
  /// The strategy's parameters, as JSON.
  public var strategyParams: String
  /// The seed, when the request names one.
  public var seed: UInt64?
  /// The most paths to run.
  public var paths: Int
  /// The whole request, as JSON.
  public var request: String
  /// The study it is a trial of.
  public var studyID: String?

  /// Describes a task.
  public init(
    symbol: String, period: String, scenario: String, strategy: String, strategyParams: String, seed: UInt64?,
    paths: Int, request: String, studyID: String? = nil
  ) {
    self.symbol = symbol
    self.period = period
    self.scenario = scenario
    self.strategy = strategy
    self.strategyParams = strategyParams
    self.seed = seed
    self.paths = paths
    self.request = request
    self.studyID = studyID
  }
}

/// What a run of a task gave.
public struct TaskResult: Sendable {
  /// The six numbers.
  public var numbers: SimulationNumbers
  /// The seed that was used.
  public var seed: UInt64
  /// How many paths were run.
  public var paths: Int
  /// When the run began.
  public var startedAt: SimTime
  /// How long it took, in seconds.
  public var executionTime: Double
  /// Which try it was; nil when its start says so.
  public var attempt: Int?
  /// The whole answer, as JSON.
  public var details: String

  /// Gathers a result.
  public init(
    numbers: SimulationNumbers, seed: UInt64, paths: Int, startedAt: SimTime, executionTime: Double,
    details: String
  ) {
    self.numbers = numbers
    self.seed = seed
    self.paths = paths
    self.startedAt = startedAt
    self.executionTime = executionTime
    self.details = details
  }
}

/// One step in the life of a task; many are committed together by ``Store/apply(_:at:)``.
public enum TaskChange: Sendable {
  /// A task is accepted: it becomes a pending row and gets its id.
  case accept(NewTask)
  /// A worker was given it.
  case start(id: String, attempt: Int, at: SimTime)
  /// It goes back to the queue.
  case park(id: String)
  /// It ended well: result and completion are one.
  case complete(id: String, TaskResult)
  /// It ended with a reason.
  case fail(id: String, reason: String)
  /// A study asked for one more trial that needs no task.
  case countTrial(study: String)
}
