// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Volatility of a day from its open, high, low and close.
public enum RangeVolatility {
  /// Parkinson 1980: (H − L)² ÷ (4 ln 2), of logs: a variance.
  public static func parkinson(high: Double, low: Double) -> Double {
    let range = MMSMath.log(high / low)
    return range * range / (4 * 0.693_147_180_559_945_3)
  }

  /// Garman & Klass 1980: ½ (H − L)² − (2 ln 2 − 1)(C − O)², of logs: a variance.
  public static func garmanKlass(open: Double, high: Double, low: Double, close: Double) -> Double {
    let range = MMSMath.log(high / low)
    let move = MMSMath.log(close / open)
    return range * range / 2 - (2 * 0.693_147_180_559_945_3 - 1) * move * move
  }

  /// Root of the mean daily variance of bars joined into blocks of `perDay` rows.
  public static func daily(
    open: [Double], high: [Double], low: [Double], close: [Double], perDay: Int
  ) -> (parkinson: Double, garmanKlass: Double) {
    var (p, g, days) = (0.0, 0.0, 0.0)
    var start = 0
    while start + perDay <= close.count {
      let rows = start..<start + perDay
      let top = high[rows].max() ?? close[start]
      let bottom = low[rows].min() ?? close[start]
      p += parkinson(high: top, low: bottom)
      g += garmanKlass(open: open[start], high: top, low: bottom, close: close[start + perDay - 1])
      days += 1
      start += perDay
    }
    guard days > 0 else { return (0, 0) }
    return ((p / days).squareRoot(), (g / days).squareRoot())
  }
}
