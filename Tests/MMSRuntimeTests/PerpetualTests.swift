// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSReport
import MMSRuntime
import Testing

/// The bundled scenario of a perpetual contract, from request to answer.
struct PerpetualTests {
  func request(_ scenario: String = "perpetual", size: Double, strategy: String = "buy_and_hold")
    -> SimulationRequest
  {
    var request = SimulationRequest(symbol: "BTCUSDT", period: "10d", scenario: scenario)
    request.strategy = strategy
    request.strategyParameters = [("position_size", .number(size))]
    return request
  }

  @Test func `funding is paid and a leveraged position is lost in the crash`() throws {
    let summary = try Checkout.runtime().simulate(request(size: 5))
    let path = try #require(summary.paths.first)
    let outcome = try #require(path.perpetual)
    #expect(outcome.liquidations == 1)
    // Ten days have 30 payments; half of them came before the crash.
    #expect((14...16).contains(outcome.fundingPayments))
    #expect(outcome.funding > 0)
    let trade = try #require(path.trades.first)
    #expect(trade.liquidated && trade.profit < -50_000)
    #expect(abs(path.finalEquity - 100_000 - trade.profit) < 1e-6)
    #expect(summary.warnings.contains { $0.contains("liquidated for want of margin") })
    let details = SimulationDetails(summary).json["perpetual"]
    #expect(details?["funding"]?.doubleValue == outcome.funding)
    #expect(details?["liquidations"]?.doubleValue == 1)
    #expect(SimulationDetails(summary).json["outage"] != nil)
  }

  @Test func `without leverage the same position lives through it`() throws {
    let summary = try Checkout.runtime().simulate(request(size: 0.9))
    #expect(summary.paths[0].perpetual?.liquidations == 0)
    #expect(summary.paths[0].perpetual?.fundingPayments == 30)
  }

  @Test(arguments: ["buy_and_hold", "threshold"])
  func `a size above 1 is for venues that lend, up to their cap`(strategy: String) throws {
    let runtime = try Checkout.runtime()
    _ = try runtime.prepare(request(size: 10, strategy: strategy))
    let beyond = #expect(throws: MMSError.self) { try runtime.prepare(request(size: 11, strategy: strategy)) }
    #expect(beyond?.message.contains("position_size") == true && beyond?.hint?.contains("10") == true)
    let spot = #expect(throws: MMSError.self) {
      try runtime.prepare(request("black_swan", size: 2, strategy: strategy))
    }
    #expect(spot?.hint?.contains("≤ 1") == true)
  }

  @Test func `spot answers say nothing of margin`() throws {
    let summary = try Checkout.runtime().simulate(request("black_swan", size: 1))
    let details = SimulationDetails(summary).json
    #expect(details["perpetual"] == nil && details["outage"] == nil)
  }

  @Test func `an outage refuses what the crash provokes`() throws {
    // Scaling in on the way down sends orders in every step of the fall.
    var request = request(size: 0.01, strategy: "threshold")
    request.strategyParameters += [("entry_mode", .text("scale_in")), ("stop_loss", .number(0))]
    let summary = try Checkout.runtime().simulate(request)
    #expect((summary.paths[0].outage?.refusedOrders ?? 0) > 5)
    #expect(summary.warnings.contains { $0.contains("takes no orders during its outage") })
    request.overrides = ["spec.execution.outage.mode=delay"]
    let delayed = try Checkout.runtime().simulate(request)
    #expect((delayed.paths[0].outage?.delayedOrders ?? 0) > 0)
    #expect(delayed.paths[0].outage?.refusedOrders == 0)
  }

  @Test func `threads change no bit`() throws {
    var request = request(size: 4)
    request.period = "3d"
    request.paths = 12
    let one = try Checkout.runtime(threads: 1).simulate(request)
    let four = try Checkout.runtime(threads: 4).simulate(request)
    #expect(one.paths == four.paths && one.resultDigest == four.resultDigest)
    #expect(Set(one.paths.map(\.funding)).count > 6)
  }
}
