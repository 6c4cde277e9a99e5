// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
public import MMSCore
import Synchronization

/// The outcomes of an experiment in a file of their own, kept as they come.
///
/// Table `facts` says what the experiment is (name, value); table `trials` has a row for each trial that is done:
/// its number, the digest of its body, an error or none, and a column for each number of ``TrialOutcome/columns``.
/// Safe to use from any thread: outcomes that come while another is written go into the file together.
public final class ExperimentStore: TrialSink, Sendable {
  private struct Waiting {
    var rows: [(number: Int, digest: String, outcome: TrialOutcome)] = []
    var isWriting = false
    var handedIn = 0
    var written = 0
    var failure: MMSError?
  }

  /// The file.
  public let path: String
  private let database: any DatabaseWriter
  private let waiting = Mutex(Waiting())
  private static let insertion: String = {
    let names = ["number", "digest", "error"] + TrialOutcome.columns
    return "INSERT OR REPLACE INTO trials (\(names.map { "\"\($0)\"" }.joined(separator: ", "))) VALUES ("
      + Array(repeating: "?", count: names.count).joined(separator: ", ") + ")"
  }()

  /// Opens a file, creating it when there is none.
  ///
  /// - Throws: ``MMSError/Code/unavailable`` when it cannot be opened or is no database.
  public init(path: String, readOnly: Bool = false) throws(MMSError) {
    self.path = path
    if readOnly, !FileManager.default.fileExists(atPath: path) {
      throw MMSError(.notFound, "there is no '\(path)': no experiment was begun there")
    }
    do {
      var configuration = Configuration()
      configuration.busyMode = .timeout(10)
      configuration.label = "experiment"
      configuration.readonly = readOnly
      if readOnly {
        database = try DatabaseQueue(path: path, configuration: configuration)
      } else {
        database = try DatabasePool(path: path, configuration: configuration)
        let numbers = TrialOutcome.columns.map { "\"\($0)\" REAL" }.joined(separator: ", ")
        try database.write { database in
          try database.execute(
            sql: "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"
          )
          try database.execute(
            sql:
              "CREATE TABLE IF NOT EXISTS trials (number INTEGER PRIMARY KEY, digest TEXT NOT NULL, error TEXT, "
              + numbers + ")")
        }
      }
    } catch {
      throw StoreFault.explain(error, path: path)
    }
  }

  /// What the experiment is; empty in a new file.
  public func facts() throws(MMSError) -> [String: String] {
    try guarded {
      try database.read { database in
        guard try database.tableExists("facts") else { return [:] }
        var facts: [String: String] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT name, value FROM facts") {
          facts[try row.required("name")] = try row.required("value") as String
        }
        return facts
      }
    }
  }

  /// Says what the experiment is.
  public func setFacts(_ facts: [String: String]) throws(MMSError) {
    try guarded {
      try database.write { database in
        for (name, value) in facts.sorted(by: { $0.key < $1.key }) {
          try database.execute(
            sql: "INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", arguments: [name, value])
        }
      }
    }
  }

  /// How many trials are done.
  public func count() throws(MMSError) -> Int {
    try guarded {
      try database.read { database in
        guard try database.tableExists("trials") else { return 0 }
        return try Int.fetchOne(database, sql: "SELECT count(*) FROM trials") ?? 0
      }
    }
  }

  /// How many of them failed.
  public func failures() throws(MMSError) -> Int {
    try guarded {
      try database.read {
        try Int.fetchOne($0, sql: "SELECT count(*) FROM trials WHERE error IS NOT NULL") ?? 0
      }
    }
  }

  /// Every outcome in the order of numbers, with the digest of its body.
  public func forEach(
    _ body: (_ number: Int, _ digest: String, _ outcome: TrialOutcome) throws -> Void
  ) throws(MMSError) {
    try guarded {
      try database.read { database in
        let rows = try Row.fetchCursor(database, sql: "SELECT * FROM trials ORDER BY number")
        while let row = try rows.next() {
          var outcome = TrialOutcome(
            values: try TrialOutcome.columns.map { try row.optional($0) as Double? })
          outcome.error = try row.optional("error")
          try body(try row.required("number"), try row.required("digest"), outcome)
        }
      }
    }
  }

  /// Keeps an outcome; it is in the file when this returns.
  public func keep(_ outcome: TrialOutcome, of trial: Trial) throws(MMSError) {
    try keep([(trial.number, trial.digest, outcome)])
  }

  /// Keeps outcomes of another file.
  public func keep(_ rows: [(number: Int, digest: String, outcome: TrialOutcome)]) throws(MMSError) {
    let ticket = waiting.withLock { waiting in
      waiting.rows += rows
      waiting.handedIn += 1
      return waiting.handedIn
    }
    try write(until: ticket)
  }

  private func write(until ticket: Int) throws(MMSError) {
    while true {
      var isMine = false
      var batch: [(number: Int, digest: String, outcome: TrialOutcome)] = []
      var last = 0
      let isDone: Result<Bool, MMSError> = waiting.withLock { waiting in
        if let failure = waiting.failure { return .failure(failure) }
        if waiting.written >= ticket { return .success(true) }
        if !waiting.isWriting {
          waiting.isWriting = true
          isMine = true
          swap(&batch, &waiting.rows)
          last = waiting.handedIn
        }
        return .success(false)
      }
      if try isDone.get() { return }
      guard isMine else {
        // Somebody else's transaction is under way: a fraction of a millisecond.
        usleep(50)
        continue
      }
      do throws(MMSError) {
        try insert(batch)
        waiting.withLock { waiting in
          waiting.isWriting = false
          waiting.written = last
        }
      } catch {
        waiting.withLock { waiting in
          waiting.isWriting = false
          waiting.failure = error
        }
        throw error
      }
    }
  }

  private func insert(_ rows: [(number: Int, digest: String, outcome: TrialOutcome)]) throws(MMSError) {
    try guarded {
      try database.write { database in
        let statement = try database.cachedStatement(sql: Self.insertion)
        for row in rows {
          var values: [(any DatabaseValueConvertible)?] = [row.number, row.digest, row.outcome.error]
          for value in row.outcome.values { values.append(value) }
          try statement.execute(arguments: StatementArguments(values))
        }
      }
    }
  }

  private func guarded<Value>(_ body: () throws -> Value) throws(MMSError) -> Value {
    do { return try body() } catch { throw StoreFault.explain(error, path: path) }
  }
}
