// SPDX-License-Identifier: Apache-2.0

import Foundation
public import MMSCore
import MMSData

/// Bars that come with MMS, for symbols the store does not hold.
///
/// Files are named `SYMBOL-…csv.gz` or `SYMBOL-….csv`.
public struct BundledData: Sendable {
  private let directories: [String]

  /// Looks in directories in order.
  public init(directories: [String]) { self.directories = directories }

  /// The symbols that come with MMS, sorted.
  public var symbols: [String] {
    Array(Set(files.map(\.symbol))).sorted()
  }

  /// Opens the bundled bars of a symbol; nil when there are none.
  public func source(for symbol: String) throws(MMSError) -> (any DataSource)? {
    guard let file = files.first(where: { $0.symbol == symbol }) else { return nil }
    return try CSVSource(path: file.path, options: CSVOptions(symbol: symbol, source: "binance-spot"))
  }

  private var files: [(symbol: String, path: String)] {
    var found: [(symbol: String, path: String)] = []
    for directory in directories {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
      for name in names.sorted() where name.hasSuffix(".csv") || name.hasSuffix(".csv.gz") {
        guard let dash = name.firstIndex(of: "-") else { continue }
        found.append((String(name[..<dash]), "\(directory)/\(name)"))
      }
    }
    return found
  }
}
