// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// The exchange behind a ``BookVenue``: what others do in a row of the market, and our orders among theirs.
///
/// Prices are ticks of the market, quantities lots, times seconds since the row began.
protocol VenueExchange: ~Copyable {
  /// Seconds since the row began.
  var now: Double { get }
  var bid: Int64 { get }
  var ask: Int64 { get }
  /// The mean of the best prices.
  var mid: Double { get }
  /// How far the mid is from where it would be without the book; NaN where the market does not react.
  var displacement: Double { get }
  /// The highest and the lowest mid of the row so far.
  var highest: Double { get }
  var lowest: Double { get }
  /// Lots traded in the row so far.
  var traded: Int64 { get }
  /// The prices that the venue's band lets orders be at.
  var band: BandLimits { get }
  /// Mids beyond which a stop of ours is hit.
  var stopBelow: Double { get set }
  var stopAbove: Double { get set }
  /// Our resting orders.
  var own: [BookExchange.OwnOrder] { get }

  /// Starts a path.
  mutating func begin(_ path: PathContext)
  /// Begins a row.
  mutating func open(_ market: borrowing MarketBlock, row: Int)
  /// Lets the others go on; false when a resting order of ours was filled or a stop was hit before the time came.
  mutating func run(until end: Double) -> Bool
  /// Hands over the fills of our resting orders.
  mutating func takeFills(into fills: inout [(key: UInt64, lots: Int64)])
  /// Takes the next order of ours out that an order of ours would meet; nil when it would meet none.
  mutating func preventSelfTrade(_ side: Side, _ lots: Int64, upTo limit: Int64?) -> UInt64?
  /// Takes liquidity up to a price; says how many lots, and what they cost in lots × ticks.
  mutating func take(_ side: Side, _ lots: Int64, upTo limit: Int64?) -> (lots: Int64, cost: Double)
  /// Whether a limit would take at once.
  func crosses(_ side: Side, _ limit: Int64) -> Bool
  /// Lets an order rest.
  mutating func rest(_ key: UInt64, _ side: Side, _ lots: Int64, at limit: Int64)
  /// Takes the order at an index of ``own`` out.
  mutating func remove(at index: Int)
  /// Leaves the order at an index of ``own`` fewer lots.
  mutating func reduce(at index: Int, to lots: Int64)
  /// Lots at the best price of a side.
  func bestDepth(_ side: Side) -> Int64
}

/// A market of orders that paths are traded in, whatever exchange is behind it.
protocol BookTrading: AnyObject {
  /// What our parents did to the price of this path; nil where the market does not react.
  func impactCurve() -> ImpactCurve?
  /// Starts a path.
  func begin(_ path: PathContext)
  /// Trades through rows of the scenario's market.
  func trade(_ market: borrowing MarketBlock, rows: Range<Int>, desk: inout QuoteVenue)
  /// The rows as the book shows them when nobody but the others trades.
  func replaced(_ market: inout MarketBlock, rows: Range<Int>)
}

extension RunPlan {
  /// The book that orders meet; nil where they meet quotes.
  func makeBook() throws(MMSError) -> (any BookTrading)? {
    guard meetsBook else { return nil }
    guard execution.tick > 0, execution.lot > 0 else {
      throw MMSError(
        .invalidValue,
        "a book counts in ticks and lots, but tick is \(execution.tick) and lot is \(execution.lot)",
        hint: "write tick and lot above 0 under execution")
    }
    if let recording { return BookVenue(self, try RecordedExchange.make(recording, plan: self)) }
    if let flow { return BookVenue(self, try BookExchange.sized(flow, plan: self)) }
    return nil
  }
}
