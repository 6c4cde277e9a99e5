// SPDX-License-Identifier: Apache-2.0

import Foundation
public import MMSCore
import MMSData
import MMSEngine
import MMSModels
public import MMSReport
public import MMSScenario
public import MMSStore
import MMSStudy
import Synchronization

/// Where registry, scenarios, data and engine meet: a request goes in, a result comes out.
///
/// Nothing above it knows how they meet. Safe to use from any thread.
public final class Runtime: Sendable {
  /// Where things are found.
  public let configuration: RuntimeConfiguration
  /// Every model there is.
  public let registry: ModelRegistry
  /// Every scenario there is.
  public let scenarios: ScenarioLibrary
  /// Bars that come with MMS.
  public let bundled: BundledData
  private let opened = Mutex<Store?>(nil)

  /// Assembles a runtime; nothing is opened yet.
  public init(_ configuration: RuntimeConfiguration) throws(MMSError) {
    self.configuration = configuration
    var registry = ModelRegistry()
    try BuiltInModels.register(in: &registry)
    self.registry = registry
    scenarios = ScenarioLibrary(directories: configuration.scenarioDirectories, registry: registry)
    bundled = BundledData(directories: configuration.dataDirectories)
  }

  /// The database, opened the first time it is asked for; nil when the configuration names none.
  public func store() throws(MMSError) -> Store? {
    guard let path = configuration.database else { return nil }
    let result: Result<Store, MMSError> = opened.withLock { store in
      if let store { return .success(store) }
      do throws(MMSError) {
        let fresh = try Store(path: path)
        store = fresh
        return .success(fresh)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// Prepares a request: everything is found, checked and fixed, nothing has run.
  public func prepare(_ request: SimulationRequest) throws(MMSError) -> PreparedSimulation {
    try PlanBuilder(runtime: self, request: request).build()
  }

  /// Runs a request.
  ///
  /// - Parameters:
  ///   - recordsSeries: Whether the first path keeps series for the report.
  ///   - progress: Told how many paths are done.
  public func simulate(
    _ request: SimulationRequest, recordsSeries: Bool = false,
    progress: (@Sendable (_ done: Int, _ wanted: Int) -> Void)? = nil
  ) throws(MMSError) -> SimulationSummary {
    let clock = ContinuousClock()
    let began = clock.now
    let prepared = try prepare(request)
    var summary = try prepared.run(
      threads: configuration.threads, recordsSeries: recordsSeries, progress: progress)
    summary.executionTime = (clock.now - began) / .seconds(1)
    return summary
  }

  /// Stores a result and gives it its id.
  ///
  /// - Returns: The summary with its id and report address; unchanged when there is no database.
  public func record(
    _ summary: SimulationSummary, of request: SimulationRequest
  ) throws(MMSError) -> SimulationSummary {
    guard let store = try store() else { return summary }
    let frozen = summary
    let metric = { (metric: Metric) in frozen.estimates[metric].value }
    let id = try store.insert(
      NewSimulation(
        symbol: summary.symbol, period: summary.period, scenario: summary.scenario,
        strategy: summary.strategy, strategyParams: summary.strategyParameters.json.write(pretty: false),
        seed: summary.seed, paths: summary.paths.count, request: request.json.write(pretty: false),
        startedAt: Store.now() - SimDuration(nanoseconds: Int64(summary.executionTime * 1e9)),
        numbers: SimulationNumbers(
          slippage: metric(.slippage), fillProbability: metric(.fillProbability),
          priceImpact: metric(.priceImpact), totalReturn: metric(.totalReturn),
          maxDrawdown: metric(.maxDrawdown), sharpeRatio: metric(.sharpeRatio)),
        executionTime: summary.executionTime, reportPath: nil,
        details: { id in
          var identified = frozen
          identified.id = id
          return identified.answer().write(pretty: false)
        }))
    var stored = summary
    stored.id = id
    return stored
  }
}
