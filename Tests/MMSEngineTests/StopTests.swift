// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

/// Stops of a position entered at the open of step 1 at exactly 100.1, stopped 5 % below: at 95.095.
struct StopTests {
  let trigger = 100.1 * 0.95

  func run(_ bars: [Bar], execution: (inout ExecutionSettings) -> Void = { _ in }) throws(MMSError)
    -> PathResult
  {
    var run = TestRun(tinyMarket([Bar(100), Bar(100)] + bars), [0: .buy(2, stopLoss: 0.05)])
    execution(&run.execution)
    return try run.result()
  }

  @Test func `a touched stop fills at its trigger less spread and excess`() throws {
    let result = try run([Bar(99, 99.5, 95.5, 96), Bar(96, 96, 94, 95.5), Bar(95.5)])
    #expect(result.fills.map(\.step) == [1, 3])
    #expect(close(result.fills[1].price, trigger * 0.999))
    #expect(result.trades.first?.stopped == true)
    #expect(result.finalPosition == 0)
    #expect(close(result.costs.stopOvershoot, 0))
  }

  @Test func `after a gap a stop fills at the worse open`() throws {
    let result = try run([Bar(99), Bar(93, 96, 92, 96), Bar(96)])
    #expect(close(result.fills[1].price, 93 * 0.999))
    #expect(close(result.costs.stopOvershoot, 2 * (trigger - 93)))
  }

  @Test func `latency lets a stop slip by the mean overshoot`() throws {
    let result = try run([Bar(99), Bar(96, 96, 90, 91), Bar(91)]) { $0.latency = .constant(.seconds(20)) }
    let slip = 0.5826 * 0.02 * (20.0 / 86_400).squareRoot()
    #expect(close(result.fills[1].price, trigger * (1 - slip) * 0.999))
    #expect(close(result.costs.stopOvershoot, 2 * trigger * slip, 1e-9))
  }

  @Test func `overshoot never carries a stop beyond the bar's low`() throws {
    let result = try run([Bar(99), Bar(96, 96, 95.09, 95.2), Bar(95.2)]) {
      $0.latency = .constant(.seconds(50))
    }
    #expect(close(result.fills[1].price, 95.09 * 0.999))
  }

  @Test func `a short's stop is above and fills at the worse open`() throws {
    var run = TestRun(
      tinyMarket([Bar(100), Bar(100), Bar(100, 104, 100, 103), Bar(107, 108, 106, 107), Bar(107)]),
      [0: .sell(2, stopLoss: 0.05)])
    #expect(close(try run.result().fills[1].price, 107 * 1.001))
    run.market.open[3] = 103
    run.market.low[3] = 103
    #expect(close(try run.result().fills[1].price, 99.9 * 1.05 * 1.001))
  }

  @Test func `a stop larger than the cap goes on at the next opens`() throws {
    var run = TestRun(
      tinyMarket([Bar(100), Bar(100), Bar(100), Bar(96, 96, 94, 94), Bar(93), Bar(92), Bar(91)], volume: 30),
      [0: .buy(5, stopLoss: 0.05)])
    run.market.volume[4] = 10
    let fills = try run.result().fills
    #expect(fills.map(\.step) == [1, 2, 3, 4, 5])
    #expect(fills.map(\.quantity) == [3, 2, 3, 1, 1])
    #expect(close(fills[3].price, 93 * 0.999))
    #expect(Set(fills[2...].map(\.parent)).count == 1)
  }

  @Test func `with stop and target in one bar the stop comes first and the bar is counted`() throws {
    let bars = [Bar(100), Bar(100), Bar(100, 106, 94, 100), Bar(100)]
    let target = [Wish].offer(2, at: 105, reduceOnly: true)
    let both = try TestRun(tinyMarket(bars), [0: .buy(2, stopLoss: 0.05), 1: target]).result()
    #expect(both.ambiguousSteps == 1)
    #expect(both.trades.first?.stopped == true)
    #expect(both.fills.count == 2)
    #expect(both.finalPosition == 0)
    // A target out of reach leaves nothing ambiguous, even when a bid of ours was met.
    let far = try TestRun(
      tinyMarket(bars),
      [0: .buy(2, stopLoss: 0.05), 1: .offer(2, at: 107, reduceOnly: true) + .bid(0.1, at: 96)]
    ).result()
    #expect(far.ambiguousSteps == 0)
    #expect(far.trades.first?.stopped == true)
  }

  @Test func `watched at the close a stop sees no low and sells at the next open`() throws {
    let bars = [Bar(99, 99, 94, 96), Bar(96, 96, 94, 95), Bar(94, 96, 94, 96), Bar(96)]
    let result = try run(bars) { $0.stop = .close }
    #expect(result.fills.map(\.step) == [1, 4])
    #expect(close(result.fills[1].price, 94 * 0.999))
    #expect(result.trades.first?.stopped == true)
  }

  @Test func `watched at the close a stop is sent with the latency of any market order`() throws {
    let bars = [Bar(100), Bar(100, 100, 94, 94), Bar(93), Bar(92), Bar(91), Bar(90)]
    let result = try run(bars) {
      $0.stop = .close
      $0.latency = .constant(.seconds(130))
    }
    // Bought at the open of step 3 with the same latency, and below the stop at that very close.
    #expect(result.fills.map(\.step) == [3, 6])
  }

  @Test func `a stop order of the strategy fires at its trigger`() throws {
    let bars = [Bar(100), Bar(100), Bar(100, 100, 97, 98), Bar(98), Bar(98, 103, 98, 103), Bar(103)]
    let result = try TestRun(
      tinyMarket(bars), [0: .stop(.sell, 1, at: 97.5), 3: .stop(.buy, 1, at: 101)]
    ).result()
    #expect(result.fills.map(\.step) == [2, 4])
    #expect(close(result.fills[0].price, 97.5 * 0.999))
    #expect(close(result.fills[1].price, 101 * 1.001))
  }

  @Test func `a position that crosses zero leaves the old stop behind`() throws {
    let bars = [Bar(100), Bar(100), Bar(100), Bar(100, 120, 100, 110), Bar(110)]
    let result = try TestRun(tinyMarket(bars), [0: .buy(2, stopLoss: 0.05), 1: .sell(4)]).result()
    #expect(result.fills.count == 2)
    #expect(result.finalPosition == -2)
  }

  @Test func `halted rows trigger no stop`() throws {
    var run = TestRun(
      tinyMarket([Bar(100), Bar(100), Bar(99, 99, 90, 98), Bar(98), Bar(98)]), [0: .buy(2, stopLoss: 0.05)])
    run.market.halted[2] = 1
    #expect(try run.result().fills.count == 1)
  }

  @Test func `without a range a stop is hit with the Brownian bridge's probability`() throws {
    var market = tinyMarket([Bar(100), Bar(100), Bar(97), Bar(97)], resolution: .days(1))
    market.open[2] = 96
    for row in market.rows {
      market.high[row] = .nan
      market.low[row] = .nan
      market.volatility[row] = 0.02
    }
    var run = TestRun(market, [0: .buy(2, stopLoss: 0.05)])
    run.resolution = .days(1)
    run.recordsSeries = false
    run.cost = 0
    for row in market.rows { run.market.halfSpread[row] = 0 }
    // The trigger is 95.
    func bridge(_ open: Double, _ close: Double) -> Double {
      MMSMath.exp(-2 * MMSMath.log(open / 95) * MMSMath.log(close / 95) / 0.0004)
    }
    let (first, second, third) = (bridge(100, 100), bridge(96, 97), bridge(97, 97))
    let expected = 1 - (1 - first) * (1 - second) * (1 - third)
    var hits = 0
    let n = 4000
    var runner = try PathRunner(run.plan())
    for path in 0..<n {
      let result = try runner.run(path: path)
      if result.fills.count == 2 {
        hits += 1
        #expect(close(result.fills[1].price, 95, 1e-9))
      }
    }
    let error = (expected * (1 - expected) / Double(n)).squareRoot()
    #expect((Double(hits) / Double(n) - expected).magnitude < 3 * error)
    run.market.mid[2] = 94.9
    #expect(try run.result().fills.count == 2)
  }
}
