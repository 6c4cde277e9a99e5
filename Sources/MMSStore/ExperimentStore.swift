// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
public import MMSCore
import Synchronization

/// The outcomes of an experiment in a file of their own, kept as they come.
///
/// Table `facts` says what the experiment is (name, value); table `trials` has a row for each trial that is done:
/// its number, an error or none, and a column for each number of ``TrialOutcome/columns``. An outcome is in a journal
/// beside the file as soon as ``keep(_:of:)`` returns, and in the table soon after. Safe to use from any thread.
public final class ExperimentStore: TrialSink, Sendable {
  private struct Waiting {
    var rows: [(number: Int, outcome: TrialOutcome)] = []
    var isWriting = false
    /// Which of the two journals takes new outcomes.
    var active = 0
    var failure: MMSError?
  }

  /// A transaction takes this many outcomes.
  private static let batch = 512

  /// The file.
  public let path: String
  private let database: any DatabaseWriter
  private let waiting = Mutex(Waiting())
  private let journals: [ExperimentJournal]
  private static let insertion: String = {
    let names = ["number", "error"] + TrialOutcome.columns
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
    journals = try (0..<2).map { (index) throws(MMSError) in
      try ExperimentJournal(path: "\(path)-journal\(index)", readOnly: readOnly)
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
              "CREATE TABLE IF NOT EXISTS trials (number INTEGER PRIMARY KEY, error TEXT, "
              + numbers + ")")
        }
      }
    } catch {
      throw StoreFault.explain(error, path: path)
    }
    guard !readOnly else { return }
    // What a process that was killed had not put into the table yet.
    for journal in journals {
      try insert(try journal.outcomes())
      try journal.clear()
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

  /// How many outcomes stand in the journals only: those of a process that was killed.
  public func unsaved() throws(MMSError) -> Int {
    var numbers: Set<Int> = []
    for journal in journals { numbers.formUnion(try journal.outcomes().map(\.number)) }
    guard !numbers.isEmpty else { return 0 }
    let list = numbers.map(String.init).joined(separator: ", ")
    let saved = try guarded {
      try database.read {
        try Int.fetchOne($0, sql: "SELECT count(*) FROM trials WHERE number IN (\(list))") ?? 0
      }
    }
    return numbers.count - saved
  }

  /// Every outcome in the order of numbers, those that stand in the journals only among them.
  ///
  /// Safe while another process writes: what moves from a journal into the table meanwhile is met once.
  public func forEachKept(
    _ body: (_ number: Int, _ outcome: TrialOutcome) throws -> Void
  ) throws(MMSError) {
    var journalled: [Int: TrialOutcome] = [:]
    for journal in journals {
      for entry in try journal.outcomes() { journalled[entry.number] = entry.outcome }
    }
    let numbers = journalled.keys.sorted()
    var next = 0
    func catchUp(below limit: Int) throws {
      while next < numbers.count, numbers[next] < limit {
        if let outcome = journalled[numbers[next]] { try body(numbers[next], outcome) }
        next += 1
      }
    }
    try forEach { number, outcome in
      try catchUp(below: number)
      if next < numbers.count, numbers[next] == number { next += 1 }
      try body(number, outcome)
    }
    try guarded { try catchUp(below: .max) }
  }

  /// Every outcome in the order of numbers.
  public func forEach(
    _ body: (_ number: Int, _ outcome: TrialOutcome) throws -> Void
  ) throws(MMSError) {
    try guarded {
      try database.read { database in
        let rows = try Row.fetchCursor(database, sql: "SELECT * FROM trials ORDER BY number")
        while let row = try rows.next() {
          var outcome = TrialOutcome(
            values: try TrialOutcome.columns.map { try row.optional($0) as Double? })
          outcome.error = try row.optional("error")
          try body(try row.required("number"), outcome)
        }
      }
    }
  }

  /// Keeps an outcome; it survives the death of the process when this returns.
  public func keep(_ outcome: TrialOutcome, of trial: Trial) throws(MMSError) {
    let record = ExperimentJournal.record(trial.number, outcome)
    let result: Result<(rows: [(number: Int, outcome: TrialOutcome)], journal: Int)?, MMSError> =
      waiting.withLock { waiting in
        if let failure = waiting.failure { return .failure(failure) }
        do throws(MMSError) { try journals[waiting.active].append(record) } catch { return .failure(error) }
        waiting.rows.append((trial.number, outcome))
        guard waiting.rows.count >= Self.batch, !waiting.isWriting else { return .success(nil) }
        // From now on the other journal, which is empty, takes what comes.
        waiting.isWriting = true
        let journal = waiting.active
        waiting.active = 1 - journal
        var rows: [(number: Int, outcome: TrialOutcome)] = []
        swap(&rows, &waiting.rows)
        return .success((rows, journal))
      }
    guard let full = try result.get() else { return }
    do throws(MMSError) {
      try insert(full.rows)
      try journals[full.journal].clear()
    } catch {
      waiting.withLock { $0.failure = error }
      throw error
    }
    waiting.withLock { $0.isWriting = false }
  }

  /// Keeps outcomes of another file.
  public func keep(_ rows: [(number: Int, outcome: TrialOutcome)]) throws(MMSError) { try insert(rows) }

  deinit { for journal in journals { journal.close() } }

  /// Puts what is still in a journal into the table and removes the journals; nothing may be kept after this.
  public func finish() throws(MMSError) {
    let rows = waiting.withLock { waiting in
      defer { waiting.rows = [] }
      return waiting.rows
    }
    try insert(rows)
    for journal in journals { journal.remove() }
  }

  private func insert(_ rows: [(number: Int, outcome: TrialOutcome)]) throws(MMSError) {
    if rows.isEmpty { return }
    try guarded {
      try database.write { database in
        let statement = try database.cachedStatement(sql: Self.insertion)
        for row in rows {
          var values: [(any DatabaseValueConvertible)?] = [row.number, row.outcome.error]
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
