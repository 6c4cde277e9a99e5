// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSStore

/// Bars of the database.
public struct SQLiteSource: DataSource {
  /// `sqlite:` and the file.
  public let name: String
  private let store: Store

  /// Reads from a database that is open.
  public init(store: Store) {
    name = "sqlite:\(store.path)"
    self.store = store
  }

  /// Opens a database that exists, for reading.
  ///
  /// - Throws: ``MMSError/Code/notFound`` when there is none, ``MMSError/Code/unavailable`` when it
  ///   cannot be opened.
  public init(path: String) throws(MMSError) {
    self.init(store: try Store(path: path, options: Store.Options(readOnly: true)))
  }

  /// Every series in the database.
  public func coverage() throws(MMSError) -> [DataCoverage] { try store.coverage() }

  /// The rows of the span, as columns.
  public func bars(_ request: BarRequest) throws(MMSError) -> BarSeries { try store.bars(request) }
}
