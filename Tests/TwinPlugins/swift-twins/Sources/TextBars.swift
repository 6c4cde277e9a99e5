// SPDX-License-Identifier: Apache-2.0

import Glibc
import MMSCore

/// Bars of a text file with the columns open_time in ms, open, high, low, close and volume.
struct TextBars: DataSource {
  static let descriptor = ModelDescriptor(
    id: "swift-twins/CSV-v1", kind: .source, summary: "Bars of a text file.", equations: "",
    source: "a test", parameters: [ParameterSchema("file", .text, "the file")])

  let name: String
  private let series: BarSeries

  init(_ parameters: ParameterValues) throws(MMSError) {
    let path = parameters.text("file")
    guard let file = unsafe fopen(path, "r") else {
      throw MMSError(.notFound, "'\(path)' cannot be read", path: "file")
    }
    defer { unsafe fclose(file) }
    name = "text:\(path)"
    var series = BarSeries(symbol: "BTCUSDT", resolution: .minutes(1), source: "text")
    var line = [CChar](repeating: 0, count: 512)
    _ = unsafe fgets(&line, 512, file)
    while unsafe fgets(&line, 512, file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 && $0 != 10 }.map { UInt8($0) }, as: UTF8.self)
      let fields = text.split(separator: ",")
      let numbers = fields.dropFirst().compactMap { Double($0) }
      guard let time = fields.first.flatMap({ Int64($0) }), numbers.count == 5 else {
        throw MMSError(.invalidData, "'\(text)' is no bar")
      }
      series.append(
        time: time * 1_000_000 + series.resolution.nanoseconds, open: numbers[0], high: numbers[1],
        low: numbers[2], close: numbers[3], volume: numbers[4])
    }
    self.series = series
  }

  func coverage() throws(MMSError) -> [DataCoverage] {
    guard let start = series.start, let end = series.end else { return [] }
    return [
      DataCoverage(
        symbol: series.symbol, resolution: series.resolution, source: series.source, start: start, end: end,
        count: series.count)
    ]
  }

  func bars(_ request: BarRequest) throws(MMSError) -> BarSeries { try series.rows(for: request, in: name) }
}
