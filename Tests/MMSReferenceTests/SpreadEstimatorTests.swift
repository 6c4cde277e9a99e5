// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSStudy
import Testing

/// Estimators of spread and volatility on the bars with which the EDGE estimator was published.
struct SpreadEstimatorTests {
  private static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data/spread/ohlc.csv.gz")
    .path

  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: file), "no ../shared/data/spread beside the checkout")
  )
  func `every estimator gives its known figure on 10,000 bars`() throws {
    let columns = try columns(Self.file)
    let (open, high, low, close) = (columns[0], columns[1], columns[2], columns[3])
    let daily = RangeVolatility.daily(open: open, high: high, low: low, close: close, perDay: 1)
    let logs = close.map { MMSMath.log($0) }
    let returns = (1..<logs.count).map { logs[$0] - logs[$0 - 1] }
    for (name, value, figure) in [
      ("Roll", RollSpread.signed(logs), 0.009_107_493_9),
      ("Abdi-Ranaldo", AbdiRanaldo.signed(high: high, low: low, close: close), 0.007_213_335_0),
      ("Corwin-Schultz", CorwinSchultz.signedMean(high: high, low: low, close: close), -0.003_151_245_6),
      ("Parkinson", daily.parkinson, 0.016_579_142_0),
      ("Garman-Klass", daily.garmanKlass, 0.013_486_142_1),
      ("Rogers-Satchell", daily.rogersSatchell, 0.012_583_212_0),
      ("close to close", SampleMoments(returns).deviation, 0.030_962_927_2),
    ] {
      #expect((value - figure).magnitude < 1e-9, "\(name): \(value)")
    }
  }

  @Test func `prices that only trend have a negative spread, and too few have none`() {
    #expect(RollSpread.signed([1, 2, 4, 7, 11, 16]) < 0)
    #expect((RollSpread.signed([10, 11, 10, 11, 10, 11, 10]) - 2 * (6 / 5.0).squareRoot()).magnitude < 1e-12)
    #expect(RollSpread.signed([1, 2, 3]).isNaN)
    #expect(AbdiRanaldo.signed(high: [1], low: [1], close: [1]).isNaN)
    #expect(CorwinSchultz.signedMean(high: [1], low: [1], close: [1]).isNaN)
  }

  private func columns(_ path: String) throws -> [[Double]] {
    let pipe = Pipe()
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", path]
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    var columns = [[Double]](repeating: [], count: 4)
    for line in text.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      for index in 0..<4 { columns[index].append(Double(fields[index]) ?? .nan) }
    }
    return columns
  }
}
