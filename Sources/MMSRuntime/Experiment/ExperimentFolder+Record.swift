// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSReport
import MMSScenario
import MMSStore
import MMSStudy

extension ExperimentFolder {
  /// What there is of the experiment so far, for its page; safe to ask for while it runs.
  ///
  /// - Throws: ``MMSCore/MMSError/Code/invalidData`` when a trial is stored that is not of the experiment.
  public func record() throws(MMSError) -> ExperimentRecord {
    var record = ExperimentRecord(
      trials, size: size, shard: shard == .whole ? nil : shard.description,
      source: (definition.file, definition.text), inputs: inputs.json)
    var failure: MMSError?
    try store.forEachKept { number, outcome in
      guard failure == nil else { return }
      guard number >= 0, number < trials.count else {
        failure = foreign(number)
        return
      }
      record.add(trials[number], outcome)
    }
    if let failure { throw failure }
    return record
  }
}
