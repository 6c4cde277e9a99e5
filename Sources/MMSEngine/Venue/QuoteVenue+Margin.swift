// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

/// Margin and funding of perpetual contracts; a spot venue never gets here.
extension QuoteVenue {
  /// The mid at which the venue takes the position over; NaN when there is none to take.
  var liquidationPrice: Double {
    guard let rules = settings.perpetual, account.position != 0 else { return .nan }
    return rules.liquidationPrice(cash: account.cash, position: account.position)
  }

  /// Whether a mid is at or beyond a liquidation price; never for NaN.
  private func isPast(_ mid: Double, _ liquidation: Double) -> Bool {
    account.position > 0 ? mid <= liquidation : mid >= liquidation
  }

  /// The worst mid of a row for the position: its low or high, or the worse end where it has no range.
  private func worstMid(_ market: borrowing MarketBlock, row: Int) -> Double {
    let isLong = account.position > 0
    let reach = isLong ? market.low[row] : market.high[row]
    if !reach.isNaN { return reach }
    let (open, mid) = (market.open[row], market.mid[row])
    return isLong ? min(open, mid) : max(open, mid)
  }

  /// Takes the position over when the row opens past its liquidation price.
  mutating func checkMarginAtOpen(_ market: borrowing MarketBlock, row: Int) {
    guard settings.perpetual != nil, isPast(market.open[row], liquidationPrice) else { return }
    seize(market, row: row, at: market.open[row])
  }

  /// Fires stops and takes the position over, whichever price is met first; returns whether either was.
  ///
  /// A gap past the liquidation price meets both at once, and the takeover is the worse.
  mutating func triggerStopsAndMargin(_ market: borrowing MarketBlock, row: Int) -> Bool {
    guard settings.perpetual != nil else { return triggerStops(market, row: row) }
    let first = liquidationPrice
    guard isPast(worstMid(market, row: row), first) else { return triggerStops(market, row: row) }
    checkMarginAtOpen(market, row: row)
    // At the open there is no doubt what came first.
    if account.position == 0 { return false }
    let isLong = account.position > 0
    let triggered = triggerStops(market, row: row, before: first)
    // What a stop sold moves the price away; what it cost may bring it closer, but not before the stop.
    guard account.position != 0, (account.position > 0) == isLong else { return triggered }
    let price = isLong ? min(first, liquidationPrice) : max(first, liquidationPrice)
    guard isPast(worstMid(market, row: row), price) else { return triggered }
    seize(market, row: row, at: price)
    return true
  }

  /// The first row whose worst mid is past the liquidation price.
  func firstMarginRow(_ market: borrowing MarketBlock, rows: Range<Int>) -> Int {
    let price = liquidationPrice
    let isLong = account.position > 0
    // No price is low enough for a long that owes nothing.
    if isLong, !(price > 0) { return rows.upperBound }
    let reach = isLong ? market.low.span : market.high.span
    let (sign, bound) = isLong ? (1.0, price) : (-1.0, -price)
    for row in rows where !(sign * reach[row] > bound) {
      if isPast(worstMid(market, row: row), price) { return row }
    }
    return rows.upperBound
  }

  /// Cancels every order, closes the position whole, and charges the venue's fee.
  ///
  /// The volume cap, halts and outages bind us, not the venue. What is left stays cash; what is missing is the
  /// lender's loss.
  private mutating func seize(_ market: borrowing MarketBlock, row: Int, at mid: Double) {
    for index in live.indices where !live[index].isGone { end(index, .cancelled, mid: mid) }
    let side: Side = account.position > 0 ? .sell : .buy
    let quantity = account.position.magnitude
    let parent = parents.open(
      ParentRecord(
        side: side, decisionMid: mid, decisionDisplacement: displacement(row: row), isStop: true,
        intended: quantity, decisionStep: market.firstStep + row))
    live.append(
      LiveOrder(
        id: sink.takeID(), parent: parent, side: side, type: .market, price: .nan, quantity: quantity,
        remaining: quantity, postOnly: false, reduceOnly: true, stopLoss: 0, timeToLive: 0,
        activeStep: market.firstStep + row, takes: true, hasArrived: true, isStop: true, isTakeover: true))
    orderCount += 1
    perpetual.liquidations += 1
    note(live.count - 1, probability: 1)
    take(live.count - 1, market, row: row, quantity: quantity, concession: 0, mid: mid)
  }

  /// Charges a takeover that has just filled; returns what was charged less what the lender bore.
  mutating func chargeTakeover(step: Int, notional: Double) -> Double {
    guard let rules = settings.perpetual else { return 0 }
    let left = account.cash
    if left < 0 {
      perpetual.lenderLoss -= left
      charge(.lenderLoss, left, step: step)
      account.cash = 0
      return left
    }
    // Nobody collects a fee from an account that has nothing left.
    let fee = min(left, rules.liquidationFee * notional)
    perpetual.liquidationFees += fee
    charge(.liquidationFee, fee, step: step)
    account.cash = left - fee
    return fee
  }

  /// Remembers from when on a position that has just been opened owes funding.
  mutating func startFunding(at time: Int64) {
    guard let rule = settings.perpetual?.funding else { return }
    nextFunding = rule.firstPayment(after: time)
  }

  /// Pays or receives what is due up to a time on the position as it is now.
  mutating func settleFunding(
    _ market: borrowing MarketBlock, row: Int, through time: Int64, mid: Double
  ) {
    guard let rule = settings.perpetual?.funding, account.position != 0, time >= nextFunding else { return }
    let payments = (time - nextFunding) / rule.interval.nanoseconds + 1
    nextFunding += payments * rule.interval.nanoseconds
    let amount = Double(payments) * account.position * mid * rule.rate(at: market.stress[row])
    account.cash -= amount
    perpetual.funding += amount
    perpetual.fundingPayments += Int(payments)
    trades.pay(amount)
    charge(.funding, amount, step: market.firstStep + row)
  }

  /// The first row at whose close funding is due.
  func firstFundingRow(_ market: borrowing MarketBlock, rows: Range<Int>) -> Int {
    guard settings.perpetual?.funding != nil else { return rows.upperBound }
    let time = market.time.span
    var (low, high) = (rows.lowerBound, rows.upperBound)
    while low < high {
      let middle = low + (high - low) / 2
      if time[middle] < nextFunding { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Why an order would take more than the venue lends; nil when it may be sent.
  ///
  /// Orders on the way or at work count as filled, and an order that shrinks the position always may.
  func leverageRefusal(_ request: OrderRequest, quantity: Double, mid: Double) -> String? {
    guard let rules = settings.perpetual, !request.reduceOnly else { return nil }
    var after = account.position + request.side.sign * quantity
    for order in live
    where order.side == request.side && !order.isGone && !order.isShadow && !order.reduceOnly {
      after += order.side.sign * order.remaining
    }
    // A position of just the cap may be asked for, whatever rounding says.
    let most = rules.leverageCap * account.equity(at: mid) * (1 + 1e-9)
    guard after.magnitude > account.position.magnitude, after.magnitude * mid > most else { return nil }
    return "position would exceed \(rules.leverageCap) times the equity"
  }

  private mutating func charge(_ kind: ChargeRecord.Kind, _ amount: Double, step: Int) {
    if recordsFills { charges.append(ChargeRecord(step: step, kind: kind, amount: amount)) }
  }
}
