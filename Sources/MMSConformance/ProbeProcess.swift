// SPDX-License-Identifier: Apache-2.0

import Glibc
import MMSCore
import MMSPluginHost

/// The parent's side of one probe: a child with a time limit, whose death is an answer like any other.
struct ProbeProcess {
  /// What a child left.
  struct Outcome: Sendable {
    var answer: ProbeAnswer
    /// What it printed, the beginning of it.
    var output: String
    var seconds: Double
  }

  /// The program whose `plugin check --alone` answers orders.
  let executable: String
  /// Seconds a child may take.
  let seconds: Double

  private static let mostOutput = 4096

  /// Starts a child and waits for what it says.
  func run(_ order: ProbeOrder) -> Outcome {
    let clock = ContinuousClock()
    let start = clock.now
    var outcome: Outcome
    do throws(MMSError) {
      outcome = try attempt(order, deadline: start + .milliseconds(Int64(seconds * 1000)))
    } catch {
      outcome = Outcome(answer: .failed(error.description), output: "", seconds: 0)
    }
    outcome.seconds = (clock.now - start) / .seconds(1)
    return outcome
  }

  private func attempt(_ order: ProbeOrder, deadline: ContinuousClock.Instant) throws(MMSError) -> Outcome {
    var order = order
    order.seconds = Int(seconds.rounded(.up))
    let (answers, output) = (try ChildProcess.pipe(oursReads: true), try ChildProcess.pipe(oursReads: true))
    defer {
      close(answers.ours)
      close(output.ours)
    }
    let child = try start(order, answers.theirs, output.theirs)
    var (said, printed): ([UInt8], [UInt8]) = ([], [])
    let isLate = !read(answers.ours, output.ours, &said, &printed, until: deadline)
    if isLate { child.stop() }
    let ending = child.wait()
    let lines = said.split(separator: 10).compactMap {
      try? JSONValue(parsing: String(decoding: $0, as: UTF8.self))
    }
    let text = String(decoding: printed, as: UTF8.self)
    if let last = lines.last, let answer = ProbeAnswer(json: last) {
      return Outcome(answer: answer, output: text, seconds: 0)
    }
    var answer: ProbeAnswer
    if isLate {
      answer = .failed("nothing came of it within \(seconds) s: look for a loop that does not end")
    } else {
      answer = .failed("it ended its process: \(ending.description)")
      if case .exited = ending { answer.detail += "; a plugin may not call exit" }
    }
    answer.reproduce = lines.last?["case"]?.stringValue.flatMap { UInt64($0) }
    if let line = text.split(separator: "\n").first(where: { !$0.isEmpty }) {
      answer.detail += "; it said: \(line)"
    }
    return Outcome(answer: answer, output: text, seconds: 0)
  }

  /// Starts the child and closes its ends of the pipes here.
  private func start(_ order: ProbeOrder, _ answers: Int32, _ output: Int32) throws(MMSError) -> ChildProcess
  {
    defer {
      close(answers)
      close(output)
    }
    return try ChildProcess.start(
      executable, ["mms", "plugin", "check", order.folder, "--alone", order.json.description],
      descriptors: [(answers, ProbeChild.channel), (output, STDOUT_FILENO), (output, STDERR_FILENO)])
  }

  /// Reads both pipes until the child has closed them; false when the deadline came first.
  private func read(
    _ answers: Int32, _ output: Int32, _ said: inout [UInt8], _ printed: inout [UInt8],
    until deadline: ContinuousClock.Instant
  ) -> Bool {
    var open = [answers, output]
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while !open.isEmpty {
      let left = (deadline - .now) / .milliseconds(1)
      if left <= 0 { return false }
      var waiting = open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      let ready = unsafe poll(&waiting, nfds_t(waiting.count), Int32(min(left.rounded(.up), 1e6)))
      if ready < 0 && errno != EINTR { return true }
      for entry in waiting where entry.revents != 0 {
        let count = unsafe Glibc.read(entry.fd, &chunk, chunk.count)
        if count < 0, errno == EINTR { continue }
        if count <= 0 {
          open.removeAll { $0 == entry.fd }
        } else if entry.fd == answers {
          said += chunk[..<count]
        } else {
          printed += chunk[..<min(count, Self.mostOutput - min(Self.mostOutput, printed.count))]
        }
      }
    }
    return true
  }
}
