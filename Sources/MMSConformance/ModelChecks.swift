// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSPluginHost

/// All checks of one model, in an order in which an early failure silences what would only repeat it.
struct ModelChecks {
  let folder: String
  let model: PluginModel
  let settings: PluginCheck.Settings
  let process: ProbeProcess

  private var id: String { model.descriptor.id }
  private var isBare: Bool { model.function != nil }

  func run(_ log: inout CheckLog) {
    if let seed = settings.reproduce {
      log.add("fuzz.values", id, ask(.fuzz, seed: seed, cases: 1))
      return
    }
    guard parameters(&log), let base = numbers(&log) else { return }
    let isRepeatable = determinism(base, &log)
    batches(base, isRepeatable, &log)
    state(base, isRepeatable, &log)
    fuzz(&log)
  }

  private func ask(
    _ probe: Probe, seed: UInt64? = nil, pieces: Pieces = .whole, state: String? = nil, cases: Int = 0
  ) -> ProbeProcess.Outcome {
    process.run(
      ProbeOrder(
        folder: folder, model: id, probe: probe, seed: seed ?? settings.seed, pieces: pieces, state: state,
        cases: cases))
  }

  /// Whether instances can be made at all.
  private func parameters(_ log: inout CheckLog) -> Bool {
    let made = ask(isBare ? .rows : .defaults)
    log.add(isBare ? "numbers.rows" : "parameters.defaults", id, made)
    guard made.answer.outcome != .failed else { return false }
    if log.wants("parameters.bounds") {
      log.add("parameters.bounds", id, ask(.bounds))
      log.add("parameters.invalid", id, ask(.invalid))
    }
    return true
  }

  /// What a fresh instance answers, when that is sound.
  private func numbers(_ log: inout CheckLog) -> Transcript? {
    let base = ask(.transcript)
    log.add(
      CheckResult(
        "numbers.finite", model: id, base.answer.outcome,
        base.answer.outcome == .failed
          ? base.answer.detail : "\(base.answer.transcripts.first?.count ?? 0) answers, all sound",
        seconds: base.seconds))
    guard base.answer.outcome != .failed, let transcript = base.answer.transcripts.first else { return nil }
    if log.wants("numbers.rows") {
      let edge = explained(ask(.inputs))
      log.add("numbers.inputs", id, edge)
      // Whatever a stray write hits next would be blamed on an innocent check.
      if edge.answer.outcome == .failed { return nil }
      if !isBare { log.add("numbers.rows", id, ask(.rows)) }
      if model.descriptor.kind == .impact { log.add("numbers.laws", id, ask(.laws)) }
    }
    return transcript
  }

  /// A death in guarded memory has one usual cause.
  private func explained(_ outcome: ProbeProcess.Outcome) -> ProbeProcess.Outcome {
    guard outcome.answer.outcome == .failed, outcome.answer.detail.contains("SIGSEGV") else { return outcome }
    var outcome = outcome
    outcome.answer.detail +=
      "; here what is const cannot be written and nothing lies behind the last element: it writes into an input, or"
      + " reads or writes beyond what it was given"
    return outcome
  }

  private func batches(_ base: Transcript, _ isRepeatable: Bool, _ log: inout CheckLog) {
    guard log.wants("numbers.batches") else { return }
    guard isRepeatable else {
      log.add(
        CheckResult("numbers.batches", model: id, .skipped, "two runs in one call each differ already"))
      return
    }
    var last = ask(.transcript, pieces: .single)
    for pieces in [Pieces.single, .mixed] {
      if pieces != .single { last = ask(.transcript, pieces: pieces) }
      last = compared(last, with: base, pieces.text, Pieces.whole.text)
      if last.answer.outcome == .failed { break }
    }
    if last.answer.outcome == .passed { last.answer.detail = "any split gives the same bytes" }
    log.add("numbers.batches", id, last)
  }

  /// Whether another process gives the same; the rest of the group only if so.
  private func determinism(_ base: Transcript, _ log: inout CheckLog) -> Bool {
    let again = compared(ask(.transcript), with: base, "in one process", "in another")
    log.add("determinism.processes", id, again)
    let isRepeatable = again.answer.outcome != .failed
    guard log.wants("determinism.paths") else { return isRepeatable }
    let tries: [(name: String, probe: Probe, words: String)] = [
      ("paths", .paths, "after another path"), ("reset", .reset, "after a reset"),
      ("instances", .instances, "beside another instance"), ("threads", .threads, "on four threads"),
    ]
    for one in tries {
      guard isRepeatable else {
        log.add(CheckResult("determinism.\(one.name)", model: id, .skipped, "two processes differ already"))
        continue
      }
      log.add("determinism.\(one.name)", id, compared(ask(one.probe), with: base, one.words, "on its own"))
    }
    if isRepeatable {
      log.add(
        "determinism.clone", id, compared(ask(.clone), with: base.secondHalf, "around a clone", "on its own"))
    }
    return isRepeatable
  }

  private func state(_ base: Transcript, _ isRepeatable: Bool, _ log: inout CheckLog) {
    guard log.wants("state.save") else { return }
    guard isRepeatable else {
      log.add(CheckResult("state.save", model: id, .skipped, "two processes differ already"))
      return
    }
    let saved = compared(ask(.save), with: base.secondHalf, "after a save", "on its own")
    log.add("state.save", id, saved)
    guard saved.answer.outcome == .passed, let bytes = saved.answer.state else { return }
    var again = ask(.save)
    if again.answer.outcome == .passed {
      again.answer.detail = "\(bytes.count) bytes, the same in two processes"
      if let other = again.answer.state, other != bytes {
        let place =
          zip(bytes, other).enumerated().first { $1.0 != $1.1 }?.offset ?? min(bytes.count, other.count)
        again.answer = .failed(
          "two processes save different states, first at byte \(place) of \(bytes.count): an address, a time, or"
            + " bytes nobody set")
      }
    }
    log.add("state.bytes", id, again)
    do throws(MMSError) {
      let file = try PrivateFile(bytes, name: "mms-state")
      log.add(
        "state.load", id,
        compared(
          ask(.resume, state: file.path), with: base.secondHalf, "from a saved state", "without a break"))
      withExtendedLifetime(file) { log.add("state.damaged", id, ask(.damaged, state: file.path)) }
    } catch {
      log.add(CheckResult("state.load", model: id, .failed, error.description))
    }
  }

  private func fuzz(_ log: inout CheckLog) {
    guard log.wants("fuzz.values") else { return }
    log.add("fuzz.values", id, ask(.fuzz, cases: settings.cases))
    log.add("fuzz.memory", id, ask(.memory))
  }

  /// An answer whose transcripts must all equal another.
  private func compared(
    _ outcome: ProbeProcess.Outcome, with base: Transcript, _ mine: String, _ others: String
  ) -> ProbeProcess.Outcome {
    guard outcome.answer.outcome == .passed else { return outcome }
    var outcome = outcome
    for transcript in outcome.answer.transcripts {
      if let difference = transcript.difference(from: base, mine, others) {
        outcome.answer.outcome = .failed
        outcome.answer.detail = difference
        return outcome
      }
    }
    if outcome.answer.detail.isEmpty { outcome.answer.detail = "the same bytes \(mine) as \(others)" }
    return outcome
  }
}
