// SPDX-License-Identifier: Apache-2.0

import GRDB
public import MMSCore

/// One version of the calibration of a scenario for a symbol: a row of `calibration_params`.
public struct CalibrationRow: Sendable, Hashable {
  /// The id of the version, such as `cal_btcusdt_normal_v2`.
  public var id: String
  /// The trading pair.
  public var symbol: String
  /// The scenario's name.
  public var scenario: String
  /// Base cost of a trade, a fraction of the price.
  public var baseSlippage: Double
  /// Volatility relative to an ordinary market.
  public var volatilityFactor: Double
  /// Liquidity relative to an ordinary market.
  public var liquidityFactor: Double
  /// When it was calibrated, as stored: UTC text.
  public var calibratedAt: String
  /// Whether simulations use it.
  public var isActive: Bool
  /// How it came about (errors, method, digest of the data), as JSON; nil for the rows of the schema.
  public var details: String?

  init(_ row: Row) throws {
    id = try row.required("param_id")
    symbol = try row.required("symbol")
    scenario = try row.required("scenario")
    baseSlippage = try row.required("base_slippage")
    volatilityFactor = try row.required("volatility_factor")
    liquidityFactor = try row.required("liquidity_factor")
    calibratedAt = try row.optional("calibrated_at") ?? ""
    isActive = try row.optional("is_active") ?? false
    details = try row.optional("details")
  }
}

/// A calibration that is to be stored.
public struct NewCalibration: Sendable, Hashable {
  /// The trading pair.
  public var symbol: String
  /// The scenario's name.
  public var scenario: String
  /// Base cost of a trade, a fraction of the price.
  public var baseSlippage: Double
  /// Volatility relative to an ordinary market.
  public var volatilityFactor: Double
  /// Liquidity relative to an ordinary market.
  public var liquidityFactor: Double
  /// How it came about, as JSON.
  public var details: String?

  /// Describes a calibration.
  public init(
    symbol: String, scenario: String, baseSlippage: Double, volatilityFactor: Double, liquidityFactor: Double,
    details: String? = nil
  ) {
    self.symbol = symbol
    self.scenario = scenario
    self.baseSlippage = baseSlippage
    self.volatilityFactor = volatilityFactor
    self.liquidityFactor = liquidityFactor
    self.details = details
  }
}

extension Store {
  /// The calibration simulations use for a scenario and a symbol; nil when there is none.
  public func activeCalibration(symbol: String, scenario: String) throws(MMSError) -> CalibrationRow? {
    try calibrations(symbol: symbol, scenario: scenario).first { $0.isActive }
  }

  /// Stored calibrations, the newest of each scenario first.
  public func calibrations(
    symbol: String? = nil, scenario: String? = nil
  ) throws(MMSError) -> [CalibrationRow] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM calibration_params WHERE (?1 IS NULL OR symbol = ?1) AND (?2 IS NULL OR scenario = ?2)
          ORDER BY symbol, scenario, calibrated_at DESC, rowid DESC
          """, arguments: [symbol, scenario]
      ).map(CalibrationRow.init)
    }
  }

  /// Stores new versions, all or none.
  ///
  /// - Parameters:
  ///   - new: The calibrations, one for each symbol and scenario at most.
  ///   - activate: Whether simulations use them from now on instead of the versions before.
  ///   - now: The time of calibration.
  /// - Returns: The rows as stored, with their ids, in the order given.
  /// - Throws: ``MMSError/Code/invalidValue`` for a number that is negative or not finite.
  @discardableResult
  public func storeCalibrations(
    _ new: [NewCalibration], activate: Bool, at now: SimTime = Store.now()
  ) throws(MMSError) -> [CalibrationRow] {
    for row in new {
      for (name, value) in [
        ("base_slippage", row.baseSlippage), ("volatility_factor", row.volatilityFactor),
        ("liquidity_factor", row.liquidityFactor),
      ] where !(value.isFinite && value >= 0) {
        throw MMSError(
          .invalidValue, "\(name) of \(row.symbol) \(row.scenario) is \(value); it must be 0 or more",
          path: name)
      }
    }
    return try write { db in
      try new.map { row in
        if activate {
          try db.execute(
            sql: "UPDATE calibration_params SET is_active = FALSE WHERE symbol = ? AND scenario = ?",
            arguments: [row.symbol, row.scenario])
        }
        let id = try Self.nextCalibrationID(db, row)
        try db.execute(
          sql: """
            INSERT INTO calibration_params (param_id, symbol, scenario, base_slippage, volatility_factor,
            liquidity_factor, calibrated_at, is_active, details) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            id, row.symbol, row.scenario, row.baseSlippage, row.volatilityFactor, row.liquidityFactor,
            StoredTime.text(now), activate, row.details,
          ])
        return try Row.fetchOne(
          db, sql: "SELECT * FROM calibration_params WHERE param_id = ?", arguments: [id]
        ).map(CalibrationRow.init)
      }.compactMap { $0 }
    }
  }

  private static func nextCalibrationID(_ db: Database, _ row: NewCalibration) throws -> String {
    let base = "cal_\(row.symbol.lowercased())_\(row.scenario.lowercased())"
    var version =
      1
      + (try Int.fetchOne(
        db, sql: "SELECT COUNT(*) FROM calibration_params WHERE symbol = ? AND scenario = ?",
        arguments: [row.symbol, row.scenario]) ?? 0)
    while true {
      let id = version == 1 ? base : "\(base)_v\(version)"
      let isTaken = try Bool.fetchOne(
        db, sql: "SELECT EXISTS (SELECT 1 FROM calibration_params WHERE param_id = ?)", arguments: [id])
      if isTaken != true { return id }
      version += 1
    }
  }
}
