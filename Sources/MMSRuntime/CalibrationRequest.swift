// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSScenario
import MMSStore
public import MMSStudy

/// Which market is to be calibrated on which scenarios.
public struct CalibrationRequest: Sendable {
  /// The trading pair.
  public var symbol: String
  /// One scenario's name; nil for every one that can be calibrated.
  public var scenario: String?
  /// Only bars that open at or after this instant.
  public var start: SimTime?
  /// Only bars that close at or before this instant.
  public var end: SimTime?
  /// Whether simulations use the new numbers from now on.
  public var apply: Bool
  /// Bars from elsewhere, as a data URI.
  public var data: String?
  /// An order in base units whose sweep of the book is part of base_slippage.
  public var orderSize: Double?
  /// A file with an order book of one moment, in the form of Binance's depth.
  public var depth: String?

  /// Asks for a calibration.
  public init(
    symbol: String, scenario: String? = nil, start: SimTime? = nil, end: SimTime? = nil, apply: Bool = false,
    data: String? = nil
  ) {
    self.symbol = symbol
    self.scenario = scenario
    self.start = start
    self.end = end
    self.apply = apply
    self.data = data
  }
}

/// What came of calibrating one scenario.
public struct CalibrationOutcome: Sendable {
  /// The trading pair.
  public let symbol: String
  /// The scenario's name.
  public let scenario: String
  /// The numbers, old beside new.
  public let values: [CalibratedValue]
  /// The id of the stored version; nil without a database.
  public internal(set) var id: String?
  /// Whether simulations use it.
  public internal(set) var isActive = false
  /// SHA-256 of the bars.
  public let dataDigest: String

  /// How the numbers were found.
  public static let method =
    "hours classified by realised volatility; errors by stationary bootstrap over hours, mean block 24 h"

  /// As the interfaces say it.
  public var json: JSONObject {
    var object = JSONObject()
    object["symbol"] = .string(symbol)
    object["scenario"] = .string(scenario)
    object["parameters"] = .array(values.map(\.json))
    object["param_id"] = id.map { .string($0) } ?? .null
    object["active"] = .bool(isActive)
    object["method"] = .string(Self.method)
    object["data_digest"] = .string(dataDigest)
    return object
  }
}

extension CalibratedValue {
  /// As the interfaces say it.
  fileprivate var json: JSONValue {
    [
      "name": .string(name), "value": .number(value), "previous": .number(prior),
      "standard_error": standardError.map { .number($0) } ?? .null, "identified": .bool(isIdentified),
      "prior": .bool(!isIdentified), "estimate": estimate.map { .number($0) } ?? .null,
      "sweep": .number(sweep), "n": .integer(Int64(count)), "method": .string(method),
    ]
  }
}

extension CalibrationRow {
  /// The part of its base_slippage that the sweep of a book was.
  fileprivate var sweep: Double {
    guard let details, let json = try? JSONValue(parsing: details) else { return 0 }
    let cost = json["parameters"]?.arrayValue?.first { $0["name"] == "base_slippage" }
    return cost?["sweep"]?.doubleValue ?? 0
  }
}

/// What a calibration of a symbol found.
public struct CalibrationReport: Sendable {
  /// One for each scenario.
  public internal(set) var outcomes: [CalibrationOutcome]
  /// The estimators of spread and volatility, for people.
  public let diagnostics: SpreadDiagnostics
  /// The bars: how many, from where, from when to when.
  public let data: String
  /// What a reader should know.
  public let warnings: [String]

  /// As the interfaces say it: the object of the one scenario that was asked for, or a list.
  public func json(asList: Bool) -> JSONValue {
    let warnings = JSONValue.array(self.warnings.map { .string($0) })
    let diagnostics = JSONValue.array(
      self.diagnostics.readings.map { reading in
        [
          "name": .string(reading.name), "value": .number(reading.value),
          "standard_error": reading.standardError.map { .number($0) } ?? .null,
          "days": .integer(Int64(reading.days)),
        ]
      })
    if !asList, var only = outcomes.first?.json {
      only["diagnostics"] = diagnostics
      only["warnings"] = warnings
      return .object(only)
    }
    return [
      "calibrations": .array(outcomes.map { .object($0.json) }), "diagnostics": diagnostics,
      "warnings": warnings,
    ]
  }
}

extension Runtime {
  /// Estimates the factors of scenarios from recorded bars, stores them as a new version, and makes it active when asked.
  ///
  /// - Throws: ``MMSCore/MMSError/Code/invalidValue`` for a scenario that hours say nothing about, ``MMSCore/MMSError/Code/noData``
  ///   when there are too few bars.
  public func calibrate(_ request: CalibrationRequest) throws(MMSError) -> CalibrationReport {
    let classes = try Self.classes(request.scenario)
    let store = try store()
    let resolution = try scenarios.load("normal").data.resolution
    let (bars, note) = try MarketDataFinder(
      sources: sources, store: store, bundled: bundled, registry: registry
    ).bars(
      BarRequest(
        symbol: request.symbol, resolution: resolution, start: request.start, end: request.end),
      data: request.data)
    let market = try MarketCalibration(bars)
    var warnings = note.map { [$0] } ?? []
    let sweep = try request.depth.map { path throws(MMSError) in try DepthFile(path).sweep(request.orderSize)
    }
    if request.orderSize != nil, sweep == nil {
      warnings.append(
        "no book is known, so --order-size adds nothing to base_slippage; give one with --depth")
    }
    if market.omittedHours > 0 {
      warnings.append("\(market.omittedHours) hours hold fewer than half of their bars and are left out")
    }
    let digest = bars.digest
    var outcomes: [CalibrationOutcome] = []
    for hourClass in classes {
      let prior = try current(request.symbol, hourClass.rawValue, store)
      let former = try store?.activeCalibration(symbol: request.symbol, scenario: hourClass.rawValue)
      let values = market.values(
        of: hourClass, prior: prior, sweep: sweep, priorSweep: former?.sweep ?? 0)
      for value in values where !value.isIdentified {
        warnings.append(
          "\(hourClass.rawValue), \(value.name): \(value.method); the prior \(value.value - value.sweep) stays"
        )
      }
      outcomes.append(
        CalibrationOutcome(
          symbol: request.symbol, scenario: hourClass.rawValue, values: values, dataDigest: digest))
    }
    if let store { try Self.keep(&outcomes, store, activate: request.apply) }
    let span = "\(bars.start.map(\.description) ?? "") to \(bars.end.map(\.description) ?? "")"
    return CalibrationReport(
      outcomes: outcomes, diagnostics: SpreadDiagnostics(bars),
      data:
        "\(bars.count) bars of \(bars.resolution) from \(bars.source), \(span); \(market.hourCount) hours",
      warnings: warnings)
  }

  private static func classes(
    _ scenario: String?
  ) throws(MMSError) -> [MarketCalibration.HourClass] {
    guard let scenario else { return MarketCalibration.HourClass.allCases }
    if let known = MarketCalibration.HourClass(rawValue: scenario) { return [known] }
    let names = MarketCalibration.HourClass.allCases.map(\.rawValue)
    throw MMSError(
      .invalidValue, "hours say nothing about the scenario '\(scenario)'", path: "scenario",
      hint: Suggestion.hint(for: scenario, among: names) ?? "there is \(names.joined(separator: ", "))")
  }

  /// What simulations use now: the active row, else the scenario's file.
  private func current(_ symbol: String, _ scenario: String, _ store: Store?) throws(MMSError) -> Calibration
  {
    if let row = try store?.activeCalibration(symbol: symbol, scenario: scenario) { return row.factors }
    return try scenarios.load(scenario).calibration
  }

  /// Stores all versions or none, and notes their ids.
  private static func keep(
    _ outcomes: inout [CalibrationOutcome], _ store: Store, activate: Bool
  ) throws(MMSError) {
    let new = outcomes.map { outcome in
      func value(_ name: String) -> Double { outcome.values.first { $0.name == name }?.value ?? 0 }
      return NewCalibration(
        symbol: outcome.symbol, scenario: outcome.scenario, baseSlippage: value("base_slippage"),
        volatilityFactor: value("volatility_factor"), liquidityFactor: value("liquidity_factor"),
        details: JSONValue.object(outcome.json).write(pretty: false))
    }
    let rows = try store.storeCalibrations(new, activate: activate)
    for (index, row) in rows.enumerated() {
      outcomes[index].id = row.id
      outcomes[index].isActive = row.isActive
    }
  }
}
