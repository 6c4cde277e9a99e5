// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

extension BookVenue where Exchange: ~Copyable {
  func key(_ order: LiveOrder) -> UInt64 { GeneratedBook.ownIDs &+ UInt64(order.id) }

  func lots(_ quantity: Double) -> Int64 {
    let lots = (quantity / settings.lot).rounded()
    return lots < Double(BookSettings.quantityLimit) ? Int64(max(0, lots)) : BookSettings.quantityLimit
  }

  /// An order reaches the venue.
  func arrive(_ index: Int, _ desk: inout QuoteVenue) {
    let mid = shown.mid[0]
    if desk.isKeptOut(index, step: shown.firstStep, mid: mid) { return }
    desk.live[index].hasArrived = true
    let order = desk.live[index]
    guard order.type != .stop, desk.fitToPosition(index, mid: mid) else { return }
    guard order.type == .limit else {
      desk.live[index].takes = true
      take(index, &desk, upTo: nil)
      return
    }
    let limit = Int64((order.price / settings.tick).rounded())
    guard exchange.band.admits(limit) else {
      desk.refuse(index, "the limit is outside the price band", mid: mid)
      return
    }
    if exchange.crosses(order.side, limit) {
      if order.postOnly {
        desk.refuse(index, "post-only order would have taken liquidity", mid: mid)
        return
      }
      desk.live[index].takes = true
      take(index, &desk, upTo: limit)
      desk.live[index].takes = false
      if desk.live[index].isGone { return }
    }
    desk.parents[order.parent].isPassive = true
    exchange.rest(key(order), order.side, lots(desk.live[index].remaining), at: limit)
  }

  /// Takes what the book has, and books it as one fill at its mean price.
  func take(_ index: Int, _ desk: inout QuoteVenue, upTo limit: Int64?) {
    let order = desk.live[index]
    let tick = settings.tick
    let mid = exchange.mid * tick
    let best = Double(order.side == .buy ? exchange.ask : exchange.bid) * tick
    let wanted = lots(order.remaining)
    while let met = exchange.preventSelfTrade(order.side, wanted, upTo: limit) { expire(met, &desk) }
    let before = exchange.displacement
    let (taken, cost) = exchange.take(order.side, wanted, upTo: limit)
    guard taken > 0 else { return }
    metaorders.touch(order.parent, before: before, after: exchange.displacement)
    let quantity = taken == wanted ? order.remaining : Double(taken) * settings.lot
    let price = cost / Double(taken) * tick
    let sign = order.side.sign
    var costs = CostSplit()
    costs.halfSpread = sign * (best - mid) * quantity
    costs.temporaryImpact = sign * (price - best) * quantity
    desk.note(index, probability: quantity / order.remaining)
    desk.book(
      index, shown, row: 0, quantity: quantity, price: price, mid: mid, displacement: 0, isMaker: false,
      costs: &costs, temporary: sign * (price - best) / mid, lasting: 0)
    settled(index, &desk)
  }

  /// Ends a resting order that an order of ours would have met.
  private func expire(_ met: UInt64, _ desk: inout QuoteVenue) {
    guard let index = desk.live.firstIndex(where: { key($0) == met && !$0.isGone }) else { return }
    desk.end(index, .cancelled, mid: exchange.mid * settings.tick)
  }

  /// Books the fills of our resting orders.
  func book(_ desk: inout QuoteVenue) {
    exchange.takeFills(into: &fills)
    for (key, lots) in fills {
      guard let index = desk.live.firstIndex(where: { self.key($0) == key && !$0.isGone }) else { continue }
      let remaining = desk.live[index].remaining
      let quantity = lots >= self.lots(remaining) ? remaining : Double(lots) * settings.lot
      desk.note(index, probability: quantity / remaining)
      metaorders.touch(
        desk.live[index].parent, before: openingDisplacement, after: exchange.displacement)
      desk.provide(index, shown, row: 0, quantity: quantity)
      settled(index, &desk)
    }
    fills.removeAll(keepingCapacity: true)
  }

  /// After a fill: nothing is followed beyond it, and orders that only reduce fit the position again.
  func settled(_ index: Int, _ desk: inout QuoteVenue) {
    if desk.live[index].isShadow { desk.live[index].isGone = true }
    for other in desk.live.indices where desk.live[other].reduceOnly && !desk.live[other].isGone {
      guard desk.live[other].hasArrived, desk.live[other].type == .limit,
        desk.fitToPosition(other, mid: shown.mid[0])
      else { continue }
      let (key, open) = (key(desk.live[other]), lots(desk.live[other].remaining))
      if let own = exchange.own.firstIndex(where: { $0.key == key }), open < exchange.own[own].lots, open > 0
      {
        exchange.reduce(at: own, to: open)
      }
    }
    withdrawEnded(&desk)
  }

  /// Takes out of the book what the desk knows to be over.
  func withdrawEnded(_ desk: inout QuoteVenue) {
    var index = 0
    while index < exchange.own.count {
      let key = exchange.own[index].key
      if desk.live.contains(where: { self.key($0) == key && !$0.isGone }) {
        index += 1
      } else {
        exchange.remove(at: index)
      }
    }
  }

  /// Market orders of which something is left go on at the next row.
  func retry(_ desk: inout QuoteVenue) {
    for index in desk.live.indices
    where desk.live[index].type == .market && desk.live[index].hasArrived && !desk.live[index].isGone {
      shown.mid[0] = exchange.mid * settings.tick
      if desk.fitToPosition(index, mid: shown.mid[0]) { take(index, &desk, upTo: nil) }
    }
  }

  // MARK: - Stops

  /// Tells the book the nearest triggers.
  func watch(_ desk: borrowing QuoteVenue) {
    var (below, above) = (-Double.infinity, Double.infinity)
    for order in desk.live where order.type == .stop && order.hasArrived && !order.isGone {
      if order.side == .sell { below = max(below, order.price) } else { above = min(above, order.price) }
    }
    if settings.stop == .intrabar, !desk.stopTrigger.isNaN {
      if desk.account.position > 0 { below = max(below, desk.stopTrigger) }
      if desk.account.position < 0 { above = min(above, desk.stopTrigger) }
    }
    exchange.stopBelow = below / settings.tick
    exchange.stopAbove = above / settings.tick
  }

  /// Sends the orders of the stops that the mid has reached.
  func fireStops(_ desk: inout QuoteVenue) {
    let mid = shown.mid[0]
    for index in desk.live.indices
    where desk.live[index].type == .stop && desk.live[index].hasArrived && !desk.live[index].isGone {
      let order = desk.live[index]
      guard order.side == .sell ? mid <= order.price : mid >= order.price,
        desk.fitToPosition(index, mid: mid)
      else { continue }
      fire(index, &desk)
    }
    guard settings.stop == .intrabar, !desk.stopTrigger.isNaN, desk.account.position != 0,
      desk.account.position > 0 ? mid <= desk.stopTrigger : mid >= desk.stopTrigger
    else { return }
    fire(desk.openProtectiveStop(shown, row: 0), &desk)
  }

  func fire(_ index: Int, _ desk: inout QuoteVenue) {
    desk.live[index].type = .market
    desk.live[index].takes = true
    if desk.isDown(shown.firstStep) {
      desk.outage.delayedOrders += 1
      desk.live[index].takes = false
      desk.live[index].hasArrived = false
      desk.live[index].activeStep = desk.outageSteps.upperBound
      return
    }
    take(index, &desk, upTo: nil)
  }

  /// Watched at closes, a protective stop is sent at the close and arrives like any order.
  func closeStops(_ desk: inout QuoteVenue) {
    let (mid, position) = (shown.mid[0], desk.account.position)
    guard !desk.stopTrigger.isNaN, position != 0,
      position > 0 ? mid <= desk.stopTrigger : mid >= desk.stopTrigger
    else { return }
    let index = desk.openProtectiveStop(shown, row: 0)
    let delay = desk.delay(of: desk.live[index].id, step: shown.firstStep, stress: shown.stress[0])
    desk.live[index].arrival = shown.time[0] + Int64(min(delay, 9e17))
    desk.tidy()
  }
}
