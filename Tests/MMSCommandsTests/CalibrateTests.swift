// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSStore
import Testing

struct CalibrateTests {
  private let tool: Tool

  init() throws { tool = try Tool() }

  @Test func `a calibration is stored as a version and used once it is applied`() throws {
    let first = try tool.run("calibrate", "--symbol", "BTCUSDT", "--scenario", "high_volatility", "--json")
    #expect(first.status == 0, "\(first.err)")
    let json = try first.json
    #expect(json["symbol"] == "BTCUSDT" && json["scenario"] == "high_volatility")
    #expect(json["active"] == false)
    let parameters = try #require(json["parameters"]?.arrayValue)
    #expect(parameters.map { $0["name"] } == ["base_slippage", "volatility_factor", "liquidity_factor"])
    let factor = try #require(parameters[1]["value"]?.doubleValue)
    let error = try #require(parameters[1]["standard_error"]?.doubleValue)
    #expect((1.5...4).contains(factor) && error > 0)
    #expect(json["data_digest"]?.stringValue?.count == 64)
    let store = try Store(path: tool.path("mms.sqlite"))
    let before = try store.activeCalibration(symbol: "BTCUSDT", scenario: "high_volatility")
    #expect(before?.id != json["param_id"]?.stringValue)

    let second = try tool.run(
      "calibrate", "--symbol", "BTCUSDT", "--scenario", "high_volatility", "--apply", "--json")
    #expect(try second.json["active"] == true)
    let rows = try store.calibrations(symbol: "BTCUSDT", scenario: "high_volatility").filter(\.isActive)
    #expect(rows.count == 1)
    #expect(rows.first?.id == (try second.json["param_id"]?.stringValue))
    #expect(rows.first?.volatilityFactor == factor)
    // The same bars give the same numbers.
    #expect(try second.json["parameters"]?.arrayValue?[1]["value"] == parameters[1]["value"])
    let run = try tool.run(
      "simulate", "--symbol", "BTCUSDT", "--period", "1d", "--scenario", "high_volatility", "--json")
    #expect(run.out.contains(try #require(rows.first?.id)))
  }

  @Test func `people get tables, and mistakes are told`() throws {
    let outcome = try tool.run("calibrate", "--symbol", "ETHUSDT")
    #expect(outcome.status == 0, "\(outcome.err)")
    for word in ["black_swan", "liquidity_factor", "corwin_schultz", "rogers_satchell", "Stored, not in use"]
    {
      #expect(outcome.out.contains(word))
    }
    #expect(outcome.err.contains("below resolution"))
    try tool.run("calibrate", "--symbol", "BTCUSDT", "--scenario", "hig_volatility").expectError(
      64, "'hig_volatility'", "Did you mean 'high_volatility'?")
    try tool.run("calibrate", "--symbol", "BTCUSDT", "--from", "2025-08-17").expectError(
      66, "24 whole hours", "96")
    try tool.run("calibrate", "--symbol", "NOSUCH").expectError(66, "NOSUCH")
    try tool.run("calibrate", "--symbol", "BTCUSDT", "--to", "soon").expectError(64, "--to 'soon'")
  }
}
