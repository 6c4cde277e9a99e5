// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// A FillModel whose resting orders fill by a bare function: with a probability, or to a share of what is left.
///
/// A probability is sampled with the path's draw of role fill at the row's step and the order's lane.
/// Unchecked: an instance is entered by the one thread that holds it, since every runner makes its own.
public struct FunctionFillModel: FillModel, @unchecked Sendable {
  private let function: BareFunction

  init(_ function: BareFunction) { self.function = function }

  /// What the manifest says of it.
  public var descriptor: ModelDescriptor { function.descriptor }
  /// Why an answer could not be had.
  public var failure: MMSError? { function.faults.error }

  /// Another instance.
  public func makeInstance() throws(MMSError) -> FunctionFillModel { FunctionFillModel(try function.twin()) }

  /// Decides for one order.
  public func fill(_ query: FillQuery, in row: MarketRow, random: RandomSource) -> FillDecision {
    if query.isMarketable { return takeAvailable(query) }
    let available = min(query.remaining, query.available)
    guard available > 0 else { return .none(queueAhead: 0) }
    let share = function.value(at: "step \(query.step), order \(query.order)") { name in
      switch name {
      case "order.side": query.side.sign
      case "order.remaining": query.remaining
      case "order.available": query.available
      case "order.limit_price": query.limitPrice
      case "order.distance": query.side.sign * (row.open - query.limitPrice) / row.open
      case "market.open": row.open
      case "market.high": row.high
      case "market.low": row.low
      case "market.mid": row.mid
      case "market.half_spread": row.halfSpread
      case "market.bid_depth": row.bidDepth
      case "market.ask_depth": row.askDepth
      case "market.volatility": row.volatility
      case "market.volume": row.volume
      case "market.tick": query.tick
      default: Double(query.resolution.nanoseconds) / 86_400e9
      }
    }
    let part = available / query.remaining
    guard function.specification.isProbability else {
      let quantity = min(available, share * query.remaining)
      return FillDecision(quantity: quantity, probability: quantity / query.remaining, queueAhead: 0)
    }
    let draw = random.uniform(step: Int64(query.step), lane: query.order & 0xffff)
    return FillDecision(quantity: draw < share ? available : 0, probability: share * part, queueAhead: 0)
  }
}
