// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSReport
import MMSRuntime
import MMSStudy
import Testing

/// Whole simulations in markets that models generate.
struct GeneratedMarketTests {
  private func request(
    _ scenario: String, period: String = "1d", strategy: String, _ overrides: [String]
  ) -> SimulationRequest {
    var request = SimulationRequest(symbol: "BTCUSDT", period: period, scenario: scenario)
    request.strategy = strategy
    request.seed = 3
    request.overrides = overrides
    return request
  }

  @Test(arguments: [
    "{use: scenario/Brownian-v1}",
    "{use: scenario/Merton-v1, params: {sigma: 0.02, lambda: 5, m: 0, d: 0.01}}",
    "{use: scenario/Heston-v1, params: {kappa: 5, theta: 0.0004, xi: 0.03, rho: -0.3}}",
    "{use: scenario/OrnsteinUhlenbeck-v1, params: {kappa: 2}}", "{use: scenario/GarchT-v1}",
    "{use: scenario/RegimeSwitch-v1}", "{use: scenario/Hawkes-v1}",
  ])
  func `every generated market trades, differs by path and does not resample history`(model: String) throws {
    var request = request(
      "normal", period: "7d", strategy: "buy_and_hold", ["spec.models.scenario=\(model)"])
    request.paths = 3
    let runtime = try Checkout.runtime(threads: 2)
    let summary = try runtime.simulate(request)
    #expect(summary.provenance.path == "generated")
    #expect(Set(summary.paths.map(\.totalReturn)).count == 3)
    #expect(!summary.warnings.contains { $0.contains("resamples") })
    #expect(try runtime.simulate(request).resultDigest == summary.resultDigest)
  }

  @Test func `fills that prices did not bring about are pointed out`() throws {
    let request = request(
      "normal", strategy: "avellaneda_stoikov",
      ["spec.models.fill={use: fill/Probability-v1}", "spec.execution.maker_fee=0"])
    let summary = try Checkout.runtime().simulate(request)
    #expect(summary.estimates[.totalReturn].value > 0)
    #expect(summary.warnings.contains { $0.contains("flattered") })
    #expect(summary.readings[.pessimistic] != nil && summary.readings[.optimistic] != nil)
  }

  @Test func `too little history for a fit is said with the remedy`() throws {
    let request = request(
      "normal", period: "6h", strategy: "buy_and_hold", ["spec.models.scenario.use=scenario/Heston-v1"])
    let error = #expect(throws: MMSError.self) { try Checkout.runtime().simulate(request) }
    #expect(error?.code == .noData && error?.message.contains("12000") == true)
  }

  @Test(arguments: [
    ("{use: impact/Propagator-v1, params: {kernel: exponential, law: power}}", "Gatheral"),
    ("{use: impact/Propagator-v1, params: {kernel: power, law: power, gamma: 0.3, delta: 0.5}}", "0.415"),
    ("{use: impact/AlmgrenChriss-v1, params: {units: absolute, gamma: 1, eta: 0.1, tau: 1 d}}", "eta"),
  ])
  func `impact that would pay for trading to and fro is refused when the scenario is loaded`(
    model: String, reason: String
  ) throws {
    let request = request("normal", strategy: "threshold", ["spec.models.impact=\(model)"])
    let error = #expect(throws: MMSError.self) { try Checkout.runtime().prepare(request) }
    #expect(error?.message.contains(reason) == true)
  }

  /// What would crash, or come out as no number, in arithmetic that trusts its input.
  @Test(arguments: [
    "spec.execution.outage={at: 1700-01-01T00:00:00Z, for: 10min}",
    "spec.events=[{at: 1700-01-01T00:00:00Z, target: mid, value: 0.9, shape: step, for: 10min}]",
    "spec.execution.tick=5e-324",
    "spec.models.impact={use: impact/ObizhaevaWang-v1, params: {q: 1e-12, permanent: 1}}",
    "spec.models.impact={use: impact/AlmgrenChriss-v1, params: {gamma: 1e30, eta: 1e30}}",
    "spec.models.impact={use: impact/Almgren2005-v1, params: {sharesOutstanding: 1e18, delta: 2, gamma: 0}}",
    "spec.models.fill={use: fill/Probability-v1, params: {A: 0, k: 1e9, convention: linear}}",
  ])
  func `absurd settings end in numbers`(override: String) throws {
    var request = request("normal", strategy: "twap", [override, "spec.execution.close_at_end=true"])
    request.strategyParameters = [("quantity", .number(0.5)), ("horizon", .text("20 h"))]
    let summary = try Checkout.runtime().simulate(request)
    #expect(Metric.allCases.allSatisfy { summary.estimates[$0].value.isFinite })
    // Nobody gets rich on moving the price there and back.
    #expect(summary.estimates[.totalReturn].value < 0.02)
  }

  @Test func `more than there is of anything cannot be held from before`() throws {
    let request = request("normal", strategy: "twap", ["spec.execution.initial_position=1e306"])
    let error = #expect(throws: MMSError.self) { try Checkout.runtime().prepare(request) }
    #expect(error?.code == .invalidValue || error?.code == .invalidData)
  }

  @Test func `a period before all times is no data, not a crash`() throws {
    var request = request("normal", period: "36500d", strategy: "twap", [])
    request.endTime = "1678-01-01T00:00:00Z"
    let error = #expect(throws: MMSError.self) { try Checkout.runtime().prepare(request) }
    #expect(error?.code == .noData)
  }
}
