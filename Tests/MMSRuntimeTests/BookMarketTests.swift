// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSReport
import MMSRuntime
import MMSScenario
import Testing

/// Whole simulations whose orders meet a generated book.
struct BookMarketTests {
  private func request(_ scenario: String, _ strategy: String, period: String = "3h") -> SimulationRequest {
    var request = SimulationRequest(symbol: "BTCUSDT", period: period, scenario: scenario)
    request.strategy = strategy
    request.seed = 5
    return request
  }

  @Test(arguments: [
    "threshold", "buy_and_hold", "twap", "vwap", "pov", "almgren_chriss", "avellaneda_stoikov",
  ])
  func `every strategy runs in a book as it does on quotes`(strategy: String) throws {
    let runtime = try Checkout.runtime()
    let book = try runtime.simulate(request("normal_book", strategy))
    let quotes = try runtime.simulate(request("normal", strategy))
    #expect(book.provenance.models.map(\.slot) == ["scenario", "flow", "strategy"])
    let sent = { (summary: SimulationSummary) in summary.paths.reduce(0) { $0 + $1.orders } }
    #expect((sent(book) == 0) == (sent(quotes) == 0))
    // These send what prices and volumes of their own market make them send.
    if !["avellaneda_stoikov", "threshold", "pov"].contains(strategy) { #expect(sent(book) == sent(quotes)) }
    #expect(book.paths[0].finalEquity.isFinite && book.paths[0].finalEquity > 90_000)
  }

  @Test(arguments: ["normal_book", "high_volatility_book", "black_swan_book", "latent_liquidity_book"])
  func `paths do not depend on threads, and repeat`(scenario: String) throws {
    var request = request(scenario, "twap", period: "1h")
    request.paths = 2
    let one = try Checkout.runtime(threads: 1).simulate(request)
    let two = try Checkout.runtime(threads: 2).simulate(request)
    #expect(one.resultDigest == two.resultDigest)
    #expect(Set(one.paths.map(\.totalReturn)).count == 2)
  }

  @Test func `a day in the book is as volatile and as liquid as the day recorded`() throws {
    let prepared = try Checkout.runtime().prepare(request("normal_book", "buy_and_hold", period: "1d"))
    let outcomes = try prepared.checkTargets(paths: 1)
    #expect(!outcomes.isEmpty)
    for outcome in outcomes {
      #expect(outcome.isMet, "\(outcome.target.text): \(outcome.mean)")
    }
  }

  @Test func `what a scenario promises is measured the same on one thread and on two`() throws {
    let prepared = try Checkout.runtime().prepare(request("black_swan_book", "buy_and_hold", period: "1h"))
    let one = try prepared.checkTargets(paths: 3, threads: 1)
    let two = try prepared.checkTargets(paths: 3, threads: 2)
    #expect(one.count == 4 && one.map(\.mean) == two.map(\.mean))
    #expect(one.map { $0.spread.low } == two.map { $0.spread.low })
    #expect(one.contains { $0.spread.low < $0.spread.high })
  }
}
