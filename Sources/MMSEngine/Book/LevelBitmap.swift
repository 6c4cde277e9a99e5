// SPDX-License-Identifier: Apache-2.0
// hot path

/// Which levels hold orders: a bit each, a bit for every 64 of those, and once more.
///
/// The nearest set bit is found by looking at one word of each tier on the way up and down, and in ladders
/// beyond 262,144 levels at the few words of the last tier. No operation allocates.
struct LevelBitmap: ~Copyable {
  let capacity: Int
  private var words: Slab<UInt64>
  private var blocks: Slab<UInt64>
  private var tops: Slab<UInt64>

  init(capacity: Int) {
    self.capacity = capacity
    words = Slab(count: (capacity + 63) >> 6, filling: 0)
    blocks = Slab(count: (words.count + 63) >> 6, filling: 0)
    tops = Slab(count: (blocks.count + 63) >> 6, filling: 0)
  }

  @inline(always)
  func contains(_ index: Int) -> Bool { words[index &>> 6] &>> UInt64(index & 63) & 1 == 1 }

  @inline(always)
  mutating func insert(_ index: Int) {
    let word = index &>> 6
    let before = words[word]
    words[word] = before | 1 &<< UInt64(index & 63)
    if before == 0 { insertWord(word) }
  }

  @inline(always)
  mutating func remove(_ index: Int) {
    let word = index &>> 6
    let after = words[word] & ~(1 &<< UInt64(index & 63))
    words[word] = after
    if after == 0 { removeWord(word) }
  }

  @inline(never)
  private mutating func insertWord(_ word: Int) {
    let block = word &>> 6
    blocks[block] |= 1 &<< UInt64(word & 63)
    tops[block &>> 6] |= 1 &<< UInt64(block & 63)
  }

  @inline(never)
  private mutating func removeWord(_ word: Int) {
    let block = word &>> 6
    blocks[block] &= ~(1 &<< UInt64(word & 63))
    if blocks[block] == 0 { tops[block &>> 6] &= ~(1 &<< UInt64(block & 63)) }
  }

  /// The nearest set index above, or ``capacity``.
  @inline(always)
  func next(after index: Int) -> Int {
    let word = index &>> 6
    let rest = words[word] & (~1 &<< UInt64(index & 63))
    return rest != 0 ? word &<< 6 | rest.trailingZeroBitCount : nextWord(after: word)
  }

  /// The nearest set index below, or −1.
  @inline(always)
  func previous(before index: Int) -> Int {
    let word = index &>> 6
    let rest = words[word] & (1 &<< UInt64(index & 63) &- 1)
    return rest != 0 ? word &<< 6 | (63 &- rest.leadingZeroBitCount) : previousWord(before: word)
  }

  /// The lowest set index, or ``capacity``.
  var lowest: Int { contains(0) ? 0 : next(after: 0) }

  /// The highest set index, or −1.
  var highest: Int { contains(capacity - 1) ? capacity - 1 : previous(before: capacity - 1) }

  @inline(never)
  private func nextWord(after word: Int) -> Int {
    var block = word &>> 6
    var rest = blocks[block] & (~1 &<< UInt64(word & 63))
    if rest == 0 {
      var top = block &>> 6
      var high = tops[top] & (~1 &<< UInt64(block & 63))
      while high == 0 {
        top &+= 1
        if top == tops.count { return capacity }
        high = tops[top]
      }
      block = top &<< 6 | high.trailingZeroBitCount
      rest = blocks[block]
    }
    let found = block &<< 6 | rest.trailingZeroBitCount
    return found &<< 6 | words[found].trailingZeroBitCount
  }

  @inline(never)
  private func previousWord(before word: Int) -> Int {
    var block = word &>> 6
    var rest = blocks[block] & (1 &<< UInt64(word & 63) &- 1)
    if rest == 0 {
      var top = block &>> 6
      var high = tops[top] & (1 &<< UInt64(block & 63) &- 1)
      while high == 0 {
        top &-= 1
        if top < 0 { return -1 }
        high = tops[top]
      }
      block = top &<< 6 | (63 &- high.leadingZeroBitCount)
      rest = blocks[block]
    }
    let found = block &<< 6 | (63 &- rest.leadingZeroBitCount)
    return found &<< 6 | (63 &- words[found].leadingZeroBitCount)
  }
}
