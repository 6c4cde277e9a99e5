// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

/// Orders without a time to live are followed after their fill, for the fill they did not need.
struct FollowingTests {
  func run(_ script: [Int: [Wish]], chance: Double, steps: Int = 20) -> TestRun {
    var run = TestRun(tinyMarket(Array(repeating: Bar(100), count: steps), volume: 1e6), script)
    run.fill = CoinFill(chance: chance)
    run.recordsSeries = false
    return run
  }

  func survival(_ chance: Double, _ steps: Int) -> Double {
    (0..<steps).reduce(1) { left, _ in left * (1 - chance) }
  }

  @Test(arguments: [0.02, 0.1, 0.3])
  func `the probability is that of resting to the end, whenever the fill came`(chance: Double) throws {
    // Sent at the close of step 1: asked in steps 2 to 19.
    let run = run([1: .bid(2, at: 90)], chance: chance)
    let expected = 1 - survival(chance, 18)
    var filled = 0
    for path in 0..<200 {
      let result = try run.result(path: path)
      #expect(close(result.fillProbability.ratio, expected))
      filled += result.fillCount
    }
    #expect(
      (Double(filled) - 200 * expected).magnitude < 3 * (200 * expected * (1 - expected)).squareRoot() + 1)
  }

  @Test func `following ends when next to nothing is left to learn`() throws {
    // 0.5^30 is below 1e-9: the rest of the period adds nothing.
    let result = try run([1: .bid(2, at: 90)], chance: 0.5, steps: 200).result()
    #expect(close(result.fillProbability.ratio, 1 - survival(0.5, 30), 1e-15))
  }

  @Test func `following ends when everything is cancelled`() throws {
    let run = run([1: .bid(2, at: 90), 6: [.cancelAll]], chance: 0.3)
    for path in 0..<30 {
      #expect(close(try run.result(path: path).fillProbability.ratio, 1 - survival(0.3, 5)))
    }
  }

  @Test func `following ends with the parent`() throws {
    // A second child, far away in time: once it is cancelled and the first has filled, nothing is left.
    var child = OrderRequest(.buy, .limit, quantity: 1, price: 90)
    child.parent = 1
    let run = run([1: .bid(1, at: 90), 2: [.order(child)], 6: [.cancel(1), .cancel(2)]], chance: 0.3)
    for path in 0..<30 {
      // Five rows of the first, four of the second.
      #expect(close(try run.result(path: path).fillProbability.ratio, 1 - survival(0.3, 9)))
    }
  }

  @Test func `a parent lives as long as one of its orders, and is let go with the last`() throws {
    var child = OrderRequest(.buy, .limit, quantity: 1, price: 90, timeToLive: 3)
    child.parent = 1
    // Filled at once; the second child expires unfilled after three rows, and the parent ends there.
    var run = run([1: .bid(1, at: 90), 2: [.order(child)]], chance: 0)
    run.fill = FirstOrderFill()
    let result = try run.result()
    #expect(result.fills.map(\.step) == [2])
    #expect(close(result.fillProbability.ratio, (1 - survival(0.1, 4))))
  }

  @Test func `no more than a fixed number are followed, the youngest`() throws {
    let steps = 400
    let script = Dictionary(uniqueKeysWithValues: (0..<steps).map { ($0, [Wish].bid(1, at: 90)) })
    let result = try run(script, chance: 0.05, steps: steps).result()
    let whole = (0..<steps).map { 1 - survival(0.05, max(0, steps - 1 - $0)) }.reduce(0, +)
    // Some 64 rows after its fill an order is let go: most have been asked often enough by then.
    let least = (0..<steps).map { 1 - survival(0.05, max(0, min(50, steps - 1 - $0))) }.reduce(0, +)
    #expect(result.fillProbability.numerator <= whole)
    #expect(result.fillProbability.numerator > least)
    #expect(result.fillProbability.numerator < whole * 0.9999)
  }

  @Test(arguments: [1, 7, 1024])
  func `blocks change nothing`(blockSize: Int) throws {
    let script: [Int: [Wish]] = [1: .bid(2, at: 90), 4: .bid(1, at: 90), 30: [.cancelAll]]
    var run = run(script, chance: 0.1, steps: 60)
    let one = try run.result()
    run.blockSize = blockSize
    #expect(try run.result() == one)
  }
}

/// Fills the first order at once, others never, with a probability of 10 % for the first and none for others.
private struct FirstOrderFill: FillModel, NativeModel {
  static let descriptor = CoinFill.descriptor
  init() {}
  init(_ parameters: ParameterValues) throws(MMSError) {}
  func fill(_ query: FillQuery, in row: MarketRow, random: RandomSource) -> FillDecision {
    guard query.order == 1 else { return .none(queueAhead: 0) }
    return FillDecision(quantity: query.remaining, probability: 0.1, queueAhead: 0)
  }
}
