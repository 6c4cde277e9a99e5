// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSStore
import MMSStudy
import Synchronization

/// `results.csv` while it grows, and the findings: outcomes come in any order and count in that of trials.
final class ResultsFile: Sendable {
  private struct State {
    var file: Int32
    var next = 0
    /// Outcomes that wait for those before them, by their place.
    var waiting: [Int: (row: String, trial: Trial, outcome: TrialOutcome)] = [:]
    var findings: ExperimentFindings
    var failure: Int32 = 0
  }

  private let path: String
  private let table: ResultsTable
  private let shard: TrialSchedule.Shard
  private let state: Mutex<State>

  /// Begins the file anew.
  ///
  /// - Throws: ``MMSError/Code/unavailable`` when it cannot be written.
  init(_ folder: ExperimentFolder) throws(MMSError) {
    path = ExperimentFolder.file(ExperimentFolder.results, in: folder.path)
    table = ResultsTable(folder.trials)
    shard = folder.shard
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    state = Mutex(
      State(file: file, findings: ExperimentFindings(folder.trials), failure: file < 0 ? errno : 0))
    try put(table.header)
  }

  deinit { state.withLock { if $0.file >= 0 { _ = Foundation.close($0.file) } } }

  /// Adds a trial's row, and those that waited for it.
  func append(_ outcome: TrialOutcome, of trial: Trial) throws(MMSError) {
    let row = table.row(trial, outcome)
    let place = (trial.number - shard.index + 1) / shard.count
    let failure = state.withLock { state -> Int32 in
      state.waiting[place] = (row, trial, outcome)
      // Under the lock, so that no later row overtakes.
      while let ready = state.waiting.removeValue(forKey: state.next) {
        Self.write(ready.row, &state)
        state.findings.add(ready.trial, ready.outcome)
        state.next += 1
      }
      return state.failure
    }
    if failure != 0 { try check() }
  }

  /// How many trials stand in the file.
  var count: Int { state.withLock { $0.next } }

  /// What was found so far.
  var findings: ExperimentFindings { state.withLock { $0.findings } }

  /// Ends the file.
  ///
  /// - Throws: ``MMSError/Code/unavailable`` when something could not be written.
  func close() throws(MMSError) {
    state.withLock { state in
      if state.file >= 0, Foundation.close(state.file) != 0, state.failure == 0 { state.failure = errno }
      state.file = -1
    }
    try check()
  }

  private func put(_ text: String) throws(MMSError) {
    state.withLock { Self.write(text, &$0) }
    try check()
  }

  private func check() throws(MMSError) {
    let failure = state.withLock { $0.failure }
    if failure != 0 {
      let reason = unsafe strerror(failure).map { unsafe String(cString: $0) } ?? "error \(failure)"
      throw MMSError(
        .unavailable, "'\(path)' cannot be written: \(reason); free space and run again to go on")
    }
  }

  private static func write(_ text: String, _ state: inout State) {
    guard state.failure == 0 else { return }
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = unsafe bytes.withUnsafeBytes {
        unsafe Foundation.write(state.file, $0.baseAddress, $0.count)
      }
      if written > 0 {
        bytes = bytes.dropFirst(written)
      } else if errno != EINTR {
        state.failure = errno
        return
      }
    }
  }
}

/// Keeps an outcome in the database, then in the table.
struct FolderSink: TrialSink {
  let folder: ExperimentFolder
  let table: ResultsFile

  func keep(_ outcome: TrialOutcome, of trial: Trial) throws(MMSError) {
    try folder.store.keep(outcome, of: trial)
    try table.append(outcome, of: trial)
  }
}
