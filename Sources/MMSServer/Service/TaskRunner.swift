// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSRuntime

/// A task on its way to whoever runs it.
struct RunnableTask: Sendable {
  /// The simulation's id.
  let id: String
  /// The request, as JSON.
  let request: String
  /// The state of the world it was accepted in.
  let stamp: WorldStamp.Value
  /// How often it was started before.
  var attempts: Int
}

/// What came of a task.
enum TaskOutcome: Sendable {
  /// It ran; when it began, and what it found.
  case done(AnswerDocument, startedAt: SimTime)
  /// It ended otherwise.
  case failed(MMSError)
  /// It was given back unfinished: the service ends.
  case parked
}

/// What a runner says about its tasks; called from the runner's own thread.
struct TaskReports: Sendable {
  /// A task was started for the n-th time.
  var started: @Sendable (_ id: String, _ attempt: Int) -> Void
  /// Some paths of a task are done.
  var progressed: @Sendable (_ id: String, _ done: Int, _ wanted: Int) -> Void
  /// Whether workers are idle or about to be: what is yet to be committed should not wait for more.
  var hungry: @Sendable (Bool) -> Void
  /// A task ended; said once for each.
  var ended: @Sendable (_ id: String, TaskOutcome) -> Void
}

/// Runs tasks: worker processes behind a broker, or this process.
protocol TaskRunner: Sendable {
  /// Takes a task; every task ends in ``TaskReports/ended``.
  func submit(_ task: RunnableTask)
  /// Gives a task up; it ends with `.interrupted`.
  func cancel(_ id: String)
  /// What is going on.
  var figures: RunnerFigures { get }
  /// Ends: tasks that run or wait are given back.
  func stop()
}

/// How busy a runner is.
struct RunnerFigures: Sendable {
  /// One worker, for people.
  struct Worker: Sendable {
    var name: String
    var process: Int
    var task: String?
    var done: Int
    /// Seconds since it was heard of.
    var silence: Double
  }

  /// Those that are registered.
  var workers: [Worker] = []
  /// Tasks that wait.
  var waiting = 0
  /// Tasks that run.
  var running = 0
  /// How many workers there should be.
  var wanted = 0
  /// Workers that were lost.
  var deaths = 0
  /// Tasks that had to be started again.
  var retries = 0
}

#endif
