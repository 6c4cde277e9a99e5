// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSScenario

/// All a scenario says.
struct ScenarioCard: Presentable {
  private let scenario: ScenarioDefinition

  init(_ scenario: ScenarioDefinition) { self.scenario = scenario }

  var text: String {
    var text = "\(Style.bold(scenario.name)) v\(scenario.version)\n  \(scenario.summary)\n\n"
    var table = TextTable(.left, .left)
    for (slot, model) in models {
      let parameters = model.parameters.entries.map { "\($0.name)=\($0.value.text)" }.joined(separator: " ")
      table.add("\(slot) model", "\(model.id)  \(parameters)")
    }
    for (name, value) in calibration + execution { table.add(name.replacing("_", with: " "), value.text) }
    for event in scenario.events { table.add("event", event.text) }
    for target in scenario.targets { table.add("target", target.text) }
    text += table.text
    if !scenario.source.isEmpty { text += "\nSource\n  \(scenario.source)\n" }
    return text + "\nFiles\n" + scenario.files.map { "  \($0)\n" }.joined()
  }

  var json: JSONValue {
    var slots = JSONObject()
    for (slot, model) in models {
      slots[slot] = ["use": .string(model.id), "params": model.parameters.json]
    }
    return [
      "name": .string(scenario.name), "version": .integer(Int64(scenario.version)),
      "summary": .string(scenario.summary), "source": .string(scenario.source),
      "market": .string(scenario.market.rawValue), "digest": .string(scenario.digest),
      "data": [
        "resolution": .string(scenario.data.resolution.description),
        "path": .string(scenario.data.path.rawValue),
        "symbol": scenario.data.symbol.map { .string($0) } ?? .null,
        "source": scenario.data.source.map { .string($0) } ?? .null,
        "start": scenario.data.start.map { .string($0.description) } ?? .null,
        "end": scenario.data.end.map { .string($0.description) } ?? .null,
      ],
      "models": .object(slots), "calibration": object(calibration), "execution": object(execution),
      "events": .array(scenario.events.map { .string($0.text) }),
      "targets": .array(scenario.targets.map { .string($0.text) }),
      "files": .array(scenario.files.map { .string($0) }),
    ]
  }

  private var models: [(String, ModelReference)] {
    scenario.models.map { ($0.slot, $0.model) }
  }

  private var calibration: [(String, ParameterValue)] {
    let factors = scenario.calibration
    return [
      ("base_slippage", .number(factors.baseSlippage)),
      ("volatility_factor", .number(factors.volatilityFactor)),
      ("liquidity_factor", .number(factors.liquidityFactor)),
    ]
  }

  private var execution: [(String, ParameterValue)] {
    let rules = scenario.execution
    var lines: [(String, ParameterValue)] = [
      ("initial_equity", .number(rules.initialEquity)), ("initial_position", .number(rules.initialPosition)),
      ("taker_fee", .number(rules.takerFee)),
      ("maker_fee", .number(rules.makerFee)), ("latency", .text(rules.latency.text)),
      ("volume_cap", .number(rules.volumeCap)), ("stop", .text(rules.stop.rawValue)),
      ("close_at_end", .flag(rules.closeAtEnd)), ("tick", .number(rules.tick)), ("lot", .number(rules.lot)),
      ("min_notional", .number(rules.minNotional)),
    ]
    if rules.dataLatency.nanoseconds > 0 {
      lines.append(("data_latency", .text(rules.dataLatency.description)))
    }
    if let perpetual = rules.perpetual { lines.append(("perpetual", .text(perpetual.text))) }
    if let outage = rules.outage { lines.append(("outage", .text(outage.text))) }
    return lines
  }

  private func object(_ values: [(String, ParameterValue)]) -> JSONValue {
    var object = JSONObject()
    for (name, value) in values { object[name] = value.json }
    return .object(object)
  }
}

extension Latency {
  /// The latency as it would be written in a file.
  fileprivate var text: String {
    switch self {
    case .zero: "0"
    case .constant(let span): span.description
    case .lognormal(let median, let sigma): "{median: \(median), sigma: \(sigma)}"
    }
  }
}

extension ScriptedEvent {
  /// `mid × 0.9, ramp for 20min, at crash`.
  fileprivate var text: String {
    "\(target.rawValue) × \(value), \(shape.rawValue) for \(duration), at \(anchor.text)"
  }
}

extension ScriptedEvent.Anchor {
  /// `crash +2min`.
  fileprivate var text: String {
    switch self {
    case .time(let time): time.description
    case .share(let share): "\(share * 100) % of the period"
    case .named(let name, let offset):
      offset.nanoseconds == 0 ? name : "\(name) \(offset.nanoseconds < 0 ? "" : "+")\(offset)"
    }
  }
}

extension PerpetualRules {
  /// The rules in one line.
  fileprivate var text: String {
    var text = "maintenance margin \(maintenanceMargin), liquidation fee \(liquidationFee)"
    text += ", leverage at most \(leverageCap)"
    guard let funding else { return text + ", no funding" }
    text += ", funding \(funding.rate) each \(funding.interval)"
    return funding.stressRate == funding.rate ? text : text + " (\(funding.stressRate) at full stress)"
  }
}

extension Outage {
  /// `orders and cancels refused for 10min, at crash +2min`.
  fileprivate var text: String {
    let what = coversCancels ? "orders and cancels" : "orders"
    return "\(what) \(mode == .refuse ? "refused" : "delayed") for \(duration), at \(anchor.text)"
  }
}
