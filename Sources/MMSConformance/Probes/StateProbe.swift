// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSPluginHost

/// States that are saved, taken up elsewhere, and damaged on the way.
struct StateProbe {
  private let subject: Subject
  private let market: ExerciseMarket
  private let order: ProbeOrder

  init(_ subject: Subject, _ order: ProbeOrder) {
    self.subject = subject
    self.order = order
    market = ExerciseMarket(seed: order.seed)
  }

  /// The state in the middle of path 0, and what comes after it.
  func save() throws(MMSError) -> ProbeAnswer {
    let (exercise, instance) = try halfway()
    guard let instance, let state = try instance.save() else { return .skipped("it saves no state") }
    // Saving twice gives the same bytes and changes nothing.
    if try instance.save() != state { return .failed("two saves in a row give different bytes") }
    var answer = ProbeAnswer(detail: "\(state.count) bytes")
    answer.state = state
    answer.transcripts = [try rest(exercise)]
    return answer
  }

  /// The second half of path 0 from a state that another process saved.
  func resume() throws(MMSError) -> ProbeAnswer {
    let state = try saved()
    let (exercise, instance) = try halfway()
    guard let instance else { return .skipped("it saves no state") }
    // Nothing of this process's own first half may help.
    try instance.reset()
    if let scenario = exercise as? ScenarioExercise {
      scenario.forget()
      try scenario.begin(path: 0)
    }
    try instance.load(state)
    var answer = ProbeAnswer()
    answer.transcripts = [try rest(exercise)]
    return answer
  }

  /// States that are cut off, too long, or random: errors, all of them.
  func damaged() throws(MMSError) -> ProbeAnswer {
    let state = try saved()
    guard !state.isEmpty else { return .skipped("its state has no bytes") }
    let lengths = Set([0, 1, state.count / 2, state.count - 1, state.count + 8]).subtracting([state.count])
    for length in lengths.sorted() {
      let bytes = Array((state + [UInt8](repeating: 0, count: 8)).prefix(length))
      if try takes(bytes) {
        return .failed("'load' takes \(length) bytes as a state of \(state.count); compare the size first")
      }
    }
    let random = RandomSource(seed: order.seed, path: 1, role: .study)
    var taken = 0
    let trials = 40
    for trial in 0..<trials {
      let bytes = state.indices.map { index in
        UInt8(
          truncatingIfNeeded: random.u64(step: Int64(trial), lane: index % 65_536, attempt: index / 65_536))
      }
      if try takes(bytes) { taken += 1 }
    }
    // A version of one byte is met by chance once in 256.
    if taken > trials / 10 {
      return .failed(
        "'load' takes \(taken) of \(trials) states of random bytes; begin the state with a version and compare it"
      )
    }
    return ProbeAnswer(
      detail: "\(lengths.count) wrong lengths and \(trials - taken) of \(trials) random states refused")
  }

  /// Whether an instance takes bytes as its state; one that does must then work or say that it cannot.
  private func takes(_ bytes: [UInt8]) throws(MMSError) -> Bool {
    let (exercise, instance) = try halfway()
    guard let instance else { return false }
    do throws(MMSError) {
      try instance.load(bytes)
    } catch {
      guard let refusal = error.cause as? ForeignRefusal else { throw error }
      if !refusal.hasText {
        throw MMSError(
          .modelFailed, "'load' refuses a state without a text in its mms_error",
          hint: "say what is wrong with the state")
      }
      return false
    }
    do throws(MMSError) { _ = try rest(exercise) } catch  where error.cause is ForeignRefusal { return true }
    return true
  }

  private func halfway() throws(MMSError) -> (any Exercise, ForeignInstance?) {
    let exercise = try subject.exercise(market)
    var first = Transcript()
    try exercise.begin(path: 0)
    try exercise.run(0..<exercise.steps / 2, in: .whole, into: &first)
    return (exercise, exercise.instance)
  }

  private func rest(_ exercise: any Exercise) throws(MMSError) -> Transcript {
    var transcript = Transcript()
    try exercise.run(exercise.steps / 2..<exercise.steps, in: .whole, into: &transcript)
    return transcript
  }

  private func saved() throws(MMSError) -> [UInt8] {
    guard let path = order.state else {
      throw MMSError(.internal, "the child was given no saved state; report this")
    }
    return try LoadedLibrary.read(path)
  }
}
