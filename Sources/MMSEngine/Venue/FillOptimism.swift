// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// How kindly resting orders are treated: three readings of the same market, side by side.
///
/// A maker strategy whose sign depends on the reading has no edge that bars can show.
public enum FillOptimism: String, Sendable, Hashable, CaseIterable {
  /// The price has to trade beyond the limit, and the model has to fill it too.
  case pessimistic
  /// The scenario's own fill model.
  case expected
  /// Whatever trades at the limit is ours first: no queue, no sharing.
  case optimistic

  /// The fill model of this reading around the scenario's own.
  public func model(around expected: any FillModel) -> any FillModel {
    switch self {
    case .expected: expected
    case .pessimistic: OptimismFill(isOptimistic: false, base: expected)
    case .optimistic: OptimismFill(isOptimistic: true, base: expected)
    }
  }
}

/// Bounds a fill model from one side; orders that take liquidity are as the model says.
private struct OptimismFill: FillModel {
  let isOptimistic: Bool
  let base: any FillModel

  var descriptor: ModelDescriptor { base.descriptor }
  var failure: MMSError? { base.failure }

  func makeInstance() throws(MMSError) -> OptimismFill {
    OptimismFill(isOptimistic: isOptimistic, base: try base.makeInstance())
  }

  func fill(_ query: FillQuery, in row: MarketRow, random: RandomSource) -> FillDecision {
    if query.isMarketable { return base.fill(query, in: row, random: random) }
    let isBuy = query.side == .buy
    let reach = isBuy ? (row.low.isNaN ? row.mid : row.low) : (row.high.isNaN ? row.mid : row.high)
    let beyond = isBuy ? query.limitPrice - reach : reach - query.limitPrice
    if isOptimistic {
      guard beyond >= 0, query.available > 0 else { return .none(queueAhead: 0) }
      return takeAvailable(query)
    }
    // A touch never fills; a whole tick beyond is asked for where there are ticks.
    guard beyond > 0, beyond >= query.tick * (1 - 1e-9) else { return .none(queueAhead: query.queueAhead) }
    return base.fill(query, in: row, random: random)
  }
}
