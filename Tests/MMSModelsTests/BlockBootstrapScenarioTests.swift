// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSModels
import Testing

struct BlockBootstrapScenarioTests {
  static let days = 6
  static let recorded = testMarket(steps: 1440 * days, warmUp: 100, seed: 17)

  static func prepared(
    _ market: MarketBlock = recorded, meanBlock: String = "1 d", resolution: SimDuration = .minutes(1)
  ) throws -> BlockBootstrapScenario {
    var model = try make(BlockBootstrapScenario.self, [("meanBlock", .text(meanBlock))])
    try model.prepare(
      history: market,
      context: testContext(steps: market.count + market.firstStep, resolution: resolution))
    return model
  }

  static func path(_ number: Int) -> PathContext { PathContext(seed: 5, path: number, isCentral: false) }

  /// The source row of each step, told by its volume, which is different in every row.
  static func sources(_ path: MarketBlock, _ market: MarketBlock = recorded) throws -> [Int] {
    var rows: [UInt64: Int] = [:]
    for row in market.rows { rows[market.volume[row].bitPattern] = row }
    return try path.volume.map { try #require(rows[$0.bitPattern]) }
  }

  @Test func `every row is a recorded row of the same minute, moved to the path's level`() throws {
    var model = try Self.prepared()
    let market = Self.recorded
    let path = try runPath(&model, Self.path(1), over: market, chunk: { _ in 1000 })
    let sources = try Self.sources(path)
    var before = market.mid[99]
    for (step, source) in sources.enumerated() {
      #expect(source >= 100, "warm-up rows are not resampled")
      #expect((path.time[step] - market.time[source]) % SimDuration.days(1).nanoseconds == 0)
      let factor = before / market.mid[source - 1]
      for column in [MarketColumn.open, .high, .low, .mid] {
        let (got, from) = (path[keyPath: column.keyPath][step], market[keyPath: column.keyPath][source])
        #expect(abs(got / (from * factor) - 1) < 1e-12)
      }
      for column in [
        MarketColumn.halfSpread, .bidDepth, .askDepth, .volatility, .baseVolatility, .baseVolume,
      ] {
        #expect(path[keyPath: column.keyPath][step] == market[keyPath: column.keyPath][source])
      }
      before = path.mid[step]
    }
    #expect(path.time == Array(market.time[100...]))
    #expect(path.fault(in: path.rows) == nil)
  }

  @Test func `blocks have their mean length and days come up equally often`() throws {
    var model = try Self.prepared(meanBlock: "1 h")
    var (jumps, steps) = (0, 0)
    var perDay = [Int](repeating: 0, count: Self.days)
    for number in 0..<8 {
      let path = try runPath(&model, Self.path(number), over: Self.recorded, chunk: { _ in 4000 })
      let sources = try Self.sources(path)
      jumps += zip(sources, sources.dropFirst()).count { $1 != $0 + 1 }
      steps += sources.count
      for source in sources { perDay[(source - 100) / 1440] += 1 }
    }
    // One jump in six lands where the block would have gone on; a wrap at the end is none of ours.
    let expected = Double(steps) / 60 * 5 / 6
    #expect(abs(Double(jumps) / expected - 1) < 0.1)
    for count in perDay { #expect(abs(Double(count) / Double(steps) * Double(Self.days) - 1) < 0.35) }
  }

  @Test func `past the window's end a block goes on at the same minute of its first day`() throws {
    var model = try Self.prepared(meanBlock: "1000 d")
    var wraps = 0
    for number in 0..<20 {
      let path = try runPath(&model, Self.path(number), over: Self.recorded, chunk: { _ in 4000 })
      let sources = try Self.sources(path)
      for (a, b) in zip(sources, sources.dropFirst()) where a == Self.recorded.count - 1 {
        #expect(b == 100)
        wraps += 1
      }
    }
    #expect(wraps > 5)
  }

  @Test(arguments: 1...4)
  func `any split of the rows gives the same bits`(seed: UInt64) throws {
    var numbers = TestNumbers(seed)
    var model = try Self.prepared(meanBlock: "2 h")
    let whole = try runPath(&model, Self.path(2), over: Self.recorded, chunk: { _ in 9000 })
    for longest in [3, 200] {
      let split = try runPath(
        &model, Self.path(2), over: Self.recorded, chunk: { _ in 1 + numbers.below(longest) })
      #expect(bits(split) == bits(whole))
    }
  }

  @Test func `a path forgets the one before, and paths differ`() throws {
    var used = try Self.prepared()
    var fresh = used
    let seven = try runPath(&used, Self.path(7), over: Self.recorded, chunk: { _ in 700 })
    let again = try runPath(&used, Self.path(3), over: Self.recorded, chunk: { _ in 500 })
    #expect(try bits(again) == bits(runPath(&fresh, Self.path(3), over: Self.recorded, chunk: { _ in 500 })))
    #expect(bits(again) != bits(seven))
  }

  @Test func `a recording with holes keeps its minutes`() throws {
    // Every day misses the same hour on even days only: rows after it are shifted against the clock.
    var market = MarketBlock(firstStep: 0, count: 0)
    let whole = testMarket(steps: 1440 * 4, seed: 23)
    let kept = whole.rows.filter { !(($0 / 1440) % 2 == 0 && ($0 % 1440) / 60 == 5) }
    market = MarketBlock(firstStep: 0, count: kept.count)
    for (row, source) in kept.enumerated() { market.copyRows(source..<source + 1, of: whole, to: row) }
    var model = try Self.prepared(market, meanBlock: "6 h")
    let path = try runPath(&model, Self.path(0), over: market, chunk: { _ in 640 })
    for (step, source) in try Self.sources(path, market).enumerated() {
      #expect((path.time[step] - market.time[source]) % SimDuration.days(1).nanoseconds == 0)
    }
    #expect(path.fault(in: path.rows) == nil)
  }

  @Test func `daily bars have one minute of the day`() throws {
    let market = testMarket(steps: 100, seed: 29, resolution: .days(1))
    var model = try Self.prepared(market, meanBlock: "5 d", resolution: .days(1))
    let path = try runPath(&model, Self.path(0), over: market, chunk: { _ in 100 })
    #expect(Set(try Self.sources(path, market)).count > 20)
    #expect(path.fault(in: path.rows) == nil)
  }

  @Test func `the reference output is met`() throws {
    let market = testMarket(steps: 24 * 12, warmUp: 5, seed: 6, resolution: .hours(1))
    var model = try Self.prepared(market, resolution: .hours(1))
    let path = try runPath(&model, Self.path(4), over: market, chunk: { _ in 50 })
    try checkReference(
      "Scenario/BlockBootstrap", header: marketHeader, rows: table(path, stride(from: 0, to: 288, by: 3)))
  }
}
