// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSEngine
public import MMSReport
public import MMSScenario
import MMSStudy

/// A simulation that is found, checked and fixed, and can be run any number of times with the same result.
public struct PreparedSimulation: Sendable {
  /// What is run.
  public let plan: RunPlan
  /// The scenario behind it.
  public let scenario: ScenarioDefinition
  let request: SimulationRequest
  let target: (metric: Metric, standardError: Double)?
  let strategyParameters: ParameterValues
  let provenance: Provenance
  let window: SimulationWindow
  let seedIsDerived: Bool
  let warnings: [String]

  /// Runs the paths and sums them up.
  ///
  /// - Throws: ``MMSCore/MMSError/Code/interrupted`` once `isCancelled`, asked between paths, says so.
  public func run(
    threads: Int, recordsSeries: Bool = false, progress: (@Sendable (Int, Int) -> Void)? = nil,
    isCancelled: (@Sendable () -> Bool)? = nil
  ) throws(MMSError) -> SimulationSummary {
    var plan = plan
    plan.keepsStretches = true
    var monteCarlo = MonteCarlo(threads: threads, progress: progress)
    monteCarlo.isCancelled = isCancelled
    var results = try paths(plan, monteCarlo)
    var material: ReportMaterial?
    if recordsSeries {
      // A path is a pure function: those shown are run again with their series, the others need none.
      let shown = try self.material(paths: results.count, threads: threads, isCancelled: isCancelled)
      results[0] = shown.first
      material = shown.material
    }
    var summary = SimulationSummary(
      symbol: request.symbol, period: request.period, scenario: scenario.name, strategy: request.strategy,
      strategyParameters: strategyParameters, start: window.start, end: window.end,
      resolution: plan.context.resolution, steps: plan.context.steps, seed: plan.seed,
      seedIsDerived: seedIsDerived, paths: results, initialEquity: plan.execution.initialEquity,
      provenance: provenance, warnings: warnings)
    summary.material = material
    summary.request = request.json
    summary.target = target.map { ($0.metric, $0.standardError, request.paths) }
    summary.hasEvents =
      !plan.events.isEmpty || !plan.scenario.anchors.isEmpty || plan.execution.outage != nil
    if !plan.meetsBook, results.contains(where: { $0.passiveFillProbability.count > 0 }) {
      // Only resting orders are read differently; without any, all three readings are the same run.
      for reading in FillOptimism.allCases where reading != .expected {
        var other = plan
        other.recordsSeries = false
        other.fill = reading.model(around: plan.fill)
        monteCarlo.progress = nil
        summary.readings[reading] = Estimates(try monteCarlo.run(other, paths: 0..<results.count))
      }
    }
    summary.warnings += ResultWarnings.find(summary, target: target)
    return summary
  }

  /// Runs the paths of this plan, or of one like it, alone, without readings and warnings: what an experiment asks for.
  func results(of plan: RunPlan, threads: Int) throws(MMSError) -> [PathResult] {
    var plan = plan
    plan.keepsStretches = true
    if target == nil, request.paths == 1 {
      var runner = try PathRunner(plan)
      return [try runner.run(path: 0)]
    }
    return try paths(plan, MonteCarlo(threads: threads))
  }

  private func paths(_ plan: RunPlan, _ monteCarlo: MonteCarlo) throws(MMSError) -> [PathResult] {
    if let target { return try monteCarlo.run(plan, upTo: request.paths, target: target) }
    return try monteCarlo.run(plan, paths: 0..<request.paths)
  }
}
