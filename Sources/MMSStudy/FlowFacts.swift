// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSEngine

/// What a generated flow looks like, and what metaorders in its book cost.
public struct FlowFacts: Sendable {
  /// The facts without orders of ours.
  public let facts: BookFacts
  /// Metaorders of growing size.
  public let impacts: [MetaorderImpact]
  /// What they say together; nil where fewer than three sizes moved the price significantly.
  public let law: ImpactLaw?

  /// The mean move of the mid from before the first to after the last order of a metaorder.
  public struct MetaorderImpact: Sendable, Hashable {
    /// Market orders, one a second.
    public var orders: Int
    /// Ticks in the metaorder's direction.
    public var mean: Double
    /// The standard error of that.
    public var standardError: Double
  }

  private static let price = 1e6 + 0.5
  private static let sizes = [1, 2, 4, 8, 16, 32, 64, 128]
  private static let paths = 16

  /// Lets the flow trade for some time, then metaorders in books of their own.
  ///
  /// - Parameters:
  ///   - model: The flow.
  ///   - seconds: How long the flow is watched.
  ///   - metaorders: How many of each size, half of them buying.
  ///   - settling: Seconds before the first metaorder and between two, for the book to forget.
  ///   - seed: The seed of every draw.
  ///   - threads: How many threads may run; the results do not depend on it.
  /// - Throws: ``MMSError/Code/noData`` when too little happens to measure.
  public init(
    _ model: any FlowModel, seconds: Int, metaorders: Int, settling: Double = 60, seed: UInt64, threads: Int
  ) throws(MMSError) {
    facts = try Self.watch(model, seconds, settling, seed)
    let each = max(1, metaorders / Self.paths)
    let pieces = Self.sizes.count * Self.paths
    let moves = try OrderedWork.map(pieces, threads: threads, tool: { () throws(MMSError) in }) {
      (_, piece) throws(MMSError) in
      try Self.execute(
        model, orders: Self.sizes[piece / Self.paths], times: each, settling,
        PathContext(seed: seed, path: 1 + piece, isCentral: false))
    }
    impacts = Self.sizes.indices.map { size in
      let moments = SampleMoments(moves[size * Self.paths..<(size + 1) * Self.paths].flatMap { $0 })
      return MetaorderImpact(
        orders: Self.sizes[size], mean: moments.mean, standardError: moments.meanError)
    }
    law = ImpactLaw(
      impacts.map {
        ImpactLaw.Point(size: Double($0.orders), mean: $0.mean, standardError: $0.standardError)
      })
  }

  /// A book that the flow has to itself, once it has settled.
  private static func market(
    _ model: any FlowModel, _ settling: Double, _ path: PathContext, _ events: inout BookEvents
  ) throws(MMSError) -> FlowMarket {
    var market = try FlowMarket(
      model: model, path: path, reference: FlowConditions(fairPrice: price), into: &events)
    // No fair price: what the price does is the flow's own.
    market.observe(FlowConditions(), at: 0, into: &events)
    market.advance(to: settling, into: &events)
    events.removeAll()
    return market
  }

  private static func watch(
    _ model: any FlowModel, _ seconds: Int, _ settling: Double, _ seed: UInt64
  ) throws(MMSError) -> BookFacts {
    var events = BookEvents(.trades)
    var market = try market(
      model, settling, PathContext(seed: seed, path: 0, isCentral: false), &events)
    var (mids, spreads, depths, signs) = ([Double](), [Double](), [Double](), [Double]())
    for second in 1...max(1, seconds) {
      while market.next(before: settling + Double(second), into: &events) != nil {
        // The trades of one event are one taking order's.
        if events.count > 0 { signs.append(events[0].side == .buy ? 1 : -1) }
        events.removeAll()
      }
      guard let bid = market.book.bestBid, let ask = market.book.bestAsk else { continue }
      mids.append(market.mid)
      spreads.append(Double(ask - bid))
      depths.append(Double(market.book.quantity(.buy, at: bid)))
      depths.append(Double(market.book.quantity(.sell, at: ask)))
    }
    return try BookFacts(mids: mids, spreads: spreads, depths: depths, signs: signs)
  }

  /// The moves of the mid of some metaorders, one after another with time to forget.
  private static func execute(
    _ model: any FlowModel, orders: Int, times: Int, _ settling: Double, _ path: PathContext
  ) throws(MMSError) -> [Double] {
    var events = BookEvents(.trades)
    var market = try market(model, settling, path, &events)
    var (moves, now, id) = ([Double](), settling, FlowMarket.firstOwnID)
    for number in 0..<times {
      let side = number % 2 == 0 ? Side.buy : .sell
      let before = market.mid
      for _ in 0..<orders {
        market.apply(.market(id, side, model.initialLots), at: now, into: &events)
        id += 1
        now += 1
        events.removeAll()
        market.advance(to: now, into: &events)
      }
      moves.append((market.mid - before) * side.sign)
      now += settling
      market.advance(to: now, into: &events)
    }
    return moves
  }
}
