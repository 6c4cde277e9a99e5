// SPDX-License-Identifier: Apache-2.0

import GRDB
import MMSCore

/// The one place where a failure of SQLite becomes a sentence with a remedy.
enum StoreFault {
  static func explain(_ error: any Error, path: String) -> MMSError {
    if let known = error as? MMSError { return known }
    guard let fault = error as? DatabaseError else {
      return MMSError(.internal, "the database '\(path)' failed: \(error)", cause: error)
    }
    let (code, text) = meaning(of: fault, path: path)
    return MMSError(code, text, cause: error)
  }

  private static func meaning(of fault: DatabaseError, path: String) -> (MMSError.Code, String) {
    let detail = fault.message ?? "no details"
    switch fault.resultCode {
    case .SQLITE_FULL:
      return (
        .unavailable,
        "no room to write the database '\(path)': the disk, or the limit set for the file, is full."
          + " Nothing of this change was stored; free space or name another file with --database"
      )
    case .SQLITE_IOERR:
      return (
        .unavailable,
        "the file system failed under the database '\(path)' (\(detail), SQLite code"
          + " \(fault.extendedResultCode.rawValue)). Nothing of this change was stored; check free space,"
          + " file size limits and the disk"
      )
    case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL:
      return (
        .unavailable,
        "the database '\(path)' is being changed by another process for too long; try again when it is done"
      )
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
      return (
        .unavailable,
        "the database '\(path)' cannot be written (\(detail)); make the file and its folder writable or"
          + " name another file with --database"
      )
    case .SQLITE_CANTOPEN:
      return (
        .unavailable,
        "cannot open or create the database '\(path)'; make the file and its folder readable and writable"
          + " (SQLite keeps -wal and -shm files beside it) or name another file with --database"
      )
    case .SQLITE_NOTADB:
      return (
        .unavailable,
        "'\(path)' is not an SQLite database, and was left as it is; name another file with --database"
      )
    case .SQLITE_CORRUPT:
      return (
        .unavailable,
        "the database '\(path)' is damaged (\(detail)); restore a copy, or save what can be saved with"
          + " sqlite3 '\(path)' .recover"
      )
    case .SQLITE_CONSTRAINT:
      return (.invalidData, "the database '\(path)' refuses this row: \(detail)")
    case .SQLITE_TOOBIG:
      return (.invalidValue, "a value is too large for the database '\(path)': \(detail)")
    case .SQLITE_NOMEM:
      return (.exhausted, "not enough memory for the database '\(path)'")
    case .SQLITE_INTERRUPT, .SQLITE_ABORT:
      return (.interrupted, "the work on the database '\(path)' was interrupted")
    default:
      return (
        .internal,
        "the database '\(path)' failed: \(detail) (SQLite code \(fault.extendedResultCode.rawValue))"
      )
    }
  }
}
