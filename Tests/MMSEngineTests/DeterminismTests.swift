// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import MMSStudy
import Testing

struct DeterminismTests {
  @Test(arguments: RandomCase.all)
  func `the size of blocks changes no bit`(test: RandomCase) throws {
    var run = test.run(path: 0)
    let reference = try run.result()
    #expect(reference.fillCount > 20)
    for size in [1, 7, 64, 1000, 4096] {
      run.blockSize = size
      #expect(try run.result() == reference)
    }
  }

  @Test func `threads change no bit`() throws {
    let plan = try RandomCase.all[0].run(path: 0).plan()
    let one = try MonteCarlo(threads: 1).run(plan, paths: 0..<6)
    let four = try MonteCarlo(threads: 4).run(plan, paths: 0..<6)
    #expect(one == four)
    #expect(Set(one.map(\.totalReturn)).count == 6)
  }

  @Test(arguments: RandomCase.all)
  func `a used runner gives what a fresh one gives`(test: RandomCase) throws {
    let plan = try test.run(path: 0).plan()
    var used = try PathRunner(plan)
    for path in [2, 0] { _ = try used.run(path: path) }
    var fresh = try PathRunner(plan)
    #expect(try used.run(path: 1) == fresh.run(path: 1))
  }

  @Test func `recording series changes nothing else`() throws {
    var run = RandomCase.all[0].run(path: 0)
    let reference = try run.result()
    run.recordsSeries = false
    let bare = try run.result()
    #expect(bare.series == nil)
    #expect(bare.fills == reference.fills)
    #expect(bare.trades == reference.trades)
    #expect(bare.returns == reference.returns)
    #expect(bare.costs == reference.costs)
  }

  @Test func `shared history and rewritten columns are the same market`() throws {
    let bars = try HistoryMarket.bars(steps: 1500, seed: 5)
    let shared = try HistoryMarket.plan(bars, strategy: RandomStrategy(activity: 0.1, size: 2))
    var rewritten = try HistoryMarket.plan(
      bars, strategy: RandomStrategy(activity: 0.1, size: 2), scenario: UntouchedScenario([]))
    var first = try PathRunner(shared)
    let reference = try first.run(path: 3)
    for size in [1, 64, 4096] {
      rewritten.blockSize = size
      var second = try PathRunner(rewritten)
      #expect(try second.run(path: 3) == reference)
    }
  }
}
