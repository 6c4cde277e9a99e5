// SPDX-License-Identifier: Apache-2.0
// hot path

/// Finds an order's slot by its id: a plain table for small ids, a hash table for all others.
///
/// The hash table probes linearly at a load of at most one half and closes gaps when it removes, so that it
/// never degrades. Ids are spread by a multiplication: runs of neighbouring ids do not collide.
struct OrderDirectory: ~Copyable {
  // Not private: the compiler (6.3.1) would emit its metadata as a symbol that other files cannot link to.
  struct Entry: BitwiseCopyable {
    var id: UInt64 = 0
    /// 0 where the entry is free.
    var slot: UInt32 = 0
  }

  private var dense: Slab<UInt32>
  private let denseCount: UInt64
  private var entries: Slab<Entry>
  private var hashed = 0
  private var shift: UInt64

  /// - Parameter denseIDs: How many ids, from 0, have a place of their own; 4 bytes each.
  init(denseIDs: Int) {
    dense = Slab(count: denseIDs, filling: 0)
    denseCount = UInt64(denseIDs)
    entries = Slab(count: 1024, filling: Entry())
    shift = 64 - 10
  }

  /// The slot of an order, or 0.
  @inline(always)
  func slot(of id: UInt64) -> UInt32 {
    if id < denseCount { return dense[Int(truncatingIfNeeded: id)] }
    var index = home(id)
    while entries[index].slot != 0 {
      if entries[index].id == id { return entries[index].slot }
      index = (index &+ 1) & (entries.count &- 1)
    }
    return 0
  }

  /// Adds an id that is not there.
  @inline(always)
  mutating func insert(_ id: UInt64, slot: UInt32) {
    if id < denseCount {
      dense[Int(truncatingIfNeeded: id)] = slot
    } else {
      if hashed &* 2 >= entries.count { double() }
      place(id, slot)
      hashed &+= 1
    }
  }

  /// Removes an id that is there.
  @inline(always)
  mutating func remove(_ id: UInt64) {
    if id < denseCount { dense[Int(truncatingIfNeeded: id)] = 0 } else { removeHashed(id) }
  }

  @inline(always)
  private func home(_ id: UInt64) -> Int {
    Int(truncatingIfNeeded: (id &* 0x9E37_79B9_7F4A_7C15) &>> shift)
  }

  @inline(always)
  private mutating func place(_ id: UInt64, _ slot: UInt32) {
    var index = home(id)
    while entries[index].slot != 0 { index = (index &+ 1) & (entries.count &- 1) }
    entries[index] = Entry(id: id, slot: slot)
  }

  @inline(always)
  private mutating func removeHashed(_ id: UInt64) {
    let mask = entries.count &- 1
    var gap = home(id)
    while entries[gap].id != id || entries[gap].slot == 0 {
      if entries[gap].slot == 0 { return }
      gap = (gap &+ 1) & mask
    }
    hashed &-= 1
    // An entry after the gap moves into it unless that would put it before its home.
    var index = (gap &+ 1) & mask
    while entries[index].slot != 0 {
      if (index &- home(entries[index].id)) & mask >= (index &- gap) & mask {
        entries[gap] = entries[index]
        gap = index
      }
      index = (index &+ 1) & mask
    }
    entries[gap] = Entry()
  }

  @inline(never)
  private mutating func double() {
    var old = Slab(count: entries.count * 2, filling: Entry())
    swap(&old, &entries)
    shift &-= 1
    for index in 0..<old.count where old[index].slot != 0 { place(old[index].id, old[index].slot) }
  }
}
