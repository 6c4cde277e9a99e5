// SPDX-License-Identifier: Apache-2.0

import Foundation
public import MMSCore
import MMSPluginHost
import Synchronization

/// The parent's side of a study: one child process that runs it, and that can be ended at any time.
///
/// The child is another program's problem when it crashes or eats memory, and the system's scheduler sees to it that
/// what is more urgent comes first.
public final class StudyProcess: Sendable {
  private struct State {
    var process: ChildProcess?
    var isStopped = false
  }

  private let executable: String
  private let state = Mutex(State())

  /// Prepares a process; nothing is started before ``run(_:progress:)``.
  ///
  /// - Parameter executable: The program: mms itself.
  public init(executable: String) { self.executable = executable }

  /// Starts the child and waits for its answer.
  ///
  /// - Parameters:
  ///   - order: What to run.
  ///   - progress: Told how much is done of how much.
  /// - Throws: What the child answered; ``MMSCore/MMSError/Code/interrupted`` after ``stop()``;
  ///   ``MMSCore/MMSError/Code/modelFailed`` when the child ended otherwise.
  public func run(
    _ order: StudyOrder, progress: (@Sendable (_ done: Int, _ of: Int) -> Void)? = nil
  ) throws(MMSError) -> JSONValue {
    let child = try WorkerProcess.spawn(executable)
    defer {
      close(child.frames.input)
      close(child.frames.output)
    }
    let isLate = state.withLock { state in
      state.process = child.process
      return state.isStopped
    }
    if isLate { child.process.stop() }
    let answer: Result<JSONValue, WorkerFrames.End>
    do throws(WorkerFrames.End) {
      answer = .success(try converse(order, child.frames, progress))
    } catch {
      answer = .failure(error)
    }
    // From here on its number may become another's: nobody may signal it.
    let isStopped = state.withLock { state in
      state.process = nil
      return state.isStopped
    }
    // One that has ended keeps its status.
    child.process.stop()
    let ending = child.process.wait()
    switch answer {
    case .success(let outcome): return outcome
    case .failure(.failed(let failure)): throw failure
    case .failure:
      if isStopped { throw MMSError(.interrupted, "stopped on request") }
      throw MMSError(
        .modelFailed, "the process that ran the study ended: \(ending.description)",
        hint: "if it ran out of memory: its limit is that of --plugin-memory")
    }
  }

  /// Ends the child at once; ``run(_:progress:)`` throws.
  public func stop() {
    state.withLock { state in
      state.isStopped = true
      state.process?.stop()
    }
  }

  private func converse(
    _ order: StudyOrder, _ frames: WorkerFrames, _ progress: (@Sendable (Int, Int) -> Void)?
  ) throws(WorkerFrames.End) -> JSONValue {
    try frames.send(order.json)
    while true {
      let frame = try frames.receive()
      if let done = frame["progress"]?.integerValue, let wanted = frame["of"]?.integerValue {
        progress?(Int(done), Int(wanted))
      }
      if let failure = frame["failure"] { throw .failed(MMSError(json: failure)) }
      if let outcome = frame["outcome"] { return outcome }
    }
  }
}
