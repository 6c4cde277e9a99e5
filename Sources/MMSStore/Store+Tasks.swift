// SPDX-License-Identifier: Apache-2.0

import GRDB
public import MMSCore

extension Store {
  /// Commits changes of tasks as one transaction: all of them, or none.
  ///
  /// - Returns: For each change the id of its task; nil when it changed nothing, because the task is unknown or
  ///   has ended already, so that nothing ends twice.
  /// - Throws: What the database throws; nothing is changed then.
  public func apply(_ changes: [TaskChange], at now: SimTime = Store.now()) throws(MMSError) -> [String?] {
    let time = StoredTime.text(now)
    return try write { db in
      let accepted = changes.count { if case .accept = $0 { true } else { false } }
      var fresh = try Self.nextSimulationIDs(accepted, db, at: now)[...]
      var ids: [String?] = []
      ids.reserveCapacity(changes.count)
      for change in changes { ids.append(try Self.apply(change, in: db, &fresh, time: time)) }
      return ids
    }
  }

  /// Tasks that were accepted and have not ended, in the order they came: what a restart has to finish.
  public func unfinishedTasks() throws(MMSError) -> [StoredSimulation] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM simulation_tasks WHERE status IN ('pending', 'running') AND request IS NOT NULL
          ORDER BY rowid
          """
      ).map(StoredSimulation.init)
    }
  }

  /// How many tasks are in each state.
  public func taskCounts() throws(MMSError) -> [String: Int] {
    try read { db in
      var counts: [String: Int] = [:]
      let rows = try Row.fetchAll(
        db, sql: "SELECT status, COUNT(*) AS n FROM simulation_tasks GROUP BY status")
      for row in rows { counts[try row.required("status")] = try row.required("n") }
      return counts
    }
  }

  /// How many trials a study has asked for.
  public func trials(ofStudy id: String) throws(MMSError) -> Int {
    try read { db in
      try Int.fetchOne(db, sql: "SELECT trials FROM study_trials WHERE study_id = ?", arguments: [id]) ?? 0
    }
  }

  /// A text that differs whenever bars or calibrations have changed.
  public func revision() throws(MMSError) -> String {
    try read { db in
      try Int.fetchAll(db.cachedStatement(sql: "SELECT number FROM revisions ORDER BY name"))
        .map(String.init).joined(separator: ".")
    }
  }

  private static func apply(
    _ change: TaskChange, in db: Database, _ fresh: inout ArraySlice<String>, time: String
  ) throws -> String? {
    switch change {
    case .accept(let task):
      guard let id = fresh.popFirst() else { return nil }
      try accept(task, as: id, in: db, time: time)
      return id
    case .start(let id, let attempt, let at):
      try db.cachedStatement(
        sql: """
          UPDATE simulation_tasks SET status = 'running', attempts = ?, started_at = ?
          WHERE task_id = ? AND status IN ('pending', 'running')
          """
      ).execute(arguments: [attempt, StoredTime.text(at), id])
      return db.changesCount > 0 ? id : nil
    case .park(let id):
      try db.cachedStatement(
        sql: "UPDATE simulation_tasks SET status = 'pending' WHERE task_id = ? AND status = 'running'"
      ).execute(arguments: [id])
      return db.changesCount > 0 ? id : nil
    case .complete(let id, let result):
      try result.numbers.checkFinite()
      try db.cachedStatement(
        sql: """
          UPDATE simulation_tasks SET status = 'completed', seed = ?, paths = ?, started_at = ?, completed_at = ?,
          attempts = COALESCE(?, attempts) WHERE task_id = ? AND status IN ('pending', 'running')
          """
      ).execute(arguments: [
        Int64(bitPattern: result.seed), result.paths, StoredTime.text(result.startedAt), time,
        result.attempt, id,
      ])
      guard db.changesCount > 0 else { return nil }
      try insertResult(
        db, of: id, result.numbers, reportPath: nil, time: time, executionTime: result.executionTime,
        details: result.details)
      return id
    case .fail(let id, let reason):
      try db.cachedStatement(
        sql: """
          UPDATE simulation_tasks SET status = 'failed', error = ?, completed_at = ?
          WHERE task_id = ? AND status IN ('pending', 'running')
          """
      ).execute(arguments: [reason, time, id])
      return db.changesCount > 0 ? id : nil
    case .countTrial(let study):
      try count(study, in: db)
      return study
    }
  }

  private static func accept(_ task: NewTask, as id: String, in db: Database, time: String) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO simulation_tasks (task_id, symbol, period, scenario, strategy_params, created_at, status,
        strategy, seed, paths, request, study_id) VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      id, task.symbol, task.period, task.scenario, task.strategyParams, time, task.strategy,
      task.seed.map { Int64(bitPattern: $0) }, task.paths, task.request, task.studyID,
    ])
    if let study = task.studyID { try count(study, in: db) }
  }

  private static func count(_ study: String, in db: Database) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO study_trials VALUES (?, 1) ON CONFLICT (study_id) DO UPDATE SET trials = trials + 1
        """
    ).execute(arguments: [study])
  }
}
