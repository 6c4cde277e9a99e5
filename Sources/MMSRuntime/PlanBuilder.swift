// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSReport
import MMSScenario
import MMSStore
import MMSStudy

/// Turns a request into a plan: scenario, data, calibration, models, seed.
struct PlanBuilder {
  let runtime: Runtime
  let request: SimulationRequest

  func build() throws(MMSError) -> PreparedSimulation {
    try checkRequest()
    let target = try request.resolvedTarget()
    let scenario = try runtime.scenario(of: request)
    let strategy = try makeStrategy(leverage: scenario.execution.perpetual?.leverageCap ?? 1)
    let store = try runtime.store()
    let market = try market(
      scenario, warmUp: strategy.model.warmUpDuration(resolution: scenario.data.resolution), store: store)
    let data = market.data
    let base = market.base
    let steps = data.bars.count - data.warmUpRows
    try checkWork(steps: steps)
    var warnings = data.warnings
    let (stress, calibration) = try calibration(scenario, store: store)
    let context = MarketContext(
      symbol: request.symbol, resolution: data.bars.resolution, steps: steps, stress: stress)
    let isSingle = request.paths == 1 && target == nil
    let model = try scenarioModel(scenario.scenario)
    let resampler = try resampler(scenario, model: model, isSingle: isSingle)
    if resampler != nil {
      warnings.append("errors are over resamples of this history: they are conditional on it")
      if data.window.end - data.window.start < .days(3) {
        // A resample goes on at the same minute of another day: few days make few different paths.
        warnings.append(
          "resamples of less than three days are nearly the same day again; their errors say little")
      }
    }
    if scenario.execution.latency == .zero {
      warnings.append("latency 0: orders execute at the very mid they were decided on, which no venue offers")
    }
    let seed = request.seed ?? derivedSeed(data.window)
    var plan = try RunPlan(
      base: base, context: context, scenario: model, resampler: resampler,
      events: scenario.events + (data.recording?.haltEvents(resolution: data.bars.resolution) ?? []),
      fill: try fillModel(scenario.fill), impact: try impactModel(scenario.impact),
      strategy: strategy.model, execution: scenario.execution, seed: seed, isCentral: isSingle)
    if scenario.data.path == .recordedFlow { try checkReplay(model) }
    if request.antithetic { try checkPairs(model, resampler, scenario) }
    plan.isAntithetic = request.antithetic
    plan.recording = data.recording
    plan.flow = try scenario.flow.map { (reference) throws(MMSError) in try flowModel(reference) }
    let provenance = Provenance(
      engine: MMSVersion.current,
      scenario: (scenario.name, scenario.version, scenario.digest),
      models: try uses(scenario, strategy: strategy.parameters),
      dataSource: data.sourceName, dataOrigin: data.bars.source, dataDigest: data.digest,
      calibration: calibration, stress: stress,
      path: model.requirements.writesPrices ? "generated" : resampler == nil ? "history" : "bootstrap")
    return PreparedSimulation(
      plan: plan, scenario: scenario, request: request, target: target,
      strategyParameters: strategy.parameters, provenance: provenance, window: data.window,
      seedIsDerived: request.seed == nil, warnings: warnings)
  }

  /// The part of ``build()`` that needs neither bars nor foreign code.
  func check() throws(MMSError) {
    try checkRequest()
    _ = try request.resolvedTarget()
    let scenario = try runtime.scenario(of: request)
    let leverage = scenario.execution.perpetual?.leverageCap ?? 1
    let entry = try runtime.registry.entry(request.strategy, kind: .strategy, path: "strategy")
    if entry.isForeign {
      _ = try strategyParameters(entry, leverage: leverage)
    } else {
      _ = try makeStrategy(leverage: leverage)
    }
    // What a plugin holds is known in the process that may load it.
    if let data = request.data, try PluginData(data) != nil { return }
    let window = try finder(try runtime.store()).window(of: request, scenario: scenario)
    try checkWork(
      steps: Int((window.end - window.start).nanoseconds / scenario.data.resolution.nanoseconds))
  }

  /// Recorded flow is one path and knows nothing of a scenario's prices.
  private func checkReplay(_ model: any ScenarioModel) throws(MMSError) {
    guard model.requirements.leavesHistory else {
      throw MMSError(
        .invalidValue,
        "\(model.descriptor.id) rewrites the market, but recorded flow is replayed as it was",
        path: "models.scenario", hint: "write scenario: {use: scenario/History-v1}")
    }
    guard request.paths == 1 else {
      throw MMSError(
        .invalidValue, "a recording is one path, but paths is \(request.paths); ask for one", path: "paths")
    }
  }

  /// Refuses antithetic pairs of markets that cannot be mirrored.
  private func checkPairs(
    _ model: any ScenarioModel, _ resampler: (any ScenarioModel)?, _ scenario: ScenarioDefinition
  ) throws(MMSError) {
    if scenario.flow != nil || scenario.data.path == .recordedFlow {
      // The next draw of a book belongs to its next event: after the first that differs nothing is mirrored any more.
      throw MMSError(
        .invalidValue,
        "antithetic pairs need a market whose draws belong to steps, but scenario '\(scenario.name)' is an order book,"
          + " whose draws belong to events", path: "antithetic",
        hint: "leave antithetic out, or name a scenario of market: quotes")
    }
    if resampler == nil, model.requirements.leavesHistory {
      throw MMSError(
        .invalidValue,
        "antithetic pairs need a market that is drawn, but scenario '\(scenario.name)' is the recorded one on every path",
        path: "antithetic", hint: "leave antithetic out, or set data.path=bootstrap")
    }
  }

  /// What decides a result besides the bars, and what decides which bars, each as text.
  func identity() throws(MMSError) -> (models: String, bars: String) {
    let scenario = try runtime.scenario(of: request)
    let strategy = try makeStrategy(leverage: scenario.execution.perpetual?.leverageCap ?? 1)
    let store = try runtime.store()
    let window = try finder(store).window(of: request, scenario: scenario)
    let (stress, _) = try calibration(scenario, store: store)
    let models = try uses(scenario, strategy: strategy.parameters).map { use in
      "\(use.slot)=\(use.id) \(use.parameters.json.write(pretty: false)) \(use.digest ?? "")"
    }
    let warmUp = strategy.model.warmUpDuration(resolution: scenario.data.resolution)
    let bars = [
      request.symbol, "\(window.start)", "\(window.end)", "\(scenario.data.resolution)",
      scenario.data.source ?? "", "\(warmUp.nanoseconds)",
    ]
    let text = [
      MMSVersion.current, scenario.digest, "\(stress)", "\(request.seed ?? derivedSeed(window))",
      request.seed == nil ? "derived" : "given", "\(request.paths)", "\(request.targetError ?? 0)",
      request.targetMetric ?? "", request.period, request.antithetic ? "antithetic" : "",
    ]
    return ((text + models).joined(separator: "\u{0}"), bars.joined(separator: "\u{0}"))
  }

  private func checkWork(steps: Int) throws(MMSError) {
    let (work, overflow) = steps.multipliedReportingOverflow(by: request.paths)
    guard !overflow, work <= runtime.configuration.maximumPathSteps else {
      throw MMSError(
        .invalidValue,
        "\(request.paths) paths of \(steps) steps exceed the limit of"
          + " \(runtime.configuration.maximumPathSteps) path-steps; ask for fewer paths or a shorter period",
        path: "paths")
    }
  }

  func finder(_ store: Store?) -> MarketDataFinder {
    MarketDataFinder(
      sources: runtime.sources, store: store, bundled: runtime.bundled, registry: runtime.registry,
      shared: runtime.shared)
  }

  private func market(
    _ scenario: ScenarioDefinition, warmUp: SimDuration, store: Store?
  ) throws(MMSError) -> PreparationCache.Market {
    let load = { () throws(MMSError) in
      let data = try finder(store).find(request, scenario: scenario, warmUp: warmUp)
      return PreparationCache.Market(
        data: data,
        base: try BaseMarket(bars: data.bars, warmUpRows: data.warmUpRows, tick: scenario.execution.tick))
    }
    guard let shared = runtime.shared else { return try load() }
    let wanted = scenario.data
    let key = [
      request.symbol, request.period, request.startTime ?? "", request.endTime ?? "", request.data ?? "",
      scenario.name, "\(wanted.resolution.nanoseconds)", wanted.symbol ?? "", wanted.source ?? "",
      wanted.start?.description ?? "", "\(scenario.execution.tick)", "\(warmUp.nanoseconds)",
    ]
    return try shared.market(key.joined(separator: "\u{0}"), load)
  }

  private func checkRequest() throws(MMSError) {
    if request.symbol.isEmpty {
      throw MMSError(.invalidValue, "symbol is empty; give a trading pair such as BTCUSDT", path: "symbol")
    }
    if request.paths < 1 {
      throw MMSError(
        .invalidValue, "paths is \(request.paths); at least one path has to be run", path: "paths")
    }
    let fewest = 2 * Estimates.minimumPaths
    if request.antithetic, request.paths < fewest || request.paths % 2 != 0 {
      throw MMSError(
        .invalidValue,
        "paths is \(request.paths); antithetic paths come in pairs, and fewer than \(fewest / 2) pairs say nothing about"
          + " their error", path: "paths", hint: "ask for an even number of paths, \(fewest) or more")
    }
  }

  func makeStrategy(
    leverage: Double
  ) throws(MMSError) -> (model: any Strategy, parameters: ParameterValues) {
    let entry = try runtime.registry.entry(request.strategy, kind: .strategy, path: "strategy")
    let parameters = try strategyParameters(entry, leverage: leverage)
    guard case .strategy(let make) = entry.factory else { throw mismatch(entry) }
    return (try make(parameters), parameters)
  }

  private func strategyParameters(
    _ entry: ModelEntry, leverage: Double
  ) throws(MMSError) -> ParameterValues {
    try ParameterResolver.resolve(
      request.strategyParameters, schema: entry.descriptor.parameters.map { $0.allowing(leverage: leverage) },
      owner: "strategy '\(request.strategy)'", path: "strategy_params")
  }

  private func scenarioModel(_ reference: ModelReference) throws(MMSError) -> any ScenarioModel {
    let entry = try reference.entry(in: runtime.registry, kind: .scenario)
    guard case .scenario(let make) = entry.factory else { throw mismatch(entry) }
    return try make(reference.parameters)
  }

  private func fillModel(_ reference: ModelReference) throws(MMSError) -> any FillModel {
    let entry = try reference.entry(in: runtime.registry, kind: .fill)
    guard case .fill(let make) = entry.factory else { throw mismatch(entry) }
    return try make(reference.parameters)
  }

  private func impactModel(_ reference: ModelReference) throws(MMSError) -> any ImpactModel {
    let entry = try reference.entry(in: runtime.registry, kind: .impact)
    guard case .impact(let make) = entry.factory else { throw mismatch(entry) }
    return try make(reference.parameters)
  }

  private func flowModel(_ reference: ModelReference) throws(MMSError) -> any FlowModel {
    let entry = try reference.entry(in: runtime.registry, kind: .flow)
    guard case .flow(let make) = entry.factory else { throw mismatch(entry) }
    return try make(reference.parameters)
  }

  private func mismatch(_ entry: ModelEntry) -> MMSError {
    MMSError(.internal, "model \(entry.descriptor.id) is registered under a kind its factory does not make")
  }

  /// Several paths are resamples of the history, one path is the history, unless the scenario insists or its
  /// model writes prices of its own.
  private func resampler(
    _ scenario: ScenarioDefinition, model: any ScenarioModel, isSingle: Bool
  ) throws(MMSError) -> (any ScenarioModel)? {
    switch scenario.data.path {
    case .history, .synthetic, .recordedFlow: return nil
    case .auto: if isSingle || model.requirements.writesPrices { return nil }
    case .bootstrap: break
    }
    let entry = try runtime.registry.entry("scenario/BlockBootstrap-v1", kind: .scenario)
    let defaults = try ParameterResolver.resolve(
      [], schema: entry.descriptor.parameters, owner: "the resampler", path: "data")
    guard case .scenario(let make) = entry.factory else { throw mismatch(entry) }
    return try make(defaults)
  }

  /// The active row for (symbol, scenario), then the scenario file; normal likewise.
  ///
  /// A value that the request overrides wins over both.
  func calibration(
    _ scenario: ScenarioDefinition, store: Store?
  ) throws(MMSError) -> (StressRatios, source: String) {
    let normalFile = try runtime.scenario("normal").calibration
    var isOverridden = false
    for text in request.overrides where try ScenarioOverride(text).path.hasPrefix("spec.calibration") {
      isOverridden = true
    }
    let row = isOverridden ? nil : try activeCalibration(scenario.name, store)
    let normalRow = try activeCalibration("normal", store)
    let own = row?.factors ?? scenario.calibration
    // Normal stands at the ratios 1 whatever its row says.
    let normal = scenario.name == "normal" && !isOverridden ? own : normalRow?.factors ?? normalFile
    return (StressRatios(scenario: own, normal: normal), row?.id ?? "scenario file")
  }

  private func activeCalibration(
    _ scenario: String, _ store: Store?
  ) throws(MMSError) -> CalibrationRow? {
    let find = { () throws(MMSError) in
      try store?.activeCalibration(symbol: request.symbol, scenario: scenario)
    }
    guard let shared = runtime.shared else { return try find() }
    return try shared.calibration("\(request.symbol)\u{0}\(scenario)", find)
  }

  /// A seed that depends on symbol, start and end alone, so that trials of an optimizer share their noise.
  private func derivedSeed(_ window: SimulationWindow) -> UInt64 {
    let digest = SHA256.hex(of: "\(request.symbol)|\(window.start)|\(window.end)")
    // 53 bits, so that every JSON reader keeps the number exactly.
    return (UInt64(digest.prefix(16), radix: 16) ?? 0) >> 11
  }

  private func uses(
    _ scenario: ScenarioDefinition, strategy: ParameterValues
  ) throws(MMSError) -> [Provenance.ModelUse] {
    var uses: [Provenance.ModelUse] = []
    for (slot, reference) in scenario.models {
      let entry = try reference.entry(in: runtime.registry)
      uses.append(
        Provenance.ModelUse(
          slot: slot, id: reference.id, parameters: reference.parameters, origin: entry.origin,
          digest: entry.digest))
    }
    let entry = try runtime.registry.entry(request.strategy, kind: .strategy)
    uses.append(
      Provenance.ModelUse(
        slot: "strategy", id: request.strategy, parameters: strategy, origin: entry.origin,
        digest: entry.digest))
    return uses
  }
}

extension CalibrationRow {
  /// The row's numbers as the engine takes them.
  var factors: Calibration {
    Calibration(
      baseSlippage: baseSlippage, volatilityFactor: volatilityFactor, liquidityFactor: liquidityFactor)
  }
}
