// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

/// The flow's resting orders: dense ids that are used again, and a list of each side without gaps.
struct FlowRegister: ~Copyable {
  struct Entry: BitwiseCopyable {
    var price: Int64 = 0
    /// Where the order stands in its side's list; of a free id the next free one.
    var position: UInt32 = 0
    var side: Side = .buy
  }

  private var entries = Slab(count: 1024, filling: Entry())
  private var bids = Slab(count: 1024, filling: UInt32(0))
  private var asks = Slab(count: 1024, filling: UInt32(0))
  private(set) var bidCount = 0
  private(set) var askCount = 0
  private var free: UInt32 = 0
  /// Ids ever used; id 0 is a market order's.
  private var used: UInt32 = 1

  @inline(always)
  func count(_ side: Side) -> Int { side == .buy ? bidCount : askCount }

  @inline(always)
  func id(_ side: Side, _ index: Int) -> UInt32 { side == .buy ? bids[index] : asks[index] }

  @inline(always)
  func price(_ id: UInt32) -> Int64 { entries[id].price }

  /// An id that no resting order has; it stays free until ``insert(_:_:at:)``.
  @inline(always)
  mutating func nextID() -> UInt32 {
    if free != 0 { return free }
    if Int(used) == entries.count { entries.grow(to: entries.count * 2, filling: Entry()) }
    return used
  }

  /// Notes that the order with the id of ``nextID()`` rests.
  @inline(always)
  mutating func insert(_ id: UInt32, _ side: Side, at price: Int64) {
    if id == free { free = entries[id].position } else { used &+= 1 }
    if side == .buy {
      if bidCount == bids.count { bids.grow(to: bids.count * 2, filling: 0) }
      bids[bidCount] = id
      entries[id] = Entry(price: price, position: UInt32(truncatingIfNeeded: bidCount), side: side)
      bidCount &+= 1
    } else {
      if askCount == asks.count { asks.grow(to: asks.count * 2, filling: 0) }
      asks[askCount] = id
      entries[id] = Entry(price: price, position: UInt32(truncatingIfNeeded: askCount), side: side)
      askCount &+= 1
    }
  }

  /// Notes that an order has left: the last of its list takes its place there.
  @inline(always)
  mutating func remove(_ id: UInt32) {
    let entry = entries[id]
    let last: UInt32
    if entry.side == .buy {
      bidCount &-= 1
      last = bids[bidCount]
      bids[entry.position] = last
    } else {
      askCount &-= 1
      last = asks[askCount]
      asks[entry.position] = last
    }
    entries[last].position = entry.position
    entries[id].position = free
    free = id
  }
}
