// SPDX-License-Identifier: Apache-2.0

package import Glibc
package import MMSCore

/// A process that runs foreign code for this one and may be lost.
package struct ChildProcess: Sendable {
  /// How a process ended.
  package enum Ending: Sendable, Hashable {
    /// It returned or called exit.
    case exited(Int32)
    /// A signal ended it.
    case signalled(Int32)

    /// What happened, in words.
    package var description: String {
      switch self {
      case .exited(let status): "exit status \(status)"
      case .signalled(let signal): Self.names[signal] ?? "signal \(signal)"
      }
    }

    private static let names: [Int32: String] = [
      SIGSEGV: "SIGSEGV, it touched memory it does not have",
      SIGBUS: "SIGBUS, it touched memory it does not have",
      SIGABRT: "SIGABRT, it gave up (an uncaught exception, a failed allocation or abort)",
      SIGILL: "SIGILL, a trap", SIGTRAP: "SIGTRAP, a trap",
      SIGFPE: "SIGFPE, a division of whole numbers by 0",
      SIGKILL: "SIGKILL", SIGALRM: "SIGALRM, it took too long",
    ]
  }

  /// Its number.
  package let id: pid_t

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - executable: The file.
  ///   - arguments: What it is told, its own name first.
  ///   - descriptors: Which of ours the child gets, and under which number; standard input is empty unless given.
  /// - Throws: ``MMSError/Code/unavailable`` naming the file and the reason.
  package static func start(
    _ executable: String, _ arguments: [String], descriptors: [(ours: Int32, theirs: Int32)]
  ) throws(MMSError) -> ChildProcess {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    if !descriptors.contains(where: { $0.theirs == STDIN_FILENO }) {
      unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    }
    for pair in descriptors { unsafe posix_spawn_file_actions_adddup2(&actions, pair.ours, pair.theirs) }
    let kept = descriptors.map(\.theirs)
    for pair in descriptors where pair.ours > STDERR_FILENO && !kept.contains(pair.ours) {
      unsafe posix_spawn_file_actions_addclose(&actions, pair.ours)
    }
    var words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
    unsafe words.append(nil)
    defer { unsafe words.forEach { unsafe free($0) } }
    var id: pid_t = 0
    let status = unsafe posix_spawn(&id, executable, &actions, nil, words, environ)
    guard status == 0 else {
      throw MMSError(
        .unavailable, "cannot start '\(executable)': \(unsafe String(cString: strerror(status)))")
    }
    return ChildProcess(id: id)
  }

  /// Two ends of a pipe, ours closed in every child but the one that is given the other.
  ///
  /// - Throws: ``MMSError/Code/unavailable`` when there are no more descriptors.
  package static func pipe(oursReads: Bool) throws(MMSError) -> (ours: Int32, theirs: Int32) {
    var ends: [Int32] = [0, 0]
    guard unsafe Glibc.pipe(&ends) == 0 else {
      throw MMSError(.unavailable, "cannot open a pipe: \(unsafe String(cString: strerror(errno)))")
    }
    // Only dup2 in the child it is for takes a descriptor across.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return oursReads ? (ends[0], ends[1]) : (ends[1], ends[0])
  }

  /// Ends it at once.
  package func stop() { _ = kill(id, SIGKILL) }

  /// Waits for its end.
  @discardableResult
  package func wait() -> Ending {
    var status: Int32 = 0
    while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
  }
}
