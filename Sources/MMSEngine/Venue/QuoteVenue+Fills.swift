// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

extension QuoteVenue {
  /// Orders beyond this share of the bar's volume meet the bar's average price, not its open.
  private static let smallShare = 0.01

  /// Fills an order that takes liquidity: price = m · (1 + side · (h + x + I + c)), c the fill model's concession.
  ///
  /// - Parameter stopMid: The mid a triggered stop meets; nil for any other order.
  mutating func execute(
    _ index: Int, _ market: borrowing MarketBlock, row: Int, _ decision: FillDecision, stopMid: Double?
  ) {
    let quantity = pieces(decision.quantity, of: live[index].remaining)
    guard quantity > 0 else { return }
    let open = market.open[row]
    var mid = stopMid ?? open
    if stopMid == nil, quantity > Self.smallShare * market.volume[row], !live[index].isImmediate {
      let (high, low, close) = (market.high[row], market.low[row], market.mid[row])
      mid = high.isNaN ? (open + close) / 2 : (open + high + low + close) / 4
    }
    if live[index].isImmediate { mid = market.mid[row] }
    take(index, market, row: row, quantity: quantity, concession: decision.concession, mid: mid)
  }

  /// Prices and books what takes liquidity around a mid.
  mutating func take(
    _ index: Int, _ market: borrowing MarketBlock, row: Int, quantity: Double, concession: Double,
    mid shown: Double
  ) {
    let order = live[index]
    let sign = order.side.sign
    var mid = shown
    var displaced = displacement(row: row)
    if impactMoved {
      // An earlier order of ours has moved the mid within this row, after its prices were prepared.
      mid *= (1 + impact.displacement) / (1 + displaced)
      displaced = impact.displacement
    }
    let quote = moveImpact(market, row: row, signedQuantity: sign * quantity, price: mid)
    let half = market.halfSpread[row]
    var excess = max(0, context.stress.baseCost(at: market.stress[row]) - half)
    var temporary = sign * quote.temporary + concession
    if order.type == .limit {
      // A limit order never pays more than its limit: what the model asks beyond it is not charged.
      let room = sign * (order.price - mid) / mid
      temporary = min(temporary, room - half - excess)
      if temporary < 0 {
        excess += min(0, temporary - min(0, sign * quote.temporary + concession))
        temporary = max(0, temporary)
        excess = min(excess, room - half - temporary)
      }
    }
    // A sale cannot yield less than nothing, whatever an impact law says far outside its range.
    if order.side == .sell { temporary = min(temporary, 0.99 - half - excess) }
    var price = mid * (1 + sign * (half + excess + temporary))
    if order.type == .limit { price = order.side == .buy ? min(price, order.price) : max(price, order.price) }
    let notional = mid * quantity
    var costs = CostSplit()
    costs.halfSpread = half * notional
    costs.calibratedExcess = excess * notional
    costs.temporaryImpact = temporary * notional
    book(
      index, market, row: row, quantity: quantity, price: price, mid: mid, displacement: displaced,
      isMaker: false, costs: &costs, temporary: temporary, lasting: sign * quote.lasting)
  }

  /// Fills a resting order at its limit price: no half spread, no excess.
  mutating func provide(_ index: Int, _ market: borrowing MarketBlock, row: Int, quantity wanted: Double) {
    let order = live[index]
    let quantity = pieces(wanted, of: order.remaining)
    guard quantity > 0 else { return }
    // A passive order is met, it does not push: it leaves no impact.
    var costs = CostSplit()
    consumed[Int(order.side.rawValue)] += quantity
    book(
      index, market, row: row, quantity: quantity, price: order.price, mid: order.price,
      displacement: displacement(row: row), isMaker: true, costs: &costs, temporary: 0, lasting: 0)
  }

  private mutating func moveImpact(
    _ market: borrowing MarketBlock, row: Int, signedQuantity: Double, price: Double
  ) -> ImpactQuote {
    if impact.isNone { return .zero }
    decay(through: row + 1)
    let quote = impact.apply(
      signedQuantity,
      in: ImpactConditions(
        volatility: market.baseVolatility[row], volume: market.baseVolume[row],
        liquidity: context.stress.liquidity(at: market.stress[row]), price: price,
        resolution: context.resolution))
    // A model may let a trade act as the step passes, before which its displacement stands still.
    if !impact.isIdle || isDisplaced { impactMoved = true }
    return quote
  }

  /// Books a fill: account, parent, trades, events.
  mutating func book(
    _ index: Int, _ market: borrowing MarketBlock, row: Int, quantity: Double, price: Double,
    mid: Double, displacement: Double, isMaker: Bool, costs: inout CostSplit, temporary: Double,
    lasting: Double
  ) {
    let order = live[index]
    let sign = order.side.sign
    let fee = (isMaker ? settings.makerFee : settings.takerFee) * price * quantity
    costs.fees = fee
    parents[order.parent].split(&costs, quantity: quantity, mid: mid, displacement: displacement)
    let before = account.position
    account.cash -= sign * quantity * price + fee
    account.position += sign * quantity
    // Selling what was bought leaves a rounding error of the quantity's order, not a position.
    if account.position.magnitude < 1e-12 * max(before.magnitude, quantity) { account.position = 0 }
    let charged =
      order.isTakeover ? chargeTakeover(step: market.firstStep + row, notional: quantity * price) : 0
    if before == 0 {
      startFunding(at: market.time[row] - (order.isImmediate ? 0 : context.resolution.nanoseconds))
    }
    updateEntry(before: before, side: order.side, quantity: quantity, price: price)
    used += quantity
    netFlow += sign * quantity
    fillCount += 1
    turnover += quantity * price
    let step = market.firstStep + row
    // A passive fill moves nothing, but its parent is told how its earlier displacement stands now.
    decay(through: row + 1)
    trades.fill(
      step: step, time: market.time[row], side: order.side, quantity: quantity, price: price,
      fee: fee + charged, before: before, after: account.position, isStop: order.isStop,
      isTakeover: order.isTakeover)
    parents[order.parent].fill(quantity, at: price, step: step, costs, temporary: temporary, lasting: lasting)
    if parents[order.parent].displaced != 0 {
      let shares = sharesLeft()
      parents[order.parent].shareLeftAfterStep = shares.step
      parents[order.parent].shareLeft = shares.halfHour
    }
    if recordsFills {
      fills.append(
        FillRecord(
          step: step, time: market.time[row], order: order.id, parent: order.parent, side: order.side,
          quantity: quantity, price: price, fee: fee, isMaker: isMaker, isLiquidation: order.isTakeover,
          cash: account.cash, position: account.position, mid: mid, volume: market.volume[row]))
    }
    var remaining = order.remaining - quantity
    if remaining <= 1e-12 * order.quantity { remaining = 0 }
    live[index].remaining = remaining
    account.events.append(
      OrderEvent(
        kind: order.isStop ? .stopFill : .fill, order: order.id, parent: order.parent, side: order.side,
        quantity: quantity, price: price, remaining: remaining))
    protect(order, before: before)
    if remaining == 0 { complete(index, mid: market.mid[row]) }
  }

  /// The shares of the displacement left a step and half an hour from now.
  private mutating func sharesLeft() -> (step: Double, halfHour: Double) {
    if impact.isIdle { return (0, 0) }
    var ahead: [Double] = []
    swap(&ahead, &fading)
    var span = ahead.mutableSpan
    impact.decay(resolution: context.resolution, into: &span)
    swap(&ahead, &fading)
    // What acts as the step passes is there at its end, and fades from then on.
    let (now, end) = (impact.displacement, fading[0])
    let isActing = end.magnitude > now.magnitude || end * now < 0
    let start = isActing ? end : now
    guard start != 0 else { return (0, 0) }
    let next = isActing && fading.count > 1 ? fading[1] : end
    return (min(1, max(0, next / start)), min(1, max(0, fading[fading.count - 1] / start)))
  }

  private mutating func updateEntry(before: Double, side: Side, quantity: Double, price: Double) {
    let after = account.position
    if after == 0 {
      account.averageEntry = 0
    } else if before == 0 || (before > 0) != (after > 0) {
      account.averageEntry = price
    } else if (before > 0) == (side == .buy) {
      account.averageEntry =
        (account.averageEntry * before.magnitude + price * quantity) / (before.magnitude + quantity)
    }
  }

  /// Keeps the protective stop on the position as it is now.
  private mutating func protect(_ order: LiveOrder, before: Double) {
    if account.position == 0 {
      stopFraction = 0
      stopTrigger = .nan
      return
    }
    // Through zero a new position begins, and the old one's stop is over.
    if before != 0, (before > 0) != (account.position > 0) { stopFraction = 0 }
    let adds = (account.position > 0) == (order.side == .buy)
    if adds, order.stopLoss > 0 { stopFraction = order.stopLoss }
    if stopFraction > 0, adds || !stopTrigger.isNaN {
      let sign: Double = account.position > 0 ? 1 : -1
      stopTrigger = account.averageEntry * (1 - sign * stopFraction)
    }
    if stopFraction == 0 { stopTrigger = .nan }
  }

  /// Rounds what fills down to whole lots; the last piece of an order goes whole.
  private func pieces(_ quantity: Double, of remaining: Double) -> Double {
    quantity < remaining ? wholeLots(quantity) : quantity
  }

  /// Rounds down to whole lots.
  func wholeLots(_ quantity: Double) -> Double {
    guard settings.lot > 0 else { return quantity }
    let lots = quantity / settings.lot
    // 0.3 ÷ 0.1 is a little under 3: that is three lots all the same.
    let nearest = lots.rounded()
    let whole = (lots - nearest).magnitude < 1e-9 * max(1, nearest) ? nearest : lots.rounded(.down)
    return min(quantity, whole * settings.lot)
  }
}
