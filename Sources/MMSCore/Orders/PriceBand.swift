// SPDX-License-Identifier: Apache-2.0

/// The prices around a reference at which a book market trades.
///
/// The lowest is the reference × (1 − width) and the highest the reference × (1 + width), both inward to the tick.
public struct PriceBand: Sendable, Hashable {
  /// The price a band is around.
  public enum Reference: String, Sendable, Hashable, CaseIterable {
    /// The first open of the path: the limits of a day, as futures have them around a settlement price.
    case start
    /// The fair price at the open of every row: a collar that moves with the market.
    case fair
  }

  /// Half the band's width, a fraction of the reference, above 0 and below 1.
  public var width: Double
  /// The price it is around.
  public var reference: Reference

  /// Describes a band.
  public init(width: Double, around reference: Reference = .start) {
    self.width = width
    self.reference = reference
  }

  /// The band in whole ticks.
  ///
  /// - Parameters:
  ///   - price: The reference, in the currency.
  ///   - tick: Above 0.
  /// - Returns: Nil where no tick lies within it; then nothing trades.
  public func ticks(around price: Double, tick: Double) -> ClosedRange<Int64>? {
    // A thousandth of a tick: a bound that is a tick is one, however its product was rounded.
    let low = (price * (1 - width) / tick - 1e-3).rounded(.up)
    let high = (price * (1 + width) / tick + 1e-3).rounded(.down)
    guard low <= high, low > -0x1p60, high < 0x1p60 else { return nil }
    return Int64(low)...Int64(high)
  }
}
