// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSPluginHost

/// The parent's side: one child process that runs one simulation, and whose death is an error like any other.
struct WorkerProcess {
  /// Who is to blame when the child dies: `plugin flash-crash (flash-crash/FlashCrash-v1)`.
  let suspects: String
  let configuration: RuntimeConfiguration

  /// Asks a child that lives for this one answer.
  ///
  /// - Throws: What the child answered, or ``MMSError/Code/modelFailed`` with signal or deadline and place.
  func answer(
    to order: JSONValue, progress: (@Sendable (Int, Int) -> Void)? = nil, log: (String) -> Void = { _ in }
  ) throws(MMSError) -> JSONValue {
    let child = try Self.spawn(configuration.workerExecutable)
    defer {
      close(child.frames.input)
      close(child.frames.output)
    }
    let deadline =
      configuration.foreignSeconds > 0
      ? ContinuousClock.now + .milliseconds(Int64(configuration.foreignSeconds * 1000)) : nil
    var place = "when it was started"
    do throws(WorkerFrames.End) {
      try child.frames.send(order)
      while true {
        let frame = try child.frames.receive(by: deadline)
        if let text = frame["place"]?.stringValue { place = text }
        if let text = frame["log"]?.stringValue { log(text) }
        if let done = frame["progress"]?.integerValue, let wanted = frame["of"]?.integerValue {
          place = "after \(done) of \(wanted) paths"
          progress?(Int(done), Int(wanted))
        }
        if let failure = frame["failure"] {
          stop(child.process)
          throw WorkerFrames.End.failed(MMSError(json: failure))
        }
        if let outcome = frame["outcome"] {
          stop(child.process)
          return outcome
        }
      }
    } catch {
      if case .failed(let failure) = error { throw failure }
      throw death(of: child.process, after: error, place)
    }
  }

  /// Starts a child that waits for an order; the descriptors of its frames are the caller's to close.
  static func spawn(_ executable: String) throws(MMSError) -> (process: ChildProcess, frames: WorkerFrames) {
    let down = try ChildProcess.pipe(oursReads: false)
    let up = try ChildProcess.pipe(oursReads: true)
    defer {
      close(down.theirs)
      close(up.theirs)
    }
    do throws(MMSError) {
      let process = try ChildProcess.start(
        executable, ["mms", "worker", "--stdio"],
        descriptors: [(down.theirs, STDIN_FILENO), (up.theirs, STDOUT_FILENO)])
      return (process, WorkerFrames(input: up.ours, output: down.ours))
    } catch {
      close(down.ours)
      close(up.ours)
      throw error
    }
  }

  /// Ends a child that has answered: it may be in the hands of a plugin's own exit handlers.
  private func stop(_ process: ChildProcess) {
    process.stop()
    process.wait()
  }

  private func death(of process: ChildProcess, after end: WorkerFrames.End, _ place: String) -> MMSError {
    if case .late = end {
      stop(process)
      return MMSError(
        .timedOut,
        "\(suspects) was stopped \(place): nothing came of it within \(configuration.foreignSeconds) s",
        hint: "give it longer with --plugin-timeout, or look for a loop that does not end")
    }
    let ending = process.wait()
    let hint: String? =
      switch ending {
      case .exited: "a plugin may not call exit"
      case .signalled(SIGABRT), .signalled(SIGKILL), .signalled(SIGILL), .signalled(SIGTRAP):
        "if it ran out of memory: its limit is \(configuration.foreignMemory >> 20) MiB (--plugin-memory)"
      case .signalled: nil
      }
    return MMSError(
      .modelFailed, "\(suspects) ended the process it ran in, \(place): \(ending.description)", hint: hint)
  }
}
