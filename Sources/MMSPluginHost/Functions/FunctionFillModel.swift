// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Fills by a bare function: it gives the probability that a resting order fills, or the share of it that does.
///
/// Orders that take liquidity take what is available.
public struct FunctionFillModel: FillModel {
  private let instance: FunctionInstance
  private let isProbability: Bool

  /// What the model says of itself.
  public var descriptor: ModelDescriptor { instance.function.descriptor }
  /// What the function did wrong.
  public var failure: MMSError? { instance.failure }

  /// Makes the model.
  public init(_ function: BareFunction, parameters: ParameterValues) throws(MMSError) {
    try self.init(FunctionInstance(function, parameters: parameters))
  }

  private init(_ instance: FunctionInstance) {
    self.instance = instance
    isProbability = instance.function.specification.unit == .probability
  }

  /// A fresh instance with arguments of its own.
  public func makeInstance() throws(MMSError) -> FunctionFillModel { FunctionFillModel(try instance.again()) }

  /// Fills by the function; a probability by one draw for the step and side, as fill/Probability-v1 does.
  public func fill(_ query: FillQuery, in row: MarketRow, random: RandomSource) -> FillDecision {
    if query.isMarketable { return takeAvailable(query) }
    let queue = queue(query, row)
    guard instance.failure == nil,
      let value = instance.evaluate(row: query.step, { feed($0, query, row) })
    else { return .none(queueAhead: queue) }
    return decision(value, query, queue, random)
  }

  /// The same for many orders of one row: one call where there is a batch form.
  public func fill(
    _ queries: Span<FillQuery>, in row: MarketRow, random: RandomSource,
    into decisions: inout MutableSpan<FillDecision>
  ) {
    unsafe withUnsafeTemporaryAllocation(of: Int.self, capacity: max(1, queries.count)) { resting in
      var count = 0
      for index in queries.indices {
        if queries[index].isMarketable {
          decisions[index] = takeAvailable(queries[index])
        } else {
          decisions[index] = .none(queueAhead: queue(queries[index], row))
          unsafe resting[count] = index
          count += 1
        }
      }
      guard instance.failure == nil, count > 0 else { return }
      instance.evaluate(count: count, row: unsafe queries[resting[0]].step) { question, index in
        unsafe feed(index, queries[resting[question]], row)
      } take: { question, value in
        let index = unsafe resting[question]
        decisions[index] = decision(value, queries[index], decisions[index].queueAhead, random)
      }
    }
  }

  private func queue(_ query: FillQuery, _ row: MarketRow) -> Double {
    query.queueAhead.isNaN ? (query.side == .buy ? row.bidDepth : row.askDepth) : query.queueAhead
  }

  private func decision(
    _ value: Double, _ query: FillQuery, _ queue: Double, _ random: RandomSource
  ) -> FillDecision {
    let quantity = min(query.remaining, query.available)
    guard isProbability else {
      let share = min(query.remaining * value, query.available)
      return FillDecision(quantity: share, probability: share / query.remaining, queueAhead: queue)
    }
    let draw = random.uniform(step: Int64(query.step), lane: Int(query.side.rawValue))
    return FillDecision(
      quantity: draw < value ? quantity : 0, probability: value * quantity / query.remaining,
      queueAhead: queue)
  }

  @inline(__always)
  private func feed(_ index: Int, _ query: FillQuery, _ row: MarketRow) -> Double {
    // The order of EngineQuantity.fill.
    switch index {
    case 0: query.side.sign * query.remaining
    case 1: query.side.sign
    case 2: query.remaining
    case 3: query.available
    case 4, 5: query.limitPrice
    case 6: queue(query, row)
    case 7: query.side.sign * (row.open - query.limitPrice) / row.open
    case 8: row.open
    case 9: row.high.isNaN ? max(row.open, row.mid) : row.high
    case 10: row.low.isNaN ? min(row.open, row.mid) : row.low
    case 11: row.mid
    case 12: row.halfSpread
    case 13: row.bidDepth
    case 14: row.askDepth
    case 15: row.volatility
    case 16: row.volume
    case 17: query.tick
    default: query.resolution.days
    }
  }
}
