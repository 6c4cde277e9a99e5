// SPDX-License-Identifier: Apache-2.0

import MMSCore

extension QuoteVenue {
  /// Carries out what the strategy asked at a row's close.
  mutating func submit(_ market: borrowing MarketBlock, row: Int) {
    if market.firstStep + row >= lastStep, settings.latency != .zero {
      // Nothing decided at the last close could ever be executed.
      sink.removeAll()
      return
    }
    for action in sink.actions {
      switch action {
      case .submit(let id, let request): submit(id, request, market, row: row)
      case .cancel(let id):
        if let index = live.firstIndex(where: { $0.id == id && !$0.isGone && !$0.isStop }) {
          end(index, .cancelled, mid: market.mid[row])
        }
      case .cancelAll:
        for index in live.indices where !live[index].isGone && !live[index].isStop {
          end(index, .cancelled, mid: market.mid[row])
        }
      }
    }
    sink.removeAll()
    tidy()
  }

  private mutating func submit(
    _ id: OrderID, _ request: OrderRequest, _ market: borrowing MarketBlock, row: Int
  ) {
    orderCount += 1
    let mid = market.mid[row]
    var quantity = request.quantity
    if settings.lot > 0, quantity.isFinite { quantity = (quantity / settings.lot).rounded(.down) * settings.lot }
    let price = roundedPrice(request)
    if let reason = refusal(request, quantity: quantity, price: price, mid: mid) {
      refusals[reason, default: 0] += 1
      account.events.append(
        OrderEvent(
          kind: .rejected, order: id, parent: request.parent, side: request.side, quantity: 0,
          price: .nan, remaining: request.quantity))
      return
    }
    let parent: ParentID
    if parents.contains(request.parent), parents[request.parent].side == request.side {
      parent = request.parent
      parents[parent].intended = max(parents[parent].intended, parents[parent].filled + quantity)
      parents[parent].endMid = .nan
    } else {
      parent = parents.open(
        ParentRecord(
          side: request.side, decisionMid: request.type == .stop ? price : mid,
          decisionDisplacement: displacement(row: row), isStop: request.type == .stop,
          intended: quantity))
    }
    let step = market.firstStep + row
    let isImmediate = settings.latency == .zero
    live.append(
      LiveOrder(
        id: id, parent: parent, side: request.side, type: request.type, price: price,
        quantity: quantity, remaining: quantity, postOnly: request.postOnly,
        reduceOnly: request.reduceOnly, stopLoss: request.stopLoss, timeToLive: request.timeToLive,
        activeStep: isImmediate ? step + 1 : arrivalStep(id, step: step, stress: market.stress[row])))
    if isImmediate, request.type == .market { executeNow(live.count - 1, market, row: row) }
  }

  /// Executes at the decision's own mid; what the volume cap leaves goes on at the next open.
  private mutating func executeNow(_ index: Int, _ market: borrowing MarketBlock, row: Int) {
    guard market.halted[row] < 0.5 else { return }
    used = 0
    let available = max(0, settings.volumeCap * market.volume[row])
    var quantity = min(live[index].remaining, available)
    if live[index].reduceOnly {
      quantity = min(quantity, max(0, -account.position * live[index].side.sign))
    }
    parents[live[index].parent].survival *= 1 - quantity / live[index].remaining
    live[index].isImmediate = true
    execute(index, market, row: row, quantity: quantity, stopMid: nil)
    live[index].isImmediate = false
  }

  /// Sells or buys back what is held, at the last close, through the venue's prices.
  mutating func closeOut(_ market: borrowing MarketBlock, row: Int) {
    for index in live.indices where !live[index].isGone { end(index, .cancelled, mid: market.mid[row]) }
    guard account.position != 0, !ledger.isLiquidated else {
      tidy()
      return
    }
    let side: Side = account.position > 0 ? .sell : .buy
    let quantity = account.position.magnitude
    let parent = parents.open(
      ParentRecord(
        side: side, decisionMid: market.mid[row], decisionDisplacement: displacement(row: row),
        isStop: false, intended: quantity))
    live.append(
      LiveOrder(
        id: sink.takeID(), parent: parent, side: side, type: .market, price: .nan, quantity: quantity,
        remaining: quantity, postOnly: false, reduceOnly: true, stopLoss: 0, timeToLive: 0,
        activeStep: market.firstStep + row, isImmediate: true))
    orderCount += 1
    parents[parent].survival = 0
    execute(live.count - 1, market, row: row, quantity: quantity, stopMid: nil)
    tidy()
  }

  /// The step at whose open an order decided at a row's close arrives: the bar during which the latency ends.
  ///
  /// The latency grows with stress: × (1 + 9 w).
  private func arrivalStep(_ id: OrderID, step: Int, stress: Double) -> Int {
    var span: Double
    switch settings.latency {
    case .zero: span = 0
    case .constant(let fixed): span = Double(fixed.nanoseconds)
    case .lognormal(let median, let sigma):
      let draw = latencyRandom.normal(step: Int64(step), lane: Int(id & 0x7FFF))
      span = Double(median.nanoseconds) * MMSMath.exp(sigma * draw)
    }
    span *= 1 + 9 * stress
    let bars = span / Double(context.resolution.nanoseconds)
    return step + 1 + (bars < 1e9 ? Int(bars) : 1_000_000_000)
  }

  private func roundedPrice(_ request: OrderRequest) -> Double {
    guard settings.tick > 0, request.price.isFinite else { return request.price }
    let ticks = request.price / settings.tick
    // A buyer's limit rounds down and a seller's up: never a worse price than asked for.
    let rounded = ticks.rounded()
    if (ticks - rounded).magnitude < 1e-6 { return rounded * settings.tick }
    return ticks.rounded(request.side == .buy ? .down : .up) * settings.tick
  }

  private func refusal(_ request: OrderRequest, quantity: Double, price: Double, mid: Double) -> String? {
    if !(quantity.isFinite && quantity > 0) {
      return settings.lot > 0 && request.quantity > 0
        ? "quantity is below one lot of \(settings.lot)" : "quantity is not a positive number"
    }
    if request.type != .market, !(price.isFinite && price > 0) { return "price is not a positive number" }
    let reference = request.type == .market ? mid : price
    if quantity * reference < settings.minNotional, !request.reduceOnly {
      return "notional is below the minimum of \(settings.minNotional)"
    }
    if !(request.stopLoss >= 0 && request.stopLoss < 1) { return "stop loss is not a fraction in [0, 1)" }
    if request.postOnly, request.type != .limit { return "only a limit order can be post-only" }
    return nil
  }

  /// Refuses an order at the venue.
  mutating func refuse(_ index: Int, _ reason: String) {
    refusals[reason, default: 0] += 1
    end(index, .rejected, mid: .nan)
  }

  /// Ends an order that is not filled.
  mutating func end(_ index: Int, _ kind: OrderEvent.Kind, mid: Double) {
    let order = live[index]
    live[index].isGone = true
    if order.isShadow { return }
    if !mid.isNaN, order.parent > 0 { parents[order.parent].endMid = mid }
    account.events.append(
      OrderEvent(
        kind: kind, order: order.id, parent: order.parent, side: order.side, quantity: 0, price: .nan,
        remaining: order.remaining))
  }

  /// Ends an order that is filled; a resting one is followed on for the probability of its fill.
  mutating func complete(_ index: Int, mid: Double) {
    let order = live[index]
    parents[order.parent].endMid = mid
    if order.type == .limit, order.timeToLive > 0, parents[order.parent].survival > 0 {
      live[index].isShadow = true
    } else {
      live[index].isGone = true
    }
  }

  /// Drops orders that ended and shows the rest to the strategy.
  mutating func tidy() {
    live.removeAll { $0.isGone }
    account.orders.removeAll(keepingCapacity: true)
    for order in live where !order.isShadow {
      account.orders.append(
        WorkingOrder(
          id: order.id, parent: order.parent, side: order.side, type: order.type,
          status: order.hasArrived ? .working : .pending, price: order.price, remaining: order.remaining))
    }
  }
}
