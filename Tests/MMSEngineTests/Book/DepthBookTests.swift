// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import Testing

/// The book of levels against two dictionaries.
struct DepthBookTests {
  @Test func `random updates, near and far, leave what two dictionaries hold`() throws {
    var flow = RandomFlow(seed: 21)
    var book = DepthBook(levels: 64)
    var naive: [Side: [Int64: Int64]] = [.buy: [:], .sell: [:]]
    var mid: Int64 = 1_000
    for number in 0..<20_000 {
      if flow.below(100) == 0 { mid += flow.range(-300...300) }
      let side: Side = flow.below(2) == 0 ? .buy : .sell
      let isFar = flow.below(30) == 0
      var price = mid + (side == .buy ? -1 : 1) * flow.range(isFar ? -100...200_000 : -2...25)
      // Removals mostly of what is there.
      if flow.below(3) == 0, let known = naive[side]?.keys.min() { price = known + flow.range(0...3) }
      let quantity = flow.below(3) == 0 ? 0 : flow.range(1...90)
      book.apply([DepthUpdate(side, price: price, quantity: quantity)].span)
      naive[side]?[price] = quantity > 0 ? quantity : nil
      #expect(book.quantity(side, at: price) == quantity)
      try #require(book.bestBid == naive[.buy]?.keys.max(), "update \(number)")
      try #require(book.bestAsk == naive[.sell]?.keys.min(), "update \(number)")
      if number % 500 == 0 {
        for side in [Side.buy, .sell] {
          let held = naive[side, default: [:]].sorted { side == .buy ? $0.key > $1.key : $0.key < $1.key }
          #expect(book.levels(side).map(\.price) == held.map(\.key))
          #expect(book.levels(side).map(\.quantity) == held.map(\.value))
        }
      }
    }
    book.clear()
    #expect(book.bestBid == nil && book.bestAsk == nil && !book.isCrossed)
  }

  @Test func `a trade is noted and changes no level`() {
    var book = DepthBook()
    book.apply(
      [
        DepthUpdate(.buy, price: 10, quantity: 5), DepthUpdate(.sell, price: 11, quantity: 5),
        DepthUpdate(.buy, price: 11, quantity: 2, isTrade: true),
      ].span)
    #expect(book.lastTrade?.quantity == 2 && book.quantity(.sell, at: 11) == 5)
    book.set(.buy, price: .max, quantity: 1)
    book.set(.sell, price: .min, quantity: 1)
    #expect(book.bestBid == 10 && book.bestAsk == 11)
    book.set(.buy, price: 12, quantity: 1)
    #expect(book.isCrossed == true)
  }
}
