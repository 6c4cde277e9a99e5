// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine

/// Random operations: mostly sound, some of every unsound kind.
struct RandomFlow {
  private var state: UInt64
  private var nextID: UInt64 = 1
  private var recent: [UInt64] = []
  private var mid: Int64 = 5_000

  init(seed: UInt64) { state = seed }

  mutating func below(_ count: UInt64) -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return (mixed ^ mixed >> 31) % count
  }

  mutating func range(_ range: ClosedRange<Int64>) -> Int64 {
    range.lowerBound + Int64(below(UInt64(range.upperBound - range.lowerBound) + 1))
  }

  private mutating func newID() -> UInt64 {
    nextID += 1
    // Some small ids, some large ones, so that both ways of finding an order are used.
    let id = below(3) == 0 ? nextID << 40 : nextID
    if recent.count < 200 { recent.append(id) } else { recent[Int(below(200))] = id }
    return id
  }

  private mutating func oldID() -> UInt64 {
    recent.isEmpty || below(50) == 0 ? below(1 << 50) : recent[Int(below(UInt64(recent.count)))]
  }

  private mutating func price(_ side: Side) -> Int64 {
    if below(400) == 0 { return range(-50...60_000) }
    if below(5000) == 0 { return Int64.max - 3 }
    let offset = range(-3...20)
    return side == .buy ? mid - offset : mid + offset
  }

  private mutating func quantity() -> Int64 {
    if below(200) == 0 { return [0, -5, Int64.min, Int64.max, 1 << 40][Int(below(5))] }
    return range(1...100)
  }

  mutating func next() -> BookOperation {
    let step = below(60)
    mid += step == 0 ? 1 : step == 1 ? -1 : below(3000) == 0 ? range(-4000...4000) : 0
    mid = max(100, min(mid, 50_000))
    let side: Side = below(2) == 0 ? .buy : .sell
    var operation = BookOperation(.limit, id: 0, side: side)
    let kind = below(100)
    switch kind {
    case ..<45: operation.kind = .limit
    case ..<52: operation.kind = .market
    case ..<78: operation.kind = .cancel
    case ..<86: operation.kind = .modify
    case ..<91: operation.kind = .reduce
    case ..<94: operation.kind = .execute
    case ..<97: operation.kind = .stop
    default: operation.kind = .stopLimit
    }
    switch operation.kind {
    case .cancel, .modify, .reduce, .execute: operation.id = oldID()
    default: operation.id = below(40) == 0 ? oldID() : newID()
    }
    operation.quantity = quantity()
    if operation.kind == .reduce || operation.kind == .execute { operation.quantity = range(0...30) }
    if operation.kind != .market { operation.price = price(side) }
    operation.trigger = mid + range(-15...15)
    if below(4) == 0 { operation.timeInForce = TimeInForce.allCases[Int(below(4))] }
    operation.owner = UInt32(below(4))
    operation.isTracked = below(4) == 0
    return operation
  }
}
