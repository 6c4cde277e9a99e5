// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

/// A random market with random orders under one set of rules.
struct RandomCase: Sendable, CustomTestStringConvertible {
  var name: String
  var latency = Latency.constant(SimDuration(nanoseconds: 100_000_000))
  var queues = true
  var ranges = true
  var lot = 0.0
  var stop = StopMode.intrabar
  var closeAtEnd = false
  var equity = 100_000.0
  var paths = 3
  var perpetual: PerpetualRules?
  var outage: Outage?

  var testDescription: String { name }

  static let all = [
    RandomCase(name: "default"),
    RandomCase(name: "no latency", latency: .zero, queues: false),
    RandomCase(name: "slow and random", latency: .lognormal(median: .seconds(70), sigma: 1)),
    RandomCase(name: "without ranges", ranges: false),
    RandomCase(name: "lots, stops at the close", lot: 0.01, stop: .close),
    RandomCase(name: "sold out at the end", queues: false, closeAtEnd: true),
    RandomCase(name: "close to ruin", equity: 600),
    RandomCase(
      name: "perpetual", equity: 40,
      perpetual: PerpetualRules(
        maintenanceMargin: 0.05, liquidationFee: 0.002, leverageCap: 19,
        funding: FundingRule(rate: 0.0002, stressRate: -0.0005, interval: .minutes(45)))),
    RandomCase(name: "outage", outage: Outage(anchor: .share(0.3), duration: .minutes(150))),
    RandomCase(
      name: "perpetual without ranges or latency, outage with delays", latency: .zero, ranges: false,
      closeAtEnd: true, equity: 60,
      perpetual: PerpetualRules(
        maintenanceMargin: 0.05, leverageCap: 19, funding: FundingRule(rate: 0.0002, interval: .minutes(7))),
      outage: Outage(anchor: .share(0.5), duration: .minutes(100), mode: .delay)),
  ]

  static let steps = 1200

  /// Every path of every case, run once for all properties.
  private static let allResults = all.map { test in
    (0..<test.paths).compactMap { try? test.run(path: $0).result(path: $0) }
  }

  var results: [PathResult] { zip(Self.all, Self.allResults).first { $0.0.name == name }?.1 ?? [] }

  func run(path: Int) -> TestRun {
    var run = TestRun(
      randomMarket(steps: Self.steps, seed: UInt64(path + 1), ranges: ranges),
      strategy: RandomStrategy(activity: 0.15, size: 3))
    run.execution = ExecutionSettings(
      initialEquity: equity, takerFee: 0.0005, makerFee: -0.0001, latency: latency, stop: stop,
      closeAtEnd: closeAtEnd, tick: 0.01, lot: lot, minNotional: 5,
      perpetual: perpetual, outage: outage)
    run.fill = queues ? try? make(QueuePositionFill.self) : try? make(TouchFill.self)
    run.impact = try? make(SquareRootImpact.self)
    return run
  }
}

/// A random walk with halts, bursts of stress, empty rows and spreads that differ.
func randomMarket(steps: Int, seed: UInt64, ranges: Bool = true) -> MarketBlock {
  let random = RandomSource(seed: seed, path: 0, role: .data)
  var block = MarketBlock(count: steps)
  var price = 100.0
  for row in 0..<steps {
    func draw(_ lane: Int) -> Double { random.uniform(step: Int64(row), lane: lane) }
    func bell(_ lane: Int) -> Double { random.normal(step: Int64(row), lane: lane) }
    let open = price * (1 + 0.0002 * bell(0))
    let close = open * (1 + 0.001 * bell(1))
    block.time[row] = Int64(row + 1) * 60_000_000_000
    block.open[row] = open
    block.mid[row] = close
    let isRanged = ranges && draw(2) < 0.95
    block.high[row] = isRanged ? max(open, close) * (1 + 0.0005 * draw(3)) : .nan
    block.low[row] = isRanged ? min(open, close) * (1 - 0.0005 * draw(4)) : .nan
    block.halfSpread[row] = 0.0001 * draw(5)
    block.bidDepth[row] = 2 * draw(6)
    block.askDepth[row] = 2 * draw(7)
    block.volatility[row] = 0.04
    block.volume[row] = draw(8) < 0.03 ? 0 : 40 * draw(9)
    block.baseVolatility[row] = 0.04
    block.baseVolume[row] = 28_800
    let burst = row / 100 % 3 == 1
    block.stress[row] = burst ? draw(10) : 0
    block.halted[row] = row / 10 % 37 == 5 ? 1 : 0
    price = close
  }
  return block
}
