// SPDX-License-Identifier: Apache-2.0

import CAllocationCounter
import MMSCore
import Testing

@testable import MMSEngine

/// The rules of the book, one at a time.
struct OrderBookTests {
  /// What a list of operations gives, as events of one line each.
  private func events(_ operations: [BookOperation], _ settings: BookSettings = BookSettings()) -> [String] {
    var book = OrderBook(settings)
    return say(operations, &book)
  }

  private func say(_ operations: [BookOperation], _ book: inout OrderBook) -> [String] {
    var events = BookEvents()
    book.apply(operations.span, into: &events)
    #expect(book.checkInvariants() == nil)
    return events.withSpan { span in
      span.indices.map { index in
        let event = span[index]
        var text = "\(event.kind) \(event.id)"
        if event.kind == .trade { text += "x\(event.maker) \(event.quantity)@\(event.price)" }
        if event.kind == .reduced || event.kind == .replaced { text += " \(event.remaining)" }
        return event.reason == .none ? text : text + " \(event.reason)"
      }
    }
  }

  @Test func `better prices trade first, then earlier orders`() {
    let said = events([
      .limit(1, .sell, 5, at: 101), .limit(2, .sell, 5, at: 100), .limit(3, .sell, 5, at: 100),
      .limit(4, .buy, 12, at: 101),
    ])
    #expect(said.suffix(3) == ["trade 4x2 5@100", "trade 4x3 5@100", "trade 4x1 2@101"])
  }

  @Test func `a smaller quantity keeps the place, a larger one or another price loses it`() {
    let queue: [BookOperation] = [.limit(1, .buy, 5, at: 100), .limit(2, .buy, 5, at: 100)]
    let taker = BookOperation.market(9, .sell, 1)
    let smaller = events(queue + [BookOperation(.modify, id: 1, price: 100, quantity: 3), taker])
    #expect(smaller.suffix(3) == ["reduced 1 3", "accepted 9", "trade 9x1 1@100"])
    let larger = events(queue + [BookOperation(.modify, id: 1, price: 100, quantity: 6), taker])
    #expect(larger.suffix(3) == ["replaced 1 6", "accepted 9", "trade 9x2 1@100"])
    let moved = events(queue + [BookOperation(.modify, id: 1, price: 101, quantity: 5), taker])
    #expect(moved.last == "trade 9x1 1@101")
  }

  @Test func `each time in force does what it says`() {
    let resting: [BookOperation] = [.limit(1, .sell, 5, at: 100)]
    #expect(
      events(resting + [.limit(2, .buy, 8, at: 100, .immediateOrCancel)]).suffix(2)
        == ["trade 2x1 5@100", "cancelled 2 unfilled"])
    #expect(events(resting + [.limit(2, .buy, 8, at: 100, .fillOrKill)]).last == "rejected 2 notFillable")
    #expect(events(resting + [.limit(2, .buy, 5, at: 100, .fillOrKill)]).last == "trade 2x1 5@100")
    #expect(events(resting + [.limit(2, .buy, 5, at: 100, .postOnly)]).last == "rejected 2 wouldTake")
    #expect(events(resting + [.limit(2, .buy, 5, at: 99, .postOnly)]).last == "accepted 2")
    #expect(events(resting + [.market(2, .buy, 9)]).last == "cancelled 2 unfilled")
  }

  @Test func `a stop becomes an order when a trade reaches its trigger, and may set off others`() {
    let said = events([
      .limit(1, .sell, 1, at: 100), .limit(2, .sell, 5, at: 105), .limit(3, .sell, 5, at: 110),
      BookOperation(.stop, id: 10, side: .buy, quantity: 6, trigger: 100),
      BookOperation(.stopLimit, id: 11, side: .buy, price: 104, quantity: 2, trigger: 105),
      .market(4, .buy, 1),
    ])
    #expect(
      said.suffix(7)
        == [
          "accepted 4", "trade 4x1 1@100", "triggered 10", "accepted 10", "trade 10x2 5@105",
          "trade 10x3 1@110", "triggered 11", "accepted 11",
        ].suffix(7))
  }

  @Test func `orders of one owner do not trade with each other`() {
    let orders: [BookOperation] = [
      .limit(1, .sell, 5, at: 100, owner: 7), .limit(2, .sell, 5, at: 100, owner: 8),
      .limit(3, .buy, 6, at: 100, owner: 7),
    ]
    #expect(
      events(orders, BookSettings(selfTrade: .cancelResting)).suffix(2)
        == ["cancelled 1 selfTrade", "trade 3x2 5@100"])
    #expect(events(orders, BookSettings(selfTrade: .cancelIncoming)).last == "cancelled 3 selfTrade")
    #expect(
      events(orders, BookSettings(selfTrade: .cancelBoth)).suffix(2)
        == ["cancelled 1 selfTrade", "cancelled 3 selfTrade"])
    #expect(events(orders).suffix(2) == ["trade 3x1 5@100", "trade 3x2 1@100"])
  }

  @Test func `a band bounds orders and market orders, a halt all but cancels`() {
    var book = OrderBook()
    _ = say([.limit(1, .sell, 5, at: 100), .limit(2, .sell, 5, at: 120), .limit(3, .buy, 5, at: 90)], &book)
    book.setBand(95...110)
    #expect(say([.limit(4, .buy, 1, at: 94)], &book) == ["rejected 4 priceOutOfBand"])
    #expect(
      say([.market(5, .buy, 9)], &book) == ["accepted 5", "trade 5x1 5@100", "cancelled 5 unfilled"])
    book.halt()
    #expect(
      say([.limit(6, .buy, 1, at: 100), .market(7, .buy, 1)], &book).allSatisfy { $0.hasSuffix("halted") })
    #expect(say([.cancel(3)], &book) == ["cancelled 3 requested"])
    book.resume()
    book.setBand(nil)
    #expect(say([.market(8, .buy, 5)], &book).last == "trade 8x2 5@120")
  }

  @Test func `what cannot be done is refused with its reason and changes nothing`() {
    var book = OrderBook(BookSettings(maximumLevels: 4096))
    _ = say([.limit(1, .buy, 5, at: 100)], &book)
    let hash = book.stateHash
    let refused: [(BookOperation, BookReason)] = [
      (.limit(1, .buy, 5, at: 100), .duplicateOrder), (.limit(2, .buy, 0, at: 100), .quantityOutOfRange),
      (.limit(2, .buy, -1, at: 100), .quantityOutOfRange),
      (.limit(2, .buy, .max, at: 1), .quantityOutOfRange),
      (.limit(2, .buy, .min, at: 1), .quantityOutOfRange), (.limit(2, .buy, 5, at: 0), .priceOutOfBand),
      (.limit(2, .buy, 5, at: .min), .priceOutOfBand), (.limit(2, .buy, 5, at: .max), .priceOutOfBand),
      (.cancel(9), .unknownOrder), (.cancel(.max), .unknownOrder),
      (.market(2, .sell, 0), .quantityOutOfRange),
      (BookOperation(.modify, id: 9, price: 1, quantity: 1), .unknownOrder),
      (BookOperation(.modify, id: 1, price: 1 << 40, quantity: 1), .priceOutOfReach),
      (BookOperation(.reduce, id: 1, quantity: 6), .quantityOutOfRange),
      (BookOperation(.execute, id: 1, quantity: -6), .quantityOutOfRange),
      (BookOperation(.stop, id: 1, quantity: 1, trigger: 5), .duplicateOrder),
    ]
    for (operation, reason) in refused {
      var events = BookEvents()
      book.apply(operation, into: &events)
      #expect(events.count == 1 && events[0].kind == .rejected && events[0].reason == reason, "\(operation)")
    }
    #expect(book.stateHash == hash && book.checkInvariants() == nil)
    let empty = OrderBook(BookSettings())
    #expect(!empty.wouldTake(.buy, 1 << 40) && !empty.wouldTake(.sell, 1))
    // Far from the rest of the book: taken, but there is no level for what does not trade.
    #expect(say([.limit(2, .sell, 5, at: 1 << 40)], &book).last == "cancelled 2 priceOutOfReach")
  }

  @Test func `the window follows the price and widens`() {
    var book = OrderBook(BookSettings(levels: 64, maximumLevels: 1 << 16))
    var id: UInt64 = 0
    for price in stride(from: Int64(1000), to: 400_000, by: 777) {
      id += 2
      _ = say([.limit(id, .buy, 1, at: price - 1), .limit(id + 1, .sell, 2, at: price + 4_000)], &book)
      if id > 8 { _ = say([.cancel(id - 8), .cancel(id - 7)], &book) }
      #expect(book.order(id)?.quantity == 1)
    }
    #expect(book.orderCount >= 8)
  }

  @Test func `what is ahead of a tracked order is known`() {
    var book = OrderBook(BookSettings(tracksQueues: true))
    _ = say(
      [
        .limit(1, .buy, 5, at: 100), .limit(2, .buy, 7, at: 100),
        .limit(3, .buy, 4, at: 100, isTracked: true),
        .limit(4, .buy, 9, at: 100),
      ], &book)
    #expect(book.queueAhead(of: 3) == 12 && book.queueAhead(of: 4) == nil)
    _ = say([.cancel(4), BookOperation(.reduce, id: 2, quantity: 3), .market(8, .sell, 2)], &book)
    #expect(book.queueAhead(of: 3) == 7)
    _ = say([.limit(5, .buy, 9, at: 100)], &book)
    #expect(book.track(5) && book.queueAhead(of: 5) == 11)
    _ = say([.market(9, .sell, 8)], &book)
    #expect(book.queueAhead(of: 3) == 0 && book.queueAhead(of: 5) == 3)
  }

  @Test func `a saved book goes on as the book would have`() throws {
    var book = OrderBook(BookSettings(selfTrade: .cancelResting, tracksQueues: true))
    _ = say(
      [
        .limit(1, .buy, 5, at: 100, owner: 3), .limit(2, .buy, 7, at: 100, isTracked: true),
        .limit(3, .sell, 4, at: 105), .market(4, .buy, 1),
        BookOperation(.stop, id: 5, side: .sell, quantity: 2, trigger: 99),
      ], &book)
    var copy = try OrderBook(book.snapshot())
    #expect(copy.stateHash == book.stateHash)
    let more: [BookOperation] = [.market(6, .sell, 3, owner: 3), .limit(7, .sell, 9, at: 99)]
    #expect(say(more, &copy) == say(more, &book) && copy.stateHash == book.stateHash)
    var broken = book.snapshot()
    broken.orders.append(
      BookSnapshot.Order(id: 40, side: .buy, price: 500, quantity: 1, owner: 0, isTracked: false))
    #expect(throws: MMSError.self) { _ = try OrderBook(broken) }
  }

  @Test(
    .enabled(if: mms_allocations_are_counted(), "the C library's malloc cannot be counted here"),
    .enabled(if: AllocationTests.isOptimised, "allocations are counted in release builds"))
  func `no operation allocates once the book is warm`() {
    var book = OrderBook(BookSettings(tracksQueues: true))
    var events = BookEvents(capacity: 4096)
    var flow = RandomFlow(seed: 3)
    var operations: [BookOperation] = []
    for _ in 0..<40_000 {
      let operation = flow.next()
      let isPlain = operation.price < 20_000 && operation.kind != .stop && operation.kind != .stopLimit
      if isPlain { operations.append(operation) }
    }
    for round in 0..<3 {
      let before = mms_allocation_count()
      for operation in operations {
        events.removeAll()
        book.apply(operation, into: &events)
      }
      if round == 2 { #expect(mms_allocation_count() == before) }
      while let price = book.bestBid {
        events.removeAll()
        book.clear(.buy, at: price, into: &events)
      }
      while let price = book.bestAsk {
        events.removeAll()
        book.clear(.sell, at: price, into: &events)
      }
    }
  }
}
