// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

/// What is particular to patient orders and hidden ones.
struct LatentLiquidityFlowTests {
  /// The signs of market orders, one after another.
  private static func signs(_ parameters: [(name: String, input: ParameterInput)], count: Int) throws
    -> [Double]
  {
    var events = BookEvents(.trades)
    var market = try flowMarket(make(LatentLiquidityFlow.self, parameters), seed: 8, into: &events)
    var signs: [Double] = []
    while signs.count < count {
      events.removeAll()
      try #require(market.next(before: .infinity, into: &events) != nil)
      if events.count > 0 { signs.append(events[0].side == .buy ? 1 : -1) }
    }
    return signs
  }

  private static func memory(_ values: [Double], _ lag: Int) -> Double {
    var sum = 0.0
    for index in 0..<values.count - lag { sum += values[index] * values[index + lag] }
    return sum / Double(values.count - lag)
  }

  @Test func `signs have the memory of hidden orders cut into pieces`() throws {
    let short: (name: String, input: ParameterInput) = ("cancel_rate", .number(0.01))
    let signs = try Self.signs([short, ("longest", .number(50)), ("pull", .number(0))], count: 20_000)
    // With one hidden order at work, the autocorrelation at a lag is the chance that two pieces are of one order:
    // Σ_(L > lag) (L − lag) p(L) ÷ Σ L p(L); the sums over P(L ≥ n) = n^(−1.5) up to 50 pieces.
    func tail(_ from: Int) -> Double {
      (from...50).reduce(0) { $0 + MMSMath.pow(Double($1), -1.5) }
    }
    for lag in [1, 5, 20] {
      let expected = tail(lag + 1) / tail(1)
      #expect(
        (Self.memory(signs, lag) - expected).magnitude < 0.05,
        "\(lag): \(Self.memory(signs, lag)), \(expected)")
    }
    // Orders of one piece know nothing of one another: four standard errors are .028.
    let single = try Self.signs([short, ("longest", .number(1)), ("pull", .number(0))], count: 20_000)
    #expect(Self.memory(single, 1).magnitude < 0.028)
  }

  @Test func `activity comes in clusters about its mean, or not at all`() throws {
    // Market orders in 10 s: their variance over their mean is 1 without clusters.
    func counts(_ branching: Double) throws -> (mean: Double, dispersion: Double) {
      var events = BookEvents(.trades)
      var market = try flowMarket(
        make(
          LatentLiquidityFlow.self,
          [
            ("cancel_rate", .number(0.01)), ("activity_branching", .number(branching)),
            ("limit_rate", .number(0.2)),
          ]),
        seed: 3, into: &events)
      var counts: [Double] = []
      for window in 1...500 {
        var count = 0.0
        events.removeAll()
        while market.next(before: 10 * Double(window), into: &events) != nil {
          if events.count > 0 { count += 1 }
          events.removeAll()
        }
        counts.append(count)
      }
      let mean = counts.reduce(0, +) / 500
      return (mean, counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 500 / mean)
    }
    let constant = try counts(0)
    // √(2 ÷ 500) is .063; the mean of 500 counts of 10 has an error of .14.
    #expect((constant.mean - 10).magnitude < 0.57, "\(constant)")
    #expect((constant.dispersion - 1).magnitude < 0.25, "\(constant)")
    let clustered = try counts(0.8)
    #expect((clustered.mean - 10).magnitude < 2.8, "\(clustered)")
    #expect(clustered.dispersion > 1.5, "\(clustered)")
  }

  @Test func `a book begins thin at the middle and full far away`() throws {
    let model = try make(LatentLiquidityFlow.self)
    #expect(model.initialOrders(level: 0) == 4)
    #expect(model.initialOrders(level: 1) > 2 * model.initialOrders(level: 0))
    let levels = (0..<model.initialLevels).map { model.initialOrders(level: $0) }
    #expect(levels == levels.sorted() && levels[39] <= 250)
  }
}
