// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

/// What is ahead of chosen orders in their queues.
///
/// Each order gets a rank when it rests. Of what leaves a level that holds tracked orders, the part with a
/// lower rank was ahead of them: one comparison for each tracked order there. The answer is a stored number.
struct QueueTracking: ~Copyable {
  struct Entry: BitwiseCopyable {
    var slot: UInt32 = 0
    /// The next tracked order of its price, or of a free entry the next free one; −1 is none.
    var next: Int32 = -1
    var rank: UInt64 = 0
    var price: Int64 = 0
    var ahead: Int64 = 0
  }

  /// Whether any order is tracked: all that an untracked book tests.
  private(set) var isActive = false
  let isOn: Bool

  private var ranks: Slab<UInt64>
  private var nextRank: UInt64 = 0
  private var entries: [Entry] = []
  private var free: Int32 = -1
  /// The first tracked order of each price that has one.
  private var first: [Int64: Int32] = [:]
  private var count = 0

  init(isOn: Bool) {
    self.isOn = isOn
    ranks = Slab(count: isOn ? 1024 : 0, filling: 0)
  }

  /// Gives an order that begins to rest its rank.
  mutating func rank(_ slot: UInt32) {
    if Int(slot) >= ranks.count { ranks.grow(to: max(ranks.count * 2, Int(slot) + 1), filling: 0) }
    nextRank &+= 1
    ranks[slot] = nextRank
  }

  /// Follows an order that has a rank.
  mutating func follow(_ slot: UInt32, price: Int64, ahead: Int64) {
    let entry = Entry(slot: slot, next: first[price] ?? -1, rank: ranks[slot], price: price, ahead: ahead)
    let index: Int32
    if free >= 0 {
      index = free
      free = entries[Int(index)].next
      entries[Int(index)] = entry
    } else {
      index = Int32(truncatingIfNeeded: entries.count)
      entries.append(entry)
    }
    first[price] = index
    count += 1
    isActive = true
  }

  /// Lots have left an order's place in a queue.
  @inline(never)
  mutating func noteRemoval(_ slot: UInt32, _ price: Int64, _ quantity: Int64) {
    guard var index = first[price] else { return }
    let rank = ranks[slot]
    while index >= 0 {
      if entries[Int(index)].rank > rank { entries[Int(index)].ahead &-= quantity }
      index = entries[Int(index)].next
    }
  }

  /// Stops following an order; nothing when it is not followed.
  @inline(never)
  mutating func forget(_ slot: UInt32, _ price: Int64) {
    guard var index = first[price] else { return }
    var before: Int32 = -1
    while index >= 0, entries[Int(index)].slot != slot {
      before = index
      index = entries[Int(index)].next
    }
    if index < 0 { return }
    let next = entries[Int(index)].next
    if before >= 0 { entries[Int(before)].next = next } else { first[price] = next >= 0 ? next : nil }
    entries[Int(index)] = Entry(slot: 0, next: free)
    free = index
    count -= 1
    isActive = count > 0
  }

  func isTracked(_ slot: UInt32, _ price: Int64) -> Bool { ahead(of: slot, price) != nil }

  /// Lots ahead of a followed order.
  func ahead(of slot: UInt32, _ price: Int64) -> Int64? {
    var index = first[price] ?? -1
    while index >= 0 {
      if entries[Int(index)].slot == slot { return entries[Int(index)].ahead }
      index = entries[Int(index)].next
    }
    return nil
  }
}

extension OrderBook {
  /// Lots that trade before a tracked order does; nil when the order is not tracked.
  ///
  /// - Complexity: O(tracked orders at its price).
  public func queueAhead(of id: UInt64) -> Int64? {
    let slot = directory.slot(of: id)
    if slot == 0 || slots[slot].isStop { return nil }
    return tracking.ahead(of: slot, slots[slot].price)
  }

  /// Follows the queue of an order that rests already.
  ///
  /// - Returns: Whether it is followed: it rests, and ``BookSettings/tracksQueues`` is on.
  /// - Complexity: O(orders ahead of it).
  @discardableResult
  public mutating func track(_ id: UInt64) -> Bool {
    let slot = directory.slot(of: id)
    if slot == 0 || slots[slot].isStop || !tracking.isOn { return false }
    let price = slots[slot].price
    if tracking.isTracked(slot, price) { return true }
    var ahead: Int64 = 0
    var other = slots[slot].previous
    while other != 0 {
      ahead &+= slots[other].quantity
      other = slots[other].previous
    }
    tracking.follow(slot, price: price, ahead: ahead)
    return true
  }

  @inline(never)
  mutating func track(_ order: BookOperation, _ slot: UInt32, ahead: Int64) {
    tracking.rank(slot)
    if order.isTracked { tracking.follow(slot, price: order.price, ahead: ahead) }
  }
}
