// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSReport
import MMSRuntime
import MMSStudy
import Testing

/// The specification's example request on the bundled bars.
struct SimulationTests {
  @Test(arguments: ["normal", "high_volatility", "black_swan"])
  func `the example request trades in every scenario`(scenario: String) throws {
    let summary = try Checkout.runtime().simulate(Checkout.example(scenario))
    #expect(summary.tradeCount >= 1)
    #expect(summary.steps == 43_200)
    #expect(summary.start.description == "2025-07-19T00:00:00Z")
    #expect(summary.end.description == "2025-08-18T00:00:00Z")
    for metric in Metric.allCases { #expect(summary.estimates[metric].value.isFinite) }
    #expect((0...1).contains(summary.estimates[.fillProbability].value))
    #expect(summary.estimates[.maxDrawdown].value <= 0)
  }

  @Test func `a black swan costs more and draws down deeper than normal, and the split says why`() throws {
    let runtime = try Checkout.runtime()
    let normal = try runtime.simulate(Checkout.example("normal"))
    let swan = try runtime.simulate(Checkout.example("black_swan"))
    #expect(swan.estimates[.slippage].value > normal.estimates[.slippage].value)
    #expect(swan.estimates[.maxDrawdown].value < normal.estimates[.maxDrawdown].value)
    let (calm, crash) = (SimulationDetails(normal), SimulationDetails(swan))
    func bp(_ details: SimulationDetails, _ part: Double) -> Double { part / details.notional * 1e4 }
    // A calibrated small order costs 10 bp in normal and up to 50 bp at full stress.
    #expect(abs(bp(calm, calm.costs.halfSpread + calm.costs.calibratedExcess) - 10) < 0.1)
    #expect(bp(crash, crash.costs.halfSpread + crash.costs.calibratedExcess) > 12)
    #expect(crash.costs.stopOvershoot > 0)
    #expect(calm.costs.stopOvershoot == 0)
  }

  @Test func `the cost split sums to slippage, fees and opportunity`() throws {
    let summary = try Checkout.runtime().simulate(Checkout.example("black_swan"))
    let path = try #require(summary.paths.first)
    let parts = path.costs
    let priced = parts.total - parts.fees - parts.opportunity
    #expect(abs(priced - path.slippage.numerator) <= 1e-9 * max(1, path.turnover))
    #expect(abs(parts.total - path.shortfall.numerator) <= 1e-9 * max(1, path.turnover))
  }

  @Test func `the same request gives the same digest whatever the threads`() throws {
    var request = Checkout.example("black_swan", period: "2d")
    request.paths = 12
    let one = try Checkout.runtime(threads: 1).simulate(request)
    let four = try Checkout.runtime(threads: 4).simulate(request)
    #expect(one.paths == four.paths)
    #expect(one.resultDigest == four.resultDigest)
    request.seed = 0
    let zero = try Checkout.runtime(threads: 4).simulate(request)
    request.seed = 1
    let other = try Checkout.runtime(threads: 4).simulate(request)
    #expect(zero.resultDigest != other.resultDigest)
  }

  @Test(arguments: [1, 12])
  func `the text of an answer is its object without what only a service knows`(paths: Int) throws {
    var request = Checkout.example("black_swan", period: "2d")
    request.paths = paths
    let summary = try Checkout.runtime().simulate(request)
    let passing: Set = ["simulation_id", "report_url", "execution_time", "cached"]
    let answer = try #require(summary.answer().objectValue)
    #expect(summary.answerBody() == JSONValue.object(answer.filter { !passing.contains($0.key) }).write())
    #expect(answer["provenance"]?["result_digest"]?.stringValue == summary.resultDigest)
  }

  @Test func `without a seed, symbol and window decide alone`() throws {
    let runtime = try Checkout.runtime()
    let a = try runtime.prepare(Checkout.example("normal", period: "2d"))
    var changed = Checkout.example("black_swan", period: "2d")
    changed.strategyParameters[0].input = .number(0.03)
    let b = try runtime.prepare(changed)
    #expect(a.plan.seed == b.plan.seed)
    var shifted = Checkout.example("normal", period: "2d")
    shifted.endTime = "2025-08-10"
    #expect(try runtime.prepare(shifted).plan.seed != a.plan.seed)
  }

  @Test func `eight paths have standard errors over paths, one path over orders and time`() throws {
    var request = Checkout.example("high_volatility", period: "3d")
    request.strategyParameters[0].input = .number(0.005)
    request.strategyParameters[1].input = .number(0.001)
    request.paths = 8
    let many = try Checkout.runtime(threads: 2).simulate(request)
    #expect(many.estimates.method == .paths)
    let mean = many.paths.reduce(0) { $0 + $1.totalReturn } / 8
    let squares = many.paths.reduce(0) { $0 + ($1.totalReturn - mean) * ($1.totalReturn - mean) }
    let error = try #require(many.estimates[.totalReturn].standardError)
    #expect(abs(error - (squares / 7 / 8).squareRoot()) < 1e-15)
    request.paths = 1
    let one = try Checkout.runtime().simulate(request)
    #expect(one.estimates.method == .bootstrap)
    #expect(one.estimates[.totalReturn].standardError ?? 0 > 0)
  }

  @Test func `a target error stops the paths early, and an unreachable one says so`() throws {
    var request = Checkout.example("black_swan", period: "2d")
    request.paths = 192
    request.targetError = 10
    let easy = try Checkout.runtime(threads: 2).simulate(request)
    #expect(easy.paths.count == 64)
    request.paths = 64
    request.targetError = 1e-12
    let hard = try Checkout.runtime(threads: 2).simulate(request)
    #expect(hard.warnings.contains { $0.contains("allow more paths") })
  }

  @Test func `no trades is said in figures, with zeros and no errors`() throws {
    var request = Checkout.example("normal", period: "2d")
    request.strategyParameters[0].input = .number(0.5)
    let summary = try Checkout.runtime().simulate(request)
    #expect(summary.estimates[.slippage].value == 0)
    #expect(summary.estimates[.fillProbability].value == 0)
    #expect(summary.estimates[.fillProbability].standardError == nil)
    #expect(summary.estimates[.sharpeRatio].value == 0)
    #expect(summary.warnings.contains { $0.contains("no trades") && $0.contains("%") })
  }

  @Test func `a law used outside the orders it was fitted on says so in the answer`() throws {
    var request = Checkout.example("high_volatility")
    request.overrides = ["spec.models.impact.use=impact/Almgren2005-v1"]
    let summary = try Checkout.runtime().simulate(request)
    #expect(
      summary.warnings.contains { $0.contains("fills were smaller than the orders impact/Almgren2005-v1") })
  }

  @Test func `several paths of normal are resamples of the history and differ`() throws {
    var request = Checkout.example("normal", period: "2d")
    request.paths = 3
    let summary = try Checkout.runtime().simulate(request)
    #expect(Set(summary.paths.map(\.buyAndHold)).count == 3)
    #expect(summary.provenance.path == "bootstrap")
    #expect(summary.warnings.contains { $0.contains("conditional") })
  }
}

/// Resting orders are read three ways.
struct FillReadingTests {
  @Test
  func `limit orders fill at most as often as the optimist and at least as often as the pessimist says`()
    throws
  {
    var request = Checkout.example("normal", period: "3d")
    request.strategyParameters = [
      ("entry_threshold", .number(0.004)), ("exit_threshold", .number(0.001)), ("order_type", .text("limit")),
    ]
    let summary = try Checkout.runtime().simulate(request)
    let optimist = try #require(summary.readings[.optimistic])
    let pessimist = try #require(summary.readings[.pessimistic])
    let expected = summary.estimates[.fillProbability].value
    #expect(pessimist[.fillProbability].value <= expected)
    #expect(expected <= optimist[.fillProbability].value)
    #expect(pessimist[.fillProbability].value < optimist[.fillProbability].value)
  }

  @Test func `market orders are read one way only`() throws {
    let summary = try Checkout.runtime().simulate(Checkout.example("high_volatility", period: "10d"))
    #expect(summary.tradeCount > 0)
    #expect(summary.readings.isEmpty)
  }
}
