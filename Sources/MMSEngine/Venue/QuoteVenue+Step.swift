// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

extension QuoteVenue {
  /// Matches our orders against one row: arrivals at the open, then what the range of the bar allows.
  ///
  /// Where the order of events within the bar is unknown, the worse for us happened first: resting orders
  /// that add to the position, then stops, then resting orders that reduce it.
  mutating func step(_ market: borrowing MarketBlock, row: Int) {
    used = 0
    consumed = [0, 0]
    let step = market.firstStep + row
    arrive(step: step)
    if market.halted[row] < 0.5 {
      for index in live.indices { takeLiquidity(index, market, row: row) }
      let willReduce = live.contains { isResting($0) && reduces($0.side) }
      for index in live.indices where !reduces(live[index].side) { rest(index, market, row: row) }
      let stopped = triggerStops(market, row: row)
      if stopped, willReduce, couldReduce(market, row: row) { ambiguousSteps += 1 }
      for index in live.indices where !live[index].isGone { rest(index, market, row: row) }
    }
    expire(step: step, mid: market.mid[row])
    tidy()
  }

  private func reduces(_ side: Side) -> Bool { account.position * side.sign < 0 }

  private func isResting(_ order: LiveOrder) -> Bool {
    order.type == .limit && order.hasArrived && !order.takes && !order.isGone && !order.isShadow
  }

  /// Whether a reducing limit order of ours could also have filled in this row.
  private func couldReduce(_ market: borrowing MarketBlock, row: Int) -> Bool {
    live.contains { order in
      order.type == .limit && !order.takes && order.hasArrived
        && (order.side == .sell ? market.high[row] >= order.price : market.low[row] <= order.price)
    }
  }

  private mutating func arrive(step: Int) {
    for index in live.indices where live[index].activeStep <= step && !live[index].hasArrived {
      live[index].hasArrived = true
      // A limit order may cross the touch on arrival; whether it does is seen at the open.
      live[index].takes = live[index].type != .stop
    }
  }

  /// Market orders, and limit orders that cross the touch at the open.
  private mutating func takeLiquidity(_ index: Int, _ market: borrowing MarketBlock, row: Int) {
    let order = live[index]
    guard order.takes, order.hasArrived, !order.isGone, !order.isShadow else { return }
    let open = market.open[row]
    if order.type == .limit {
      let touch = open * (1 + order.side.sign * market.halfSpread[row])
      let crosses = order.side == .buy ? order.price >= touch : order.price <= touch
      if !crosses {
        live[index].takes = false
        return
      }
      if order.postOnly {
        refuse(index, "post-only order would have taken liquidity")
        return
      }
    }
    guard fitToPosition(index) else { return }
    let available = max(0, settings.volumeCap * market.volume[row] - used)
    let decision = ask(index, market, row: row, marketable: true, available: available)
    note(index, probability: decision.probability)
    guard decision.quantity > 0 else { return }
    execute(index, market, row: row, quantity: decision.quantity, stopMid: nil)
  }

  /// A limit order resting in the book.
  private mutating func rest(_ index: Int, _ market: borrowing MarketBlock, row: Int) {
    let order = live[index]
    let step = market.firstStep + row
    guard order.type == .limit, order.hasArrived, !order.takes, !order.isGone, order.askedStep != step
    else { return }
    live[index].askedStep = step
    guard order.isShadow || fitToPosition(index) else { return }
    let available = max(0, settings.volumeCap * market.volume[row] - used)
    let decision = ask(index, market, row: row, marketable: false, available: available)
    if !order.isShadow { live[index].queueAhead = decision.queueAhead }
    parents[order.parent].isPassive = true
    note(index, probability: decision.probability)
    guard !order.isShadow, decision.quantity > 0 else { return }
    provide(index, market, row: row, quantity: decision.quantity)
  }

  /// Asks the fill model, and holds it to its contract.
  private func ask(
    _ index: Int, _ market: borrowing MarketBlock, row: Int, marketable: Bool, available: Double
  ) -> FillDecision {
    let order = live[index]
    let wanted = order.isShadow ? order.quantity : order.remaining
    let query = FillQuery(
      side: order.side, limitPrice: order.price, remaining: wanted, queueAhead: order.queueAhead,
      isMarketable: marketable, available: available, consumed: consumed[Int(order.side.rawValue)],
      tick: settings.tick, step: market.firstStep + row, order: Int(order.id & 0x7FFF))
    var decision = fillModel.fill(query, in: MarketRow(market, row: row), random: fillRandom)
    decision.quantity = min(decision.quantity, wanted, available)
    if !(decision.quantity > 0) { decision.quantity = 0 }
    decision.probability = decision.probability.isNaN ? 0 : min(1, max(0, decision.probability))
    return decision
  }

  private mutating func note(_ index: Int, probability: Double) {
    parents[live[index].parent].survival *= 1 - probability
  }

  /// Cuts a reduce-only order to the position; false when nothing is left to reduce.
  private mutating func fitToPosition(_ index: Int) -> Bool {
    guard live[index].reduceOnly else { return true }
    let room = max(0, -account.position * live[index].side.sign)
    if room == 0 {
      end(index, .cancelled, mid: .nan)
      return false
    }
    live[index].remaining = min(live[index].remaining, room)
    return true
  }

  /// Stop orders and the protective stop, when the row touches them.
  private mutating func triggerStops(_ market: borrowing MarketBlock, row: Int) -> Bool {
    var triggered = false
    for index in live.indices where live[index].type == .stop && live[index].hasArrived && !live[index].isGone {
      let order = live[index]
      guard fitToPosition(index),
        touches(market, row: row, trigger: order.price, isLong: order.side == .sell)
      else { continue }
      triggered = true
      fireStop(index, market, row: row, trigger: order.price)
    }
    guard !stopTrigger.isNaN, account.position != 0, settings.stop == .intrabar || closedThrough(market, row: row),
      touches(market, row: row, trigger: stopTrigger, isLong: account.position > 0)
    else { return triggered }
    fireProtectiveStop(market, row: row)
    return true
  }

  private func closedThrough(_ market: borrowing MarketBlock, row: Int) -> Bool {
    account.position > 0 ? market.mid[row] <= stopTrigger : market.mid[row] >= stopTrigger
  }

  private mutating func fireStop(_ index: Int, _ market: borrowing MarketBlock, row: Int, trigger: Double) {
    live[index].type = .market
    live[index].takes = true
    let available = max(0, settings.volumeCap * market.volume[row] - used)
    let decision = ask(index, market, row: row, marketable: true, available: available)
    note(index, probability: decision.probability)
    guard decision.quantity > 0 else { return }
    execute(
      index, market, row: row, quantity: decision.quantity,
      stopMid: stopMid(market, row: row, trigger: trigger, side: live[index].side))
  }

  /// Turns the protective stop into an order of the engine's own and executes what the row can take.
  private mutating func fireProtectiveStop(_ market: borrowing MarketBlock, row: Int) {
    let side: Side = account.position > 0 ? .sell : .buy
    let displaced = displacement(row: row)
    let parent = parents.open(
      ParentRecord(
        side: side, decisionMid: stopTrigger, decisionDisplacement: displaced, isStop: true,
        intended: account.position.magnitude))
    let step = market.firstStep + row
    let trigger = stopTrigger
    // Watched at the close, the stop is sent now and arrives at the next open, like any market order.
    let isIntrabar = settings.stop == .intrabar
    live.append(
      LiveOrder(
        id: sink.takeID(), parent: parent, side: side, type: .market, price: .nan,
        quantity: account.position.magnitude, remaining: account.position.magnitude, postOnly: false,
        reduceOnly: true, stopLoss: 0, timeToLive: 0, activeStep: isIntrabar ? step : step + 1,
        takes: isIntrabar, hasArrived: isIntrabar, isStop: true))
    orderCount += 1
    stopTrigger = .nan
    if isIntrabar { fireStop(live.count - 1, market, row: row, trigger: trigger) }
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

  private mutating func expire(step: Int, mid: Double) {
    for index in live.indices where !live[index].isGone && step + 1 >= live[index].expiryStep {
      end(index, .expired, mid: mid)
    }
  }
}
