// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
import Dispatch
import MMSCore
import MMSPluginHost
import Synchronization

/// Paths in all the circumstances in which they must come out the same.
struct PathProbe {
  private let subject: Subject
  private let market: ExerciseMarket
  private let pieces: Pieces

  init(_ subject: Subject, _ order: ProbeOrder) {
    self.subject = subject
    market = ExerciseMarket(seed: order.seed)
    pieces = order.pieces
  }

  /// Path 0 on a fresh instance: what all else is compared with.
  func transcript() throws(MMSError) -> ProbeAnswer {
    try answer([subject.exercise(market).transcript(in: pieces)])
  }

  /// Path 0 on an instance that ran path 1 before.
  func paths() throws(MMSError) -> ProbeAnswer {
    let exercise = try subject.exercise(market)
    _ = try exercise.transcript(path: 1)
    return answer([try exercise.transcript()])
  }

  /// Path 0 on an instance that was reset in the middle of path 1.
  func reset() throws(MMSError) -> ProbeAnswer {
    let exercise = try subject.exercise(market)
    guard let instance = exercise.instance else { return .skipped("a bare function has no instance") }
    var unfinished = Transcript()
    try exercise.begin(path: 1)
    try exercise.run(0..<exercise.steps / 2, in: .whole, into: &unfinished)
    try instance.reset()
    (exercise as? ScenarioExercise)?.forget()
    return answer([try exercise.transcript()])
  }

  /// Path 0 while another instance runs path 1, each half of one before that of the other.
  func instances() throws(MMSError) -> ProbeAnswer {
    let (ours, other) = (try subject.exercise(market), try subject.exercise(market))
    var (transcript, ignored) = (Transcript(), Transcript())
    try ours.begin(path: 0)
    try other.begin(path: 1)
    for steps in [0..<ours.steps / 2, ours.steps / 2..<ours.steps] {
      try other.run(steps, in: .whole, into: &ignored)
      try ours.run(steps, in: .whole, into: &transcript)
    }
    return answer([transcript])
  }

  /// Path 0 on four threads at once, an instance for each.
  func threads() throws(MMSError) -> ProbeAnswer {
    let count = 4
    // Instances are made one after another: that is [control].
    var made: [Unshared] = []
    for _ in 0..<count { made.append(Unshared(exercise: try subject.exercise(market))) }
    let exercises = made
    let results = Mutex<[Int: Result<Transcript, MMSError>]>([:])
    DispatchQueue.concurrentPerform(iterations: count) { index in
      let result: Result<Transcript, MMSError>
      do throws(MMSError) {
        result = .success(try exercises[index].exercise.transcript())
      } catch {
        result = .failure(error)
      }
      results.withLock { $0[index] = result }
    }
    var transcripts: [Transcript] = []
    for index in 0..<count {
      if let result = results.withLock({ $0[index] }) { transcripts.append(try result.get()) }
    }
    return answer(transcripts)
  }

  /// The second half of path 0 in a copy made in its middle, and in the original after it.
  func clone() throws(MMSError) -> ProbeAnswer {
    let exercise = try subject.exercise(market)
    guard let scenario = exercise as? ScenarioExercise, let instance = scenario.instance,
      unsafe instance.model.table.covers(\.clone), unsafe instance.model.table.pointee.clone != nil
    else { return .skipped("it offers no clone") }
    var first = Transcript()
    try scenario.begin(path: 0)
    try scenario.run(0..<scenario.steps / 2, in: .whole, into: &first)
    let twin = try scenario.twin()
    var (copied, original) = (Transcript(), Transcript())
    let rest = scenario.steps / 2..<scenario.steps
    try twin.run(rest, in: .whole, into: &copied)
    try scenario.run(rest, in: .whole, into: &original)
    return answer([copied, original])
  }

  /// Whether an impact model keeps what its interface promises beyond single answers.
  func laws() throws(MMSError) -> ProbeAnswer {
    guard let impact = try subject.exercise(market) as? ImpactExercise else {
      return .skipped("only impact models promise more than their answers")
    }
    if let broken = try impact.brokenLaw() { return .failed(broken) }
    guard let oddity = try impact.oddity() else {
      return ProbeAnswer(detail: "'apply' answers as 'quote', 'decay' comes to what 'preview' said")
    }
    return ProbeAnswer(outcome: .warned, detail: oddity)
  }

  private func answer(_ transcripts: [Transcript]) -> ProbeAnswer {
    var answer = ProbeAnswer()
    answer.transcripts = transcripts
    return answer
  }

  /// An exercise on its way to the one thread that enters it.
  private struct Unshared: @unchecked Sendable {
    // Unchecked: each is used by the one iteration of its index.
    let exercise: any Exercise
  }
}
