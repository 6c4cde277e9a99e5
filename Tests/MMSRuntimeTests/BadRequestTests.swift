// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSReport
import MMSRuntime
import MMSStudy
import Testing

/// Every wrong request is a clear error of the right kind.
struct BadRequestTests {
  private func failure(_ change: (inout SimulationRequest) -> Void) throws -> MMSError {
    var request = Checkout.example("normal", period: "2d")
    change(&request)
    let runtime = try Checkout.runtime()
    let changed = request
    return try #require(throws: MMSError.self) { _ = try runtime.prepare(changed) }
  }

  @Test(arguments: [
    ("blackswan", "black_swan"), ("Normal", "normal"), ("high_volatilty", "high_volatility"),
  ])
  func `an unknown scenario names the nearest`(name: String, near: String) throws {
    let error = try failure { $0.scenario = name }
    #expect(error.code == .invalidValue)
    #expect(error.hint?.contains(near) == true)
  }

  @Test("Antithetic pairs are refused where nothing can be mirrored, and where a path has no partner")
  func unpaired() throws {
    for paths in [1, 14, 17] {
      let odd = try failure { ($0.antithetic, $0.paths) = (true, paths) }
      #expect(odd.path == "paths" && odd.message.contains("pairs"))
    }
    let recorded = try failure { request in
      (request.antithetic, request.paths) = (true, 16)
      request.overrides = ["data.path=history"]
    }
    #expect(recorded.path == "antithetic" && recorded.message.contains("recorded one on every path"))
    let book = try failure { request in
      (request.antithetic, request.paths, request.period) = (true, 16, "1h")
      request.scenario = "normal_book"
    }
    #expect(book.path == "antithetic" && book.message.contains("order book"))
  }

  @Test("A stored request keeps its antithetic pairs")
  func storedPairs() throws {
    var request = Checkout.example("normal", period: "4d")
    (request.antithetic, request.paths) = (true, 16)
    #expect(try SimulationRequest(json: request.json).antithetic)
    let summary = try Checkout.runtime().prepare(request).run(threads: 1)
    #expect(summary.estimates.method == .pairs)
  }

  @Test func `an unknown strategy and parameter name the nearest`() throws {
    let strategy = try failure { $0.strategy = "treshold" }
    #expect(strategy.code == .invalidValue)
    #expect(strategy.hint?.contains("threshold") == true)
    let parameter = try failure { $0.strategyParameters = [("entry_treshold", .number(0.02))] }
    #expect(parameter.code == .invalidValue)
    #expect(parameter.hint?.contains("entry_threshold") == true)
    #expect(parameter.path == "strategy_params.entry_treshold")
  }

  @Test(arguments: [
    ParameterInput.number(.nan), .number(.infinity), .number(-0.1), .number(7), .text("two"), .flag(true),
    .list([.number(1)]),
  ])
  func `an unfit parameter is refused with its range`(input: ParameterInput) throws {
    let error = try failure { $0.strategyParameters = [("position_size", input)] }
    #expect(error.code == .invalidValue)
    #expect(error.message.contains("position_size"))
  }

  @Test(arguments: ["banana", "", "30", "-3d", "0d", "1s"])
  func `a period that is none is refused`(period: String) throws {
    let error = try failure { $0.period = period }
    #expect(error.code == .invalidValue)
    #expect(error.path == "period")
  }

  @Test func `a period longer than the data says what there is`() throws {
    let error = try failure { $0.period = "400d" }
    #expect(error.code == .noData)
    #expect(error.message.contains("2025-07-17"))
    #expect(error.hint?.contains("32d") == true)
  }

  @Test func `dates must make sense together`() throws {
    let reversed = try failure {
      $0.startTime = "2025-08-10"
      $0.endTime = "2025-08-08"
    }
    #expect(reversed.code == .invalidValue)
    #expect(reversed.path == "end_time")
    let unequal = try failure {
      $0.startTime = "2025-08-01"
      $0.endTime = "2025-08-08"
    }
    #expect(unequal.code == .invalidValue)
    #expect(unequal.path == "period")
    #expect(try failure { $0.startTime = "tomorrow" }.path == "start_time")
    #expect(try failure { $0.startTime = "2020-01-01" }.code == .noData)
  }

  @Test func `an unknown symbol says what there is`() throws {
    let error = try failure { $0.symbol = "BTCUSD" }
    #expect(error.code == .noData)
    #expect(error.hint?.contains("BTCUSDT") == true)
  }

  @Test func `paths and targets out of range are refused`() throws {
    #expect(try failure { $0.paths = 0 }.path == "paths")
    #expect(try failure { $0.paths = Int.max }.path == "paths")
    #expect(try failure { $0.targetError = -1 }.path == "target_se")
    #expect(
      try failure {
        $0.targetError = 0.1
        $0.targetMetric = "sharp_ratio"
      }.hint?.contains("sharpe_ratio") == true)
    #expect(try failure { $0.targetMetric = "sharpe_ratio" }.path == "target_metric")
  }

  @Test func `an override of a model that does not exist names the nearest`() throws {
    let error = try failure { $0.overrides = ["spec.models.impact.use=impact/SquareRot-v1"] }
    #expect(error.hint?.contains("impact/SquareRoot-v1") == true)
  }
}
