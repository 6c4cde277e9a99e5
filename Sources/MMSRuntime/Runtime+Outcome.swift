// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSReport
import MMSScenario

extension Runtime {
  /// Runs a request wherever it has to run: here, or in a child when it needs code of a plugin.
  ///
  /// - Parameters:
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
    let names = foreign.map { "plugin \($0.origin), model \($0.descriptor.id)," }
    let worker = WorkerProcess(
      suspects: names.isEmpty ? "the simulation" : names.joined(separator: " or "),
      configuration: configuration)
    return try worker.run(WorkerOrder(request, parts, configuration), progress: progress, log: log)
  }

  /// The models of a request that run foreign code.
  func foreignModels(of request: SimulationRequest) throws(MMSError) -> [ModelEntry] {
    guard registry.entries.contains(where: \.isForeign) else { return [] }
    var overrides: [ScenarioOverride] = []
    for text in request.overrides { overrides.append(try ScenarioOverride(text)) }
    let scenario = try scenarios.load(request.scenario, overrides: overrides)
    var entries: [ModelEntry] = []
    for reference in [scenario.scenario, scenario.fill, scenario.impact] {
      entries.append(try registry.entry(reference.id))
    }
    entries.append(try registry.entry(request.strategy, kind: .strategy, path: "strategy"))
    if let data = request.data, let source = try PluginData(data) {
      entries.append(try registry.entry(source.model, kind: .source, path: "data"))
    }
    return entries.filter(\.isForeign)
  }
}
