// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import Testing

/// Published and closed-form numbers of stops and drawdowns of a Brownian motion.
///
/// Tolerances are three standard errors at the number of paths given (MMS_SLOW=1 runs 100 times as many, and hours beside days).
struct BrownianTests {
  /// A price stop whose logarithm is .05 below.
  static let logStop = 1 - MMSMath.exp(-0.05)

  private let more = isSlow ? 100 : 1

  /// The share of 30-day paths stopped, and its standard error.
  private func share(_ mode: StopMode, _ stopLoss: Double, _ n: Int) throws -> (value: Double, error: Double)
  {
    var hits = 0
    try BrownianCase(steps: 30, stopLoss: stopLoss, stop: mode).results(n) { hits += $0.trades.count }
    let value = Double(hits) / Double(n)
    return (value, (value * (1 - value) / Double(n)).squareRoot())
  }

  @Test func `bridge draws hit a stop as often as watching without a pause`() throws {
    // Reflection: 2 Φ(−.05 ÷ (.02 √30)).
    let share = try share(.intrabar, Self.logStop, 2_500 * more)
    #expect((share.value - 0.648077).magnitude < 3 * share.error)
  }

  @Test func `a five percent price stop on a geometric motion is hit as often as theory says`() throws {
    let share = try share(.intrabar, 0.05, 2_500 * more)
    #expect((share.value - 0.639612).magnitude < 3 * share.error)
  }

  @Test func `watched once a day a stop is hit less often`() throws {
    let share = try share(.close, Self.logStop, 2_500 * more)
    #expect((share.value - 0.5759).magnitude < 3 * share.error + 0.0008)
  }

  @Test func `the mean overshoot of a stop watched at steps is 0.5826 of a step's deviation`() throws {
    let test = BrownianCase(
      steps: 100, resolution: .hours(1),
      stopLoss: 1 - MMSMath.exp(-4 * 0.02 / 24.0.squareRoot()), stop: .close)
    let barrier = MMSMath.log(100 * (1 - test.stopLoss))
    var (n, sum, squares) = (0.0, 0.0, 0.0)
    try test.results(2_000 * more) { result in
      guard let trade = result.trades.first else { return }
      let overshoot = (barrier - MMSMath.log(trade.exitPrice)) / test.deviation
      n += 1
      sum += overshoot
      squares += overshoot * overshoot
    }
    let mean = sum / n
    let error = ((squares / n - mean * mean) / n).squareRoot()
    #expect(n > 1_000)
    #expect((mean - 0.5826).magnitude < 3 * error)
    if isSlow { #expect((mean / 0.5826 - 1).magnitude < 0.01) }
  }

  @Test func `the expected maximum drawdown of thirty steps is 1.052 of the deviation`() throws {
    var (n, sum) = (0.0, 0.0)
    try BrownianCase(steps: 30).results(6_000 * more) { result in
      n += 1
      sum -= MMSMath.log(1 + result.maxDrawdown)
    }
    #expect((sum / n / (0.02 * 30.0.squareRoot()) / 1.052 - 1).magnitude < 0.01)
  }

  @Test(arguments: isSlow ? [(1, 30, 2_000), (24, 720, 100)] : [(1, 30, 2_000)])
  func `common random numbers make two stops comparable`(perDay: Int64, steps: Int, paths: Int) throws {
    func returns(_ stopLoss: Double) throws -> [Double] {
      var values: [Double] = []
      try BrownianCase(
        steps: steps, resolution: .hours(24 / perDay), stopLoss: stopLoss, stop: .close
      ).results(paths * more) { values.append($0.totalReturn) }
      return values
    }
    func variance(_ values: [Double]) -> Double {
      let mean = values.reduce(0, +) / Double(values.count)
      return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    }
    let (near, far) = (try returns(0.05), try returns(0.06))
    let difference = zip(near, far).map { $0 - $1 }
    // Independent seeds would add both variances. Expected: 22 daily, 16.7 hourly.
    let ratio = (variance(near) + variance(far)) / variance(difference)
    #expect(ratio > 10)
    if isSlow { #expect(ratio > 14 && ratio < 26) }
  }
}
