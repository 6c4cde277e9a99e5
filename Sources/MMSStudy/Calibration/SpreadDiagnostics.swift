// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// What the estimators of spread and volatility say about a series, day by day: signed, beside each other, for people.
public struct SpreadDiagnostics: Sendable {
  /// One estimator.
  public struct Reading: Sendable, Hashable {
    /// `edge`, `abdi_ranaldo`, `corwin_schultz`, `roll`, `parkinson`, `garman_klass`, `rogers_satchell`, `close_to_close`.
    public let name: String
    /// The mean over days: a spread as a signed fraction, a volatility per √day.
    public let value: Double
    /// Of the mean: by stationary bootstrap over days, from ten days on; as of independent days below.
    public let standardError: Double?
    /// Days with an estimate.
    public let days: Int
  }

  /// The estimators in the order of the listing; spreads first.
  public let readings: [Reading]

  /// Reads every whole day of a series.
  public init(_ bars: BarSeries) {
    let perDay = max(3, Int(86_400_000_000_000 / max(1, bars.resolution.nanoseconds)))
    var found: [String: [Double]] = [:]
    for start in stride(from: 0, through: bars.count - perDay, by: perDay) {
      let rows = start..<start + perDay
      let (open, high) = (Array(bars.open[rows]), Array(bars.high[rows]))
      let (low, close) = (Array(bars.low[rows]), Array(bars.close[rows]))
      func add(_ name: String, _ value: Double) { if !value.isNaN { found[name, default: []].append(value) } }
      add("edge", EdgeSpread.signed(open: open, high: high, low: low, close: close))
      add("abdi_ranaldo", AbdiRanaldo.signed(high: high, low: low, close: close))
      add("corwin_schultz", CorwinSchultz.signedMean(high: high, low: low, close: close))
      add("roll", RollSpread.signed(close.map { MMSMath.log($0) }))
      var (parkinson, garmanKlass, rogersSatchell, closes) = (0.0, 0.0, 0.0, 0.0)
      for row in open.indices {
        parkinson += RangeVolatility.parkinson(high: high[row], low: low[row])
        garmanKlass += RangeVolatility.garmanKlass(
          open: open[row], high: high[row], low: low[row], close: close[row])
        rogersSatchell += RangeVolatility.rogersSatchell(
          open: open[row], high: high[row], low: low[row], close: close[row])
        if row > 0 {
          let step = MMSMath.log(close[row] / close[row - 1])
          closes += step * step
        }
      }
      add("parkinson", max(0, parkinson).squareRoot())
      add("garman_klass", max(0, garmanKlass).squareRoot())
      add("rogers_satchell", max(0, rogersSatchell).squareRoot())
      add("close_to_close", closes.squareRoot())
    }
    readings = Self.names.compactMap { name in
      guard let values = found[name], !values.isEmpty else { return nil }
      let mean = Estimates.mean(values)
      let error = values.count > 1 ? Self.error(of: values, mean) : nil
      return Reading(name: name, value: mean, standardError: error, days: values.count)
    }
  }

  /// Mean length of a block of days: a working week.
  private static let block = 5.0

  private static func error(of values: [Double], _ mean: Double) -> Double {
    if values.count < 10 { return Estimates.deviation(values, mean) / Double(values.count).squareRoot() }
    let random = RandomSource(seed: 0, path: 2, role: .study)
    let means = (0..<400).map { resample in
      var sum = 0.0
      StationaryBootstrap.resample(
        count: values.count, restart: 1 / block,
        uniform: { random.uniform(step: Int64(resample * values.count + $0)) }
      ) { index, _ in sum += values[index] }
      return sum / Double(values.count)
    }
    return Estimates.deviation(means, Estimates.mean(means))
  }

  private static let names = [
    "edge", "abdi_ranaldo", "corwin_schultz", "roll", "parkinson", "garman_klass", "rogers_satchell",
    "close_to_close",
  ]
}
