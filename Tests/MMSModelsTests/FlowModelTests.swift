// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

/// What holds of every generated order flow.
struct FlowModelTests {
  @Test func `every flow replays its stored events`() throws {
    for (folder, model) in try flowModels() {
      var events = BookEvents(.trades)
      var market = try flowMarket(model, into: &events)
      try checkReference(
        folder, header: ["event", "time", "bid", "bid_lots", "ask", "ask_lots", "bids", "asks"],
        rows: flowTable(&market, events: 100, into: &events))
    }
  }

  @Test func `the book never crosses or runs empty, and both sides trade`() throws {
    for (folder, model) in try flowModels() {
      var events = BookEvents(.trades)
      var market = try flowMarket(model, seed: 3, into: &events)
      var (buys, sells) = (0, 0)
      for _ in 0..<20_000 {
        events.removeAll()
        try #require(market.next(before: .infinity, into: &events) != nil)
        let (bid, ask) = (market.book.bestBid ?? .max, market.book.bestAsk ?? .min)
        try #require(bid < ask, "\(folder)")
        for index in 0..<events.count where events[index].kind == .trade {
          if events[index].side == .buy { buys += 1 } else { sells += 1 }
        }
      }
      // What the register knows is what the book holds.
      #expect(market.orderCount(.buy) + market.orderCount(.sell) == market.book.orderCount, "\(folder)")
      #expect(buys > 50 && sells > 50, "\(folder): \(buys) buys, \(sells) sells")
    }
  }

  @Test func `asking in pieces changes no bit`() throws {
    for (folder, model) in try flowModels() {
      var hashes: [[UInt64]] = []
      for pieces in [1, 7, 1000] {
        var events = BookEvents(.trades)
        var market = try flowMarket(model, seed: 5, into: &events)
        for piece in 1...pieces { market.advance(to: 60 * Double(piece) / Double(pieces), into: &events) }
        hashes.append([market.book.stateHash, UInt64(market.eventNumber), market.time.bitPattern])
      }
      #expect(hashes[0] == hashes[1] && hashes[0] == hashes[2], "\(folder)")
    }
  }

  @Test func `a path begins as if there had been none before`() throws {
    for (folder, model) in try flowModels() {
      var events = BookEvents(.trades)
      var first = try flowMarket(model, path: 4, into: &events)
      first.advance(to: 30, into: &events)
      var other = try flowMarket(model, path: 5, into: &events)
      other.advance(to: 30, into: &events)
      var again = try flowMarket(model, path: 4, into: &events)
      again.advance(to: 30, into: &events)
      #expect(first.book.stateHash == again.book.stateHash, "\(folder)")
      #expect(first.book.stateHash != other.book.stateHash, "\(folder)")
    }
  }

  @Test func `the mid follows the fair price, and the volume column sets the pace`() throws {
    for (folder, model) in try flowModels() {
      var events = BookEvents(.trades)
      let normal = FlowConditions(fairPrice: 1000.5, volume: 10)
      var market = try flowMarket(model, seed: 2, reference: normal, into: &events)
      let calm = market.advance(to: 100, into: &events)
      var row = normal
      row.volume = 20
      for second in 0..<200 {
        row.fairPrice = 1000.5 + 0.1 * Double(min(second, 100))
        market.observe(row, at: 100 + Double(second), into: &events)
        market.advance(to: 101 + Double(second), into: &events)
      }
      let lively = Double(market.eventNumber) - Double(calm)
      #expect((market.mid - 1010.5).magnitude < 5, "\(folder): \(market.mid)")
      #expect(lively > 2.6 * Double(calm) && lively < 6 * Double(calm), "\(folder): \(calm), \(lively)")
    }
  }

  @Test func `a halt stops the flow, and a jump of the fair price moves it at once`() throws {
    for (folder, model) in try flowModels() {
      var events = BookEvents(.trades)
      var market = try flowMarket(model, into: &events)
      market.advance(to: 10, into: &events)
      market.observe(FlowConditions(fairPrice: 1000.5, isHalted: true), at: 10, into: &events)
      #expect(market.advance(to: 20, into: &events) == 0)
      market.apply(.limit(FlowMarket.firstOwnID, .buy, 3, at: 900), at: 20, into: &events)
      #expect(events[events.count - 1].reason == .halted)
      market.observe(FlowConditions(fairPrice: 800.5), at: 20, into: &events)
      #expect((market.mid - 800.5).magnitude < 1, "\(folder)")
      #expect(market.advance(to: 40, into: &events) > 0)
    }
  }

  @Test func `orders of ours trade with the flow and stay when it lays its orders out anew`() throws {
    let own = FlowMarket.firstOwnID
    for (folder, model) in try flowModels() {
      var events = BookEvents(.trades)
      var market = try flowMarket(model, seed: 9, into: &events)
      market.apply(.market(own, .buy, 40), at: 1, into: &events)
      var bought: Int64 = 0
      for index in 0..<events.count where events[index].id == own { bought += events[index].quantity }
      #expect(bought > 0, "\(folder)")
      events.removeAll()
      market.apply(.limit(own + 1, .buy, 2, at: 700), at: 1, into: &events)
      market.advance(to: 5, into: &events)
      market.observe(FlowConditions(fairPrice: 600.5), at: 5, into: &events)
      var sold: Int64 = 0
      for index in 0..<events.count where events[index].maker == own + 1 { sold += events[index].quantity }
      #expect(sold == 2, "the flow's new asks below our bid of 700 meet it")
      #expect(market.orderCount(.buy) + market.orderCount(.sell) == market.book.orderCount, "\(folder)")
    }
  }

  @Test func `an order of ours exchanges no draw of the flow`() throws {
    // Far from the market it changes no rate: every event is the same.
    for (folder, model) in try flowModels() {
      var times: [[Double]] = []
      for isOurs in [false, true] {
        var events = BookEvents(.trades)
        var market = try flowMarket(model, seed: 11, into: &events)
        market.advance(to: 5, into: &events)
        if isOurs { market.apply(.limit(FlowMarket.firstOwnID, .buy, 1, at: 100), at: 5, into: &events) }
        times.append(flowTable(&market, events: 200, into: &events).map { $0[2] })
      }
      #expect(times[0] == times[1], "\(folder)")
    }
  }
}
