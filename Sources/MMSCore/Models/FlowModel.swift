// SPDX-License-Identifier: Apache-2.0

/// What the others in an order book do next: limit orders, market orders, cancellations.
///
/// Time is continuous. The engine holds a unit exponential number for every event and lets it run down by
/// ``rate(_:)`` × dt, so that whatever changes the book or the row in between (an order of ours, the end of a row)
/// changes when the event comes, and never which draws belong to it. Order of calls for one path, on a copy:
/// ``begin(_:reference:)``, ``observe(_:)`` for every row, and within a row pairs of ``rate(_:)`` and
/// ``event(_:elapsed:draws:)``, the book being the same in both. Both sides hold orders in every call. A model may
/// not allocate per event, read a clock or throw; what it keeps between ``rate(_:)`` and
/// ``event(_:elapsed:draws:)`` it may not need after the next ``rate(_:)``.
///
/// Prices are ticks, quantities lots, times seconds, rates per second.
public protocol FlowModel: Model {
  /// How many levels on each side a book begins with, at least 1.
  var initialLevels: Int { get }

  /// How many lots an order has that the book begins with.
  var initialLots: Int64 { get }

  /// How many orders the book begins with at a level; 0 leaves a gap. Level 0, the best price, must have one.
  func initialOrders(level: Int) -> Int

  /// Starts a path: forgets every trace of an earlier one.
  ///
  /// - Parameters:
  ///   - path: The path.
  ///   - reference: The normal market: rates are the model's own where a row equals it.
  mutating func begin(_ path: PathContext, reference: FlowConditions)

  /// Sees the row that holds from now on.
  mutating func observe(_ conditions: FlowConditions)

  /// How many events a second are due: exactly, or a bound from above until the next event.
  ///
  /// A model whose intensity falls between events returns the bound, and ``FlowEvent/Kind/none`` for the events
  /// that are too many (Ogata's thinning).
  mutating func rate<Book: FlowBook & ~Copyable>(_ book: borrowing Book) -> Double

  /// What happens at an event.
  ///
  /// - Parameters:
  ///   - book: As in the last call of ``rate(_:)``.
  ///   - elapsed: Seconds since the last event, or since the path began.
  ///   - draws: The event's random numbers.
  mutating func event<Book: FlowBook & ~Copyable>(
    _ book: borrowing Book, elapsed: Double, draws: FlowDraws
  ) -> FlowEvent
}

/// What a FlowModel sees of a book: both sides hold orders.
///
/// Quantities are everybody's, ours too; the orders that can be cancelled are the flow's own.
public protocol FlowBook: ~Copyable {
  /// The highest price bid, in ticks.
  var highestBid: Int64 { get }
  /// The lowest price asked, in ticks.
  var lowestAsk: Int64 { get }
  /// Lots resting on a side at a price, in constant time.
  func lots(_ side: Side, at price: Int64) -> Int64
  /// How many orders of the flow rest on a side.
  func orderCount(_ side: Side) -> Int
  /// One of the flow's resting orders on a side, from 0, in no particular order and constant time.
  ///
  /// A uniform index is a uniform choice among them.
  func order(_ side: Side, _ index: Int) -> FlowOrder
}

/// A resting order of the flow.
public struct FlowOrder: BitwiseCopyable, Sendable, Hashable {
  /// Ticks.
  public var price: Int64
  /// Open lots.
  public var lots: Int64

  /// Describes an order.
  public init(price: Int64, lots: Int64) {
    self.price = price
    self.lots = lots
  }
}

/// The random numbers of one event, addressed by its number.
public struct FlowDraws: Sendable {
  /// The event's number on its path, from 0: the step of every draw.
  public var number: Int64
  /// Uniform in [0, 1): lane 1.
  public var choice: Double
  /// Uniform in [0, 1): lane 2.
  public var place: Double
  /// The path's draws for role flow; lane 0 is the engine's, 1 and 2 are above, others are free.
  public var random: RandomSource

  /// Collects an event's draws.
  public init(number: Int64, choice: Double, place: Double, random: RandomSource) {
    self.number = number
    self.choice = choice
    self.place = place
    self.random = random
  }
}
