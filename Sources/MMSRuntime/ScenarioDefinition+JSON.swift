// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSScenario

extension ScenarioDefinition {
  /// All a scenario says, as `mms scenario show --json` and GET /scenarios/NAME answer it.
  public var json: JSONValue {
    var slots = JSONObject()
    for (slot, model) in models {
      slots[slot] = ["use": .string(model.id), "params": model.parameters.json]
    }
    return [
      "name": .string(name), "version": .integer(Int64(version)),
      "summary": .string(summary), "source": .string(source),
      "market": .string(market.rawValue), "digest": .string(digest),
      "data": [
        "resolution": .string(data.resolution.description),
        "path": .string(data.path.rawValue),
        "symbol": data.symbol.map { .string($0) } ?? .null,
        "source": data.source.map { .string($0) } ?? .null,
        "start": data.start.map { .string($0.description) } ?? .null,
        "end": data.end.map { .string($0.description) } ?? .null,
      ],
      "models": .object(slots), "calibration": Self.object(calibrationFacts),
      "execution": Self.object(executionFacts),
      "events": .array(events.map { .string($0.text) }),
      "targets": .array(targets.map { .string($0.text) }),
      "files": .array(files.map { .string($0) }),
    ]
  }

  /// The calibration by name.
  public var calibrationFacts: [(name: String, value: ParameterValue)] {
    let factors = calibration
    return [
      ("base_slippage", .number(factors.baseSlippage)),
      ("volatility_factor", .number(factors.volatilityFactor)),
      ("liquidity_factor", .number(factors.liquidityFactor)),
    ]
  }

  /// The rules of venue and account by name.
  public var executionFacts: [(name: String, value: ParameterValue)] {
    let rules = execution
    var lines: [(name: String, value: ParameterValue)] = [
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
    if let band = rules.priceBand { lines.append(("price_band", .text(band.text))) }
    return lines
  }

  private static func object(_ values: [(name: String, value: ParameterValue)]) -> JSONValue {
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

extension PriceBand {
  /// The band as it would be written in a file.
  fileprivate var text: String { "{width: \(width), around: \(reference.rawValue)}" }
}

extension ScriptedEvent {
  /// The event in one line: `mid × 0.9, ramp for 20min, at crash`.
  public var text: String {
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
