// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Follows the parents of a path through a book that reacts, for its ``ImpactCurve``.
struct MetaorderLog {
  /// One parent.
  private struct Entry {
    /// The book's displacement before the first fill, in ticks; NaN before one.
    var before = Double.nan
    /// What it was after the last fill.
    var after = Double.nan
    /// What was filled at the last close, and how far the book had moved by then; 0 lots before one.
    var lots = 0.0
    var displacement = 0.0
  }

  private var entries: [Entry] = []
  /// Parents with fills in the row.
  private var touched: [ParentID] = []
  private var curve = ImpactCurve()
  private var path = 0
  /// Base units of a lot.
  private let lot: Double

  init(lot: Double) {
    self.lot = lot
    entries.reserveCapacity(256)
    touched.reserveCapacity(16)
  }

  mutating func begin(path: Int) {
    entries.removeAll(keepingCapacity: true)
    touched.removeAll(keepingCapacity: true)
    curve = ImpactCurve()
    self.path = path
  }

  /// A parent is filled: the displacements are those of before and after.
  mutating func touch(_ parent: ParentID, before: Double, after: Double) {
    let index = Int(parent) - 1
    while entries.count <= index { entries.append(Entry()) }
    if entries[index].before.isNaN { entries[index].before = before }
    entries[index].after = after
    if !touched.contains(parent) { touched.append(parent) }
  }

  /// A row has ended.
  ///
  /// - Parameters:
  ///   - mid: In ticks.
  ///   - parents: What they have filled.
  mutating func close(mid: Double, parents: ParentBook) {
    for parent in touched {
      let (index, record) = (Int(parent) - 1, parents[parent])
      let lots = (record.filled / lot).rounded()
      guard lots >= 1 else { continue }
      if entries[index].lots >= 1, entries[index].lots.exponent != lots.exponent { settle(index) }
      entries[index].lots = lots
      entries[index].displacement = record.side.sign * (entries[index].after - entries[index].before) / mid
    }
    touched.removeAll(keepingCapacity: true)
  }

  private mutating func settle(_ index: Int) {
    curve.add(
      group: (path + index) % ImpactCurve.groups, lots: entries[index].lots, lot: lot,
      displacement: entries[index].displacement)
  }

  /// The curve of the whole path.
  mutating func finish() -> ImpactCurve {
    for index in entries.indices where entries[index].lots >= 1 {
      settle(index)
      entries[index].lots = 0
    }
    return curve
  }
}
