// SPDX-License-Identifier: Apache-2.0

import Foundation
public import MMSCore
public import MMSData
import MMSModels
public import MMSPluginHost
public import MMSReport
public import MMSScenario
public import MMSStore
import Synchronization

/// Where registry, scenarios, data and engine meet: a request goes in, a result comes out.
///
/// Nothing above it knows how they meet. Safe to use from any thread.
public final class Runtime: Sendable {
  /// Where things are found.
  public let configuration: RuntimeConfiguration
  /// What opens data URIs.
  public let sources: DataSourceFactory
  /// Every model there is.
  public let registry: ModelRegistry
  /// Every plugin there is.
  public let plugins: PluginCatalogue
  /// Every scenario there is.
  public let scenarios: ScenarioLibrary
  /// Bars that come with MMS.
  public let bundled: BundledData
  private let opened = Mutex<Store?>(nil)
  /// What requests share, in a process that serves many of them.
  let shared: PreparationCache?

  /// Assembles a runtime; nothing is opened yet.
  ///
  /// - Parameters:
  ///   - configuration: Where things are found.
  ///   - sources: What opens data URIs; the program adds the schemes of modules that are not below this one.
  public init(
    _ configuration: RuntimeConfiguration, sources: DataSourceFactory = DataSourceFactory()
  ) throws(MMSError) {
    self.configuration = configuration
    self.sources = sources
    var registry = ModelRegistry()
    try BuiltInModels.register(in: &registry)
    let plugins = PluginCatalogue(
      directories: configuration.pluginDirectories, trust: PluginTrust(isLocked: configuration.isLocked))
    for entry in plugins.entries() { try registry.register(entry) }
    self.registry = registry
    self.plugins = plugins
    scenarios = ScenarioLibrary(
      directories: configuration.scenarioDirectories + plugins.manifests.map(\.scenarioFolder),
      registry: registry, readFunction: { plugins.function(reading: $0, kind: $1) }
    ) { (requirement) throws(MMSError) in
      try plugins.check(requirement.name, version: requirement.version, sha256: requirement.sha256)
    }
    bundled = BundledData(directories: configuration.dataDirectories)
    shared = configuration.sharesPreparations ? PreparationCache() : nil
  }

  /// The database, opened the first time it is asked for; nil when the configuration names none.
  public func store() throws(MMSError) -> Store? {
    guard let path = configuration.database else { return nil }
    let result: Result<Store, MMSError> = opened.withLock { store in
      if let store { return .success(store) }
      do throws(MMSError) {
        let fresh = try Store(
          path: path, options: Store.Options(survivesPowerLoss: configuration.survivesPowerLoss))
        store = fresh
        return .success(fresh)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// Says which state of files and database the requests to come belong to.
  ///
  /// What was read for another state is forgotten. Without effect unless the configuration shares preparations.
  public func renew(_ stamp: String) { shared?.renew(stamp) }

  /// Prepares a request: everything is found, checked and fixed, nothing has run.
  public func prepare(_ request: SimulationRequest) throws(MMSError) -> PreparedSimulation {
    try PlanBuilder(runtime: self, request: request).build()
  }

  /// Checks a request as far as that goes without reading bars or running foreign code.
  ///
  /// - Throws: what ``prepare(_:)`` throws for an unknown name, a value out of range, or a period without data.
  public func check(_ request: SimulationRequest) throws(MMSError) {
    try PlanBuilder(runtime: self, request: request).check()
  }

  /// What decides a request's result besides the bars (engine, scenario, models, calibration, seed), and what decides
  /// which bars those are: equal texts and equal bars mean equal results, on any host.
  ///
  /// - Throws: what ``check(_:)-(SimulationRequest)`` throws.
  public func identity(of request: SimulationRequest) throws(MMSError) -> (models: String, bars: String) {
    try PlanBuilder(runtime: self, request: request).identity()
  }

  /// Runs a request.
  ///
  /// - Parameters:
  ///   - request: What is asked.
  ///   - recordsSeries: Whether the first path keeps series for the report.
  ///   - progress: Told how many paths are done.
  ///   - isCancelled: Asked between paths; true ends the run.
  public func simulate(
    _ request: SimulationRequest, recordsSeries: Bool = false,
    progress: (@Sendable (_ done: Int, _ wanted: Int) -> Void)? = nil,
    isCancelled: (@Sendable () -> Bool)? = nil
  ) throws(MMSError) -> SimulationSummary {
    let foreign = try foreignModels(of: request)
    if !configuration.mayRunForeignCode, let first = foreign.first {
      throw MMSError(
        .internal,
        "\(first.descriptor.id) of \(first.origin) was to run in the process that asked for it; report this")
    }
    let clock = ContinuousClock()
    let began = clock.now
    let prepared = try prepare(request)
    var summary = try prepared.run(
      threads: configuration.threads, recordsSeries: recordsSeries, progress: progress,
      isCancelled: isCancelled)
    summary.executionTime = (clock.now - began) / .seconds(1)
    return summary
  }

  /// Stores a result and gives it its id; does nothing when there is no database.
  public func record(_ outcome: inout SimulationOutcome, of request: SimulationRequest) throws(MMSError) {
    guard let store = try store() else { return }
    let frozen = outcome
    let answer = frozen.answer
    let id = try store.insert(
      NewSimulation(
        symbol: request.symbol, period: request.period,
        scenario: answer["provenance"]?["scenario"]?["name"]?.stringValue ?? request.scenario,
        strategy: request.strategy,
        strategyParams: (answer["details"]?["strategy"]?["parameters"] ?? [:]).write(pretty: false),
        seed: frozen.seed, paths: frozen.paths,
        request: request.json.write(pretty: false),
        startedAt: Store.now() - SimDuration(nanoseconds: Int64(frozen.executionTime * 1e9)),
        numbers: frozen.numbers,
        executionTime: frozen.executionTime, reportPath: nil,
        details: { id in
          var identified = frozen
          identified.identify(id: id)
          return JSONValue.object(identified.answer).write(pretty: false)
        }))
    outcome.identify(id: id)
  }
}
