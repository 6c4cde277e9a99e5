// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSReference
import Testing

extension ExperimentRun {
  /// Runs an experiment by name with numbers as parameters.
  static func of(
    _ name: String, _ inputs: KeyValuePairs<String, Double> = [:], seed: UInt64 = 1, threads: Int = 2
  ) throws(MMSError) -> ExperimentRun {
    try ExperimentRun(
      ExperimentCatalogue.experiment(name), inputs: inputs.map { ($0.key, .number($0.value)) }, seed: seed,
      threads: threads)
  }

  /// The result of a name.
  func result(_ name: String, sourceLocation: Testing.SourceLocation = #_sourceLocation) throws
    -> ExperimentResult
  {
    try #require(results.first { $0.name == name }, sourceLocation: sourceLocation)
  }

  /// Expects an experiment to refuse parameters in words that hold every phrase.
  static func expectRefusal(
    _ name: String, _ inputs: KeyValuePairs<String, Double>, _ phrases: String...,
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: MMSError.self, sourceLocation: sourceLocation) { try of(name, inputs) }
    let text = [error?.message, error?.hint].compactMap { $0 }.joined(separator: " ")
    for phrase in phrases {
      #expect(text.contains(phrase), "no '\(phrase)' in: \(text)", sourceLocation: sourceLocation)
    }
  }
}
