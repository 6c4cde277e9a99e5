// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

/// vwap and pov: slices that follow volume.
struct VolumeStrategyTests {
  typealias Inputs = [(name: String, input: ParameterInput)]

  /// Hours: a day of warm-up that traded 3 in each hour before noon and 1 after, then a flat day.
  static func hours(from first: Int64, steps: Int = 25, warmUp: Int = 24) -> ExecutionRun {
    let hour = SimDuration.hours(1).nanoseconds
    var market = ExecutionRun.flat(warmUp + steps)
    market.firstStep = -warmUp
    for row in market.rows {
      market.time[row] = (first + Int64(row + 1)) * hour
      if row < warmUp { market.volume[row] = (first + Int64(row)) % 24 < 12 ? 3 : 1 }
    }
    var run = ExecutionRun(market: market)
    run.resolution = .hours(1)
    return run
  }

  @Test func `vwap follows the day's profile as the warm-up had it`() throws {
    let vwap = try make(VWAPStrategy.self, [("quantity", .number(48)), ("slices", .number(24))])
    // Step 0 is the bar of midnight: bars 1 … 11 are before noon, 12 … 23 after, 24 the next midnight's.
    let result = try Self.hours(from: 0).result(vwap)
    let fills = ExecutionStrategyTests.fills(result)
    #expect(fills.count == 24)
    for step in 1...24 {
      let weight = step % 24 < 12 ? 3.0 : 1
      #expect(abs((fills[step] ?? 0) - weight) < 1e-9)
    }
    // The same day entered at another hour.
    let later = ExecutionStrategyTests.fills(try Self.hours(from: 17).result(vwap))
    for step in 1...24 {
      let weight = (17 + step) % 24 < 12 ? 3.0 : 1
      #expect(abs((later[step] ?? 0) - weight) < 1e-9)
    }
  }

  @Test func `a slice takes the volume expected until the next`() throws {
    let vwap = try make(
      VWAPStrategy.self, [("quantity", .number(40)), ("slices", .number(2)), ("horizon", .number(20))])
    // Ten bars each: 1 … 10 before noon; 11 before and 12 … 20 after.
    ExecutionStrategyTests.expect(try Self.hours(from: 0).result(vwap), [1: 40 * 30 / 42, 11: 40 * 12 / 42])
  }

  @Test(arguments: [0, 23])
  func `with less than a day behind it vwap is twap`(warmUp: Int) throws {
    let run = Self.hours(from: 3, warmUp: warmUp)
    let inputs: Inputs = [("quantity", .number(24)), ("slices", .number(8))]
    let (a, b) = (
      try run.result(make(VWAPStrategy.self, inputs)), try run.result(make(TWAPStrategy.self, inputs))
    )
    #expect(a.fills.map(\.step) == b.fills.map(\.step))
    for (x, y) in zip(a.fills, b.fills) { #expect(abs(x.quantity - y.quantity) < 1e-9) }
    #expect(
      try make(VWAPStrategy.self, [("profile_window", .text("3 d"))])
        .warmUpDuration(resolution: .minutes(1)) == .days(3))
  }

  @Test func `where nothing ever trades the last slice takes all`() throws {
    var run = Self.hours(from: 0)
    for row in 0..<24 { run.market.volume[row] = row < 12 ? 0 : 5 }
    let morning = try make(
      VWAPStrategy.self, [("quantity", .number(3)), ("slices", .number(3)), ("horizon", .number(9))])
    ExecutionStrategyTests.expect(try run.result(morning), [7: 3])
  }

  /// Bars of given volumes.
  static func market(_ volumes: [Double]) -> ExecutionRun {
    var market = ExecutionRun.flat(volumes.count)
    market.volume = volumes
    return ExecutionRun(market: market)
  }

  @Test func `pov sends its share of the last bar's volume`() throws {
    let result = try Self.market([100, 200, 50, 0, 400, 1000, 80]).result(
      make(POVStrategy.self, [("quantity", .number(30)), ("participation", .text("5 %"))]))
    // 5, 10, 2.5 in the bar after one where nothing traded, and the 12.5 that are left.
    ExecutionStrategyTests.expect(result, [1: 5, 2: 10, 4: 2.5, 5: 12.5])
  }

  @Test func `pov waits for the smallest order and does not exceed the largest`() throws {
    let run = Self.market([100, 20, 90, 10, 400, 1000, 80, 80, 80, 80])
    let smallest = try make(
      POVStrategy.self,
      [("quantity", .number(12)), ("participation", .number(0.05)), ("min_order", .number(6))])
    // Due 5, 6, 10.5, 11, 12 of 12: the last unit goes although it is small.
    ExecutionStrategyTests.expect(try run.result(smallest), [2: 6, 5: 6])
    let largest = try make(
      POVStrategy.self,
      [("quantity", .number(40)), ("participation", .number(0.05)), ("max_order", .number(8))])
    // Due 5, 6, 10.5, 11, 31, 40: eight at a time from then on.
    ExecutionStrategyTests.expect(
      try run.result(largest), [1: 5, 2: 1, 3: 4.5, 4: 0.5, 5: 8, 6: 8, 7: 8, 8: 5])
  }

  @Test func `pov ends with its horizon, and what it has sent works on`() throws {
    var run = Self.market([100, 100, 100, 100, 100, 100, 100, 100])
    run.execution.volumeCap = 0.03
    let pov = try make(
      POVStrategy.self,
      [("quantity", .number(50)), ("participation", .number(0.05)), ("horizon", .number(4))])
    // 5 are due at each of four steps, and 3 fill in each until all 20 have.
    let result = try run.result(pov)
    ExecutionStrategyTests.expect(result, [1: 3, 2: 3, 3: 3, 4: 3, 5: 3, 6: 3, 7: 2])
    #expect(abs(result.realisedFill.ratio - 0.4) < 1e-12)
    #expect(abs(result.fillProbability.ratio - 0.4) < 1e-12)
  }

  @Test func `an order between min and max must be possible`() throws {
    let error = #expect(throws: MMSError.self) {
      try make(POVStrategy.self, [("min_order", .number(3)), ("max_order", .number(2))])
    }
    #expect(error?.message.contains("min_order (3.0) exceeds max_order (2.0)") == true)
    for bad in [("participation", ParameterInput.number(0)), ("participation", .number(1.1))] {
      #expect(throws: MMSError.self) { _ = try make(POVStrategy.self, [bad]) }
    }
    for bad in [("profile_bucket", ParameterInput.text("1 s")), ("slices", .number(0))] {
      #expect(throws: MMSError.self) { _ = try make(VWAPStrategy.self, [bad]) }
    }
  }

  @Test func `the reference outputs of vwap and pov are met`() throws {
    var run = ExecutionRun(market: testMarket(steps: 300, warmUp: 2880, seed: 6))
    for row in run.market.rows {
      let minute = row % 1440
      run.market.volume[row] *= 1 + 3 * (minute % 720 < 240 ? 1 : 0)
    }
    run.execution.volumeCap = 0.1
    let vwap = try run.result(
      make(
        VWAPStrategy.self,
        [("quantity", .number(200)), ("slices", .number(40)), ("profile_window", .text("2 d"))]))
    func rows(_ result: PathResult, _ number: Int) -> [[Double]] {
      result.fills.map { [Double(number), Double($0.step), $0.quantity, $0.price] }
    }
    let header = ["case", "step", "quantity", "price"]
    try checkReference("Strategy/VWAP", header: header, rows: rows(vwap, 0))
    let plain = try run.result(make(POVStrategy.self, [("quantity", .number(200))]))
    let bounded = try run.result(
      make(
        POVStrategy.self,
        [
          ("quantity", .number(200)), ("min_order", .number(5)), ("max_order", .number(9)),
          ("order_type", .text("limit")),
        ]))
    try checkReference("Strategy/POV", header: header, rows: rows(plain, 0) + rows(bounded, 1))
  }
}
