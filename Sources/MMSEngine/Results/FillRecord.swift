// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// One fill, for reports and property tests.
public struct FillRecord: Sendable, Hashable {
  /// The step it happened in.
  public var step: Int
  /// That row's close.
  public var time: Int64
  /// The order.
  public var order: OrderID
  /// Its parent.
  public var parent: ParentID
  /// Buy or sell.
  public var side: Side
  /// Base units.
  public var quantity: Double
  /// Fill price, quote currency.
  public var price: Double
  /// Fee, quote currency; negative for a rebate.
  public var fee: Double
  /// Whether it provided liquidity.
  public var isMaker: Bool
  /// Whether the venue closed the position for want of margin.
  public var isLiquidation = false
  /// Cash after it.
  public var cash: Double
  /// Position after it.
  public var position: Double
  /// The mid it met, as displaced by us; of a resting order its limit price.
  public var mid: Double
  /// Volume of the row it happened in, base units.
  public var volume: Double
  /// The mid at the close of the rows ``markoutSteps`` later, as far as the path goes.
  public var later: [Double] = []

  /// How many steps after a fill the mid is looked at again.
  public static let markoutSteps = [1, 5, 30]
}
