// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Bars of one CSV file, plain or gzip, read once when it is opened.
///
/// Reads Binance's kline files (spot and USD-M, with a header or without) and any CSV whose header
/// names time, open, high, low, close and volume; see ``CSVOptions`` for what is guessed.
public struct CSVSource: DataSource {
  /// `csv:` and the file.
  public let name: String
  private let series: BarSeries

  /// Reads a file.
  ///
  /// - Throws: ``MMSError/Code/notFound`` when there is none; ``MMSError/Code/invalidData`` with the line
  ///   that is wrong.
  public init(path: String, options: CSVOptions = CSVOptions()) throws(MMSError) {
    name = "csv:\(path)"
    var reader = try CSVBarReader(path: path, options: options)
    _ = try reader.next()
    var whole = reader.batch
    while try reader.next() { whole.append(contentsOf: reader.batch) }
    series = whole
  }

  /// The one series the file holds.
  public func coverage() throws(MMSError) -> [DataCoverage] { series.coverage() }

  /// The rows of the span.
  public func bars(_ request: BarRequest) throws(MMSError) -> BarSeries {
    _ = try series.coverage().choice(for: request, in: name)
    return try series.rows(for: request, in: name)
  }
}

extension BarSeries {
  /// The one entry of a source that holds only this series.
  func coverage() -> [DataCoverage] {
    guard let start, let end else { return [] }
    return [
      DataCoverage(
        symbol: symbol, resolution: resolution, source: source, start: start, end: end, count: count)
    ]
  }

  /// Appends the rows of a series that goes on where this one ends.
  mutating func append(contentsOf other: BarSeries) {
    time += other.time
    open += other.open
    high += other.high
    low += other.low
    close += other.close
    volume += other.volume
    bid += other.bid
    ask += other.ask
  }
}
