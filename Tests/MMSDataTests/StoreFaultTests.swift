// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSData
import MMSStore
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

struct StoreFaultTests {
  let space: Workspace

  init() throws { space = try Workspace() }

  @Test func `a database of a newer schema is refused, naming both versions`() throws {
    let path = space.path("new.sqlite")
    _ = try Store(path: path)
    try sql(path, "PRAGMA user_version = 99")
    try sql(path, "UPDATE calibration_params SET base_slippage = 9")
    let error = try #require(fault { try Store(path: path) })
    #expect(error.code == .unavailable)
    #expect(error.message.contains("version 99") && error.message.contains("up to \(Store.schemaVersion)"))
    #expect(error.message.contains("--database"))
    try sql(path, "PRAGMA user_version = \(Store.schemaVersion)")
    try sql(path, "INSERT INTO grdb_migrations VALUES ('v99')")
    #expect(fault { try Store(path: path) }?.code == .unavailable)
  }

  @Test func `a file that is no database is refused and left alone`() throws {
    let text = String(repeating: "this is no database\n", count: 100)
    let path = try space.file("notes.txt", text)
    let error = try #require(fault { try Store(path: path) })
    #expect(error.code == .unavailable)
    #expect(error.message.contains("not an SQLite database"))
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
  }

  @Test func `tables of another program are left alone`() throws {
    let path = space.path("other.sqlite")
    try sql(path, "CREATE TABLE market_data (x)")
    let error = try #require(fault { try Store(path: path) })
    #expect(error.code == .unavailable)
    #expect(error.message.contains("another program"))
    #expect(try integer(path, "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table'") ?? 9 <= 2)
  }

  @Test func `a folder in place of a file, an empty name and a missing file are named`() throws {
    #expect(fault { try Store(path: space.folder.path) }?.code == .unavailable)
    #expect(fault { try Store(path: "") }?.code == .invalidValue)
    let readOnly = Store.Options(readOnly: true)
    #expect(fault { try Store(path: space.path("none.sqlite"), options: readOnly) }?.code == .notFound)
    let below = try space.file("plain", "x") + "/mms.sqlite"
    #expect(fault { try Store(path: below) }?.code == .unavailable)
  }

  @Test(
    .enabled(if: geteuid() != 0, "root may write anywhere: run the tests as another user to see this one"))
  func `a read-only folder is named with what to do`() throws {
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: space.folder.path)
    defer {
      try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: space.folder.path)
    }
    let error = try #require(fault { try Store(path: space.path("mms.sqlite")) })
    #expect(error.code == .unavailable)
    #expect(error.message.contains("writable"))
  }

  @Test func `a full disk stores nothing of an import and says so`() throws {
    let path = space.path("small.sqlite")
    let file = try space.file("TEST-1m.csv", csv(rows: 20_000))
    do {
      let store = try Store(path: path, options: Store.Options(pageLimit: 120))
      let error = try #require(fault { try DataImporter(store: store).importFile(file) })
      #expect(error.code == .unavailable)
      #expect(error.message.contains("full") && error.message.contains("Nothing"))
      #expect(try store.coverage().isEmpty)
      // The store goes on working.
      #expect(try store.calibrations().count == 4)
    }
    #expect(try integer(path, "SELECT COUNT(*) FROM market_data") == 0)
    #expect(try integer(path, "SELECT COUNT(*) FROM bar_chunks") == 0)
  }

  @Test func `a read-only store refuses changes`() throws {
    let path = space.path("mms.sqlite")
    _ = try Store(path: path)
    let store = try Store(path: path, options: Store.Options(readOnly: true))
    #expect(try store.calibrations().count == 4)
    #expect(fault { try store.deleteBars(BarFilter()) }?.code == .unavailable)
  }

  @Test func `a lock held too long is an error, not a hang`() throws {
    let path = space.path("busy.sqlite")
    let holder = try Store(path: path)
    let waiter = try Store(path: path, options: Store.Options(busyTimeout: 0.05))
    try holder.writeBars { _ throws(MMSError) in
      let error = fault { try waiter.deleteBars(BarFilter()) }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains("another process") == true)
    }
  }
}
