// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
public import MMSCore

/// The database of MMS: market data, calibration rows, tasks and their results, in one SQLite file.
///
/// Safe to use from any thread and, thanks to write-ahead logging, from several processes at once:
/// readers see one consistent moment, writers take turns. Every change is one transaction, so a
/// failure, a full disk or a killed process leaves the file as it was before that change.
public final class Store: Sendable {
  /// How a database is opened.
  public struct Options: Sendable {
    /// Refuse every change, and do not create or migrate the file.
    public var readOnly: Bool
    /// How long to wait for another process's change before giving up, in seconds.
    public var busyTimeout: Double
    /// The most pages (of 4,096 bytes) the file may grow to; nil for SQLite's own limit.
    public var pageLimit: Int?
    /// Whether a change survives the loss of power, and not only the death of the process.
    public var survivesPowerLoss: Bool

    /// Describes how to open a database.
    public init(
      readOnly: Bool = false, busyTimeout: Double = 10, pageLimit: Int? = nil, survivesPowerLoss: Bool = false
    ) {
      self.readOnly = readOnly
      self.busyTimeout = busyTimeout
      self.pageLimit = pageLimit
      self.survivesPowerLoss = survivesPowerLoss
    }
  }

  /// The file as the user named it, or `:memory:`.
  public let path: String
  /// How the file was opened.
  public let options: Options
  private let database: any DatabaseWriter

  /// Opens a database, creating the file and its folder and bringing its schema up to date.
  ///
  /// - Parameter path: A file, or `:memory:` for a private database that vanishes with this object.
  /// - Throws: ``MMSError/Code/notFound`` for a missing file that is to be opened read-only;
  ///   ``MMSError/Code/unavailable`` when the file cannot be created or opened, is no database, or
  ///   has the schema of a newer version.
  public init(path: String, options: Options = Options()) throws(MMSError) {
    self.path = path
    self.options = options
    do {
      try Self.prepareFile(path, readOnly: options.readOnly)
      database = try Self.connect(path, options)
      try Schema.bringUpToDate(database, path: path, readOnly: options.readOnly)
      if options.survivesPowerLoss {
        // After opening: switching to write-ahead logging sets a level of its own.
        try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      }
    } catch {
      throw StoreFault.explain(error, path: path)
    }
  }

  /// What the wall clock says now; ids and stored times come from it unless the caller gives a time.
  public static func now() -> SimTime {
    SimTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
  }

  /// Runs queries against one consistent moment of the database.
  func read<Value>(_ body: (Database) throws -> Value) throws(MMSError) -> Value {
    do { return try database.read(body) } catch { throw StoreFault.explain(error, path: path) }
  }

  /// Runs a change as one transaction: all of it happens, or nothing.
  func write<Value>(_ body: (Database) throws -> Value) throws(MMSError) -> Value {
    do { return try database.write(body) } catch { throw StoreFault.explain(error, path: path) }
  }

  /// Another connection to the file, which has checkpoints of the first no more; nil in memory.
  func secondConnection() throws(MMSError) -> DatabaseQueue? {
    if path == ":memory:" || options.readOnly { return nil }
    do {
      let second = try DatabaseQueue(path: path, configuration: Self.configuration(options))
      try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_autocheckpoint = 0") }
      return second
    } catch {
      throw StoreFault.explain(error, path: path)
    }
  }

  private static func prepareFile(_ path: String, readOnly: Bool) throws {
    if path.isEmpty || path.utf8.contains(0) {
      throw MMSError(.invalidValue, "the name of the database file is empty; give one with --database")
    }
    if path == ":memory:" { return }
    if readOnly {
      if !FileManager.default.fileExists(atPath: path) {
        throw MMSError(.notFound, "there is no database '\(path)'; check the name or import data first")
      }
      return
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw MMSError(
        .unavailable,
        "cannot create the folder '\(folder.path)' for the database '\(path)';"
          + " make its parent writable, free space, or name another file with --database",
        cause: error)
    }
  }

  private static func configuration(_ options: Options) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = options.readOnly
    configuration.busyMode = .timeout(options.busyTimeout)
    configuration.foreignKeysEnabled = true
    configuration.label = "mms"
    if let limit = options.pageLimit {
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA max_page_count = \(limit)") }
    }
    return configuration
  }

  private static func connect(_ path: String, _ options: Options) throws -> any DatabaseWriter {
    let configuration = configuration(options)
    // In memory and read-only there is one connection; else readers do not wait for the writer.
    if path == ":memory:" { return try DatabaseQueue(configuration: configuration) }
    if options.readOnly { return try DatabaseQueue(path: path, configuration: configuration) }
    return try DatabasePool(path: path, configuration: configuration)
  }
}
