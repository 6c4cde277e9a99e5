// SPDX-License-Identifier: Apache-2.0

/// The EDGE estimator of the effective spread from open, high, low and close prices.
///
/// Ardia, Guidotti & Kroencke, "Efficient estimation of bid-ask spreads from open, high, low, and close
/// prices", Journal of Financial Economics 161 (2024). With logs o, h, l, c, mid-range η = (h + l)/2 and
/// subscript 1 for the bar before, two moment conditions in the returns η − o, o − η₁, η − c₁, c₁ − η₁ and
/// o − c₁, each corrected for bars whose open or close is an extreme, are averaged with weights inverse to
/// their variances.
public enum EdgeSpread {
  /// The signed estimate of the full spread, a fraction; NaN when the bars carry no information.
  ///
  /// A negative value says that the squared spread came out below zero. Rows with NaN are left out where
  /// they would enter.
  public static func signed(open: [Double], high: [Double], low: [Double], close: [Double]) -> Double {
    let count = min(open.count, high.count, low.count, close.count)
    guard count >= 3 else { return .nan }
    let o = open.map { MMSMath.log($0) }
    let h = high.map { MMSMath.log($0) }
    let l = low.map { MMSMath.log($0) }
    let c = close.map { MMSMath.log($0) }

    // First pass: shares of informative bars and means of the three returns to be centred.
    var tau = Mean()
    var (openHigh, openLow, closeHigh, closeLow) = (Mean(), Mean(), Mean(), Mean())
    var (mean1, mean3, mean5) = (Mean(), Mean(), Mean())
    for t in 1..<count {
      let row = Row(o, h, l, c, t)
      tau.add(row.tau)
      openHigh.add(row.tau * (o[t] != h[t] ? 1 : 0), known: !o[t].isNaN)
      openLow.add(row.tau * (o[t] != l[t] ? 1 : 0), known: !o[t].isNaN)
      closeHigh.add(row.tau * (c[t - 1] != h[t - 1] ? 1 : 0), known: !h[t - 1].isNaN)
      closeLow.add(row.tau * (c[t - 1] != l[t - 1] ? 1 : 0), known: !l[t - 1].isNaN)
      mean1.add(row.r1)
      mean3.add(row.r3)
      mean5.add(row.r5)
    }
    let atOpen = openHigh.value + openLow.value
    let atClose = closeHigh.value + closeLow.value
    guard tau.sum >= 2, atOpen > 0, atClose > 0 else { return .nan }

    // Second pass: the two moment conditions.
    var (x1, x2, squared1, squared2) = (Mean(), Mean(), Mean(), Mean())
    for t in 1..<count {
      let row = Row(o, h, l, c, t)
      let d1 = row.r1 - row.tau * mean1.value / tau.value
      let d3 = row.r3 - row.tau * mean3.value / tau.value
      let d5 = row.r5 - row.tau * mean5.value / tau.value
      let a = -4 / atOpen * d1 * row.r2 - 4 / atClose * d3 * row.r4
      let b = -4 / atOpen * d1 * row.r5 - 4 / atClose * d5 * row.r4
      x1.add(a)
      x2.add(b)
      squared1.add(a * a)
      squared2.add(b * b)
    }
    let variance1 = squared1.value - x1.value * x1.value
    let variance2 = squared2.value - x2.value * x2.value
    let total = variance1 + variance2
    let square =
      total > 0
      ? (variance2 * x1.value + variance1 * x2.value) / total : (x1.value + x2.value) / 2
    return square < 0 ? -(-square).squareRoot() : square.squareRoot()
  }

  /// The spread of a series where it stands clear of its error: the mean of daily estimates when it exceeds
  /// twice its standard error over the days, else nil.
  public static func resolved(_ bars: BarSeries) -> Double? {
    let perDay = Int(86_400_000_000_000 / max(1, bars.resolution.nanoseconds))
    guard perDay >= 24 else { return nil }
    var estimates: [Double] = []
    var start = 0
    while start + perDay <= bars.count {
      let day = start..<start + perDay
      let value = signed(
        open: Array(bars.open[day]), high: Array(bars.high[day]), low: Array(bars.low[day]),
        close: Array(bars.close[day]))
      if !value.isNaN { estimates.append(value) }
      start += perDay
    }
    guard estimates.count >= 5 else { return nil }
    let n = Double(estimates.count)
    let mean = estimates.reduce(0, +) / n
    let variance = estimates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    return mean > 2 * (variance / n).squareRoot() ? mean : nil
  }

  private struct Mean {
    var sum = 0.0
    var count = 0.0

    mutating func add(_ value: Double, known: Bool = true) {
      if known, !value.isNaN {
        sum += value
        count += 1
      }
    }

    var value: Double { sum / count }
  }

  private struct Row {
    let r1: Double
    let r2: Double
    let r3: Double
    let r4: Double
    let r5: Double
    let tau: Double

    init(_ o: [Double], _ h: [Double], _ l: [Double], _ c: [Double], _ t: Int) {
      let mid = (h[t] + l[t]) / 2
      let before = (h[t - 1] + l[t - 1]) / 2
      r1 = mid - o[t]
      r2 = o[t] - before
      r3 = mid - c[t - 1]
      r4 = c[t - 1] - before
      r5 = o[t] - c[t - 1]
      let known = !(h[t].isNaN || l[t].isNaN || c[t - 1].isNaN)
      tau = known ? (h[t] != l[t] || l[t] != c[t - 1] ? 1 : 0) : .nan
    }
  }
}
