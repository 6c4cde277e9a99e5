// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSStore

/// Brings files of bars into the database.
///
/// Streaming, so memory does not grow with the file; one transaction per file, so a bad row, a full disk
/// or a killed process leaves nothing half done; idempotent, so importing again changes nothing.
public struct DataImporter: Sendable {
  /// How far an import has come.
  public struct Progress: Sendable, Hashable {
    /// The file being read.
    public let path: String
    /// Bytes of the file read so far, as they are on disk.
    public let bytesRead: Int
    /// The size of the file on disk.
    public let byteCount: Int
    /// Rows read so far.
    public let rows: Int
  }

  /// What an import did.
  public struct Summary: Sendable, Hashable {
    /// The file that was read.
    public var path: String
    /// The trading pair.
    public var symbol: String
    /// The origin the rows are stored under.
    public var source: String
    /// The length of a bar.
    public var resolution: SimDuration
    /// The open of the first bar.
    public var start: SimTime
    /// The close of the last bar.
    public var end: SimTime
    /// Rows in the file.
    public var rows: Int
    /// Rows that were not in the database before.
    public var new: Int
    /// Rows that were there with the same values, or repeat the row before them.
    public var unchanged: Int
    /// Rows that were there with other values and are replaced.
    public var replaced: Int
    /// The holes between the rows of the file.
    public var gaps: [DataGap]
  }

  private let store: Store

  /// Imports into a database.
  public init(store: Store) { self.store = store }

  /// Imports a CSV file, plain or gzip.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - options: What the file does not say about itself.
  ///   - replace: Whether a stored bar with other values is replaced instead of being an error.
  ///   - progress: Called every few thousand rows; what it throws ends the import, with nothing stored.
  /// - Throws: ``MMSError/Code/invalidData`` with file and line, the header being line 1, for a row that is
  ///   unsound, out of order, or contradicts a stored bar.
  public func importFile(
    _ path: String, options: CSVOptions = CSVOptions(), replace: Bool = false,
    progress: (Progress) throws(MMSError) -> Void = { _ in }
  ) throws(MMSError) -> Summary {
    // The file may be wrong from the start: find out before the database is locked.
    var reader = try CSVBarReader(path: path, options: options)
    _ = try reader.next()
    var summary = Summary(
      path: path, symbol: reader.batch.symbol, source: reader.batch.source,
      resolution: reader.batch.resolution,
      start: reader.batch.start ?? SimTime(nanoseconds: 0), end: SimTime(nanoseconds: 0), rows: 0, new: 0,
      unchanged: 0, replaced: 0, gaps: [])
    var lastTime: Int64?
    try store.writeBars(replacing: replace) { writer throws(MMSError) in
      var hasMore = true
      while hasMore {
        try writer.write(reader.batch) { reader.place($0) }
        summary.gaps += Self.gaps(in: reader.batch, after: lastTime)
        lastTime = reader.batch.time.last
        let (read, total) = reader.progress
        try progress(Progress(path: path, bytesRead: read, byteCount: total, rows: writer.counts.rows))
        hasMore = try reader.next()
      }
      summary.new = writer.counts.new
      summary.unchanged = writer.counts.unchanged + reader.repeated
      summary.replaced = writer.counts.replaced
      summary.rows = writer.counts.rows + reader.repeated
    }
    summary.end = SimTime(nanoseconds: lastTime ?? 0)
    return summary
  }

  private static func gaps(in bars: BarSeries, after last: Int64?) -> [DataGap] {
    guard let last, let first = bars.time.first, first - last > bars.resolution.nanoseconds else {
      return bars.gaps()
    }
    let missing = Int((first - last) / bars.resolution.nanoseconds) - 1
    return [
      DataGap(after: SimTime(nanoseconds: last), before: SimTime(nanoseconds: first), missingBars: missing)
    ] + bars.gaps()
  }
}
