// SPDX-License-Identifier: Apache-2.0

/// Sees the market as of now and its own account, and sends orders.
///
/// Order of calls for one path, on a copy: ``begin(_:context:)``, ``warmUp(_:rows:)`` with the recorded rows
/// before the period, then ``decide(_:rows:account:orders:)`` until the period ends. Every step is shown exactly
/// once, in order, at the row's close. What is decided at a row may use that row and earlier ones only,
/// and is executed after the latency: by default at the next row's open.
///
/// Shown prices carry the displacement our own trading has caused. A strategy may not allocate per step,
/// read a clock, throw, or keep row numbers between calls (rows restart with each block; steps do not).
public protocol Strategy: Model {
  /// Starts a path: forgets every trace of an earlier one.
  mutating func begin(_ path: PathContext, context: MarketContext)

  /// How much recorded market the strategy wants before the first step.
  func warmUpDuration(resolution: SimDuration) -> SimDuration

  /// Sees recorded rows before the period; nothing can be traded in them.
  mutating func warmUp(_ market: borrowing MarketBlock, rows: Range<Int>)

  /// Looks at rows in order and stops at the first one where it acts.
  ///
  /// Over the given rows nothing happens to the account but marking to market: no order fills, expires or
  /// is refused (position, cash and orders are constant; equity is `account.equity(at: mid)`).
  ///
  /// - Returns: The row where it put orders into `orders`, or `rows.upperBound` when it did not act.
  mutating func decide(
    _ market: borrowing MarketBlock, rows: Range<Int>, account: borrowing Account,
    orders: inout OrderSink
  ) -> Int

  /// Looks at one row; the form to implement unless speed matters.
  mutating func decide(
    _ market: borrowing MarketBlock, row: Int, account: borrowing Account, orders: inout OrderSink)

  /// Why nothing was traded, in figures, when the path ends without an order; nil when there is nothing to say.
  var idleReason: String? { get }
}

extension Strategy {
  /// Nothing to forget.
  public mutating func begin(_ path: PathContext, context: MarketContext) {}
  /// No warm-up.
  public func warmUpDuration(resolution: SimDuration) -> SimDuration { SimDuration(nanoseconds: 0) }
  /// Nothing to see.
  public mutating func warmUp(_ market: borrowing MarketBlock, rows: Range<Int>) {}
  /// Nothing to say.
  public var idleReason: String? { nil }

  /// Looks at rows one by one.
  public mutating func decide(
    _ market: borrowing MarketBlock, rows: Range<Int>, account: borrowing Account,
    orders: inout OrderSink
  ) -> Int {
    for row in rows {
      decide(market, row: row, account: account, orders: &orders)
      if !orders.isEmpty { return row }
    }
    return rows.upperBound
  }

  /// Does nothing; a strategy implements one of the two forms.
  public mutating func decide(
    _ market: borrowing MarketBlock, row: Int, account: borrowing Account, orders: inout OrderSink
  ) {}
}
