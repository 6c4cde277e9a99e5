// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

@testable import MMSEngine

/// The book against the naive one, and against what must hold of any book, on random operations.
struct OrderBookRandomTests {
  /// Operations for each of the four tests in one: two million in all with MMS_SLOW=1 where code is optimised.
  static let count =
    ProcessInfo.processInfo.environment["MMS_SLOW"] == "1"
    ? (AllocationTests.isOptimised ? 500_000 : 50_000) : 6_000

  @Test(arguments: SelfTradePrevention.allCases)
  func `the book and its naive twin say the same of every operation`(prevention: SelfTradePrevention) throws {
    let seed = 17 + UInt64(prevention.rawValue)
    var settings = BookSettings(
      selfTrade: prevention, tracksQueues: prevention != .allow, lowestPrice: 1, highestPrice: 1 << 40,
      levels: 64, maximumLevels: 1 << 14, denseIDs: 1000)
    if prevention == .cancelBoth { settings.lowestPrice = -100 }
    var flow = RandomFlow(seed: seed)
    var book = OrderBook(settings)
    var naive = NaiveBook(settings)
    var events = BookEvents()
    for number in 0..<Self.count {
      events.removeAll()
      naive.events.removeAll(keepingCapacity: true)
      try disturb(&book, &naive, &flow)
      let operation = flow.next()
      book.apply(operation, into: &events)
      naive.apply(operation)
      let said = events.withSpan { span in span.indices.map { span[$0] } }
      try #require(said == naive.events, "seed \(seed), operation \(number): \(operation)")
      if number % 97 == 0 { try compare(book, naive, "seed \(seed), operation \(number)") }
      if number % 601 == 0 { book = try restored(book) }
    }
  }

  /// Now and then trading halts, resumes, or gets another band.
  private func disturb(_ book: inout OrderBook, _ naive: inout NaiveBook, _ flow: inout RandomFlow) throws {
    switch flow.below(2000) {
    case 0:
      book.halt()
      naive.isHalted = true
    case 1...40:
      book.resume()
      naive.isHalted = false
    case 41:
      let low = flow.range(1...5_000)
      book.setBand(low...low + 3_000)
      naive.band = max(low, book.settings.lowestPrice)...low + 3_000
    case 42...60:
      book.setBand(nil)
      naive.band = book.settings.lowestPrice...book.settings.highestPrice
    default: break
    }
  }

  private func restored(_ book: borrowing OrderBook) throws -> OrderBook {
    let saved = book.snapshot()
    let copy = try OrderBook(saved)
    try #require(copy.stateHash == book.stateHash)
    try #require(copy.snapshot() == saved)
    return copy
  }

  private func compare(_ book: borrowing OrderBook, _ naive: NaiveBook, _ place: String) throws {
    let fault = book.checkInvariants()
    try #require(fault == nil, "\(place): \(fault ?? "")")
    if let bid = book.bestBid, let ask = book.bestAsk { try #require(bid < ask, "\(place): crossed") }
    for side in [Side.buy, .sell] {
      var prices: [Int64] = []
      while let next = book.nextPrice(side, behind: prices.last) { prices.append(next) }
      try #require(prices == naive.prices(side), "\(place)")
      #expect(book.worstPrice(side) == prices.last)
      for price in prices {
        let queue = naive.queue(side, price)
        var found: [UInt64] = []
        book.forEachOrder(side, at: price) { id, _ in found.append(id) }
        try #require(found == queue.map(\.id), "\(place)")
        #expect(book.quantity(side, at: price) == queue.reduce(0) { $0 + $1.quantity })
        #expect(book.quantity(side.opposite, at: price) == 0)
        #expect(book.first(side, at: price) == queue.first?.id)
        for order in queue {
          #expect(book.queueAhead(of: order.id) == naive.queueAhead(order.id), "\(place)")
        }
      }
    }
    #expect(book.lastTrade == naive.lastTrade)
    #expect(book.isHalted == naive.isHalted && book.band == naive.band)
  }

  @Test func `quantity is conserved and queues are first in, first out`() throws {
    var flow = RandomFlow(seed: 5)
    var book = OrderBook(BookSettings(levels: 64, maximumLevels: 1 << 17))
    var events = BookEvents()
    // What the events alone say of each order: what is open of it, and when it got its place.
    var open: [UInt64: Int64] = [:]
    var since: [UInt64: Int] = [:]
    for number in 0..<Self.count * 2 {
      events.removeAll()
      book.apply(flow.next(), into: &events)
      var before: BookEvent?
      for index in 0..<events.count {
        let event = events[index]
        switch event.kind {
        case .accepted, .replaced:
          open[event.id] = event.quantity
          since[event.id] = number
        case .trade:
          if event.id != 0 { open[event.id, default: 0] -= event.quantity }
          open[event.maker, default: 0] -= event.quantity
          try #require(open[event.maker] == event.remaining)
          if let last = before, last.price == event.price, last.id == event.id {
            #expect(last.remaining == 0 && since[last.maker, default: 0] <= since[event.maker, default: 0])
          }
          before = event
        case .cancelled, .reduced: open[event.id, default: 0] -= event.quantity
        // The order a stop becomes is accepted like any other, or refused.
        case .triggered: open[event.id] = nil
        case .rejected: break
        }
        for id in [event.id, event.maker] where open[id] == 0 { open[id] = nil }
      }
      if number % 499 == 0 {
        #expect(open.count == book.orderCount)
        let waiting = Set(book.stops.ids)
        for (id, quantity) in open where !waiting.contains(id) {
          #expect(book.order(id)?.quantity == quantity)
        }
      }
    }
    #expect(open.count > 10)
  }
}
