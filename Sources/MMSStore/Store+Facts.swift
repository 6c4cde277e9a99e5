// SPDX-License-Identifier: Apache-2.0

import GRDB

extension Store {
  /// The version of the tables this build reads and writes.
  public static var schemaVersion: Int { Schema.version }

  /// The version of SQLite in this process; nil when it does not start.
  public static var sqliteVersion: String? {
    try? DatabaseQueue().read { try String.fetchOne($0, sql: "SELECT sqlite_version()") }
  }
}
