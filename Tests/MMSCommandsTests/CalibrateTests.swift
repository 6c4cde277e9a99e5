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

  @Test func `the estimators are printed with their signs`() throws {
    let outcome = try tool.run("calibrate", "--symbol", "BTCUSDT", "--scenario", "normal", "--json")
    let readings = try #require(outcome.json["diagnostics"]?.arrayValue)
    #expect(
      readings.compactMap { $0["name"]?.stringValue } == [
        "edge", "abdi_ranaldo", "corwin_schultz", "roll", "parkinson", "garman_klass", "rogers_satchell",
        "close_to_close",
      ])
    for reading in readings {
      #expect((reading["standard_error"]?.doubleValue ?? 0) > 0 && reading["days"] == 32)
    }
    // Too fine a spread for bars of a minute: some estimator is below zero, and says so.
    #expect(readings.contains { ($0["value"]?.doubleValue ?? 0) < 0 })
    let parameters = try #require(outcome.json["parameters"]?.arrayValue)
    for parameter in parameters {
      #expect(parameter["standard_error"]?.doubleValue != nil && parameter["previous"]?.doubleValue != nil)
      #expect((parameter["n"]?.integerValue ?? 0) > 300 && parameter["method"]?.stringValue != nil)
    }
  }

  @Test func `what an order costs to sweep a known book is added`() throws {
    let book = try tool.write(
      #"{"lastUpdateId":1,"bids":[["100.0","1"],["99.0","9"]],"asks":[["100.2","1"],["101.2","9"]]}"#,
      to: "depth.json")
    // Bars with quotes, so that the rest of the cost is known: half of 0.2 over 100.1.
    var rows = "time,open,high,low,close,volume,bid,ask\n"
    for minute in 0..<100 * 60 {
      let price = minute % 2 == 0 ? "100.1" : "100.15"
      rows += "\(1_735_689_600 + minute * 60),100.1,100.15,100.1,\(price),5,100.0,100.2\n"
    }
    let file = try tool.write(rows, to: "quoted.csv")
    let line = [
      "calibrate", "--symbol", "TEST", "--scenario", "normal", "--json", "--data", "csv:\(file)?symbol=TEST",
    ]
    func slippage(_ more: String...) throws -> (Double, String) {
      let outcome = try tool.run(line + more)
      #expect(outcome.status == 0, "\(outcome.err)")
      let value = try #require(outcome.json["parameters"]?.arrayValue?[0])
      return (try #require(value["value"]?.doubleValue), try #require(value["method"]?.stringValue))
    }
    let plain = try slippage()
    #expect((plain.0 - 0.1 / 100.1).magnitude < 1e-12 && plain.1 == "half of the quoted spread")
    // Four units: one at the best price and three a whole unit behind it, on either side.
    let swept = try slippage("--order-size", "4", "--depth", book)
    #expect(
      (swept.0 - plain.0 - 0.75 / 100.1).magnitude < 1e-12 && swept.1.contains("to sweep 4.0 from the book"))
    #expect(try slippage("--order-size", "4").0 == plain.0)
    let warned = try tool.run(line + ["--order-size", "4"])
    #expect(try warned.json["warnings"]?.write().contains("give one with --depth") == true)
    try tool.run(line + ["--order-size", "11", "--depth", book]).expectError(64, "11.0", "holds 10.0")
    try tool.run(line + ["--depth", book]).expectError(64, "--order-size")
    try tool.run(line + ["--order-size", "1", "--depth", file]).expectError(65, "quoted.csv")
    try tool.run(line + ["--order-size", "1", "--depth", "none.json"]).expectError(66, "none.json")
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
