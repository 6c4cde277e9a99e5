// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

extension QuoteVenue {
  /// Matches our orders against one row: arrivals at the open, then what the range of the bar allows.
  ///
  /// Where the order of events within the bar is unknown, the worse for us happened first: resting orders
  /// that add to the position, then stops (and a takeover for want of margin, where its price is met before theirs),
  /// then resting orders that reduce it.
  mutating func step(_ market: borrowing MarketBlock, row: Int) {
    let step = market.firstStep + row
    countVolume(step: step)
    // A hole in the data may hide a payment: what was due by the open is due on what was held at the open.
    settleFunding(
      market, row: row, through: market.time[row] - context.resolution.nanoseconds, mid: market.open[row])
    cancelHeldBack(market, row: row)
    if market.halted[row] < 0.5 { checkMarginAtOpen(market, row: row) }
    arrive(step: step, mid: market.mid[row])
    if market.halted[row] < 0.5 {
      for index in live.indices { takeLiquidity(index, market, row: row) }
      for index in live.indices where !reduces(live[index].side) { rest(index, market, row: row) }
      let couldReduce = live.contains {
        isResting($0) && reduces($0.side) && isReached($0, market, row: row)
      }
      if triggerStopsAndMargin(market, row: row), couldReduce { ambiguousSteps += 1 }
      for index in live.indices where !live[index].isGone { rest(index, market, row: row) }
    }
    settleFunding(market, row: row, through: market.time[row], mid: market.mid[row])
    expire(step: step, mid: market.mid[row])
    tidy()
  }

  /// Starts counting a row's volume; coming back to the row goes on counting.
  mutating func countVolume(step: Int) {
    if usedStep == step { return }
    usedStep = step
    used = 0
    consumed = [0, 0]
  }

  private func reduces(_ side: Side) -> Bool { account.position * side.sign < 0 }

  private func isResting(_ order: LiveOrder) -> Bool {
    order.type == .limit && order.hasArrived && !order.takes && !order.isGone && !order.isShadow
  }

  /// Whether the row's range, or its last mid where it has none, gets to a limit order's price.
  private func isReached(_ order: LiveOrder, _ market: borrowing MarketBlock, row: Int) -> Bool {
    let mid = market.mid[row]
    return order.side == .sell
      ? Double.maximum(market.high[row], mid) >= order.price
      : Double.minimum(market.low[row], mid) <= order.price
  }

  private mutating func arrive(step: Int, mid: Double) {
    for index in live.indices
    where live[index].activeStep <= step && !live[index].hasArrived && !live[index].isGone {
      if isKeptOut(index, step: step, mid: mid) { continue }
      live[index].hasArrived = true
      // A limit order may cross the touch on arrival; whether it does is seen at the open.
      live[index].takes = live[index].type != .stop
    }
  }

  /// Market orders, and limit orders that cross the touch at the open.
  private mutating func takeLiquidity(_ index: Int, _ market: borrowing MarketBlock, row: Int) {
    let order = live[index]
    guard order.takes, order.hasArrived, !order.isGone, !order.isShadow else { return }
    if order.type == .limit {
      guard crosses(order, at: market.open[row], halfSpread: market.halfSpread[row]) else {
        live[index].takes = false
        return
      }
      if order.postOnly {
        refuse(index, "post-only order would have taken liquidity", mid: market.mid[row])
        return
      }
    }
    guard fitToPosition(index, mid: market.mid[row]) else { return }
    let decision = ask(index, market, row: row, marketable: true)
    note(index, probability: decision.probability)
    guard decision.quantity > 0 else { return }
    execute(index, market, row: row, decision, stopMid: nil)
  }

  /// A limit order resting in the book.
  private mutating func rest(_ index: Int, _ market: borrowing MarketBlock, row: Int) {
    let order = live[index]
    let step = market.firstStep + row
    guard order.type == .limit, order.hasArrived, !order.takes, !order.isGone, order.askedStep != step
    else { return }
    live[index].askedStep = step
    guard order.isShadow || fitToPosition(index, mid: market.mid[row]) else { return }
    let decision = ask(index, market, row: row, marketable: false)
    live[index].queueAhead = decision.queueAhead
    parents[order.parent].isPassive = true
    note(index, probability: decision.probability)
    if order.isFollowed, parents[order.parent].survival <= Self.negligible { live[index].isGone = true }
    guard !order.isShadow, decision.quantity > 0 else { return }
    provide(index, market, row: row, quantity: decision.quantity)
  }

  /// Asks the fill model, and holds it to its contract.
  func ask(_ index: Int, _ market: borrowing MarketBlock, row: Int, marketable: Bool) -> FillDecision {
    let order = live[index]
    let wanted = order.isShadow ? order.quantity : order.remaining
    let available = wholeLots(max(0, settings.volumeCap * market.volume[row] - used))
    let query = FillQuery(
      side: order.side, limitPrice: order.type == .limit ? order.price : .nan, remaining: wanted,
      queueAhead: order.queueAhead,
      isMarketable: marketable, available: available, consumed: consumed[Int(order.side.rawValue)],
      used: used, tick: settings.tick, resolution: context.resolution, step: market.firstStep + row,
      order: Int(order.id & 0x7FFF))
    var decision = fillModel.fill(query, in: MarketRow(market, row: row), random: fillRandom)
    decision.quantity = min(decision.quantity, wanted, available)
    if !(decision.quantity > 0) { decision.quantity = 0 }
    decision.probability = decision.probability.isNaN ? 0 : min(1, max(0, decision.probability))
    if !decision.concession.isFinite { decision.concession = 0 }
    return decision
  }

  mutating func note(_ index: Int, probability: Double) {
    let parent = live[index].parent
    parents[parent].survival *= 1 - probability * parents[parent].share(of: live[index])
  }

  /// Cuts a reduce-only order to the position; false when nothing is left to reduce.
  mutating func fitToPosition(_ index: Int, mid: Double) -> Bool {
    guard live[index].reduceOnly else { return true }
    let room = max(0, -account.position * live[index].side.sign)
    if room == 0 {
      end(index, .cancelled, mid: mid)
      return false
    }
    live[index].remaining = min(live[index].remaining, room)
    return true
  }

  /// Stop orders and the protective stop, when the row touches them.
  ///
  /// - Parameter liquidation: A price the row also meets, at which the position is lost: stops that wait beyond it
  ///   are not reached. NaN when there is none.
  mutating func triggerStops(
    _ market: borrowing MarketBlock, row: Int, before liquidation: Double = .nan
  ) -> Bool {
    var triggered = false
    let isLong = account.position > 0
    for index in live.indices where live[index].type == .stop && live[index].hasArrived && !live[index].isGone
    {
      let order = live[index]
      if (order.side == .sell) == isLong, isBeyond(order.price, liquidation, isLong: isLong) { continue }
      guard fitToPosition(index, mid: market.mid[row]),
        touches(market, row: row, trigger: order.price, isLong: order.side == .sell)
      else { continue }
      triggered = true
      fireStop(index, market, row: row, trigger: order.price)
    }
    guard !stopTrigger.isNaN, account.position != 0,
      !isBeyond(stopTrigger, liquidation, isLong: account.position > 0),
      settings.stop == .intrabar || closedThrough(market, row: row),
      touches(market, row: row, trigger: stopTrigger, isLong: account.position > 0)
    else { return triggered }
    fireProtectiveStop(market, row: row)
    return true
  }

  /// Whether a price falling on a long (rising on a short) meets the liquidation price no later than a trigger.
  private func isBeyond(_ trigger: Double, _ liquidation: Double, isLong: Bool) -> Bool {
    isLong ? trigger <= liquidation : trigger >= liquidation
  }

  private func closedThrough(_ market: borrowing MarketBlock, row: Int) -> Bool {
    account.position > 0 ? market.mid[row] <= stopTrigger : market.mid[row] >= stopTrigger
  }

  private mutating func fireStop(_ index: Int, _ market: borrowing MarketBlock, row: Int, trigger: Double) {
    live[index].type = .market
    live[index].takes = true
    if isDown(market.firstStep + row) {
      outage.delayedOrders += 1
      live[index].takes = false
      live[index].hasArrived = false
      live[index].activeStep = outageSteps.upperBound
      return
    }
    let decision = ask(index, market, row: row, marketable: true)
    note(index, probability: decision.probability)
    guard decision.quantity > 0 else { return }
    execute(
      index, market, row: row, decision,
      stopMid: stopMid(market, row: row, trigger: trigger, side: live[index].side))
  }

  /// Turns the protective stop into an order of the engine's own and executes what the row can take.
  private mutating func fireProtectiveStop(_ market: borrowing MarketBlock, row: Int) {
    let trigger = stopTrigger
    let index = openProtectiveStop(market, row: row)
    if settings.stop == .intrabar { fireStop(index, market, row: row, trigger: trigger) }
  }

  /// Makes the order of the protective stop, which is no longer watched then.
  mutating func openProtectiveStop(_ market: borrowing MarketBlock, row: Int) -> Int {
    let side: Side = account.position > 0 ? .sell : .buy
    let displaced = displacement(row: row)
    let parent = parents.open(
      ParentRecord(
        side: side, decisionMid: stopTrigger, decisionDisplacement: displaced, isStop: true,
        intended: account.position.magnitude, decisionStep: market.firstStep + row))
    let step = market.firstStep + row
    // Watched at the close, the stop is sent now and arrives after the latency, like any market order.
    let isIntrabar = settings.stop == .intrabar
    let id = sink.takeID()
    let arrival = isIntrabar ? step : arrivalStep(id, step: step, stress: market.stress[row])
    live.append(
      LiveOrder(
        id: id, parent: parent, side: side, type: .market, price: .nan,
        quantity: account.position.magnitude, remaining: account.position.magnitude, postOnly: false,
        reduceOnly: true, stopLoss: 0, timeToLive: 0,
        activeStep: isIntrabar ? step : heldBack(arrival, type: .market, sentBefore: step + 1),
        takes: isIntrabar, hasArrived: isIntrabar, isStop: true))
    orderCount += 1
    stopTrigger = .nan
    return live.count - 1
  }

  /// The mid a stop meets: the trigger, or after a gap the worse open, less what the latency lets slip
  /// (0.5826 σ √latency, the mean overshoot of a watched barrier), never beyond the bar.
  private func stopMid(_ market: borrowing MarketBlock, row: Int, trigger: Double, side: Side) -> Double {
    let span = settings.latency.median.days * (1 + 9 * market.stress[row])
    let slip = 0.5826 * market.volatility[row] * span.squareRoot()
    if side == .sell {
      let mid = min(trigger, market.open[row]) * (1 - slip)
      return max(mid, market.low[row].isNaN ? mid : market.low[row])
    }
    let mid = max(trigger, market.open[row]) * (1 + slip)
    return min(mid, market.high[row].isNaN ? mid : market.high[row])
  }

  mutating func expire(step: Int, mid: Double) {
    for index in live.indices where !live[index].isGone && step + 1 >= live[index].expiryStep {
      end(index, .expired, mid: mid)
    }
  }
}
