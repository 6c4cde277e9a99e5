// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSStudy

/// An order book of one moment in a file: `{"bids": [["price", "quantity"], …], "asks": […]}`, as Binance sends it.
struct DepthFile {
  private let path: String
  private let book: BookSweep

  /// Reads a file.
  ///
  /// - Throws: ``MMSError/Code/notFound`` when it cannot be read, ``MMSError/Code/invalidData`` for what is no book.
  init(_ path: String) throws(MMSError) {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw MMSError(.notFound, "there is no file '\(path)' with an order book", path: "depth")
    }
    let json = try JSONValue(parsing: String(decoding: bytes, as: UTF8.self), file: path)
    var sides: [[BookSweep.Level]] = []
    for name in ["bids", "asks"] {
      guard let rows = json[name]?.arrayValue else {
        throw MMSError(.invalidData, "'\(path)' has no list '\(name)'; it is no order book of Binance")
      }
      var levels: [BookSweep.Level] = []
      for (index, row) in rows.enumerated() {
        let numbers = (row.arrayValue ?? []).compactMap { value in
          value.stringValue.flatMap { Double($0) } ?? value.doubleValue
        }
        guard numbers.count >= 2 else {
          throw MMSError(
            .invalidData, "'\(path)': \(name) \(index + 1) is no pair of price and quantity: \(row.write())")
        }
        levels.append((numbers[0], numbers[1]))
      }
      sides.append(levels)
    }
    self.path = path
    do throws(MMSError) {
      book = try BookSweep(bids: sides[0], asks: sides[1])
    } catch {
      throw MMSError(error.code, "'\(path)': \(error.message)")
    }
  }

  /// What an order costs beyond the best price.
  func sweep(_ quantity: Double?) throws(MMSError) -> BookSweep.Cost {
    guard let quantity else {
      throw MMSError(
        .usage, "a book alone says nothing; say with --order-size how much is to be swept", path: "order_size"
      )
    }
    return try book.cost(of: quantity)
  }
}
