// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSStudy
import Testing

struct MarketCalibrationTests {
  #if DEBUG
  private static let (histories, needed) = (4, 3)
  #else
  private static let (histories, needed) = (200, 180)
  #endif
  private static let prior = Calibration(baseSlippage: 0.003, volatilityFactor: 2, liquidityFactor: 0.6)

  /// Hours whose volatility is lognormal and whose volume follows it, as bars of a minute.
  ///
  /// With X the logarithm of an hour's realised volatility, N(0, s²) of which the measurement is a part, and V
  /// proportional to σ^β, a class cut at quantiles of X has E[e^{aX}; class] = e^{a²s²/2} (Φ(h − as) − Φ(l − as)).
  private struct Market {
    let deviation = 0.4
    let power = 1.2
    let days = 60

    /// Half of the spread that every hour's quotes are drawn around, whatever its volatility.
    let halfSpread = 0.0004

    /// Var(log of the root of χ²₆₀/60) is that of half a log: ψ′(30) ÷ 4.
    private let noise = 0.033_895 / 4

    /// √E[e^{2X} | top tenth] ÷ √E[e^{2X} | middle half].
    var volatilityFactor: Double { (mean(2, tail) / mean(2, middle)).squareRoot() }
    /// (√V ÷ σ) of the top tenth over that of the middle half; of V only what X tells counts.
    var liquidityFactor: Double {
      let told = power * deviation * deviation / (deviation * deviation + noise)
      return (mean(told, tail) / mean(told, middle)).squareRoot() / volatilityFactor
    }

    private var spread: Double { (deviation * deviation + noise).squareRoot() }
    private let tail = (low: 1.281_551_565_544_6, high: 1e9, share: 0.1)
    private let middle = (low: -0.674_489_750_196_1, high: 0.674_489_750_196_1, share: 0.5)

    private func mean(_ power: Double, _ part: (low: Double, high: Double, share: Double)) -> Double {
      let shift = power * spread
      return (Self.normal(part.high - shift) - Self.normal(part.low - shift)) / part.share
        * MMSMath.exp(shift * shift / 2)
    }

    /// Φ by its series around 0, which is exact to rounding for the sizes met here.
    private static func normal(_ x: Double) -> Double {
      if x > 8 { return 1 }
      if x < -8 { return 0 }
      var (term, sum, k) = (x, x, 1.0)
      while term.magnitude > 1e-17 * max(1, sum.magnitude), k < 500 {
        term *= x * x / (2 * k + 1)
        sum += term
        k += 1
      }
      return 0.5 + sum * MMSMath.exp(-x * x / 2) / (2 * Double.pi).squareRoot()
    }

    func bars(seed: UInt64) -> BarSeries {
      let random = RandomSource(seed: seed, path: 0, role: .study)
      var series = BarSeries(
        symbol: "TEST", resolution: SimDuration(nanoseconds: 60_000_000_000), source: "test")
      var price = 100.0
      for hour in 0..<days * 24 {
        let level = MMSMath.exp(deviation * random.normal(step: Int64(hour), lane: 1))
        let volume = 1000 * MMSMath.pow(level, power)
        let step = 0.02 * level / (24.0 * 60).squareRoot()
        // Lognormal with the mean wanted: E[e^{sZ − s²/2}] = 1.
        let half = halfSpread * MMSMath.exp(0.5 * random.normal(step: Int64(hour), lane: 2) - 0.125)
        for minute in 0..<60 {
          let bar = hour * 60 + minute
          let open = price
          price *= MMSMath.exp(step * random.normal(step: Int64(bar), lane: 0))
          series.append(
            time: Int64(bar + 1) * 60_000_000_000, open: open, high: max(open, price), low: min(open, price),
            close: price, volume: volume / 60)
          series.bid.append(price * (1 - half))
          series.ask.append(price * (1 + half))
        }
      }
      return series
    }
  }

  @Test func `what is known of hours is found within two standard errors in nine histories of ten`() throws {
    let market = Market()
    // The closed form agrees with what is meant: about 2.1 times the volatility, and less liquid.
    #expect((1.9...2.4).contains(market.volatilityFactor))
    #expect((0.6...0.9).contains(market.liquidityFactor))
    var found = [0, 0, 0]
    for seed in 0..<UInt64(Self.histories) {
      let values = try MarketCalibration(market.bars(seed: seed)).values(
        of: .highVolatility, prior: Self.prior)
      let truths = [market.halfSpread, market.volatilityFactor, market.liquidityFactor]
      for (index, truth) in truths.enumerated() {
        let value = values[index]
        let error = try #require(value.standardError)
        #expect(value.isIdentified && error > 0 && error < 0.2)
        if (value.value - truth).magnitude <= 2 * error { found[index] += 1 }
      }
    }
    // At the true share .95 fewer are found with probability .001 of 200, .014 of 4.
    for count in found { #expect(count >= Self.needed, "\(found)") }
  }

  /// Bars of thirty trades a minute that bounce between bid and ask of a known spread.
  private static func bounce(spread: Double, days: Int, seed: UInt64) -> BarSeries {
    let random = RandomSource(seed: seed, path: 0, role: .study)
    var series = BarSeries(
      symbol: "TEST", resolution: SimDuration(nanoseconds: 60_000_000_000), source: "test")
    var (value, trade) = (100.0, 0)
    for bar in 0..<days * 24 * 60 {
      var prices: [Double] = []
      for _ in 0..<30 {
        trade += 1
        value *= MMSMath.exp(0.0005 * random.normal(step: Int64(trade), lane: 0))
        prices.append(value * (1 + spread / 2 * random.sign(step: Int64(trade), lane: 1)))
      }
      series.append(
        time: Int64(bar + 1) * 60_000_000_000, open: prices[0], high: prices.max() ?? 0,
        low: prices.min() ?? 0,
        close: prices[29], volume: 30)
    }
    return series
  }

  @Test func `a spread is found where it stands clear of its error, and the prior stays where not`() throws {
    // Thirty trades a minute bounce between bid and ask of a known spread, three quarters of what a minute moves. Where
    // the spread is a multiple of the move, EDGE itself reads some percent too much.
    for (spread, isSeen) in [(0.002, true), (0.0, false)] {
      let values = try MarketCalibration(Self.bounce(spread: spread, days: 10, seed: 5)).values(
        of: .normal, prior: Self.prior)
      let slippage = values[0]
      #expect(slippage.isIdentified == isSeen, "\(slippage)")
      if isSeen {
        let error = try #require(slippage.standardError)
        #expect((slippage.value - spread / 2).magnitude <= 2 * error + 0.02 * spread / 2, "\(slippage)")
      } else {
        #expect(slippage.value == Self.prior.baseSlippage)
        #expect(slippage.method.contains("below resolution"))
        #expect(slippage.estimate != nil && (slippage.standardError ?? 0) > 0)
      }
      #expect(values[1].value == 1 && values[2].value == 1)
    }
  }

  @Test func `one fall is no black swan`() throws {
    var series = Market().bars(seed: 1)
    for row in 40_000..<40_010 {
      series.close[row] *= 1 - 0.02 * Double(row - 39_999)
      series.low[row] = min(series.low[row], series.close[row])
    }
    let calibration = try MarketCalibration(series)
    #expect(calibration.events == 1)
    let values = calibration.values(of: .blackSwan, prior: Self.prior)
    #expect(!values[1].isIdentified && values[1].value == Self.prior.volatilityFactor)
    #expect((values[1].estimate ?? 0) > 3 && values[1].count == 12)
    #expect(values[1].method == "one fall; 3 are needed")
    // Nor does it tell what trading costs in one.
    #expect(!values[0].isIdentified && values[0].value == Self.prior.baseSlippage)
    #expect(values[0].method == "half of the quoted spread, but one fall; 3 are needed")
    #expect(values.allSatisfy { ($0.standardError ?? 0) > 0 })
  }

  @Test func `too few hours and too long bars are refused`() throws {
    let day = Market().bars(seed: 1).rows(0..<1440)
    #expect(throws: MMSError.self) { _ = try MarketCalibration(day) }
    var long = BarSeries(
      symbol: "TEST", resolution: SimDuration(nanoseconds: 3_600_000_000_000), source: "test")
    long.append(time: 3_600_000_000_000, open: 1, high: 1, low: 1, close: 1, volume: 1)
    #expect(throws: MMSError.self) { _ = try MarketCalibration(long) }
  }
}
