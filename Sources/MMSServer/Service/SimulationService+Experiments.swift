// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSRuntime
import MMSScenario
import MMSStudy

extension SimulationService {
  /// Accepts an experiment that a client describes.
  ///
  /// - Throws: `.invalidValue`, `.invalidData`, `.noData` and their like for a wrong definition; `.exhausted` when
  ///   enough wait.
  func submit(_ definition: ExperimentDefinition) async throws(MMSError) -> Study {
    try renew(try world.current())
    let (runtime, studies) = (runtime, studies)
    return try await Self.onThread { () throws(MMSError) in
      try ExperimentBody.check(definition.design, runtime)
      let experiment = try PreparedExperiment(definition, runtime: runtime)
      for market in experiment.trials.markets.prefix(1000) {
        try self.refuseForeign(
          TrialRequests(file: definition.file).request(market), runtime, path: "spec.base")
      }
      try self.refuseTooMany(experiment, runtime)
      return try studies.submit(experiment)
    }
  }

  /// Refuses what would take the service too long, and says how long that is.
  ///
  /// A trial that needs code of a plugin is measured where it would run, in a child of its own.
  private func refuseTooMany(_ experiment: PreparedExperiment, _ runtime: Runtime) throws(MMSError) {
    let count = experiment.trials.count
    guard count > configuration.trialLimit else { return }
    let design = experiment.definition.design
    // One path of the first trial says what all of them cost, however many paths each has.
    let runner = RuntimeTrialRunner(
      runtime, TrialRequests(file: experiment.definition.file), bootstraps: design.bootstrapsErrors)
    var trial = experiment.trials[0]
    let paths = Double(trial.body["paths"]?.integerValue ?? 1)
    trial.body["paths"] = 1
    trial.body["target_se"] = nil
    trial.body["target_metric"] = nil
    // One path has no partner.
    trial.body["antithetic"] = nil
    let cost: String
    if let error = try runner.run(trial).error {
      cost = "the first of which fails: \(error)"
    } else {
      let began = ContinuousClock.now
      _ = try runner.run(trial)
      let seconds = (ContinuousClock.now - began) / .seconds(1) * paths * Double(count)
      cost = "about \(Self.span(seconds)) on one processor"
    }
    throw MMSError(
      .invalidValue,
      "experiment '\(design.name)' has \(count) trials, \(cost); this service runs at most"
        + " \(configuration.trialLimit) (--max-trials)", path: "spec.matrix",
      hint: "sample the matrix with 'sobol', or run it with 'mms experiment run', in shards on several hosts")
  }

  /// A span of time in the unit people would use.
  static func span(_ seconds: Double) -> String {
    for (unit, length) in [("days", 86_400.0), ("hours", 3600), ("minutes", 60)] where seconds >= 2 * length {
      let count = seconds / length
      guard count < 1e6 else { return "more than a million \(unit)" }
      return "\(PageFrame.figure((count * 10).rounded() / 10)) \(unit)"
    }
    return "\(PageFrame.figure((seconds * 10).rounded() / 10)) seconds"
  }
}

#endif
