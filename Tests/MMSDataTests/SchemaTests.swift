// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import MMSCore
import MMSStore
import Testing

/// The tables, read back from a fresh file and compared with what the specification writes down.
struct SchemaTests {
  /// `name type notnull default pk`, as PRAGMA table_info gives them; additions after a blank entry.
  static let tables: [(name: String, columns: [String])] = [
    (
      "simulation_tasks",
      [
        "task_id VARCHAR(50) 0 - 1", "symbol VARCHAR(20) 1 - 0", "period VARCHAR(10) 1 - 0",
        "scenario VARCHAR(30) 1 - 0", "strategy_params TEXT 1 - 0",
        "created_at TIMESTAMP 0 CURRENT_TIMESTAMP 0",
        "started_at TIMESTAMP 0 - 0", "completed_at TIMESTAMP 0 - 0", "status VARCHAR(20) 0 'pending' 0",
      ]
    ),
    (
      "simulation_results",
      [
        "result_id VARCHAR(50) 0 - 1", "task_id VARCHAR(50) 1 - 0", "slippage REAL 1 - 0",
        "fill_probability REAL 1 - 0", "price_impact REAL 1 - 0", "total_return REAL 1 - 0",
        "max_drawdown REAL 1 - 0", "sharpe_ratio REAL 1 - 0", "report_path VARCHAR(255) 0 - 0",
        "created_at TIMESTAMP 0 CURRENT_TIMESTAMP 0",
      ]
    ),
    (
      "market_data",
      [
        "data_id VARCHAR(50) 0 - 1", "symbol VARCHAR(20) 1 - 0", "timestamp TIMESTAMP 1 - 0",
        "open_price REAL 1 - 0", "high_price REAL 1 - 0", "low_price REAL 1 - 0", "close_price REAL 1 - 0",
        "volume REAL 1 - 0", "bid_price REAL 0 - 0", "ask_price REAL 0 - 0",
        "resolution_ns INTEGER 1 60000000000 0", "source TEXT 1 'unknown' 0",
      ]
    ),
    (
      "calibration_params",
      [
        "param_id VARCHAR(50) 0 - 1", "symbol VARCHAR(20) 1 - 0", "scenario VARCHAR(30) 1 - 0",
        "base_slippage REAL 1 - 0", "volatility_factor REAL 1 - 0", "liquidity_factor REAL 1 - 0",
        "calibrated_at TIMESTAMP 0 CURRENT_TIMESTAMP 0", "is_active BOOLEAN 0 TRUE 0",
      ]
    ),
  ]

  /// `name: column [DESC], …`, of every index the specification names.
  static let indices = [
    "idx_calibration_params_active calibration_params: is_active 0",
    "idx_calibration_params_symbol_scenario calibration_params: symbol 0, scenario 0",
    "idx_market_data_symbol_timestamp market_data: symbol 0, timestamp 0",
    "idx_market_data_timestamp market_data: timestamp 1",
    "idx_simulation_results_created_at simulation_results: created_at 1",
    "idx_simulation_results_task_id simulation_results: task_id 0",
    "idx_simulation_tasks_created_at simulation_tasks: created_at 1",
    "idx_simulation_tasks_status simulation_tasks: status 0",
    "idx_simulation_tasks_symbol simulation_tasks: symbol 0",
  ]

  let space: Workspace
  let path: String

  init() throws {
    space = try Workspace()
    path = space.path("mms.sqlite")
    _ = try Store(path: path)
  }

  @Test(arguments: tables.map(\.name))
  func `the specification's columns stand first, in its order and words`(table: String) throws {
    let expected = try #require(Self.tables.first { $0.name == table }).columns
    let found = try sql(path, "PRAGMA table_info(\(table))").map { row in
      let value = row[4].isNull ? "-" : String.fromDatabaseValue(row[4]) ?? "?"
      return "\(String.fromDatabaseValue(row[1]) ?? "") \(String.fromDatabaseValue(row[2]) ?? "")"
        + " \(Int.fromDatabaseValue(row[3]) ?? -1) \(value) \(Int.fromDatabaseValue(row[5]) ?? -1)"
    }
    #expect(Array(found.prefix(expected.count)) == expected)
    // What is added never gets in the way of a statement written for the specification's columns.
    for added in found.dropFirst(expected.count) { #expect(added.contains(" 0 - 0")) }
  }

  @Test func `every index of the specification is there`() throws {
    for index in Self.indices {
      let name = index.prefix { $0 != " " }
      let columns = try sql(path, "SELECT name, desc FROM pragma_index_xinfo('\(name)') WHERE key = 1").map {
        "\(String.fromDatabaseValue($0[0]) ?? "") \(Int.fromDatabaseValue($0[1]) ?? -1)"
      }
      let table = try sql(
        path, "SELECT tbl_name FROM sqlite_master WHERE type = 'index' AND name = '\(name)'")
      let owner = table.first?.first.flatMap(String.fromDatabaseValue) ?? "none"
      #expect("\(name) \(owner): \(columns.joined(separator: ", "))" == index)
    }
  }

  @Test func `the four seed rows are there and active`() throws {
    let rows = try sql(
      path,
      """
      SELECT param_id || ' ' || symbol || ' ' || scenario || ' ' || base_slippage || ' ' || volatility_factor
      || ' ' || liquidity_factor || ' ' || is_active FROM calibration_params ORDER BY rowid
      """
    ).map { String.fromDatabaseValue($0[0]) ?? "" }
    #expect(
      rows == [
        "cal_btcusdt_normal BTCUSDT normal 0.001 1.0 1.0 1",
        "cal_btcusdt_black_swan BTCUSDT black_swan 0.005 3.0 0.3 1",
        "cal_ethusdt_normal ETHUSDT normal 0.0012 1.1 0.9 1",
        "cal_ethusdt_high_volatility ETHUSDT high_volatility 0.003 2.0 0.6 1",
      ])
  }

  @Test func `a status outside the four is refused, and so is a second result of a task`() throws {
    let task = "INSERT INTO simulation_tasks (task_id, symbol, period, scenario, strategy_params"
    #expect(throws: (any Error).self) {
      try sql(path, "\(task), status) VALUES ('a', 'BTCUSDT', '1d', 'normal', '{}', 'done')")
    }
    try sql(path, "\(task)) VALUES ('a', 'BTCUSDT', '1d', 'normal', '{}')")
    #expect(try sql(path, "SELECT status FROM simulation_tasks").first?.first == "pending".databaseValue)
    let result =
      "INSERT INTO simulation_results (result_id, task_id, slippage, fill_probability,"
      + " price_impact, total_return, max_drawdown, sharpe_ratio) VALUES"
    try sql(path, "\(result) ('r1', 'a', 0, 1, 0, 0, 0, 0)")
    #expect(throws: (any Error).self) { try sql(path, "\(result) ('r2', 'a', 0, 1, 0, 0, 0, 0)") }
    #expect(throws: (any Error).self) { try sql(path, "\(result) ('r3', 'nobody', 0, 1, 0, 0, 0, 0)") }
  }

  @Test func `opening again changes nothing, and the journal is a write-ahead log`() throws {
    let before = try sql(path, "SELECT sql FROM sqlite_master ORDER BY name")
    _ = try Store(path: path)
    #expect(try sql(path, "SELECT sql FROM sqlite_master ORDER BY name") == before)
    #expect(try sql(path, "PRAGMA journal_mode").first?.first == "wal".databaseValue)
    #expect(try integer(path, "SELECT COUNT(*) FROM calibration_params") == 4)
  }

  @Test func `many openers of a new file at once all succeed`() async throws {
    let path = space.path("race.sqlite")
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<8 { group.addTask { try Store(path: path).calibrations().count } }
      for try await count in group { #expect(count == 4) }
    }
  }

  @Test func `a folder that is missing is made`() throws {
    _ = try Store(path: space.path("a/b/c.sqlite"))
    #expect(FileManager.default.fileExists(atPath: space.path("a/b/c.sqlite")))
  }
}
