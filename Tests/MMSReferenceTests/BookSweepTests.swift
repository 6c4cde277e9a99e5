// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSStudy
import Testing

struct BookSweepTests {
  private static let bids: [BookSweep.Level] = [(99, 2), (98, 3)]
  private static let asks: [BookSweep.Level] = [(101, 1), (103, 4)]

  @Test func `a sweep costs what its levels lie behind the best one`() throws {
    let book = try BookSweep(bids: Self.bids, asks: Self.asks)
    // Within the best level of both sides nothing is added.
    #expect(try book.cost(of: 1).fraction == 0)
    // Sell 2·99 + 1·98: 1/3 behind. Buy 1·101 + 2·103: 4/3 behind. The mid is 100.
    #expect((try book.cost(of: 3).fraction - (1.0 / 3 + 4.0 / 3) / 200).magnitude < 1e-15)
  }

  @Test func `what no side holds cannot be swept, and no unsound book is taken`() throws {
    let book = try BookSweep(bids: Self.bids, asks: Self.asks)
    for quantity in [0, -1, 5.5, .nan] {
      #expect(throws: MMSError.self) { try book.cost(of: quantity) }
    }
    for (bids, asks) in [
      ([], Self.asks), (Self.bids, []), (Self.bids.reversed(), Self.asks), (Self.asks, Self.asks),
      (Self.bids, [(101, 0)]), (Self.bids, [(.infinity, 1)]), (Self.bids, [(99, 1)]),
    ] as [([BookSweep.Level], [BookSweep.Level])] {
      #expect(throws: MMSError.self) { try BookSweep(bids: bids, asks: asks) }
    }
  }
}
