// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSModels
import Testing

struct FillModelTests {
  static let random = RandomSource(seed: 1, path: 0, role: .fill)

  static func row(
    open: Double = 100, high: Double = 101, low: Double = 99, mid: Double = 100, depth: Double = 100,
    volume: Double = 160
  ) -> MarketRow {
    var block = MarketBlock(count: 1)
    block.open[0] = open
    block.high[0] = high
    block.low[0] = low
    block.mid[0] = mid
    block.bidDepth[0] = depth
    block.askDepth[0] = depth
    block.volume[0] = volume
    return MarketRow(block, row: 0)
  }

  static func query(
    _ side: Side, at limit: Double, remaining: Double = 50, queue: Double = .nan, marketable: Bool = false,
    available: Double = 1e9, consumed: Double = 0, tick: Double = 0
  ) -> FillQuery {
    FillQuery(
      side: side, limitPrice: limit, remaining: remaining, queueAhead: queue, isMarketable: marketable,
      available: available, consumed: consumed, tick: tick, resolution: .minutes(1), step: 0, order: 1)
  }

  @Test(arguments: [Side.buy, .sell])
  func `with 100 ahead, trades of 80 then 30 fill 10 of our 50`(side: Side) throws {
    let model = try make(QueuePositionFill.self)
    let limit = side == .buy ? 101.0 : 99
    let first = model.fill(Self.query(side, at: limit), in: Self.row(volume: 160), random: Self.random)
    #expect(first == FillDecision(quantity: 0, probability: 0, queueAhead: 20))
    let second = model.fill(
      Self.query(side, at: limit, queue: first.queueAhead), in: Self.row(volume: 60), random: Self.random)
    #expect(second == FillDecision(quantity: 10, probability: 0.2, queueAhead: 0))
  }

  @Test func `an order the row never reached keeps its place in the queue`() throws {
    let model = try make(QueuePositionFill.self)
    let fresh = model.fill(Self.query(.buy, at: 98), in: Self.row(depth: 7), random: Self.random)
    #expect(fresh == .none(queueAhead: 7))
    let old = model.fill(Self.query(.sell, at: 102, queue: 3), in: Self.row(depth: 7), random: Self.random)
    #expect(old == .none(queueAhead: 3))
  }

  @Test func `a bare touch fills nothing but the share of its tick`() throws {
    let model = try make(QueuePositionFill.self)
    let touch = Self.row(depth: 0, volume: 400)
    let none = model.fill(Self.query(.buy, at: 99), in: touch, random: Self.random)
    #expect(none.quantity == 0)
    let tick = model.fill(Self.query(.buy, at: 99, tick: 0.5), in: touch, random: Self.random)
    #expect(tick.quantity == 200 * 0.5 / 2.5)
  }

  @Test func `what our other orders took is not there twice`() throws {
    let model = try make(QueuePositionFill.self)
    let row = Self.row(depth: 0, volume: 160)
    let query = Self.query(.buy, at: 101, remaining: 500, consumed: 30)
    #expect(model.fill(query, in: row, random: Self.random).quantity == 50)
    let capped = Self.query(.buy, at: 101, remaining: 500, available: 16)
    #expect(model.fill(capped, in: row, random: Self.random).quantity == 16)
  }

  @Test func `a row of one price and no tick gives a number`() throws {
    let model = try make(QueuePositionFill.self)
    let flat = Self.row(open: 99, high: 99, low: 99, mid: 99, depth: 0, volume: 20)
    let decision = model.fill(Self.query(.buy, at: 99), in: flat, random: Self.random)
    #expect(decision.quantity == 10)
  }

  @Test func `without a range only the mid is known to have traded`() throws {
    let queue = try make(QueuePositionFill.self)
    let touch = try make(TouchFill.self)
    let row = Self.row(high: .nan, low: .nan, mid: 100, depth: 0, volume: 20)
    for (side, limit, fills) in [
      (Side.buy, 100.0, true), (.buy, 99.9, false), (.sell, 100, true), (.sell, 100.1, false),
    ] {
      let query = Self.query(side, at: limit)
      #expect(queue.fill(query, in: row, random: Self.random).quantity == (fills ? 10 : 0))
      #expect(touch.fill(query, in: row, random: Self.random).quantity == (fills ? 50 : 0))
    }
  }

  @Test func `a touch fills whole where queues are ignored`() throws {
    let model = try make(TouchFill.self)
    let decision = model.fill(Self.query(.buy, at: 99), in: Self.row(), random: Self.random)
    #expect(decision == FillDecision(quantity: 50, probability: 1, queueAhead: 0))
    #expect(model.fill(Self.query(.buy, at: 98.99), in: Self.row(), random: Self.random).quantity == 0)
    let part = model.fill(Self.query(.sell, at: 101, available: 20), in: Self.row(), random: Self.random)
    #expect(part == FillDecision(quantity: 20, probability: 0.4, queueAhead: 0))
  }

  @Test func `a marketable order takes what is available from any model`() throws {
    let query = Self.query(.buy, at: .nan, marketable: true, available: 20)
    let expected = FillDecision(quantity: 20, probability: 0.4, queueAhead: 0)
    #expect(try make(TouchFill.self).fill(query, in: Self.row(), random: Self.random) == expected)
    #expect(try make(QueuePositionFill.self).fill(query, in: Self.row(), random: Self.random) == expected)
  }

  @Test func `a share of the bar's volume fills, and taking pays the share squared`() throws {
    let model = try make(VolumeShareFill.self)
    func take(_ remaining: Double, used: Double = 0, volume: Double = 1_000) -> FillDecision {
      var query = Self.query(.buy, at: .nan, remaining: remaining, marketable: true)
      query.used = used
      return model.fill(query, in: Self.row(volume: volume), random: Self.random)
    }
    #expect(
      take(50) == FillDecision(quantity: 25, probability: 0.5, queueAhead: 0, concession: 0.1 * 0.025 * 0.025)
    )
    #expect(
      take(10, used: 5)
        == FillDecision(quantity: 10, probability: 1, queueAhead: 0, concession: 0.1 * 0.015 * 0.015))
    for nothing in [take(10, used: 25), take(10, used: 30), take(10, volume: 0), take(10, volume: .nan)] {
      #expect(nothing == .none(queueAhead: 0))
    }
  }

  @Test func `a resting order needs its price traded, and pays no concession`() throws {
    let model = try make(VolumeShareFill.self)
    let decision = model.fill(Self.query(.buy, at: 99), in: Self.row(volume: 1_000), random: Self.random)
    #expect(decision == FillDecision(quantity: 25, probability: 0.5, queueAhead: 0))
    #expect(model.fill(Self.query(.buy, at: 98.9), in: Self.row(), random: Self.random).quantity == 0)
    #expect(model.fill(Self.query(.sell, at: 101.1), in: Self.row(), random: Self.random).quantity == 0)
  }

  @Test func `quantities stay between nothing and what remains, probabilities between 0 and 1`() throws {
    let models: [any FillModel] = [
      try make(TouchFill.self), try make(QueuePositionFill.self), try make(VolumeShareFill.self),
    ]
    var numbers = TestNumbers(3)
    for _ in 0..<2000 {
      let low = 95 + numbers.next() * 5
      let row = Self.row(
        high: low + numbers.next() * 5, low: low, depth: numbers.next() * 50, volume: numbers.next() * 100)
      let query = Self.query(
        numbers.next() < 0.5 ? .buy : .sell, at: 94 + numbers.next() * 12,
        remaining: 1e-6 + numbers.next() * 80,
        queue: numbers.next() < 0.3 ? .nan : numbers.next() * 40, available: numbers.next() * 10,
        consumed: numbers.next() * 10, tick: numbers.next() < 0.5 ? 0 : 0.01)
      for model in models {
        let decision = model.fill(query, in: row, random: Self.random)
        #expect(decision.quantity >= 0 && decision.quantity <= min(query.remaining, query.available))
        #expect(decision.probability >= 0 && decision.probability <= 1)
        #expect(decision.queueAhead >= 0)
      }
    }
  }

  @Test func `the reference outputs are met`() throws {
    let models: [(String, any FillModel)] = [
      ("Fill/Touch", try make(TouchFill.self)), ("Fill/QueuePosition", try make(QueuePositionFill.self)),
      ("Fill/VolumeShare", try make(VolumeShareFill.self)),
      ("Fill/KnownQueue", try make(KnownQueueFill.self)),
    ]
    for (folder, model) in models {
      let market = testMarket(steps: 60, seed: 4)
      var queue = Double.nan
      var rows: [[Double]] = []
      for row in market.rows {
        let side: Side = row % 20 < 10 ? .buy : .sell
        if row % 10 == 0 { queue = .nan }
        let limit = market.open[row - row % 10] * (1 - side.sign * 2e-4)
        let query = Self.query(side, at: limit, remaining: 20, queue: queue, available: 5, tick: 0.01)
        let decision = model.fill(query, in: MarketRow(market, row: row), random: Self.random)
        queue = decision.queueAhead
        rows.append([
          Double(row), side.sign, limit, market.high[row], market.low[row], market.volume[row],
          decision.quantity, decision.probability, decision.queueAhead,
        ])
      }
      try checkReference(
        folder,
        header: ["step", "side", "limit", "high", "low", "volume", "quantity", "probability", "queue_ahead"],
        rows: rows)
    }
  }
}
