// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSYAML

/// Turns a merged document into a definition, reporting every fault it can see.
struct ScenarioReader {
  let registry: ModelRegistry
  /// The files the document was merged from; a value from elsewhere is an override.
  let files: [String]
  let checkPlugin: ScenarioLibrary.PluginCheck
  let readFunction: ScenarioLibrary.FunctionReader?

  func read(_ tree: YAMLNode) throws(MMSError) -> ScenarioDefinition {
    let document = try YAMLMap(tree)
    document.allow("apiVersion", "kind")
    let metadata = ScenarioMetadata(document.section("metadata"))
    let spec = document.section("spec")
    let market = spec.optional("market", .choice(.quotes, .book), default: ScenarioDefinition.Market.quotes)
    let data = Self.data(spec.optionalSection("data"))
    let (plugins, missing) = plugins(spec)
    // What its models are nobody can say then, and nothing is wrong with the file.
    if let missing {
      throw MMSError(
        .unavailable, "scenario '\(metadata.name)' needs a plugin: \(missing.error.message)",
        hint: missing.error.hint, location: missing.location)
    }
    let models = spec.section("models")
    let scenario = model(.scenario, in: models)
    let fill = model(.fill, in: models)
    let impact = model(.impact, in: models)
    let calibration = Self.calibration(spec.optionalSection("calibration"))
    let execution = Self.execution(spec.optionalSection("execution"))
    let flow = flow(market, data, in: models, spec, execution)
    let events = spec.sections("events").map(Self.event)
    if data.path == .recordedFlow, events.contains(where: { $0.target != .halted }) {
      spec.fault(
        "recorded flow is replayed as it was; remove the events but those with the target halted",
        at: "events")
    }
    let targets = spec.sections("targets").map(Self.target)
    try document.finish()
    guard let scenario, let fill, let impact else {
      throw MMSError(.internal, "the scenario '\(metadata.name)' lost a model without an error; report this")
    }
    return ScenarioDefinition(
      name: metadata.name, version: metadata.version, summary: metadata.summary, source: metadata.source,
      market: market, data: data, plugins: plugins, scenario: scenario, fill: fill, impact: impact,
      flow: flow,
      calibration: calibration, execution: execution, events: events, targets: targets, files: files,
      tree: tree)
  }

  /// The order flow of a book, and what a book asks of the rest of the file.
  private func flow(
    _ market: ScenarioDefinition.Market, _ data: ScenarioData, in models: YAMLMap, _ spec: YAMLMap,
    _ execution: ExecutionSettings
  ) -> ModelReference? {
    guard market == .book else {
      if data.path == .recordedFlow {
        spec.fault(
          "data.path recorded_flow replays orders into a book; write 'market: book' or another path",
          at: "data")
      }
      if models.has("flow") {
        models.fault(
          "a flow makes the orders of a book, but the market is quotes; write 'market: book' or remove it",
          at: "flow")
      }
      if execution.dataLatency.nanoseconds > 0 {
        spec.fault(
          "execution.data_latency is there for 'market: book'; with quotes a decision sees the close of its row",
          at: "execution")
      }
      if execution.priceBand != nil {
        spec.fault(
          "execution.price_band bounds what a book trades at; write 'market: book' or remove it",
          at: "execution")
      }
      return nil
    }
    let isRecorded = data.path == .recordedFlow
    if isRecorded, models.has("flow") {
      models.fault(
        "data.path recorded_flow replays recorded orders, and a flow makes orders up; remove one of the two",
        at: "flow")
    }
    if !isRecorded, !models.has("flow") {
      spec.fault(
        "'market: book' needs a model of the order flow; write 'flow: {use: flow/ZeroIntelligence-v1}' under models,"
          + " or 'path: recorded_flow' under data", at: "market")
      return nil
    }
    if !(execution.tick > 0 && execution.lot > 0) {
      spec.fault("a book counts in ticks and lots; write tick and lot above 0 under execution", at: "market")
    }
    if execution.perpetual != nil {
      spec.fault(
        "perpetual contracts are traded with 'market: quotes' only; remove one of the two", at: "market")
    }
    return isRecorded ? nil : model(.flow, in: models)
  }

  private static func data(_ map: YAMLMap?) -> ScenarioData {
    guard let map else { return ScenarioData() }
    let data = ScenarioData(
      resolution: map.optional("resolution", .duration(in: .seconds(1) ... .days(1)), default: .minutes(1)),
      path: map.optional(
        "path", .choice(.auto, .history, .bootstrap, .synthetic, .recordedFlow), default: .auto),
      symbol: map.optional(
        "symbol",
        .text(
          1...20, of: "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
          expected: "a symbol of capital letters and digits, such as BTCUSDT")),
      source: map.optional(
        "source",
        .text(
          1...40, of: ScenarioName.characters + "-",
          expected: "the name of a source of data, such as binance-usdm")),
      start: map.optional("start", .time),
      end: map.optional("end", .time))
    if let start = data.start, let end = data.end, start >= end {
      map.fault("the end \(end) is not after the start \(start); correct one of them", at: "end")
    }
    return data
  }

  /// The plugins that are asked for, and the first that is not here.
  private func plugins(
    _ spec: YAMLMap
  ) -> (all: [PluginRequirement], missing: (error: MMSError, location: SourceLocation?)?) {
    var missing: (error: MMSError, location: SourceLocation?)?
    let all = spec.sections("plugins").map { map in
      let requirement = PluginRequirement(
        name: map.require("name", .text), version: map.optional("version", .text),
        sha256: map.optional(
          "sha256",
          .text(64...64, of: "0123456789abcdef", expected: "a SHA-256 digest of 64 hexadecimal digits")))
      do throws(MMSError) {
        try checkPlugin(requirement)
      } catch {
        if error.code == .notFound, missing == nil, !requirement.name.isEmpty {
          missing = (error, map.location)
        } else {
          map.fault(error.message, at: "name", hint: error.hint)
        }
      }
      return requirement
    }
    return (all, missing)
  }

  private static func calibration(_ map: YAMLMap?) -> Calibration {
    Calibration(
      baseSlippage: map?.optional("base_slippage", .fraction(in: 0...0.5)) ?? 0.001,
      volatilityFactor: map?.optional("volatility_factor", .positive) ?? 1,
      liquidityFactor: map?.optional("liquidity_factor", .positive) ?? 1)
  }

  private static func execution(_ map: YAMLMap?) -> ExecutionSettings {
    var settings = ExecutionSettings()
    guard let map else { return settings }
    settings.initialEquity = map.optional("initial_equity", .positive, default: settings.initialEquity)
    settings.initialPosition = map.optional("initial_position", .number(in: -1e12...1e12), default: 0)
    settings.takerFee = map.optional("taker_fee", .fraction(in: 0...0.5), default: settings.takerFee)
    settings.makerFee = map.optional("maker_fee", .fraction(in: -0.5...0.5), default: settings.makerFee)
    settings.latency = map.optional("latency", .latency, default: settings.latency)
    settings.dataLatency = map.optional(
      "data_latency", .duration(in: SimDuration(nanoseconds: 0) ... .days(1)), default: settings.dataLatency)
    settings.volumeCap = map.optional("volume_cap", .fraction(in: 0...1), default: settings.volumeCap)
    settings.stop = map.optional("stop", .choice(.intrabar, .close), default: settings.stop)
    settings.closeAtEnd = map.optional("close_at_end", .bool, default: settings.closeAtEnd)
    settings.tick = map.optional("tick", .number(in: 0 ... .infinity), default: settings.tick)
    settings.lot = map.optional("lot", .number(in: 0 ... .infinity), default: settings.lot)
    settings.minNotional = map.optional(
      "min_notional", .number(in: 0 ... .infinity), default: settings.minNotional)
    settings.perpetual = map.optionalSection("perpetual").map(perpetual)
    settings.outage = map.optionalSection("outage").map(outage)
    settings.priceBand = map.optionalSection("price_band").map(priceBand)
    if settings.volumeCap == 0, map.has("volume_cap") {
      map.fault("a volume_cap of 0 lets nothing fill; write a share such as 0.1", at: "volume_cap")
    }
    if settings.makerFee < 0, -settings.makerFee > settings.takerFee, map.has("maker_fee") {
      map.fault(
        "a rebate of \(-settings.makerFee) beyond the taker's fee of \(settings.takerFee) pays for trading "
          + "with oneself; lower it", at: "maker_fee")
    }
    return settings
  }

  /// Columns an event may change: a bar keeps its shape, and what models derive is theirs.
  static let eventTargets: [MarketColumn] = [
    .mid, .halfSpread, .bidDepth, .askDepth, .volatility, .volume, .stress, .halted,
  ]

  private static func event(_ map: YAMLMap) -> ScriptedEvent {
    let anchor = map.require("at", .anchor)
    let names = eventTargets.map(\.rawValue)
    let target = MarketColumn(rawValue: map.require("target", .text(oneOf: names))) ?? .mid
    let shape = map.optional("shape", .choice(.step, .ramp, .decay), default: ScriptedEvent.Shape.step)
    let duration = map.require("for", .span)
    let value: Double
    switch target {
    case .halted:
      value = map.optional("value", .number(in: 1...1), default: 1)
      if shape != .step {
        map.fault("trading is halted or not; write 'shape: step' for the target halted", at: "shape")
      }
    case .stress:
      value = map.require("value", .number(in: 0...1))
    case .mid:
      value = map.require("value", .positive)
    default:
      value = map.require("value", .number(in: 0...1e6))
    }
    return ScriptedEvent(anchor: anchor, target: target, shape: shape, duration: duration, value: value)
  }

  private static func target(_ map: YAMLMap) -> ScenarioTarget {
    let names = MarketStatistic.allCases.map(\.rawValue)
    let statistic = MarketStatistic(rawValue: map.require("statistic", .text(oneOf: names)))
    let between = map.require("between", .range(of: .fraction))
    let share = map.optional("paths", .fraction(in: 0...1))
    if share == 0 {
      map.fault("a share of 0 asks nothing of any path; write one such as 0.9", at: "paths")
    }
    return ScenarioTarget(
      statistic ?? .maxDrawdownOfMid, between: between.lowerBound, and: between.upperBound, share: share)
  }
}

/// What a file says about itself.
struct ScenarioMetadata {
  let name: String
  let version: Int
  let summary: String
  let source: String

  init(_ map: YAMLMap) {
    name = map.require("name", .scenarioName)
    version = map.optional("version", .integer(in: 1...1_000_000), default: 1)
    summary = map.optional("summary", .text, default: "")
    source = map.optional("source", .text, default: "")
  }
}
