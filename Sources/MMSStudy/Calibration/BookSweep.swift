// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// What a market order costs beyond the best price: it takes one level of the book after another.
public struct BookSweep: Sendable {
  /// What a sweep costs.
  public struct Cost: Sendable, Hashable, CustomStringConvertible {
    /// The size of the order, base units.
    public let quantity: Double
    /// The distance of its average price from the best one, a fraction of the mid, the mean of both sides.
    public let fraction: Double

    /// For the method of a calibrated value.
    public var description: String { "\(fraction) to sweep \(quantity) from the book" }
  }

  /// One price and all that is open at it.
  public typealias Level = (price: Double, quantity: Double)

  private let bids: [Level]
  private let asks: [Level]

  /// Takes a book.
  ///
  /// - Parameters:
  ///   - bids: Buy orders, the highest price first.
  ///   - asks: Sell orders, the lowest price first.
  /// - Throws: ``MMSError/Code/invalidData`` for a side that is empty or out of order, or sides that cross.
  public init(bids: [Level], asks: [Level]) throws(MMSError) {
    for (name, side, isSound) in [
      ("bids", bids, { (a: Double, b: Double) in a > b }),
      ("asks", asks, { (a: Double, b: Double) in a < b }),
    ] {
      if side.isEmpty { throw MMSError(.invalidData, "the book has no \(name)") }
      for (row, level) in side.enumerated() {
        guard level.price > 0, level.price < .infinity, level.quantity > 0, level.quantity < .infinity,
          row == 0 || isSound(side[row - 1].price, level.price)
        else {
          throw MMSError(
            .invalidData, "level \(row + 1) of the \(name), \(level.quantity) at \(level.price), is unsound")
        }
      }
    }
    if bids[0].price >= asks[0].price {
      throw MMSError(
        .invalidData, "the best bid \(bids[0].price) is not below the best ask \(asks[0].price)")
    }
    self.bids = bids
    self.asks = asks
  }

  /// The cost of an order.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` for a size that is not positive or more than a side holds.
  public func cost(of quantity: Double) throws(MMSError) -> Cost {
    let mid = (bids[0].price + asks[0].price) / 2
    var sum = 0.0
    for side in [bids, asks] {
      let held = side.reduce(0) { $0 + $1.quantity }
      guard quantity > 0, quantity <= held else {
        throw MMSError(
          .invalidValue, "an order of \(quantity) cannot be swept from a side that holds \(held)",
          path: "order_size")
      }
      var (left, paid) = (quantity, 0.0)
      for level in side where left > 0 {
        let taken = min(left, level.quantity)
        paid += taken * (level.price - side[0].price).magnitude
        left -= taken
      }
      sum += paid / quantity / mid
    }
    return Cost(quantity: quantity, fraction: sum / 2)
  }
}
