// SPDX-License-Identifier: Apache-2.0

/// What a data source holds for one symbol, resolution and origin.
public struct DataCoverage: Sendable, Hashable {
  /// The trading pair.
  public let symbol: String
  /// The length of a bar.
  public let resolution: SimDuration
  /// The origin, such as `binance-spot`.
  public let source: String
  /// The open of the first bar.
  public let start: SimTime
  /// The close of the last bar.
  public let end: SimTime
  /// The number of bars.
  public let count: Int

  /// Describes what is held.
  public init(
    symbol: String, resolution: SimDuration, source: String, start: SimTime, end: SimTime, count: Int
  ) {
    self.symbol = symbol
    self.resolution = resolution
    self.source = source
    self.start = start
    self.end = end
    self.count = count
  }
}

/// Which bars are wanted: a half-open span of time.
public struct BarRequest: Sendable, Hashable {
  /// The trading pair.
  public var symbol: String
  /// The length of a bar.
  public var resolution: SimDuration
  /// Only bars of this origin; nil when any single origin will do.
  public var source: String?
  /// Bars that open at or after this instant; nil from the first.
  public var start: SimTime?
  /// Bars that close at or before this instant; nil to the last.
  public var end: SimTime?

  /// Asks for bars.
  public init(
    symbol: String, resolution: SimDuration, source: String? = nil, start: SimTime? = nil,
    end: SimTime? = nil
  ) {
    self.symbol = symbol
    self.resolution = resolution
    self.source = source
    self.start = start
    self.end = end
  }
}

/// Brings recorded or generated bars for a symbol and a time range.
///
/// A source is opened once and asked from any thread; it never changes what it holds while it is
/// open. It returns validated rows (``BarSeries/validate()``), reports gaps by leaving them, and
/// never fills, resamples or adjusts. It is outside the run: reading files and clocks is allowed.
public protocol DataSource: Sendable {
  /// A digestible, human-readable name of this source, such as `sqlite:/data/mms.sqlite`.
  var name: String { get }

  /// What the source holds, ordered by symbol, resolution and origin.
  ///
  /// - Throws: ``MMSError`` when the source cannot be read.
  func coverage() throws(MMSError) -> [DataCoverage]

  /// What the source holds that may answer a request, ordered alike.
  ///
  /// The same as ``coverage()`` unless the source is too large to be listed.
  ///
  /// - Throws: ``MMSError`` when the source cannot be read.
  func coverage(for request: BarRequest) throws(MMSError) -> [DataCoverage]

  /// Reads bars.
  ///
  /// When the request names no origin and several hold the symbol at the resolution, the source
  /// chooses the one with the latest end, ties by name, and the series says which.
  ///
  /// - Returns: The bars of the span that exist, possibly fewer than asked, at least one.
  /// - Throws: ``MMSError/Code/noData`` naming what there is, when nothing fits;
  ///   ``MMSError/Code/invalidData`` when a row is unsound.
  func bars(_ request: BarRequest) throws(MMSError) -> BarSeries
}

extension DataSource {
  /// Everything the source holds.
  public func coverage(for request: BarRequest) throws(MMSError) -> [DataCoverage] { try coverage() }
}
