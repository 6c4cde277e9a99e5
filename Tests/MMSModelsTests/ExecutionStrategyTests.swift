// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

/// What twap, vwap, pov and almgren_chriss have in common, in the engine.
struct ExecutionStrategyTests {
  typealias Inputs = [(name: String, input: ParameterInput)]

  enum Name: String, Sendable, CaseIterable { case twap, vwap, pov, almgrenChriss }

  static func strategy(_ name: Name, _ inputs: Inputs) throws -> any Strategy {
    switch name {
    case .twap: try make(TWAPStrategy.self, inputs)
    case .vwap: try make(VWAPStrategy.self, inputs)
    case .pov: try make(POVStrategy.self, inputs)
    case .almgrenChriss: try make(AlmgrenChrissStrategy.self, inputs)
    }
  }

  static func twap(_ inputs: Inputs) throws -> any Strategy { try strategy(.twap, inputs) }

  /// The fills as steps and quantities.
  static func fills(_ result: PathResult) -> [Int: Double] {
    result.fills.reduce(into: [:]) { $0[$1.step, default: 0] += $1.quantity }
  }

  static func expect(_ result: PathResult, _ expected: [Int: Double]) {
    let fills = fills(result)
    #expect(fills.keys.sorted() == expected.keys.sorted())
    for (step, quantity) in expected { #expect(abs((fills[step] ?? 0) - quantity) < 1e-9) }
  }

  @Test func `equal slices come at equal distances and make one parent`() throws {
    let run = ExecutionRun(market: ExecutionRun.flat(11))
    let result = try run.result(Self.twap([("quantity", .number(5)), ("slices", .number(5))]))
    Self.expect(result, [1: 1, 3: 1, 5: 1, 7: 1, 9: 1])
    #expect(Set(result.fills.map(\.parent)) == [1])
    #expect(result.slippage.count == 1 && result.realisedFill.ratio == 1)
    #expect(abs(result.fillProbability.ratio - 1) < 1e-12)
    #expect(result.shortfall.numerator == 0 && result.shortfall.denominator == 500)
  }

  @Test func `there is at most one slice a step, and a horizon is cut to the period`() throws {
    let run = ExecutionRun(market: ExecutionRun.flat(5))
    for horizon in [ParameterInput.text("1 d"), .number(4), .text("4 min")] {
      let result = try run.result(
        Self.twap([("quantity", .number(2)), ("slices", .number(100)), ("horizon", horizon)]))
      Self.expect(result, [1: 0.5, 2: 0.5, 3: 0.5, 4: 0.5])
    }
    let short = try run.result(
      Self.twap([("quantity", .number(2)), ("slices", .number(9)), ("horizon", .number(2))]))
    Self.expect(short, [1: 1, 2: 1])
  }

  @Test func `what the volume cap leaves is carried over`() throws {
    var run = ExecutionRun(market: ExecutionRun.flat(11, volume: 10))
    run.execution.volumeCap = 0.1
    let inputs: Inputs = [("slices", .number(2))]
    Self.expect(
      try run.result(Self.twap(inputs + [("quantity", .number(6))])),
      [1: 1, 2: 1, 3: 1, 6: 1, 7: 1, 8: 1])
    // The first slice of 8 works until step 8; the second has been waiting beside it.
    Self.expect(
      try run.result(Self.twap(inputs + [("quantity", .number(16))])),
      Dictionary(uniqueKeysWithValues: (1...10).map { ($0, 1) }))
  }

  @Test(arguments: Name.allCases)
  func `what never fills is counted against the whole quantity`(name: Name) throws {
    var market = ExecutionRun.flat(11, volume: 10)
    for row in 1..<11 {
      let price = 100 + Double(row)
      (market.open[row], market.high[row], market.low[row], market.mid[row]) = (price, price, price, price)
    }
    var run = ExecutionRun(market: market)
    run.execution.volumeCap = 0.1
    let result = try run.result(
      Self.strategy(name, [("quantity", .number(20))] + (name == .pov ? [("participation", .number(1))] : []))
    )
    #expect(Self.fills(result).count == 10)
    #expect(result.realisedFill.denominator == 20 && abs(result.realisedFill.ratio - 0.5) < 1e-12)
    #expect(abs(result.fillProbability.ratio - 0.5) < 1e-12)
    // Filled at 101 … 110, the rest missed the move from 100 to 110.
    #expect(abs(result.costs.delay - 55) < 1e-9)
    #expect(abs(result.costs.opportunity - 100) < 1e-9)
    #expect(abs(result.shortfall.numerator - 155) < 1e-9)
    #expect(abs(result.slippage.ratio - 0.055) < 1e-12)
  }

  @Test func `slices due in a halt follow when it ends`() throws {
    var market = ExecutionRun.flat(11)
    for row in 3...6 { market.halted[row] = 1 }
    let result = try ExecutionRun(market: market).result(
      Self.twap([("quantity", .number(10)), ("slices", .number(10))]))
    // Four slices wait at the venue; what is due besides follows when they have filled.
    Self.expect(result, [1: 1, 2: 1, 7: 4, 8: 2, 9: 1, 10: 1])
  }

  @Test func `quantities below a lot wait until they make one`() throws {
    var run = ExecutionRun(market: ExecutionRun.flat(9))
    run.execution.lot = 0.3
    let result = try run.result(Self.twap([("quantity", .number(1)), ("slices", .number(8))]))
    // Due: 0.125, 0.25, 0.375, … 1.0.
    Self.expect(result, [3: 0.3, 5: 0.3, 8: 0.3])
    #expect(result.refusals.isEmpty)
  }

  @Test func `a refused slice is part of the next one`() throws {
    var run = ExecutionRun(market: ExecutionRun.flat(9))
    run.execution.minNotional = 20
    let result = try run.result(Self.twap([("quantity", .number(1)), ("slices", .number(8))]))
    Self.expect(result, [2: 0.25, 4: 0.25, 6: 0.25, 8: 0.25])
    #expect(result.refusals.values.reduce(0, +) == 4)
  }

  @Test func `orders on their way count as sent`() throws {
    var run = ExecutionRun(market: ExecutionRun.flat(12))
    run.execution.latency = .constant(.seconds(150))
    let result = try run.result(
      Self.twap([("quantity", .number(4)), ("slices", .number(4)), ("horizon", .number(4))]))
    Self.expect(result, [3: 1, 4: 1, 5: 1, 6: 1])
    #expect(Set(result.fills.map(\.parent)) == [1])
  }

  @Test func `a limit order that expires goes to the market`() throws {
    var market = ExecutionRun.flat(12)
    for row in market.rows {
      market.halfSpread[row] = 0.001
      // The price runs away after step 5.
      if row > 5 {
        (market.open[row], market.mid[row], market.high[row], market.low[row]) = (101, 101, 101, 101)
      } else {
        (market.high[row], market.low[row]) = (100.2, 99.8)
      }
    }
    let result = try ExecutionRun(market: market).result(
      Self.twap([
        ("quantity", .number(2)), ("slices", .number(2)), ("order_type", .text("limit")),
        ("order_ttl", .number(2)),
      ]))
    // H = 11: slices at steps 0 and 5. The second rests in steps 6 and 7 and is bought in step 8.
    Self.expect(result, [1: 1, 8: 1])
    #expect(result.fills.map(\.isMaker) == [true, false])
    #expect(result.fills[0].price == 99.9 && abs(result.fills[1].price - 101 * 1.001) < 1e-12)
    #expect(Set(result.fills.map(\.parent)) == [1])
  }

  @Test(arguments: Name.allCases)
  func `a sale starts a short position and its costs are positive`(name: Name) throws {
    var market = ExecutionRun.flat(21)
    for row in market.rows { market.halfSpread[row] = 0.0005 }
    let result = try ExecutionRun(market: market).result(
      Self.strategy(name, [("quantity", .number(4)), ("side", .text("sell"))]))
    #expect(abs(result.finalPosition + 4) < 1e-9)
    #expect(result.fills.allSatisfy { $0.side == .sell && $0.position < 0 })
    #expect(abs(result.costs.total - 4 * 100 * 0.0005) < 1e-9)
    #expect(abs(result.slippage.ratio - 0.0005) < 1e-12)
  }

  @Test(arguments: Name.allCases, ["market", "limit"])
  func `blocks and paths before leave no trace, and the future is not seen`(
    name: Name, type: String
  ) throws {
    var run = ExecutionRun(market: testMarket(steps: 400, warmUp: 1440, seed: 4))
    run.execution.volumeCap = 0.1
    run.impact = try make(SquareRootImpact.self)
    let strategy = try Self.strategy(
      name, [("quantity", .number(700)), ("horizon", .number(350)), ("order_type", .text(type))])
    let result = try run.result(strategy)
    #expect(result.fills.count > 30)
    run.blockSize = 7
    #expect(try run.result(strategy) == result)
    run.blockSize = 1024
    for last in [50, 199] {
      var other = run
      for row in 1440 + last + 1..<1840 {
        other.market.scalePrices(row: row, by: 1.01)
        other.market.volume[row] *= 0.5 + Double(row % 7)
      }
      let changed = try other.result(strategy)
      #expect(Self.past(changed.fills, last) == Self.past(result.fills, last))
      #expect(changed.fills != result.fills)
    }
  }

  /// Fills up to a step, and of the mids after them those that were known by then.
  private static func past(_ fills: [FillRecord], _ last: Int) -> [FillRecord] {
    fills.filter { $0.step <= last }.map { fill in
      var fill = fill
      fill.later = zip(FillRecord.markoutSteps, fill.later).filter { fill.step + $0.0 <= last }.map(\.1)
      return fill
    }
  }

  @Test func `jitter delays slices within their intervals, differently on each path`() throws {
    let run = ExecutionRun(market: ExecutionRun.flat(101))
    let strategy = try Self.twap([
      ("quantity", .number(10)), ("slices", .number(10)), ("jitter", .number(1)),
    ])
    let (a, b) = (try run.result(strategy), try run.result(strategy, path: 1))
    for result in [a, b] {
      let steps = result.fills.map(\.step)
      #expect(steps.count == 10)
      for (slice, step) in steps.enumerated() { #expect((10 * slice + 1...10 * slice + 10).contains(step)) }
    }
    #expect(a.fills.map(\.step) != b.fills.map(\.step))
    #expect(try run.result(strategy) == a)
  }

  @Test func `why nothing was sent is said in figures`() throws {
    var run = ExecutionRun(market: ExecutionRun.flat(10))
    run.execution.lot = 2
    #expect(
      try run.result(Self.twap([])).idleReason == "the quantity of 1.0 is below one lot of 2.0")
    let pov = try run.result(
      Self.strategy(.pov, [("quantity", .number(9)), ("participation", .number(1e-7))]))
    #expect(pov.idleReason?.contains("1e-07 of the 9000000.0 base units") == true)
    run = ExecutionRun(market: ExecutionRun.flat(1))
    #expect(try run.result(Self.twap([])).idleReason?.contains("one step") == true)
  }

  @Test(
    arguments: Name.allCases,
    [
      ("quantity", .number(0)), ("quantity", .number(-1)), ("side", .text("hold")), ("horizon", .number(0)),
      ("horizon", .text("0 h")), ("order_type", .text("stop")), ("order_ttl", .number(0)),
      ("unknown", .number(1)),
    ] as Inputs)
  func `a parameter that makes no sense is refused`(name: Name, input: (name: String, input: ParameterInput))
  {
    #expect(throws: MMSError.self) { _ = try Self.strategy(name, [input]) }
  }

  @Test func `the reference output of twap is met`() throws {
    var rows: [[Double]] = []
    let cases: [Inputs] = [[], [("jitter", .number(0.5))], [("order_type", .text("limit"))]]
    for (number, inputs) in cases.enumerated() {
      var run = ExecutionRun(market: testMarket(steps: 120, seed: 3))
      run.execution.volumeCap = 0.1
      let result = try run.result(
        Self.twap([("quantity", .number(60)), ("slices", .number(12))] + inputs))
      rows += result.fills.map { [Double(number), Double($0.step), $0.quantity, $0.price] }
    }
    try checkReference("Strategy/TWAP", header: ["case", "step", "quantity", "price"], rows: rows)
  }
}
