// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// One intention to trade and what came of it.
struct ParentRecord {
  let side: Side
  /// m₀ of every definition: the mid at the decision as shown to the strategy, or a stop's trigger.
  let decisionMid: Double
  /// Our own displacement in it, a fraction.
  let decisionDisplacement: Double
  /// Whether the engine began it: a protective stop.
  let isStop: Bool
  /// Base units intended.
  var intended: Double
  /// Whether its orders are slices of a whole that was stated at its beginning.
  var isSliced = false
  /// The step at whose close it was decided; of a protective stop, the step that met it.
  var decisionStep = 0
  /// The step of the first fill; nil before it.
  var firstFillStep: Int?
  var filled = 0.0
  /// Π(1 − φ): the expected share still unfilled.
  var survival = 1.0
  /// Σ side · (fill − m₀) · q.
  var slippage = 0.0
  var costs = CostSplit()
  /// Temporary part of the last fill plus what this parent displaced, fractions, side-signed.
  var lastTemporary = 0.0
  var displaced = 0.0
  /// The step of the last fill, and the share of the displacement left one step after it.
  var lastFillStep = Int.min
  var shareLeftAfterStep = 0.0
  /// The share of the displacement left half an hour after the last fill.
  var shareLeft = 0.0
  /// The mid when the last child ended; NaN while one lives.
  var endMid = Double.nan
  /// Whether any child rested in the book.
  var isPassive = false

  /// Splits the move from the decision's mid to a fill's between the market and ourselves.
  func split(_ costs: inout CostSplit, quantity: Double, mid: Double, displacement: Double) {
    let undisplaced = mid / (1 + displacement)
    let lasting = undisplaced * (displacement - decisionDisplacement)
    let market = (mid - decisionMid) - lasting
    costs.lastingImpact = side.sign * lasting * quantity
    if isStop {
      costs.stopOvershoot = side.sign * market * quantity
    } else {
      costs.delay = side.sign * market * quantity
    }
  }

  /// Books a fill; what of its displacement is left later is for the venue to say.
  mutating func fill(
    _ quantity: Double, at price: Double, step: Int, _ fillCosts: CostSplit, temporary: Double,
    lasting: Double
  ) {
    filled += quantity
    if firstFillStep == nil { firstFillStep = step }
    slippage += side.sign * (price - decisionMid) * quantity
    costs += fillCosts
    lastTemporary = temporary
    if displaced != 0, step > lastFillStep {
      // What earlier fills displaced has faded since.
      displaced *= MMSMath.pow(shareLeftAfterStep, Double(step - lastFillStep))
    }
    lastFillStep = step
    displaced += lasting
  }

  /// The share of what is still wanted that an order asks for: 1 but for a slice.
  func share(of order: LiveOrder) -> Double {
    guard isSliced else { return 1 }
    // A filled order is followed on as if it had not filled.
    let own = order.isShadow ? order.quantity : order.remaining
    let wanted = intended - filled + (order.isShadow ? order.quantity : 0)
    // What rounding leaves of the last slice is none of its remainder.
    return own < wanted * (1 - 1e-9) ? own / wanted : 1
  }
}

/// Keeps parents and adds up what the metrics need from them.
struct ParentBook {
  private(set) var records: [ParentRecord] = []

  init() { records.reserveCapacity(256) }

  mutating func reset() { records.removeAll(keepingCapacity: true) }

  mutating func open(_ record: ParentRecord) -> ParentID {
    records.append(record)
    return ParentID(records.count)
  }

  /// Parents are numbered from 1.
  subscript(id: ParentID) -> ParentRecord {
    get { records[Int(id) - 1] }
    // In place: a record is 30 words, and most changes touch one.
    _modify { yield &records[Int(id) - 1] }
  }

  func contains(_ id: ParentID) -> Bool { id >= 1 && Int(id) <= records.count }

  /// Settles every parent at the path's end: what did not fill has missed the move since the decision.
  mutating func settle(finalMid: Double) {
    for index in records.indices {
      let unfilled = max(0, records[index].intended - records[index].filled)
      if unfilled > 0, records[index].intended > 0 {
        let end = records[index].endMid.isNaN ? finalMid : records[index].endMid
        records[index].costs.opportunity =
          records[index].side.sign * (end - records[index].decisionMid) * unfilled
      }
    }
  }
}
