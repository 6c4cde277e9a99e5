// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine

/// The stream that order books are compared on: 10,000 limit orders, then a million operations.
///
/// Half of them add 1–20 ticks from a walking mid, 40 % cancel an order that rests, 10 % are market orders.
/// Draws are NumPy's, so that books in other languages can be given the same stream.
struct MixedOrderStream {
  private(set) var operations: [BookOperation] = []
  /// What a book must find: trades, lots and lots × ticks.
  private(set) var totals = TradeTotals()
  /// Orders that rest at the end.
  private(set) var resting = 0

  /// Every id is below this.
  var idLimit: Int { operations.count + 1 }

  /// - Parameters:
  ///   - count: Operations in all.
  ///   - prefill: How many of them only add.
  init(count: Int = 1_010_000, prefill: Int = 10_000, seed: UInt32 = 7) {
    var generator = NumPyGenerator(seed: seed)
    let kinds = generator.uniforms(count)
    let sides = generator.integers(0..<2, count)
    let offsets = generator.integers(1..<21, count)
    let quantities = generator.integers(1..<101, count)
    let picks = generator.uniforms(count)
    let steps = generator.uniforms(count)
    var book = OrderBook(BookSettings(denseIDs: count + 1))
    var events = BookEvents()
    // Orders that rest, in the order the picks count them, and where each is in that list.
    var live: [UInt64] = []
    var places = [Int](repeating: -1, count: count + 1)
    func forget(_ id: UInt64) {
      let (place, last) = (places[Int(id)], live.removeLast())
      if last != id {
        live[place] = last
        places[Int(last)] = place
      }
    }
    operations.reserveCapacity(count)
    var mid: Int64 = 10_000
    for index in 0..<count {
      let kind = index < prefill ? 0 : kinds[index]
      let step = index < prefill ? 0.5 : steps[index]
      if step < 0.005 { mid += 1 } else if step > 0.995 { mid -= 1 }
      let side: Side = sides[index] == 0 ? .buy : .sell
      let id = UInt64(index + 1)
      let operation: BookOperation
      if kind >= 0.5, kind < 0.9, !live.isEmpty {
        let id = live[Int(picks[index] * Double(live.count))]
        let order = book.order(id)
        operation = BookOperation(.cancel, id: id, side: order?.side ?? .buy, price: order?.price ?? 0)
        forget(id)
      } else if kind >= 0.9 {
        operation = .market(id, side, (quantities[index] + 1) / 2)
      } else {
        operation = .limit(
          id, side, quantities[index], at: side == .buy ? mid - offsets[index] : mid + offsets[index])
      }
      operations.append(operation)
      events.removeAll()
      book.apply(operation, into: &events)
      for number in 0..<events.count {
        totals.add(events[number])
        if events[number].kind == .trade, events[number].remaining == 0 { forget(events[number].maker) }
      }
      if operation.kind == .limit, book.order(id) != nil {
        places[Int(id)] = live.count
        live.append(id)
      }
    }
    resting = live.count
  }

  /// The stream as records of 24 bytes, little-endian: kind (0 add, 1 cancel, 2 market), side, two bytes of
  /// nothing, quantity and price of four bytes, four of nothing, the id.
  var records: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(24 * operations.count)
    func put(_ value: UInt64, _ count: Int) {
      for byte in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * byte))) }
    }
    for operation in operations {
      bytes.append(operation.kind == .limit ? 0 : operation.kind == .cancel ? 1 : 2)
      bytes.append(operation.side.rawValue)
      put(0, 2)
      put(UInt64(operation.quantity), 4)
      put(UInt64(operation.price), 4)
      put(0, 4)
      put(operation.id, 8)
    }
    return bytes
  }
}

/// What trades add up to.
struct TradeTotals: Hashable {
  var trades = 0
  var volume: Int64 = 0
  var notional: Int64 = 0

  mutating func add(_ event: BookEvent) {
    // Without a branch: which events are trades is what no processor can foresee.
    let one: Int64 = event.kind == .trade ? 1 : 0
    let quantity = one &* event.quantity
    trades &+= Int(one)
    volume &+= quantity
    notional &+= quantity &* event.price
  }
}
