// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Volatility of a day from its open, high, low and close.
public enum RangeVolatility {
  private static let ln2 = 0.693_147_180_559_945_3

  /// Parkinson 1980: (H − L)² ÷ (4 ln 2), of logs: a variance.
  public static func parkinson(high: Double, low: Double) -> Double {
    let range = MMSMath.log(high / low)
    return range * range / (4 * ln2)
  }

  /// Garman & Klass 1980: ½ (H − L)² − (2 ln 2 − 1)(C − O)², of logs: a variance.
  public static func garmanKlass(open: Double, high: Double, low: Double, close: Double) -> Double {
    let range = MMSMath.log(high / low)
    let move = MMSMath.log(close / open)
    return range * range / 2 - (2 * ln2 - 1) * move * move
  }

  /// Rogers & Satchell 1991: (H − C)(H − O) + (L − C)(L − O), of logs: a variance whatever the drift.
  public static func rogersSatchell(open: Double, high: Double, low: Double, close: Double) -> Double {
    let move = MMSMath.log(close / open)
    let top = MMSMath.log(high / open)
    let bottom = MMSMath.log(low / open)
    return (top - move) * top + (bottom - move) * bottom
  }

  /// Root of the mean daily variance of bars joined into blocks of `perDay` rows.
  public static func daily(
    open: [Double], high: [Double], low: [Double], close: [Double], perDay: Int
  ) -> (parkinson: Double, garmanKlass: Double, rogersSatchell: Double) {
    var (p, g, r, days) = (0.0, 0.0, 0.0, 0.0)
    var start = 0
    while start + perDay <= close.count {
      let rows = start..<start + perDay
      let top = high[rows].max() ?? close[start]
      let bottom = low[rows].min() ?? close[start]
      let (first, last) = (open[start], close[start + perDay - 1])
      p += parkinson(high: top, low: bottom)
      g += garmanKlass(open: first, high: top, low: bottom, close: last)
      r += rogersSatchell(open: first, high: top, low: bottom, close: last)
      days += 1
      start += perDay
    }
    guard days > 0 else { return (0, 0, 0) }
    return ((p / days).squareRoot(), (g / days).squareRoot(), (r / days).squareRoot())
  }
}
