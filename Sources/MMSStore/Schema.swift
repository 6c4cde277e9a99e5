// SPDX-License-Identifier: Apache-2.0

import GRDB
import MMSCore

/// Which versions of the tables there are, and how a file gets from one to the next.
///
/// `PRAGMA user_version` holds the number of the newest migration applied. A published migration is
/// never edited; a change of the tables is a new one at the end of the list.
enum Schema {
  private static let migrations: [(name: String, sql: String)] = [
    ("v1", SchemaV1.sql), ("v2", SchemaV2.sql),
  ]

  /// The version this build reads and writes.
  static var version: Int { migrations.count }

  static func bringUpToDate(_ database: any DatabaseWriter, path: String, readOnly: Bool) throws {
    // Two processes may create the same file at the same moment: the loser of the race sees the
    // winner's tables appear, and finds everything done when it looks again.
    for attempt in 1... {
      let held = try database.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
      let migrator = makeMigrator()
      if try held > version || database.read(migrator.hasBeenSuperseded) {
        throw MMSError(
          .unavailable,
          "the database '\(path)' has schema version \(held), this mms knows versions up to"
            + " \(version); use the newer mms that wrote it, or name another file with --database")
      }
      if held == version { return }
      if readOnly {
        throw MMSError(
          .unavailable,
          "the database '\(path)' has schema version \(held), not \(version), and is open read-only;"
            + " open it once for writing (mms data list --database '\(path)') to bring it up to date")
      }
      do {
        try migrator.migrate(database)
      } catch let fault as DatabaseError {
        let now = try database.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
        if now > held, attempt < 3 { continue }
        if fault.resultCode == .SQLITE_ERROR, held == 0 {
          throw MMSError(
            .unavailable,
            "the database '\(path)' holds tables of another program (\(fault.message ?? "")), and was"
              + " left as it is; name another file with --database", cause: fault)
        }
        throw fault
      }
    }
  }

  private static func makeMigrator() -> DatabaseMigrator {
    var migrator = DatabaseMigrator()
    for (index, migration) in migrations.enumerated() {
      migrator.registerMigration(migration.name) { db in
        try db.execute(sql: migration.sql)
        try db.execute(sql: "PRAGMA user_version = \(index + 1)")
      }
    }
    return migrator
  }
}
