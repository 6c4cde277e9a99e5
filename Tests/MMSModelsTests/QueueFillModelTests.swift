// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSModels
import Testing

/// Places in queues, worked out by hand.
struct QueueFillModelTests {
  static func power(_ n: Double, _ form: String = "sum") throws -> PowerQueueFill {
    try make(PowerQueueFill.self, [("n", .number(n)), ("form", .text(form))])
  }

  /// 6 ahead of us in a level of 10 that falls to 5 without a trade: 5 left.
  @Test func `what leaves without a trade is shared by the probability`() throws {
    func place(_ model: any QueueFillModel) -> Double {
      var place = QueuePlace(ahead: 6)
      model.change(from: 10, to: 5, at: &place)
      return place.ahead
    }
    // a = 6, b = 4: p = 4 ÷ 10, so 3 of 5 were ahead.
    #expect(abs(place(try Self.power(1)) - 3) < 1e-12)
    // p = 16 ÷ 52; behind there are 4, enough for 5p.
    #expect(abs(place(try Self.power(2)) - (6 - (1 - 16.0 / 52) * 5)) < 1e-12)
    // p = 64 ÷ 280.
    #expect(abs(place(try Self.power(3)) - (6 - (1 - 64.0 / 280) * 5)) < 1e-12)
    // p = 16 ÷ 100, and 1 − 0.36.
    #expect(abs(place(try Self.power(2, "total")) - (6 - 0.84 * 5)) < 1e-12)
    #expect(abs(place(try Self.power(2, "complement")) - (6 - 0.36 * 5)) < 1e-12)
    #expect(abs(place(try Self.power(1.5)) - (6 - (1 - 8 / (8 + 6 * 6.0.squareRoot())) * 5)) < 1e-12)
    // ln 5 ÷ (ln 5 + ln 7), ln 5 ÷ ln 11.
    let log = try make(LogQueueFill.self)
    #expect(abs(place(log) - (6 - (1 - 1.609437912434 / (1.609437912434 + 1.945910149055)) * 5)) < 1e-11)
    let total = try make(LogQueueFill.self, [("form", .text("total"))])
    #expect(abs(place(total) - (6 - (1 - 1.609437912434 / 2.397895272798) * 5)) < 1e-11)
    // The pessimist: all 5 were behind, but no more than 5 is left.
    #expect(place(try make(RiskAverseQueueFill.self)) == 5)
  }

  @Test func `more cannot leave behind us than stands there`() throws {
    // a = 1, b = 9: p = 0.9 of 10 left would be 9, all there is; a' = 1 − 1 = 0.
    var place = QueuePlace(ahead: 1)
    try Self.power(1).change(from: 10, to: 0, at: &place)
    #expect(place.ahead == 0)
    // The complement says 99 % behind; 9.9 of 10 do not stand there, so 0.9 more were ahead.
    place = QueuePlace(ahead: 1)
    try Self.power(2, "complement").change(from: 10, to: 0, at: &place)
    #expect(abs(place.ahead - (1 - 0.1 - 0.9)) < 1e-12)
  }

  @Test(arguments: ["sum", "total", "complement"])
  func `trades are taken from the front once, and what comes joins behind`(form: String) throws {
    let model = try Self.power(2, form)
    var place = QueuePlace(ahead: 6)
    model.trade(4, at: &place)
    #expect(place == QueuePlace(ahead: 2, traded: 4))
    // The level tells of the trade: nothing else has left.
    model.change(from: 10, to: 6, at: &place)
    #expect(place == QueuePlace(ahead: 2, traded: 0))
    model.change(from: 6, to: 60, at: &place)
    #expect(place.ahead == 2)
    model.trade(5, at: &place)
    #expect(place.ahead == -3)
  }

  @Test func `an empty level gives a place, not a nonsense number`() throws {
    for model in [try Self.power(2), try Self.power(2, "total"), try Self.power(1.5, "complement")] {
      var place = QueuePlace(ahead: 0)
      model.change(from: 0, to: 0, at: &place)
      #expect(place.ahead == 0)
    }
    var place = QueuePlace(ahead: 0)
    try make(LogQueueFill.self).change(from: 0, to: 0, at: &place)
    #expect(place.ahead == 0)
  }

  @Test func `a place is never behind what is left, for any model and any feed`() throws {
    let models: [any QueueFillModel] = [
      try make(RiskAverseQueueFill.self), try Self.power(1), try Self.power(2),
      try Self.power(4, "complement"),
      try make(LogQueueFill.self),
    ]
    let random = RandomSource(seed: 8, path: 0, role: .fill)
    for (number, model) in models.enumerated() {
      var (level, place) = (50.0, QueuePlace(ahead: 50))
      for step in 0..<2_000 {
        let after = (random.uniform(step: Int64(step), lane: number) * 100).rounded()
        if step % 3 == 0 { model.trade((after / 20).rounded(), at: &place) }
        model.change(from: level, to: after, at: &place)
        level = after
        #expect(place.ahead <= level && place.ahead.isFinite, "model \(number), step \(step)")
        if place.ahead < 0 || step % 50 == 49 { place = QueuePlace(ahead: level) }
      }
    }
  }

  @Test func `on bars the three are the queue of the depth shown`() throws {
    let queue = try make(QueuePositionFill.self)
    let models: [any FillModel] = [
      try make(RiskAverseQueueFill.self), try make(PowerQueueFill.self), try make(LogQueueFill.self),
    ]
    let query = FillModelTests.query(.buy, at: 101)
    let row = FillModelTests.row(volume: 260)
    for model in models {
      #expect(
        model.fill(query, in: row, random: FillModelTests.random)
          == queue.fill(query, in: row, random: FillModelTests.random))
    }
  }

  @Test func `the reference outputs are met`() throws {
    let models: [(String, any QueueFillModel)] = [
      ("Fill/RiskAverseQueue", try make(RiskAverseQueueFill.self)),
      ("Fill/PowerQueue", try make(PowerQueueFill.self)), ("Fill/LogQueue", try make(LogQueueFill.self)),
    ]
    let random = RandomSource(seed: 4, path: 0, role: .fill)
    for (folder, model) in models {
      var (level, place) = (40.0, QueuePlace(ahead: 40))
      var rows: [[Double]] = []
      for step in 0..<40 {
        if step % 10 == 0 { place = QueuePlace(ahead: level) }
        let trade = step % 4 == 3 ? (random.uniform(step: Int64(step), lane: 0) * 10).rounded() : 0
        if trade > 0 { model.trade(trade, at: &place) }
        let after = max(0, level - trade + (random.uniform(step: Int64(step), lane: 1) * 20 - 10).rounded())
        model.change(from: level, to: after, at: &place)
        rows.append([Double(step), trade, level, after, place.ahead])
        level = after
      }
      try checkReference(folder, header: ["step", "trade", "before", "after", "ahead"], rows: rows)
    }
  }
}
