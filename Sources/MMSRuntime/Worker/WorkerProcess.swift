// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore

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
    let child = try spawn()
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
          stop(child.id)
          throw WorkerFrames.End.failed(MMSError(json: failure))
        }
        if let outcome = frame["outcome"] {
          stop(child.id)
          return outcome
        }
      }
    } catch {
      if case .failed(let failure) = error { throw failure }
      throw death(of: child.id, after: error, place)
    }
  }

  private func spawn() throws(MMSError) -> (id: pid_t, frames: WorkerFrames) {
    func fault(_ what: String) -> MMSError {
      MMSError(
        .unavailable,
        "cannot \(what) for a simulation with foreign code: \(unsafe String(cString: strerror(errno)))")
    }
    var (down, up): ([Int32], [Int32]) = ([0, 0], [0, 0])
    guard unsafe pipe(&down) == 0, unsafe pipe(&up) == 0 else { throw fault("open a pipe") }
    // The parent's ends must not live on in this child or in another one.
    for end in [down[1], up[0]] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, down[0], STDIN_FILENO)
    unsafe posix_spawn_file_actions_adddup2(&actions, up[1], STDOUT_FILENO)
    for end in [down[0], up[1]] where end > STDERR_FILENO {
      unsafe posix_spawn_file_actions_addclose(&actions, end)
    }
    let arguments: [String] = ["mms", "worker", "--stdio"]
    var words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
    unsafe words.append(nil)
    defer { unsafe words.forEach { unsafe free($0) } }
    var id: pid_t = 0
    let status = unsafe posix_spawn(&id, configuration.workerExecutable, &actions, nil, words, environ)
    close(down[0])
    close(up[1])
    guard status == 0 else {
      close(down[1])
      close(up[0])
      errno = status
      throw fault("start '\(configuration.workerExecutable)'")
    }
    return (id, WorkerFrames(input: up[0], output: down[1]))
  }

  /// Ends a child that has answered: it may be in the hands of a plugin's own exit handlers.
  private func stop(_ id: pid_t) {
    kill(id, SIGKILL)
    var status: Int32 = 0
    while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
  }

  private func death(of id: pid_t, after end: WorkerFrames.End, _ place: String) -> MMSError {
    if case .late = end {
      stop(id)
      return MMSError(
        .timedOut,
        "\(suspects) was stopped \(place): nothing came of it within \(configuration.foreignSeconds) s",
        hint: "give it longer with --plugin-timeout, or look for a loop that does not end")
    }
    var status: Int32 = 0
    while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    if signal != 0 {
      let name = Self.names[signal] ?? "signal \(signal)"
      return MMSError(
        .modelFailed, "\(suspects) ended the process it ran in, \(place): \(name)",
        hint: signal == SIGABRT || signal == SIGKILL || signal == SIGILL || signal == SIGTRAP
          ? "if it ran out of memory: its limit is \(configuration.foreignMemory >> 20) MiB (--plugin-memory)"
          : nil)
    }
    return MMSError(
      .modelFailed, "\(suspects) ended the process it ran in, \(place): exit status \((status >> 8) & 0xff)",
      hint: "a plugin may not call exit")
  }

  private static let names: [Int32: String] = [
    SIGSEGV: "SIGSEGV, it touched memory it does not have",
    SIGBUS: "SIGBUS, it touched memory it does not have",
    SIGABRT: "SIGABRT, it gave up (an uncaught exception, a failed allocation or abort)",
    SIGILL: "SIGILL, a trap", SIGTRAP: "SIGTRAP, a trap", SIGFPE: "SIGFPE, a division of whole numbers by 0",
    SIGKILL: "SIGKILL", SIGALRM: "SIGALRM, it took too long",
  ]
}
