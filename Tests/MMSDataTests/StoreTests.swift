// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSStore
import Testing

/// Calibrations and simulations in the database.
struct StoreTests {
  let store: Store

  init() throws { store = try Store(path: ":memory:") }

  static let noon = SimTime(iso8601: "2024-12-01T12:00:00Z") ?? SimTime(nanoseconds: 0)

  static func simulation(sharpe: Double = 1.85, seed: UInt64 = .max) -> NewSimulation {
    NewSimulation(
      symbol: "BTCUSDT", period: "30d", scenario: "black_swan", strategy: "threshold", strategyParams: "{}",
      seed: seed, paths: 4, request: #"{"symbol":"BTCUSDT"}"#, startedAt: noon,
      numbers: SimulationNumbers(
        slippage: 0.0015, fillProbability: 0.98, priceImpact: 0.0005, totalReturn: 0.125, maxDrawdown: -0.08,
        sharpeRatio: sharpe),
      executionTime: 2.34, details: { #"{"simulation_id":"\#($0)"}"# })
  }

  @Test func `the seed rows are active, and an unknown pair has none`() throws {
    let row = try #require(try store.activeCalibration(symbol: "ETHUSDT", scenario: "high_volatility"))
    #expect(row.baseSlippage == 0.003 && row.volatilityFactor == 2 && row.liquidityFactor == 0.6)
    #expect(try store.activeCalibration(symbol: "ETHUSDT", scenario: "black_swan") == nil)
  }

  @Test func `a new calibration takes over, and the old one stays`() throws {
    let new = NewCalibration(
      symbol: "BTCUSDT", scenario: "normal", baseSlippage: 0.002, volatilityFactor: 1.5, liquidityFactor: 0.5)
    let stored = try store.storeCalibrations([new], activate: true, at: Self.noon)
    #expect(stored.map(\.id) == ["cal_btcusdt_normal_v2"])
    #expect(stored[0].calibratedAt == "2024-12-01 12:00:00")
    #expect(try store.activeCalibration(symbol: "BTCUSDT", scenario: "normal") == stored[0])
    let all = try store.calibrations(symbol: "BTCUSDT", scenario: "normal")
    #expect(all.count == 2 && all.filter(\.isActive).count == 1)
    #expect(try store.activeCalibration(symbol: "BTCUSDT", scenario: "black_swan") != nil)
    let idle = try store.storeCalibrations([new], activate: false)
    #expect(idle.map(\.isActive) == [false])
    #expect(try store.activeCalibration(symbol: "BTCUSDT", scenario: "normal") == stored[0])
  }

  @Test func `while versions take over there is always exactly one in use`() async throws {
    let space = try Workspace()
    let path = space.path("mms.sqlite")
    let writers = 4
    let versions = 20
    _ = try Store(path: path)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<writers {
        group.addTask {
          // A connection of its own, as another process has.
          let store = try Store(path: path)
          for version in 0..<versions {
            let new = ["normal", "black_swan"].map { scenario in
              NewCalibration(
                symbol: "BTCUSDT", scenario: scenario, baseSlippage: 0.001 * Double(writer + 1),
                volatilityFactor: Double(version + 1), liquidityFactor: 1)
            }
            _ = try store.storeCalibrations(new, activate: true)
          }
        }
      }
      group.addTask {
        let store = try Store(path: path)
        for _ in 0..<100 {
          let active = try store.calibrations(symbol: "BTCUSDT").filter(\.isActive)
          #expect(active.map(\.scenario).sorted() == ["black_swan", "normal"])
          // Both are of one calibration: the switch of several scenarios is one too.
          let isSeed = active.contains { !$0.id.contains("_v") }
          #expect(isSeed || Set(active.map { [$0.baseSlippage, $0.volatilityFactor] }).count == 1)
        }
      }
      try await group.waitForAll()
    }
    let rows = try Store(path: path).calibrations(symbol: "BTCUSDT", scenario: "normal")
    #expect(rows.count == writers * versions + 1 && Set(rows.map(\.id)).count == rows.count)
  }

  @Test func `calibrations are stored all or none`() throws {
    var good = NewCalibration(
      symbol: "BTCUSDT", scenario: "normal", baseSlippage: 0.002, volatilityFactor: 1.5, liquidityFactor: 0.5)
    let bad = good
    good.baseSlippage = 0.004
    var wrong = bad
    wrong.volatilityFactor = .nan
    let error = fault { try store.storeCalibrations([good, wrong], activate: true) }
    #expect(error?.code == .invalidValue && error?.path == "volatility_factor")
    #expect(try store.calibrations().count == 4)
  }

  @Test func `ids count up within their UTC day`() throws {
    let late = SimTime(iso8601: "2024-12-01T23:59:59.999Z") ?? Self.noon
    let next = SimTime(iso8601: "2024-12-02T00:00:00Z") ?? Self.noon
    #expect(try store.insert(Self.simulation(), at: Self.noon) == "sim_20241201_001")
    #expect(try store.insert(Self.simulation(), at: late) == "sim_20241201_002")
    #expect(try store.insert(Self.simulation(), at: next) == "sim_20241202_001")
    for _ in 0..<999 { try store.insert(Self.simulation(), at: next) }
    #expect(try store.insert(Self.simulation(), at: next) == "sim_20241202_1001")
    #expect(try store.recentSimulations(limit: 2).map(\.id) == ["sim_20241202_1001", "sim_20241202_1000"])
  }

  @Test func `a simulation reads back as it was stored`() throws {
    let id = try store.insert(Self.simulation(), at: Self.noon)
    let found = try store.simulation(id: id)
    #expect(found.numbers == Self.simulation().numbers)
    #expect(found.seed == .max && found.paths == 4 && found.status == "completed")
    #expect(found.details == #"{"simulation_id":"sim_20241201_001"}"#)
    #expect(found.completedAt == "2024-12-01 12:00:00" && found.executionTime == 2.34)
    try store.setReportPath("r.html", ofSimulation: id)
    #expect(try store.simulation(id: id).reportPath == "r.html")
  }

  @Test func `an unknown id is not found, with the nearest`() throws {
    try store.insert(Self.simulation(), at: Self.noon)
    let error = fault { try store.simulation(id: "sim_20241201_01") }
    #expect(error?.code == .notFound)
    #expect(error?.hint == "did you mean 'sim_20241201_001'?")
  }

  @Test func `a number that is not finite is refused, and leaves no task behind`() throws {
    #expect(fault { try store.insert(Self.simulation(sharpe: .nan)) }?.code == .internal)
    #expect(try store.recentSimulations().isEmpty)
  }

  @Test func `a row another program wrote wrongly is an error, not a crash`() throws {
    let space = try Workspace()
    let path = space.path("mms.sqlite")
    let store = try Store(path: path)
    try sql(
      path, "UPDATE calibration_params SET base_slippage = 'much' WHERE param_id = 'cal_btcusdt_normal'")
    let error = fault { try store.activeCalibration(symbol: "BTCUSDT", scenario: "normal") }
    #expect(error?.code == .invalidData)
    #expect(error?.message.contains("cal_btcusdt_normal") == true)
  }
}
