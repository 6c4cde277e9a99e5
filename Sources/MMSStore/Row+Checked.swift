// SPDX-License-Identifier: Apache-2.0

import GRDB
import MMSCore

extension Row {
  /// A value that must be there and of its type; other programs may have written the row, and GRDB's
  /// own subscripts end the process on a text where a number should be.
  func required<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
    guard let value: Value = try optional(column) else { throw fault(column) }
    return value
  }

  /// A value of its type, or nil for NULL.
  func optional<Value: DatabaseValueConvertible>(_ column: String) throws -> Value? {
    let stored: DatabaseValue = self[column] ?? .null
    if stored.isNull { return nil }
    guard let value = Value.fromDatabaseValue(stored) else { throw fault(column) }
    return value
  }

  private func fault(_ column: String) -> MMSError {
    let stored: DatabaseValue = self[column] ?? .null
    let row = prefix(4).map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    return MMSError(
      .invalidData, "\(column) is \(stored) in the row with \(row): not a value of its kind; correct the row")
  }
}
