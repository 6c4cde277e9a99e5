// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import Logging
import MMSCore
import MMSPluginHost
import Synchronization

/// The worker processes of this host: started, watched, and started again when they end.
final class WorkerFleet: Sendable {
  /// How a worker is started.
  struct Command: Sendable {
    /// The program.
    var executable: String
    /// Its arguments but for endpoint and name, its own name first.
    var arguments: [String]
  }

  /// The shortest and the longest pause before a worker that ended at once is started again, in seconds.
  static let pauses = 0.05...5.0

  private struct State {
    var processes: [String: ChildProcess] = [:]
    var isStopping = false
    var threads = 0
  }

  private let state = Mutex(State())
  private let gone = DispatchSemaphore(value: 0)
  private let command: Command
  private let endpoint: String
  private let logger: Logger
  private let died: @Sendable (_ name: String, _ how: String) -> Void

  /// Starts processes.
  ///
  /// - Parameter died: Told when one has ended.
  init(
    count: Int, endpoint: String, command: Command, logger: Logger,
    died: @escaping @Sendable (_ name: String, _ how: String) -> Void
  ) {
    self.endpoint = endpoint
    self.command = command
    self.logger = logger
    self.died = died
    state.withLock { $0.threads = count }
    for number in 0..<count {
      let thread = Thread { [self] in supervise("local-\(number + 1)") }
      thread.name = "mms-worker-\(number + 1)"
      thread.start()
    }
  }

  /// Ends a process at once; it is started again.
  func kill(_ name: String) { state.withLock { $0.processes[name] }?.stop() }

  /// Ends all processes and waits for them.
  func stop() {
    let threads = state.withLock { state in
      state.isStopping = true
      return state.threads
    }
    // They were told over their sockets, and see the end of their input; what hangs is killed.
    let limit = DispatchTime.now() + 2
    for number in 0..<threads where gone.wait(timeout: limit) == .timedOut {
      for process in state.withLock({ Array($0.processes.values) }) { process.stop() }
      for _ in number..<threads { gone.wait() }
      break
    }
  }

  /// One worker's life after another.
  private func supervise(_ slot: String) {
    var pause = Self.pauses.lowerBound
    var generation = 0
    while !state.withLock(\.isStopping) {
      generation += 1
      let name = "\(slot).\(generation)"
      let began = ContinuousClock.now
      do throws(MMSError) {
        // The worker ends when its standard input does: when this process ends, however.
        let leash = try ChildProcess.pipe(oursReads: false)
        defer {
          close(leash.ours)
          close(leash.theirs)
        }
        let process = try ChildProcess.start(
          command.executable, command.arguments + ["--connect", endpoint, "--name", name],
          descriptors: [(leash.theirs, STDIN_FILENO)])
        let isLate = state.withLock { state in
          state.processes[name] = process
          return state.isStopping
        }
        if isLate { process.stop() }
        let ending = process.wait()
        state.withLock { $0.processes[name] = nil }
        let lived = (ContinuousClock.now - began) / .seconds(1)
        pause = lived > 2 ? Self.pauses.lowerBound : min(pause * 2, Self.pauses.upperBound)
        if !state.withLock(\.isStopping) {
          logger.warning(
            "a worker ended and is started again",
            metadata: ["worker": "\(name)", "how": "\(ending.description)", "after_seconds": "\(lived)"])
        }
        died(name, ending.description)
      } catch {
        logger.error("a worker cannot be started", metadata: ["reason": "\(error.message)"])
        pause = Self.pauses.upperBound
      }
      if !state.withLock(\.isStopping) { Thread.sleep(forTimeInterval: pause) }
    }
    gone.signal()
  }
}

#endif
