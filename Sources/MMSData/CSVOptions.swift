// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// What a CSV file does not say about itself; nil leaves it to the file.
public struct CSVOptions: Sendable, Hashable {
  /// What the shape of a file must be.
  public enum Format: String, Sendable, Hashable, CaseIterable {
    /// Whatever is recognised.
    case auto
    /// Binance's kline files, with or without their header.
    case binance
    /// A header row that names the columns.
    case csv
  }

  /// The shape the file must have, or be refused.
  public var format = Format.auto
  /// The trading pair; nil: the `symbol` column, else the file's name (`BTCUSDT-1m-2022-11.csv.gz`).
  ///
  /// Of a file with a `symbol` column only the rows of this one are read.
  public var symbol: String?
  /// The origin, such as `binance-spot`.
  ///
  /// Nil: the `source` column, else guessed from the header: Binance's twelve names mean
  /// `binance-usdm`, the first six of them `binance-spot`, twelve columns without a header `binance`,
  /// six `binance-spot`, anything else `csv`.
  public var source: String?
  /// The length of a bar; nil: the most common step between rows, else the file's name.
  public var resolution: SimDuration?

  /// Gathers what is known.
  public init(symbol: String? = nil, source: String? = nil, resolution: SimDuration? = nil) {
    self.symbol = symbol
    self.source = source
    self.resolution = resolution
  }
}
