// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

/// What a whole path's market did, for buy-and-hold and the scenario's targets.
struct MarketOutline {
  private(set) var first = Double.nan
  private(set) var last = Double.nan
  private var highest = 0.0
  /// The mid that would be as far below the current highest as the deepest drawdown so far.
  private var floor = 0.0

  /// Deepest fall of the mid from its running maximum, ≤ 0.
  var drawdown: Double { highest > 0 ? floor / highest - 1 : 0 }

  mutating func see(_ block: borrowing MarketBlock, rows: Range<Int>) {
    guard let start = rows.first else { return }
    if first.isNaN {
      first = block.open[start]
      highest = first
      floor = first
    }
    let mid = block.mid.span
    var (top, bottom) = (highest, floor)
    for row in rows {
      let value = mid[row]
      if value > top {
        bottom *= value / top
        top = value
      } else if value < bottom {
        bottom = value
      }
    }
    highest = top
    floor = bottom
    last = mid[rows.upperBound - 1]
  }
}
