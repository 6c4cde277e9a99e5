// SPDX-License-Identifier: Apache-2.0

import MMSCore

extension QuoteVenue {
  /// Adds up the path.
  mutating func result(path: Int, market: MarketOutline, plan: RunPlan) -> PathResult {
    var result = PathResult(path: path)
    let total = ledger.finish()
    let year = 365 * 86_400e9
    result.returns = total
    result.finalEquity = ledger.equity
    result.totalReturn = ledger.equity / settings.initialEquity - 1
    result.maxDrawdown = total.drawdown
    result.periodsPerYear = year / Double(context.resolution.nanoseconds)
    result.sharpe = total.sharpe(periodsPerYear: result.periodsPerYear)
    result.sharpeDaily = ReturnSummary.sharpe(
      count: ledger.dailyCount, sum: ledger.dailySum, sumOfSquares: ledger.dailySumOfSquares,
      periodsPerYear: 365)
    // One path is enough to resample; thousands of paths would hold megabytes each hour for nothing.
    if plan.keepsStretches, path == 0 {
      result.stretches = ledger.stretches
      result.stepsPerStretch = ledger.stepsPerStretch
    }
    // A parent with an order still alive has not ended, whatever became of its other orders.
    for order in live where !order.isShadow { parents[order.parent].endMid = .nan }
    parents.settle(finalMid: lastMid)
    for index in parents.records.indices { Self.add(parents.records[index], to: &result) }
    result.trades = trades.trades
    result.fills = fills
    if plan.recordsFills { result.parents = parents.records.map { ParentOutcome($0) } }
    result.series = recorder?.finished
    result.orders = orderCount
    result.fillCount = fillCount
    result.turnover = turnover
    result.exposure = ledger.steps > 0 ? Double(ledger.exposedSteps) / Double(ledger.steps) : 0
    result.buyAndHold = market.last / market.first - 1
    result.midDrawdown = market.drawdown
    result.finalPosition = account.position
    result.isLiquidated = ledger.isLiquidated
    result.ambiguousSteps = ambiguousSteps
    result.refusals = refusals
    result.perpetual = settings.perpetual == nil ? nil : perpetual
    result.outage = settings.outage == nil ? nil : outage
    result.charges = charges
    result.remarks = impact.remarks
    result.idleReason = orderCount == 0 ? strategy.idleReason : nil
    return result
  }

  private static func add(_ parent: borrowing ParentRecord, to result: inout PathResult) {
    let probability = 1 - parent.survival
    result.fillProbability.add(numerator: probability * parent.intended, denominator: parent.intended)
    if parent.isPassive {
      result.passiveFillProbability.add(
        numerator: probability * parent.intended, denominator: parent.intended)
    }
    result.realisedFill.add(numerator: parent.filled, denominator: parent.intended)
    result.costs += parent.costs
    result.shortfall.add(
      numerator: parent.costs.total, denominator: parent.decisionMid * parent.intended)
    guard parent.filled > 0 else { return }
    let notional = parent.decisionMid * parent.filled
    result.slippage.add(numerator: parent.slippage, denominator: notional)
    result.priceImpact.add(
      numerator: notional * (parent.lastTemporary + parent.displaced), denominator: notional)
    result.priceImpactAfter30Minutes.add(
      numerator: notional * parent.displaced * parent.shareLeft, denominator: notional)
  }
}
