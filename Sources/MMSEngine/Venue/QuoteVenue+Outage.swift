// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// The venue out of reach: what we send in an outage is refused, or arrives when it ends.
///
/// What is sent at a row's close takes effect at the next row's open, so it fails when that row is in the outage.
/// Stop orders are held by the engine: placing or cancelling one needs no venue, sending it when it is hit does.
/// The engine sends those again until they are taken, in either mode.
extension QuoteVenue {
  static let outageReason = "the venue takes no orders during its outage"

  /// Whether the venue is out of reach in a step.
  func isDown(_ step: Int) -> Bool { outageSteps.contains(step) }

  /// Why an order sent at a step's close fails at once; nil when it may be sent.
  mutating func outageRefusal(_ request: OrderRequest, step: Int) -> String? {
    guard settings.outage?.mode == .refuse, request.type != .stop, isDown(step + 1) else { return nil }
    outage.refusedOrders += 1
    return Self.outageReason
  }

  /// The step a new order arrives at, given the one it would arrive at without an outage.
  mutating func heldBack(_ arrival: Int, type: OrderType, sentBefore step: Int) -> Int {
    guard type != .stop, isDown(step) else { return arrival }
    outage.delayedOrders += 1
    return max(arrival, outageSteps.upperBound)
  }

  /// Keeps out an order that arrives during the outage; false when it has arrived.
  mutating func isKeptOut(_ index: Int, step: Int, mid: Double) -> Bool {
    guard isDown(step), live[index].type != .stop else { return false }
    if live[index].isStop || settings.outage?.mode == .delay {
      outage.delayedOrders += 1
      live[index].activeStep = outageSteps.upperBound
    } else {
      outage.refusedOrders += 1
      refuse(index, Self.outageReason, mid: mid)
    }
    return true
  }

  /// Cancels an order at a step's close, as far as the cancel gets through.
  mutating func cancel(_ index: Int, step: Int, mid: Double) {
    guard let rules = settings.outage, rules.coversCancels, isDown(step + 1), live[index].type != .stop else {
      end(index, .cancelled, mid: mid)
      return
    }
    let isSeen = !live[index].isShadow
    if rules.mode == .refuse {
      if isSeen { outage.refusedCancels += 1 }
    } else if live[index].cancelStep == .max {
      if isSeen { outage.delayedCancels += 1 }
      live[index].cancelStep = outageSteps.upperBound
    }
  }

  /// Carries out the cancels that an outage held back until now.
  mutating func cancelHeldBack(_ market: borrowing MarketBlock, row: Int) {
    let step = market.firstStep + row
    for index in live.indices where live[index].cancelStep <= step && !live[index].isGone {
      end(index, .cancelled, mid: market.open[row])
    }
  }
}
