// SPDX-License-Identifier: Apache-2.0

package import CMMSPlugin
package import MMSCore

/// Lends the columns of a block to one call of a plugin, where they are: nothing is copied.
@safe struct ForeignColumns {
  private var columns: [[Double]] = []
  private var lent: [UnsafeMutablePointer<Double>?] = unsafe []

  init() {
    columns.reserveCapacity(MarketColumn.allCases.count)
    unsafe lent.reserveCapacity(MarketColumn.allCases.count)
  }

  /// Lends a block to be rewritten.
  mutating func lend(
    _ block: inout MarketBlock, _ body: (UnsafeMutablePointer<mms_block>) -> ForeignStatus
  ) -> ForeignStatus {
    // The columns move out of the block and back, so that each can be lent on its own.
    var time: [Int64] = []
    swap(&time, &block.time)
    for column in MarketColumn.allCases {
      var values: [Double] = []
      swap(&values, &block[keyPath: column.keyPath])
      columns.append(values)
    }
    let firstStep = block.firstStep
    unsafe lent.removeAll(keepingCapacity: true)
    let status = unsafe time.withUnsafeMutableBufferPointer { times in
      unsafe Self.nest(&columns, &lent, isShared: false) { pointers in
        var view = unsafe Self.view(pointers, times.baseAddress, count: times.count, firstStep: firstStep)
        return unsafe withUnsafeMutablePointer(to: &view) { unsafe body($0) }
      }
    }
    for column in MarketColumn.allCases.reversed() {
      block[keyPath: column.keyPath] = columns.popLast() ?? []
    }
    block.time = time
    return status
  }

  /// Lends a block to be read.
  mutating func show(
    _ block: borrowing MarketBlock, _ body: (UnsafePointer<mms_block>) -> ForeignStatus
  ) -> ForeignStatus {
    let whole = copy block
    let time = whole.time
    for column in MarketColumn.allCases { columns.append(whole[keyPath: column.keyPath]) }
    let firstStep = whole.firstStep
    unsafe lent.removeAll(keepingCapacity: true)
    let status = unsafe time.withUnsafeBufferPointer { times in
      unsafe Self.nest(&columns, &lent, isShared: true) { pointers in
        var view = unsafe Self.view(
          pointers, UnsafeMutablePointer(mutating: times.baseAddress), count: times.count,
          firstStep: firstStep)
        return unsafe withUnsafeMutablePointer(to: &view) { unsafe body(UnsafePointer($0)) }
      }
    }
    columns.removeAll(keepingCapacity: true)
    return status
  }

  /// Opens one column after another, from the last to the first, and calls the body inside all of them.
  private static func nest(
    _ columns: inout [[Double]], _ lent: inout [UnsafeMutablePointer<Double>?], isShared: Bool,
    _ body: ([UnsafeMutablePointer<Double>?]) -> ForeignStatus
  ) -> ForeignStatus {
    guard var column = columns.popLast() else { return unsafe body(lent) }
    let status: ForeignStatus
    if isShared {
      status = unsafe column.withUnsafeBufferPointer { values in
        unsafe lent.append(UnsafeMutablePointer(mutating: values.baseAddress))
        return unsafe nest(&columns, &lent, isShared: isShared, body)
      }
    } else {
      status = unsafe column.withUnsafeMutableBufferPointer { values in
        unsafe lent.append(values.baseAddress)
        return unsafe nest(&columns, &lent, isShared: isShared, body)
      }
    }
    columns.append(column)
    return status
  }

  /// Pointers come from the last column to the first.
  private static func view(
    _ pointers: [UnsafeMutablePointer<Double>?], _ time: UnsafeMutablePointer<Int64>?, count: Int,
    firstStep: Int
  ) -> mms_block {
    var view = unsafe mms_block()
    unsafe view.struct_size = UInt32(MemoryLayout<mms_block>.size)
    unsafe view.path_count = 1
    unsafe view.row_stride = 1
    unsafe view.count = Int64(count)
    unsafe view.first_step = Int64(firstStep)
    unsafe view.time = time
    let last = unsafe pointers.count - 1
    func column(_ index: Int) -> UnsafeMutablePointer<Double>? {
      unsafe index <= last ? pointers[last - index] : nil
    }
    unsafe view.open = column(0)
    unsafe view.high = column(1)
    unsafe view.low = column(2)
    unsafe view.mid = column(3)
    unsafe view.half_spread = column(4)
    unsafe view.bid_depth = column(5)
    unsafe view.ask_depth = column(6)
    unsafe view.volatility = column(7)
    unsafe view.volume = column(8)
    unsafe view.stress = column(9)
    unsafe view.halted = column(10)
    unsafe view.event = column(11)
    unsafe view.base_volatility = column(12)
    unsafe view.base_volume = column(13)
    return unsafe view
  }
}

extension mms_block {
  /// A column's first row.
  package func column(_ column: MarketColumn) -> UnsafeMutablePointer<Double>? {
    switch column {
    case .open: unsafe open
    case .high: unsafe high
    case .low: unsafe low
    case .mid: unsafe mid
    case .halfSpread: unsafe half_spread
    case .bidDepth: unsafe bid_depth
    case .askDepth: unsafe ask_depth
    case .volatility: unsafe volatility
    case .volume: unsafe volume
    case .stress: unsafe stress
    case .halted: unsafe halted
    case .event: unsafe event
    case .baseVolatility: unsafe base_volatility
    case .baseVolume: unsafe base_volume
    }
  }
}
