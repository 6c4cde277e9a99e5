// SPDX-License-Identifier: Apache-2.0

import CHeap
import MMSCore
import MMSPluginHost

/// Many random legal questions; what each was follows from its seed alone.
struct FuzzProbe {
  private let subject: Subject
  private let order: ProbeOrder

  init(_ subject: Subject, _ order: ProbeOrder) {
    self.subject = subject
    self.order = order
  }

  /// Random parameters in random markets, usual ones and extreme ones in turn.
  func values() throws(MMSError) -> ProbeAnswer {
    var refused = 0
    var reason = ""
    for number in 0..<UInt64(max(1, order.cases)) {
      let seed = order.seed &+ number
      ProbeChild.ask(seed)
      do throws(MMSError) {
        try question(seed)
      } catch {
        if let refusal = error.cause as? ForeignRefusal, refusal.hasText {
          refused += 1
          reason = error.message
          continue
        }
        var answer = ProbeAnswer.failed(error.description)
        answer.reproduce = seed
        return answer
      }
    }
    let cases = max(1, order.cases)
    var answer = ProbeAnswer(detail: "\(cases) questions from seed \(order.seed)")
    if refused > 0 { answer.detail += ", \(refused) refused with a reason, such as: \(reason)" }
    if refused > cases / 2 { answer.outcome = .warned }
    return answer
  }

  /// One random question.
  private func question(_ seed: UInt64) throws(MMSError) {
    let random = RandomSource(seed: seed, path: 2, role: .study)
    let inputs = subject.descriptor.parameters.enumerated().map { index, schema in
      (
        schema.name,
        schema.samples.draw(random.uniform(step: 0, lane: index), random.uniform(step: 1, lane: index))
      )
    }
    let pieces = Pieces.allCases[Int(random.u64(step: 2) % UInt64(Pieces.allCases.count))]
    let market = ExerciseMarket(seed: seed, isWild: seed % 2 == 1)
    let exercise = try subject.exercise(market, subject.parameters(inputs))
    _ = try exercise.transcript(path: Int(random.u64(step: 3) % 1000), in: pieces)
  }

  /// Memory after many instances and paths, against memory after a few.
  func memory() throws(MMSError) -> ProbeAnswer {
    let market = ExerciseMarket(seed: order.seed)
    func live(_ cycles: Int) throws(MMSError) {
      for _ in 0..<cycles {
        let exercise = try subject.exercise(market)
        var ignored = Transcript()
        try exercise.begin(path: 0)
        try exercise.run(0..<min(20, exercise.steps), in: .whole, into: &ignored)
      }
    }
    let cycles = 200
    try live(20)
    let before = Self.used()
    try live(cycles)
    let growth = Double(Self.used() - before) / Double(cycles)
    if growth >= 16 {
      return .failed(
        "every instance that is made, run for 20 steps and destroyed leaves \(Int(growth)) bytes behind"
          + " (over \(cycles) of them); free in 'destroy' what 'create' and the path took")
    }
    return ProbeAnswer(detail: "\(cycles) instances leave \(max(0, Int(growth * Double(cycles)))) bytes")
  }

  /// Bytes that malloc has handed out.
  private static func used() -> Int { Int(mms_heap_bytes()) }
}
