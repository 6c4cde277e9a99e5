// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSData
import MMSStudy
import Testing

/// What the recorded files must give: rows exactly, statistics to 1e-4 relative (printed digits where fewer).
struct RealDataStatisticsTests {
  struct Expected: Sendable {
    let file: String
    let rows: Int
    let deviation: Double
    let kurtosis: Double
    let hill: Double
    let memory: [Double]
    let parkinson: Double
    let garmanKlass: Double
    let drawdown: Double
    let volume: Double
  }

  static let table = [
    Expected(
      file: "klines/binance_usdm_1m/BTCUSDT-1m-2022-10.csv.gz", rows: 44_640, deviation: 5.559980e-4,
      kurtosis: 156.748, hill: 3.0893, memory: [0.3014, 0.2057, 0.1211, 0.1097], parkinson: 0.020573,
      garmanKlass: 0.021984, drawdown: -0.110543, volume: 16_625_843.584),
    Expected(
      file: "klines/binance_usdm_1m/BTCUSDT-1m-2022-11.csv.gz", rows: 43_200, deviation: 1.039577e-3,
      kurtosis: 205.336, hill: 2.3711, memory: [0.4900, 0.3248, 0.2624, 0.1607], parkinson: 0.040696,
      garmanKlass: 0.039778, drawdown: -0.277451, volume: 18_460_614.013),
    Expected(
      file: "klines/binance_usdm_1m/BTCUSDT-1m-2022-12.csv.gz", rows: 44_640, deviation: 3.863047e-4,
      kurtosis: 180.600, hill: 2.5072, memory: [0.3833, 0.1995, 0.1105, 0.0723], parkinson: 0.015879,
      garmanKlass: 0.016375, drawdown: -0.111433, volume: 9_702_408.711),
    Expected(
      file: "klines/binance_usdm_1m/ETHUSDT-1m-2022-11.csv.gz", rows: 43_200, deviation: 1.460545e-3,
      kurtosis: 216.916, hill: 2.6620, memory: [0.4563, 0.2926, 0.2253, 0.1469], parkinson: 0.056256,
      garmanKlass: 0.053937, drawdown: -0.357609, volume: 218_097_493.253),
    Expected(
      file: "klines/binance_spot_1m/BTCUSDT-1m-2025-05-20_2025-08-18.csv.gz", rows: 130_708,
      deviation: 4.560515e-4, kurtosis: 12.063, hill: 3.9205, memory: [0.2994, 0.2190, 0.1597, 0.0967],
      parkinson: 0.016953, garmanKlass: 0.017397, drawdown: -0.121326, volume: 1_444_032.564),
    Expected(
      file: "klines/binance_spot_1m/ETHUSDT-1m-2025-05-20_2025-08-18.csv.gz", rows: 130_708,
      deviation: 9.085416e-4, kurtosis: 44.398, hill: 3.5496, memory: [0.2695, 0.1641, 0.1157, 0.0687],
      parkinson: 0.034354, garmanKlass: 0.034857, drawdown: -0.260685, volume: 55_449_990.563),
  ]

  @Test(.enabled(if: Checkout.sharedData != nil, "no ../shared/data beside the checkout"), arguments: table)
  func `a recorded file gives its published statistics`(expected: Expected) throws {
    let folder = try #require(Checkout.sharedData)
    let source = try CSVSource(path: "\(folder)/\(expected.file)")
    let held = try #require(try source.coverage().first)
    let bars = try source.bars(BarRequest(symbol: held.symbol, resolution: held.resolution))
    let statistics = try ReturnStatistics(prices: bars.close)
    #expect(bars.count == expected.rows)
    #expect(near(statistics.deviation, expected.deviation, 1e-6))
    #expect(near(statistics.excessKurtosis, expected.kurtosis, 1e-5))
    #expect(near(statistics.hill, expected.hill, 1e-4))
    for (lag, value) in zip([1, 10, 60, 1440], expected.memory) {
      #expect(abs(statistics.autocorrelation(lag: lag, absolute: true) - value) < 1e-4)
    }
    let daily = RangeVolatility.daily(
      open: bars.open, high: bars.high, low: bars.low, close: bars.close, perDay: 1440)
    #expect(near(daily.parkinson, expected.parkinson, 1e-4))
    #expect(near(daily.garmanKlass, expected.garmanKlass, 1e-4))
    #expect(abs(statistics.maxDrawdown - expected.drawdown) < 1e-6)
    #expect(near(bars.volume.reduce(0, +), expected.volume, 1e-9))
  }

  private func near(_ value: Double, _ expected: Double, _ tolerance: Double) -> Bool {
    abs(value / expected - 1) <= tolerance
  }
}
