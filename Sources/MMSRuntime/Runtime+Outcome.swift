// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSPluginHost
public import MMSReport
import MMSScenario

extension Runtime {
  /// Runs a request wherever it has to run: here, or in a child when it needs code of a plugin.
  ///
  /// - Parameters:
  ///   - request: What is asked.
  ///   - parts: Which documents are wanted beside the answer.
  ///   - isIsolated: Whether a child runs it in any case.
  ///   - text: Writes a result as people read it.
  ///   - log: Told what plugins said.
  ///   - progress: Told how many paths are done.
  public func outcome(
    of request: SimulationRequest, parts: SimulationOutcome.Parts = SimulationOutcome.Parts(),
    isIsolated: Bool = false, text: (SimulationSummary) -> String = { _ in "" },
    log: (String) -> Void = { _ in },
    progress: (@Sendable (_ done: Int, _ wanted: Int) -> Void)? = nil
  ) throws(MMSError) -> SimulationOutcome {
    let foreign = try foreignModels(of: request)
    if (foreign.isEmpty || configuration.mayRunForeignCode) && !isIsolated {
      let summary = try simulate(request, recordsSeries: parts.report, progress: progress)
      return SimulationOutcome(summary, parts: parts, text: text(summary))
    }
    let order = WorkerOrder(request, parts, configuration)
    return try SimulationOutcome(
      json: worker(suspecting: foreign).answer(to: order.json, progress: progress, log: log))
  }

  /// Checks what a request's scenario promises over its number of paths, wherever it has to run.
  public func targets(
    of request: SimulationRequest, log: (String) -> Void = { _ in }
  ) throws(MMSError) -> [TargetOutcome] {
    let foreign = try foreignModels(of: request)
    if foreign.isEmpty || configuration.mayRunForeignCode {
      return try prepare(request).checkTargets(paths: request.paths)
    }
    let order = WorkerOrder(request, SimulationOutcome.Parts(), configuration, task: .targets)
    let answer = try worker(suspecting: foreign).answer(to: order.json, log: log)
    let targets = try scenario(of: request).targets
    let rows = answer.arrayValue ?? []
    guard rows.count == targets.count else {
      throw MMSError(.modelFailed, "the process that checked the targets answered something else")
    }
    return zip(targets, rows).map { TargetOutcome($0, json: $1) }
  }

  /// The prototypes that a library's debug information states, read in a child.
  ///
  /// - Throws: ``MMSCore/MMSError`` when the file is no library, or the reading of it died.
  public func prototypes(inLibrary path: String) throws(MMSError) -> [String] {
    let worker = WorkerProcess(suspects: "the library '\(path)'", configuration: configuration)
    let answer = try worker.answer(to: configuration.inspection(of: path))
    return answer.arrayValue?.compactMap(\.stringValue) ?? []
  }

  private func worker(suspecting foreign: [ModelEntry]) -> WorkerProcess {
    let names = foreign.map { "plugin \($0.origin), model \($0.descriptor.id)," }
    return WorkerProcess(
      suspects: names.isEmpty ? "the simulation" : names.joined(separator: " or "),
      configuration: configuration)
  }

  func scenario(of request: SimulationRequest) throws(MMSError) -> ScenarioDefinition {
    try scenario(request.scenario, overrides: request.overrides)
  }

  func scenario(_ name: String, overrides texts: [String] = []) throws(MMSError) -> ScenarioDefinition {
    let load = { () throws(MMSError) in
      var overrides: [ScenarioOverride] = []
      for text in texts { overrides.append(try ScenarioOverride(text)) }
      return try self.scenarios.load(name, overrides: overrides)
    }
    guard let shared else { return try load() }
    return try shared.scenario(([name] + texts).joined(separator: "\u{0}"), load)
  }

  /// The models of a request that run foreign code, in the order of their slots.
  public func foreignModels(of request: SimulationRequest) throws(MMSError) -> [ModelEntry] {
    // Functions that a file describes are in no registry, but their libraries are of some plugin.
    guard !plugins.manifests.isEmpty else { return [] }
    let scenario = try scenario(of: request)
    var entries: [ModelEntry] = []
    for reference in scenario.models.map(\.model) {
      entries.append(try reference.entry(in: registry))
    }
    entries.append(try registry.entry(request.strategy, kind: .strategy, path: "strategy"))
    if let data = request.data, let source = try PluginData(data) {
      entries.append(try registry.entry(source.model, kind: .source, path: "data"))
    }
    return entries.filter(\.isForeign)
  }
}
