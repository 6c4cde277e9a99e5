// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine

/// The feed that market making over levels is compared on: 20 levels of each side, an event about every 5 ms.
///
/// 85 % set a level, 15 % are trades at the best price; the mid walks by ticks, and the level it leaves behind is
/// taken away. Ticks of 0.1, lots of 0.001, everything known a millisecond later. Draws are those of compiled
/// NumPy code, so that other programs can be given the same feed.
enum LevelFeed {
  static let tick = 0.1
  static let lot = 0.001

  static func events(count: Int = 5_000_000, seed: UInt32 = 11) -> [L2Event] {
    var generator = MersenneTwister(seed: seed)
    var events: [L2Event] = []
    events.reserveCapacity(count)
    var (bid, time): (Int64, Int64) = (500_000, 1_704_067_200_000_000_000)
    func add(_ side: Side, _ price: Int64, _ lots: Int64, isTrade: Bool = false) {
      events.append(
        L2Event(
          exchangeTime: time, localTime: time + 1_000_000,
          DepthUpdate(side, price: price, quantity: lots, isTrade: isTrade)))
    }
    func isFirstSide() -> Bool { generator.below(2) == 0 }
    func size() -> Int64 { generator.below(499) + 1 }
    while events.count < count {
      time += 1 + Int64(-MMSMath.log(1 - generator.uniform()) * 5e6)
      let chance = generator.uniform()
      if chance < 0.02 {
        // Up: the best ask is taken and becomes the bid. Down: the mirror image.
        let isUp = generator.uniform() < 0.5
        let price = isUp ? bid + 1 : bid
        add(isUp ? .sell : .buy, price, 0)
        if events.count == count { break }
        bid += isUp ? 1 : -1
        add(isUp ? .buy : .sell, price, 10 * size())
      } else if chance < 0.17 {
        let isBuy = isFirstSide()
        add(isBuy ? .buy : .sell, isBuy ? bid + 1 : bid, size(), isTrade: true)
      } else {
        let isBid = isFirstSide()
        let level = generator.below(20)
        add(isBid ? .buy : .sell, isBid ? bid - level : bid + 1 + level, 10 * size())
      }
    }
    return events
  }
}
