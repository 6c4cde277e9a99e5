// SPDX-License-Identifier: Apache-2.0

import MMSCore

extension QuoteVenue {
  /// Carries out what the strategy asked at a row's close.
  mutating func submit(_ market: borrowing MarketBlock, row: Int) {
    if ledger.isLiquidated || (market.firstStep + row >= lastStep && settings.latency != .zero) {
      // Nothing decided at the last close, or after the account was closed, could ever be executed.
      sink.removeAll()
      return
    }
    for action in sink.actions {
      switch action {
      case .submit(let id, let request): submit(id, request, market, row: row)
      case .cancel(let id):
        if let index = live.firstIndex(where: { $0.id == id && !$0.isGone && !$0.isStop }) {
          cancel(index, step: market.firstStep + row, mid: market.mid[row])
        }
      case .cancelAll:
        for index in live.indices where !live[index].isGone && !live[index].isStop {
          cancel(index, step: market.firstStep + row, mid: market.mid[row])
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
    if quantity.isFinite { quantity = wholeLots(quantity) }
    let price = roundedPrice(request)
    let step = market.firstStep + row
    if let reason = refusal(request, quantity: quantity, price: price, mid: mid)
      ?? leverageRefusal(request, quantity: quantity, mid: mid) ?? outageRefusal(request, step: step)
    {
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
      var outstanding = quantity
      for order in live where order.parent == parent && !order.isShadow && !order.isGone {
        outstanding += order.remaining
      }
      parents[parent].intended = max(parents[parent].intended, parents[parent].filled + outstanding)
      parents[parent].endMid = .nan
    } else {
      // A whole that is no number, or less than its first slice, says nothing.
      let whole = request.parentQuantity.isFinite ? wholeLots(request.parentQuantity) : 0
      parent = parents.open(
        ParentRecord(
          side: request.side, decisionMid: request.type == .stop ? price : mid,
          decisionDisplacement: displacement(row: row), isStop: request.type == .stop,
          intended: max(quantity, whole), isSliced: whole > quantity, decisionStep: step))
    }
    let isImmediate = settings.latency == .zero && (request.type == .stop || !isDown(step + 1))
    let arrival =
      settings.latency == .zero ? step + 1 : arrivalStep(id, step: step, stress: market.stress[row])
    live.append(
      LiveOrder(
        id: id, parent: parent, side: request.side, type: request.type, price: price,
        quantity: quantity, remaining: quantity, postOnly: request.postOnly,
        reduceOnly: request.reduceOnly, stopLoss: request.stopLoss,
        timeToLive: min(request.timeToLive, 1 << 40),
        activeStep: heldBack(arrival, type: request.type, sentBefore: step + 1)))
    guard isImmediate, request.type != .stop, !meetsBook else { return }
    if request.type == .limit {
      guard crosses(live[live.count - 1], at: mid, halfSpread: market.halfSpread[row]) else { return }
      if request.postOnly {
        refuse(live.count - 1, "post-only order would have taken liquidity", mid: mid)
        return
      }
    }
    executeNow(live.count - 1, market, row: row)
  }

  /// Executes at the decision's own mid; what the volume cap leaves goes on at the next open.
  private mutating func executeNow(_ index: Int, _ market: borrowing MarketBlock, row: Int) {
    guard market.halted[row] < 0.5, fitToPosition(index, mid: market.mid[row]) else { return }
    countVolume(step: market.firstStep + row)
    let decision = ask(index, market, row: row, marketable: true)
    note(index, probability: decision.probability)
    guard decision.quantity > 0 else { return }
    live[index].isImmediate = true
    execute(index, market, row: row, decision, stopMid: nil)
    live[index].isImmediate = false
  }

  /// Whether a limit order would take liquidity around a mid.
  func crosses(_ order: LiveOrder, at mid: Double, halfSpread: Double) -> Bool {
    let touch = mid * (1 + order.side.sign * halfSpread)
    return order.side == .buy ? order.price >= touch : order.price <= touch
  }

  /// Sells or buys back what is held, at the last close, by the venue's prices, volume cap and halts.
  mutating func closeOut(_ market: borrowing MarketBlock, row: Int) {
    guard let index = openCloseOut(market, row: row) else { return }
    executeNow(index, market, row: row)
    if !live[index].isGone { end(index, .cancelled, mid: market.mid[row]) }
    tidy()
  }

  /// Cancels what works and makes the order that closes the position; nil when there is nothing to close.
  mutating func openCloseOut(_ market: borrowing MarketBlock, row: Int) -> Int? {
    for index in live.indices where !live[index].isGone { end(index, .cancelled, mid: market.mid[row]) }
    let isShut = isDown(market.firstStep + row)
    if isShut, account.position != 0 {
      outage.refusedOrders += 1
      refusals[Self.outageReason, default: 0] += 1
    }
    guard account.position != 0, !ledger.isLiquidated, !isShut else {
      tidy()
      return nil
    }
    let side: Side = account.position > 0 ? .sell : .buy
    let quantity = account.position.magnitude
    let parent = parents.open(
      ParentRecord(
        side: side, decisionMid: market.mid[row], decisionDisplacement: displacement(row: row),
        isStop: false, intended: quantity, decisionStep: market.firstStep + row))
    live.append(
      LiveOrder(
        id: sink.takeID(), parent: parent, side: side, type: .market, price: .nan, quantity: quantity,
        remaining: quantity, postOnly: false, reduceOnly: true, stopLoss: 0, timeToLive: 0,
        activeStep: market.firstStep + row, hasArrived: true))
    orderCount += 1
    return live.count - 1
  }

  /// The step at whose open an order decided at a row's close arrives: the bar during which the latency ends.
  ///
  /// The latency grows with stress: × (1 + 9 w).
  func arrivalStep(_ id: OrderID, step: Int, stress: Double) -> Int {
    let bars = delay(of: id, step: step, stress: stress) / Double(context.resolution.nanoseconds)
    return step + 1 + (bars < 1e9 ? Int(bars) : 1_000_000_000)
  }

  /// The latency of an order decided at a row's close, in nanoseconds.
  func delay(of id: OrderID, step: Int, stress: Double) -> Double {
    var span: Double
    switch settings.latency {
    case .zero: span = 0
    case .constant(let fixed): span = Double(fixed.nanoseconds)
    case .lognormal(let median, let sigma):
      let draw = latencyRandom.normal(step: Int64(step), lane: Int(id & 0x7FFF))
      span = Double(median.nanoseconds) * MMSMath.exp(sigma * draw)
    }
    span *= 1 + 9 * stress
    return span + Double(settings.dataLatency.nanoseconds)
  }

  private func roundedPrice(_ request: OrderRequest) -> Double {
    guard settings.tick > 0, request.price.isFinite else { return request.price }
    let ticks = request.price / settings.tick
    // A tick too small to count in leaves every price as it is.
    guard ticks.isFinite else { return request.price }
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
  mutating func refuse(_ index: Int, _ reason: String, mid: Double) {
    refusals[reason, default: 0] += 1
    end(index, .rejected, mid: mid)
  }

  /// Ends an order that is not filled.
  mutating func end(_ index: Int, _ kind: OrderEvent.Kind, mid: Double) {
    let order = live[index]
    live[index].isGone = true
    if order.isShadow { return }
    parents[order.parent].endMid = mid
    unfollow(order.parent)
    account.events.append(
      OrderEvent(
        kind: kind, order: order.id, parent: order.parent, side: order.side, quantity: 0, price: .nan,
        remaining: order.remaining))
  }

  /// Ends an order that is filled; a resting one is followed on for the probability of its fill.
  mutating func complete(_ index: Int, mid: Double) {
    let order = live[index]
    parents[order.parent].endMid = mid
    // A slice is followed to its time to live only: later ones would have taken its place.
    let bound = order.timeToLive > 0 ? 0 : parents[order.parent].isSliced ? 1 : Self.negligible
    if order.type == .limit, !order.takes, parents[order.parent].survival > bound {
      live[index].isShadow = true
      if order.timeToLive == 0 { makeRoom() }
    } else {
      live[index].isGone = true
    }
  }

  /// Below this survival an order without a time to live is followed no further.
  static let negligible = 1e-9
  /// At most this many filled orders without a time to live are followed; beyond it the oldest is let go.
  static let followedOrders = 64

  private mutating func makeRoom() {
    var (count, oldest) = (0, 0)
    for index in live.indices.reversed() where live[index].isFollowed {
      count += 1
      oldest = index
    }
    if count > Self.followedOrders { live[oldest].isGone = true }
  }

  /// Lets go of the filled orders of a parent when nothing of it is left that could fill.
  private mutating func unfollow(_ parent: ParentID) {
    if live.contains(where: { $0.parent == parent && !$0.isGone && !$0.isShadow }) { return }
    for index in live.indices where live[index].parent == parent && live[index].isFollowed {
      live[index].isGone = true
    }
  }

  /// Drops orders that ended and shows the rest to the strategy.
  mutating func tidy() {
    if let last = live.last, last.isGone, live.count == 1 {
      // What most often happens: the one order there was has ended.
      live.removeLast()
    } else {
      live.removeAll { $0.isGone }
    }
    if !account.orders.isEmpty { account.orders.removeAll(keepingCapacity: true) }
    for order in live where !order.isShadow {
      account.orders.append(
        WorkingOrder(
          id: order.id, parent: order.parent, side: order.side, type: order.type,
          status: order.hasArrived ? .working : .pending, price: order.price, remaining: order.remaining))
    }
  }
}
