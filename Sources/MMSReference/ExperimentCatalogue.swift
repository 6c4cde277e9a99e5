// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// The published experiments `mms reference` knows.
public enum ExperimentCatalogue {
  /// Every experiment, in the order of listings.
  public static let all: [any PublishedExperiment.Type] = [
    AvellanedaStoikovExperiment.self,
    AlmgrenChrissExperiment.self,
    Almgren2005Experiment.self,
    ObizhaevaWangExperiment.self,
    GatheralExperiment.self,
    MertonExperiment.self,
    HestonExperiment.self,
    HawkesExperiment.self,
    KyleExperiment.self,
    GlostenMilgromExperiment.self,
    RollExperiment.self,
    RangeVolatilityExperiment.self,
    CorwinSchultzExperiment.self,
    StopsExperiment.self,
    ContStoikovTalrejaExperiment.self,
    ZeroIntelligenceExperiment.self,
  ]

  /// The experiment of a name.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` with the nearest names.
  public static func experiment(_ name: String) throws(MMSError) -> any PublishedExperiment.Type {
    if let found = all.first(where: { $0.name == name }) { return found }
    throw MMSError(
      .invalidValue, "there is no published experiment '\(name)'", path: "name",
      hint: Suggestion.hint(for: name, among: all.map { $0.name }))
  }
}

/// One experiment as it was run.
public struct ExperimentRun: Sendable {
  /// The experiment.
  public let experiment: any PublishedExperiment.Type
  /// The parameters it was run with, complete.
  public let parameters: ParameterValues
  /// The seed of every draw.
  public let seed: UInt64
  /// What came out.
  public let results: [ExperimentResult]

  /// Checks parameters as somebody wrote them and runs the experiment.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` for an unknown parameter or a wrong value.
  public init(
    _ experiment: any PublishedExperiment.Type, inputs: [(name: String, input: ParameterInput)],
    seed: UInt64, threads: Int
  ) throws(MMSError) {
    self.experiment = experiment
    self.seed = seed
    parameters = try ParameterResolver.resolve(
      inputs, schema: experiment.parameters, owner: "experiment '\(experiment.name)'", path: "param")
    results = try experiment.run(parameters, seed: seed, threads: threads)
  }

  /// Whether every number is within its tolerance.
  public var pass: Bool { results.allSatisfy(\.pass) }

  /// The run as JSON.
  public var json: JSONValue {
    [
      "name": .string(experiment.name), "parameters": parameters.json,
      "results": .array(results.map(\.json)), "seed": .integer(Int64(clamping: seed)),
      "source": .string(experiment.source),
    ]
  }
}
