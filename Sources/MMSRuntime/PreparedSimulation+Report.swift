// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSReport
import MMSScenario
import MMSStudy

extension PreparedSimulation {
  /// The most paths that a report shows one by one, and the most steps they may have together.
  private static let detailedPaths = 200
  private static let detailedSteps = 20_000_000
  /// The equities a report tries, as multiples of the scenario's, and over how many paths at most.
  private static let scales = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1_000]
  private static let sizePaths = 16
  /// Over how many paths targets of a generated book are looked at.
  private static let bookPaths = 4

  /// Runs what a report shows beside the answer; the first path comes back with its series.
  ///
  /// Paths are pure functions of their number: those run again here are those of the answer.
  func material(
    paths count: Int, threads: Int, isCancelled: (@Sendable () -> Bool)?
  ) throws(MMSError) -> (material: ReportMaterial, first: PathResult) {
    var plan = plan
    plan.keepsStretches = true
    plan.recordsSeries = true
    plan.recordsFills = true
    let steps = max(1, plan.context.steps)
    let shown = max(1, min(count, Self.detailedPaths, Self.detailedSteps / steps))
    var runner = try PathRunner(plan)
    let first = try runner.run(path: 0)
    var material = ReportMaterial()
    let buckets = first.series?.time ?? []
    let stride = max(1, (buckets.count + ReportMaterial.fanPoints - 1) / ReportMaterial.fanPoints)
    material.fanTimes = ReportMaterial.ends(of: buckets.count, stride: stride).map { buckets[$0] }
    material.paths = [ReportMaterial.Path(first, stride: stride)]
    if shown > 1 {
      let frozen = plan
      material.paths += try OrderedWork.map(
        shown - 1, threads: threads, tool: { () throws(MMSError) in try PathRunner(frozen) }
      ) { (runner, index) throws(MMSError) in
        if isCancelled?() == true { throw MMSError(.interrupted, "stopped on request") }
        return ReportMaterial.Path(try runner.run(path: index + 1), stride: stride)
      }
    }
    try addMarket(&material, runner: &runner)
    try addSizes(&material, paths: min(count, Self.sizePaths, shown), threads: threads)
    // A book's market is known only when all of its events have run once more.
    material.targetPaths = plan.meetsBook ? min(shown, Self.bookPaths) : shown
    if !scenario.targets.isEmpty, plan.recording == nil {
      material.targets = try checkTargets(paths: material.targetPaths).map {
        ReportMaterial.Target(text: $0.target.text, mean: $0.mean, share: $0.share, isMet: $0.isMet)
      }
    }
    return (material, first)
  }

  /// Statistics of the recorded market and of the first path's, and the path's events.
  private func addMarket(_ material: inout ReportMaterial, runner: inout PathRunner) throws(MMSError) {
    let base = plan.base
    let market = try runner.market(path: 0)
    let recorded = Array(base.block.mid[base.warmUpRows...])
    guard recorded.count >= 3, market.count >= 3 else { return }
    let (a, b) = (try ReturnStatistics(prices: recorded), try ReturnStatistics(prices: market.mid))
    let perDay = plan.context.stepsPerDay.squareRoot()
    material.facts = [
      ReportMaterial.Fact(
        "volatility_per_day", recorded: a.deviation * perDay, simulated: b.deviation * perDay),
      ReportMaterial.Fact("skewness", recorded: a.skewness, simulated: b.skewness),
      ReportMaterial.Fact("excess_kurtosis", recorded: a.excessKurtosis, simulated: b.excessKurtosis),
      ReportMaterial.Fact("tail_index", recorded: a.hill, simulated: b.hill),
      ReportMaterial.Fact("max_drawdown_of_mid", recorded: a.maxDrawdown, simulated: b.maxDrawdown),
      ReportMaterial.Fact(
        "return_memory", recorded: a.autocorrelation(lag: 1, absolute: false),
        simulated: b.autocorrelation(lag: 1, absolute: false)),
    ]
    material.lags = [1, 2, 3, 5, 8, 12, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480].filter {
      $0 < min(recorded.count, market.count) / 4
    }
    material.recordedMemory = material.lags.map { a.autocorrelation(lag: $0, absolute: true) }
    material.simulatedMemory = material.lags.map { b.autocorrelation(lag: $0, absolute: true) }
    var traded = 0.0
    for row in market.rows { traded += market.volume[row] * market.mid[row] }
    material.dailyNotional = traded / Double(market.count) * plan.context.stepsPerDay
    for row in market.rows where market.event[row] != MarketEvent.none && material.events.count < 64 {
      material.events.append(
        ReportMaterial.Event(
          time: market.time[row], name: market.event[row] == MarketEvent.crash ? "crash" : "scripted event"))
    }
  }

  /// The same paths with less and with more equity at the start.
  private func addSizes(
    _ material: inout ReportMaterial, paths: Int, threads: Int
  ) throws(MMSError) {
    guard !plan.meetsBook else { return }
    material.sizePaths = paths
    for scale in Self.scales {
      var sized = plan
      sized.recordsSeries = false
      sized.recordsFills = true
      sized.execution.initialEquity *= scale
      sized.execution.initialPosition *= scale
      material.sizes.append(
        ReportMaterial.Size(
          equity: sized.execution.initialEquity,
          paths: try MonteCarlo(threads: threads).run(sized, paths: 0..<paths)))
    }
  }
}
