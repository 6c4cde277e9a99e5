// SPDX-License-Identifier: Apache-2.0

internal import MMSCore

extension MarketRow {
  /// How far the row traded through a resting order's limit: 0 a bare touch, negative when it never got there.
  ///
  /// Without high and low only the last mid is known to have traded.
  @inline(__always)
  func reach(of query: FillQuery) -> Double {
    switch query.side {
    case .buy: query.limitPrice - (low.isNaN ? mid : low)
    case .sell: (high.isNaN ? mid : high) - query.limitPrice
    }
  }

  /// The share of the row's volume taken to have traded at the limit or beyond, given that it was reached.
  ///
  /// Volume is spread evenly over the ticks of the range; the limit's own tick counts.
  @inline(__always)
  func shareBeyond(_ reach: Double, tick: Double) -> Double {
    let range = high - low
    // A row without a range, or with one price, traded all it traded there.
    guard range > 0 else { return 1 }
    return min(1, (reach + tick) / (range + tick))
  }
}
