// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import MMSCore
import MMSData
import MMSStore

/// A folder of its own for one test, gone when the test is.
final class Workspace {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "mms-data-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  /// Writes a file and returns its path.
  func file(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }
}

/// The repository's own folder, and the data beside it where a developer has them.
enum Folders {
  static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let shared = package.deletingLastPathComponent().appending(path: "shared")

  static func klines(_ name: String) -> String { shared.appending(path: "data/klines/\(name)").path }

  static var hasKlines: Bool { FileManager.default.fileExists(atPath: klines("binance_spot_1m")) }

  static func bundled(_ symbol: String) -> String {
    package.appending(path: "examples/data/\(symbol)-1m-2025-07-17_2025-08-17.csv.gz").path
  }
}

/// A few sound rows with a header, one minute apart from 2025-01-01.
func csv(rows: Int, header: String = "open_time,open,high,low,close,volume") -> String {
  var text = header + "\n"
  for row in 0..<rows {
    let price = 100 + Double(row % 7)
    text +=
      "\(1_735_689_600_000 + row * 60_000),\(price),\(price + 2),\(price - 1),\(price + 1),\(10 + row).5\n"
  }
  return text
}

/// What an expression throws, as an ``MMSError``.
func fault<Value>(_ body: () throws -> Value) -> MMSError? {
  do {
    _ = try body()
    return nil
  } catch { return error as? MMSError }
}

/// Runs plain SQL on a file, as any other program would.
@discardableResult
func sql(_ path: String, _ text: String) throws -> [[DatabaseValue]] {
  let queue = try DatabaseQueue(path: path)
  return try queue.write { db in
    if text.uppercased().hasPrefix("SELECT") || text.uppercased().hasPrefix("PRAGMA") {
      return try Row.fetchAll(db, sql: text).map { Array($0.databaseValues) }
    }
    try db.execute(sql: text)
    return []
  }
}

func integer(_ path: String, _ text: String) throws -> Int? {
  try sql(path, text).first?.first.flatMap(Int.fromDatabaseValue)
}

let minute = SimDuration.minutes(1)
