// SPDX-License-Identifier: Apache-2.0

/// What the service adds: numbers that only grow, trials of studies, and how often a task was tried.
///
/// `revisions` says at the price of one row whether what a result depends on is still what it was.
enum SchemaV2 {
  static let sql = """
    ALTER TABLE simulation_tasks ADD COLUMN attempts INTEGER;
    ALTER TABLE simulation_tasks ADD COLUMN study_id TEXT;

    -- The last number given to a simulation of a day.
    CREATE TABLE simulation_numbers (day TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;

    -- How many trials a study has asked for, answers from the cache among them.
    CREATE TABLE study_trials (study_id TEXT PRIMARY KEY, trials INTEGER NOT NULL) WITHOUT ROWID;

    CREATE TABLE revisions (name TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO revisions VALUES ('bars', 0), ('calibration', 0);
    \(trigger("bars", on: "bar_chunks"))
    \(trigger("calibration", on: "calibration_params", matters: "is_active"))
    """

  /// - Parameter matters: The column without which a row changes no result.
  private static func trigger(_ name: String, on table: String, matters: String? = nil) -> String {
    [("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"])].map { event, rows in
      let condition = matters.map { column in
        "WHEN " + rows.map { "\($0).\(column)" }.joined(separator: " OR ")
      }
      return """
        CREATE TRIGGER revision_\(name)_\(event.lowercased()) AFTER \(event) ON \(table) \(condition ?? "") BEGIN
          UPDATE revisions SET number = number + 1 WHERE name = '\(name)';
        END;
        """
    }.joined(separator: "\n")
  }
}
