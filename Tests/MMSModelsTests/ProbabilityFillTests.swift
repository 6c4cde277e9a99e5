// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSModels
import Testing

struct ProbabilityFillTests {
  static func query(
    _ side: Side, limit: Double, marketable: Bool = false, step: Int = 0, available: Double = 10
  ) -> FillQuery {
    FillQuery(
      side: side, limitPrice: limit, remaining: 2, queueAhead: .nan, isMarketable: marketable,
      available: available, consumed: 0, tick: 0, resolution: .minutes(10), step: step, order: 1)
  }

  static var row: MarketRow {
    var block = testMarket(steps: 1)
    block.open[0] = 100
    return MarketRow(block, row: 0)
  }

  static func model(_ convention: String, distance: String = "price") throws -> ProbabilityFill {
    try make(
      ProbabilityFill.self,
      [
        ("A", .number(140)), ("k", .number(1.5)), ("distance", .text(distance)),
        ("convention", .text(convention)),
      ])
  }

  @Test(arguments: [Side.buy, .sell], [-0.9, 0, 0.3, 0.7458, 4, 900])
  func `the probability is that of the paper`(side: Side, delta: Double) throws {
    let random = RandomSource(seed: 1, path: 0, role: .fill)
    let limit = 100 - side.sign * delta
    let days = 600.0 / 86_400
    let rate = 140 * MMSMath.exp(-1.5 * (side.sign * (100 - limit))) * days
    let linear = try Self.model("linear").fill(Self.query(side, limit: limit), in: Self.row, random: random)
    #expect((linear.probability - min(1, rate)).magnitude <= 1e-15)
    let exact = try Self.model("exact").fill(Self.query(side, limit: limit), in: Self.row, random: random)
    #expect((exact.probability + MMSMath.expm1(-rate)).magnitude <= 1e-15)
    let share = try Self.model("exact", distance: "fraction").fill(
      Self.query(side, limit: limit), in: Self.row, random: random)
    #expect(
      (share.probability + MMSMath.expm1(-140 * MMSMath.exp(-1.5 * (side.sign * (100 - limit)) / 100) * days))
        .magnitude <= 1e-15)
  }

  /// n = 20,000 steps at p = 0.31: the share filled is within 4 standard errors (0.013).
  @Test func `orders fill as often as they should, whole, and nearer ones first`() throws {
    let model = try Self.model("linear")
    let random = RandomSource(seed: 3, path: 2, role: .fill)
    var (near, far) = (0, 0)
    var expected = 0.0
    for step in 0..<20_000 {
      let a = model.fill(Self.query(.buy, limit: 99.2, step: step), in: Self.row, random: random)
      let b = model.fill(Self.query(.buy, limit: 99, step: step), in: Self.row, random: random)
      #expect(a.quantity == 0 || a.quantity == 2)
      #expect(b.quantity <= a.quantity)
      near += a.quantity > 0 ? 1 : 0
      far += b.quantity > 0 ? 1 : 0
      expected = a.probability
    }
    #expect((Double(near) / 20_000 - expected).magnitude < 0.013)
    #expect(far > 0 && far < near)
  }

  @Test func `an order that takes liquidity takes what there is`() throws {
    let random = RandomSource(seed: 1, path: 0, role: .fill)
    let decision = try Self.model("exact").fill(
      Self.query(.buy, limit: .nan, marketable: true, available: 1.5), in: Self.row, random: random)
    #expect(decision.quantity == 1.5 && decision.probability == 0.75)
  }

  /// Steps half as long: the chance over the same time stays, exactly so by the exact convention.
  @Test func `halving the step leaves the law unchanged`() throws {
    let model = try Self.model("exact")
    let random = RandomSource(seed: 1, path: 0, role: .fill)
    var query = Self.query(.sell, limit: 100.4)
    let whole = model.fill(query, in: Self.row, random: random).probability
    query.resolution = .minutes(5)
    let half = model.fill(query, in: Self.row, random: random).probability
    #expect((1 - (1 - half) * (1 - half) - whole).magnitude < 1e-15)
  }

  @Test func `stored reference`() throws {
    var rows: [[Double]] = []
    let random = RandomSource(seed: 11, path: 0, role: .fill)
    for step in 0..<60 {
      let side: Side = step % 2 == 0 ? .buy : .sell
      let limit = 100 - side.sign * (Double(step % 7) * 0.3 - 0.2)
      for convention in ["linear", "exact"] {
        let decision = try Self.model(convention).fill(
          Self.query(side, limit: limit, step: step), in: Self.row, random: random)
        rows.append([Double(step), limit, decision.quantity, decision.probability])
      }
    }
    try checkReference("Fill/Probability", header: ["step", "limit", "quantity", "probability"], rows: rows)
  }
}
