// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

/// The prices that an exchange's band lets orders be and trade at now, in ticks.
///
/// Without a rule they are all prices there are.
struct BandLimits {
  private(set) var low = -BookSettings.priceLimit
  private(set) var high = BookSettings.priceLimit
  /// Whether there is a rule.
  let isOn: Bool
  private let rule: PriceBand
  /// What a band around the start of the path is around, in the currency; NaN before.
  private var reference = Double.nan

  init(_ rule: PriceBand? = nil) {
    isOn = rule != nil
    self.rule = rule ?? PriceBand(width: 1)
  }

  /// Starts a path.
  mutating func begin() {
    (low, high) = (-BookSettings.priceLimit, BookSettings.priceLimit)
    reference = .nan
  }

  /// Begins a row whose fair price opens at a price of the currency.
  mutating func open(at price: Double, tick: Double) {
    if reference.isNaN || rule.reference == .fair { reference = price }
    let band = rule.ticks(around: reference, tick: tick)
    (low, high) =
      band.map { ($0.lowerBound, $0.upperBound) } ?? (BookSettings.priceLimit, -BookSettings.priceLimit)
  }

  /// Whether an order may be at a price.
  func admits(_ price: Int64) -> Bool { price >= low && price <= high }

  /// Where quotes gather around a fair price, in ticks: beyond the band at its edge, with one side inside and one outside.
  func hold(_ fair: Double) -> Double {
    low > high ? fair : max(Double(low &- 1), min(fair, Double(high)))
  }

  /// What is offered below the band, or bid above it, trades at its edge.
  func clamp(_ price: Int64) -> Int64 { max(low, min(price, high)) }

  /// The worst price at which an order may take: its limit, and never beyond the band; nil when it may not at all.
  func reach(_ side: Side, upTo limit: Int64?) -> Int64? {
    if low > high { return nil }
    guard let limit else { return side == .buy ? high : low }
    return admits(limit) ? limit : nil
  }
}
