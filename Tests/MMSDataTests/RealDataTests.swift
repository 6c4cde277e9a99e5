// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSData
import MMSStore
import Testing

/// The bundled bars, and the larger real files where a developer has them.
struct RealDataTests {
  struct Expected: Sendable, CustomTestStringConvertible {
    var file: String
    var source: String
    var rows: Int
    var first: String
    var last: String
    var volume: Double
    var testDescription: String { file }
  }

  /// Rows and total volumes as published beside the files.
  static let files = [
    Expected(
      file: "binance_usdm_1m/BTCUSDT-1m-2022-10.csv.gz", source: "binance-usdm", rows: 44_640,
      first: "2022-10-01", last: "2022-11-01", volume: 16_625_843.584),
    Expected(
      file: "binance_usdm_1m/BTCUSDT-1m-2022-11.csv.gz", source: "binance-usdm", rows: 43_200,
      first: "2022-11-01", last: "2022-12-01", volume: 18_460_614.013),
    Expected(
      file: "binance_usdm_1m/BTCUSDT-1m-2022-12.csv.gz", source: "binance-usdm", rows: 44_640,
      first: "2022-12-01", last: "2023-01-01", volume: 9_702_408.711),
    Expected(
      file: "binance_usdm_1m/ETHUSDT-1m-2022-11.csv.gz", source: "binance-usdm", rows: 43_200,
      first: "2022-11-01", last: "2022-12-01", volume: 218_097_493.253),
    Expected(
      file: "binance_spot_1m/BTCUSDT-1m-2025-05-20_2025-08-18.csv.gz", source: "binance-spot", rows: 130_708,
      first: "2025-05-20", last: "2025-08-18T18:28", volume: 1_444_032.564),
    Expected(
      file: "binance_spot_1m/ETHUSDT-1m-2025-05-20_2025-08-18.csv.gz", source: "binance-spot", rows: 130_708,
      first: "2025-05-20", last: "2025-08-18T18:28", volume: 55_449_990.563),
  ]

  @Test(.enabled(if: Folders.hasKlines, "the real files are not beside the repository"), arguments: files)
  func `a real file gives its published rows and volume`(expected: Expected) throws {
    let source = try CSVSource(path: Folders.klines(expected.file))
    let held = try #require(try source.coverage().first)
    let bars = try source.bars(BarRequest(symbol: held.symbol, resolution: minute))
    #expect(bars.count == expected.rows && bars.gaps().isEmpty && bars.source == expected.source)
    #expect(bars.start == SimTime(iso8601: expected.first) && bars.end == SimTime(iso8601: expected.last))
    // The published sums have three decimals.
    #expect(abs(bars.volume.reduce(0, +) - expected.volume) < max(0.001, expected.volume * 1e-9))
  }

  @Test(.enabled(if: Folders.hasKlines, "the real files are not beside the repository"))
  func `a real file comes back from the database to the bit`() throws {
    let space = try Workspace()
    let store = try Store(path: space.path("mms.sqlite"))
    let expected = Self.files[1]
    let summary = try DataImporter(store: store).importFile(Folders.klines(expected.file))
    #expect(summary.rows == expected.rows && summary.new == expected.rows && summary.gaps.isEmpty)
    let request = BarRequest(symbol: "BTCUSDT", resolution: minute)
    let bars = try store.bars(request)
    let direct = try CSVSource(path: Folders.klines(expected.file)).bars(request)
    #expect(direct.time == bars.time && direct.open == bars.open && direct.high == bars.high)
    #expect(direct.low == bars.low && direct.close == bars.close && direct.volume == bars.volume)
    #expect(bars.source == "binance-usdm" && bars.start == SimTime(iso8601: expected.first))
  }

  @Test(arguments: ["BTCUSDT", "ETHUSDT"])
  func `the bundled bars are thirty-two whole days`(symbol: String) throws {
    let source = try CSVSource(path: Folders.bundled(symbol))
    let bars = try source.bars(BarRequest(symbol: symbol, resolution: minute))
    #expect(bars.count == 46_080 && bars.gaps().isEmpty && bars.source == "binance-spot")
    #expect(bars.start == SimTime(iso8601: "2025-07-17") && bars.end == SimTime(iso8601: "2025-08-18"))
  }
}
