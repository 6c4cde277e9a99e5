// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

/// The accounts of paths side by side: cash, position and fills, by the venue's arithmetic.
struct LaneBook {
  private(set) var positions: [Double]
  private var cash: [Double]
  private var fills: [Double]
  /// Not 0 where something happened that only the venue knows how to settle.
  private var faults: [UInt64]
  private let quantity: Double
  private let makerFee: Double
  /// Whether sums of quantities never round, so that nothing is left of a position that was closed.
  private let isExact: Bool
  /// Quotes closer to the opposite touch than rounding can tell count as through it.
  private let touch: Double

  init(count: Int, settings: ExecutionSettings, origin: Double, quantity: Double, halfSpread: Double) {
    positions = Array(repeating: settings.initialPosition, count: count)
    cash = Array(repeating: settings.initialEquity - settings.initialPosition * origin, count: count)
    fills = Array(repeating: 0, count: count)
    faults = Array(repeating: 0, count: count)
    self.quantity = quantity
    makerFee = settings.makerFee
    // Whole multiples of a number of few digits: exact as long as there are less than 2³⁰ of them.
    let lots = settings.initialPosition / quantity
    isExact = quantity.significandWidth <= 20 && lots == lots.rounded() && lots.magnitude < 0x1p20
    touch = halfSpread * (1 - 1e-9)
  }

  /// Whether a path went through without anything the loop does not know.
  func isRegular(_ index: Int) -> Bool { faults[index] == 0 }

  func outcome(_ index: Int, path: Int, mid: Double) -> LaneOutcome {
    LaneOutcome(
      path: path, finalEquity: cash[index] + positions[index] * mid, finalPosition: positions[index],
      fillCount: Int(fills[index]))
  }

  /// Fills the quotes of every path at its limit price where the draw is below the probability.
  mutating func fill(
    _ opens: [Double], bids: [Double], asks: [Double], _ bidDraws: [Double], _ askDraws: [Double],
    _ bidProbabilities: [Double], _ askProbabilities: [Double]
  ) {
    if isExact {
      Self.fill(
        count: positions.count, quantity, makerFee, touch, opens.span, bids.span, asks.span, bidDraws.span,
        askDraws.span, bidProbabilities.span, askProbabilities.span, &positions, &cash, &fills, &faults
      ) { (position, _) in position }
    } else {
      let quantity = quantity
      Self.fill(
        count: positions.count, quantity, makerFee, touch, opens.span, bids.span, asks.span, bidDraws.span,
        askDraws.span, bidProbabilities.span, askProbabilities.span, &positions, &cash, &fills, &faults
      ) { (position, before) in Self.settled(position, before: before, quantity: quantity) }
    }
  }

  @inline(__always)
  private static func fill(
    count: Int, _ quantity: Double, _ makerFee: Double, _ touch: Double, _ opens: Span<Double>,
    _ bids: Span<Double>, _ asks: Span<Double>, _ bidDraws: Span<Double>, _ askDraws: Span<Double>,
    _ bidProbabilities: Span<Double>, _ askProbabilities: Span<Double>, _ positions: inout [Double],
    _ cash: inout [Double], _ fills: inout [Double], _ faults: inout [UInt64],
    settled: (_ position: Double, _ before: Double) -> Double
  ) {
    var position = positions.mutableSpan
    var money = cash.mutableSpan
    var filled = fills.mutableSpan
    var fault = faults.mutableSpan
    precondition(
      position.count == count && money.count == count && filled.count == count && fault.count == count
        && opens.count == count && bids.count == count && asks.count == count && bidDraws.count == count
        && askDraws.count == count && bidProbabilities.count == count && askProbabilities.count == count,
      "one value for each path")
    let (above, below) = (1 + touch, 1 - touch)
    for index in 0..<count {
      let open = unsafe opens[unchecked: index]
      let (bid, ask) = unsafe (bids[unchecked: index], asks[unchecked: index])
      let buys = unsafe bidDraws[unchecked: index] < bidProbabilities[unchecked: index]
      let sells = unsafe askDraws[unchecked: index] < askProbabilities[unchecked: index]
      // Flags, not conditions: a branch would keep the loop from becoming one of vectors.
      let through: UInt64 = (bid >= open * above ? 1 : 0) | (ask <= open * below ? 1 : 0)
      let worthless: UInt64 = (bid <= 0 ? 1 : 0) | (ask <= 0 ? 1 : 0)
      unsafe fault[unchecked: index] |= through | worthless
      // What the account pays: side · quantity · price + fee, and nothing where nothing fills.
      let payment = buys ? quantity * bid + makerFee * bid * quantity : 0
      let receipt = sells ? makerFee * ask * quantity - quantity * ask : 0
      let before = unsafe position[unchecked: index]
      // Of two fills in one step the one that adds to the position comes first, as the venue has it.
      let (first, second) = before < 0 ? (receipt, payment) : (payment, receipt)
      let (bought, sold) = (buys ? quantity : 0, sells ? -quantity : 0)
      let (step1, step2) = before < 0 ? (sold, bought) : (bought, sold)
      unsafe money[unchecked: index] = (money[unchecked: index] - first) - second
      let middle = settled(before + step1, before)
      unsafe position[unchecked: index] = settled(middle + step2, middle)
      unsafe filled[unchecked: index] += (buys ? 1.0 : 0) + (sells ? 1.0 : 0)
    }
  }

  /// A position that is only the rounding error of what was bought and sold is none.
  @inline(__always)
  private static func settled(_ position: Double, before: Double, quantity: Double) -> Double {
    let size = before.magnitude > quantity ? before.magnitude : quantity
    return position.magnitude < 1e-12 * size ? 0 : position
  }

  /// Marks every account at the close; one with nothing left is not for this loop.
  mutating func mark(_ mids: [Double]) {
    Self.mark(mids, positions, cash, &faults)
  }

  private static func mark(
    _ closes: [Double], _ held: [Double], _ money: [Double], _ faults: inout [UInt64]
  ) {
    let (mids, positions, cash) = (closes.span, held.span, money.span)
    var fault = faults.mutableSpan
    precondition(
      positions.count == mids.count && cash.count == mids.count && fault.count == mids.count,
      "one value for each path")
    for index in fault.indices {
      let equity = unsafe cash[unchecked: index] + positions[unchecked: index] * mids[unchecked: index]
      let ruined: UInt64 = (equity > 0 ? 0 : 1) | (unsafe mids[unchecked: index] > 0 ? 0 : 1)
      unsafe fault[unchecked: index] |= ruined
    }
  }
}
