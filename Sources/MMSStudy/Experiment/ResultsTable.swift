// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// The table of an experiment's results: a row for each trial, without clock, host or id.
///
/// Columns: `trial`; what is varied, by its path; `window` and `part` with walk-forward windows; `status` (`ok`,
/// `infeasible` when a constraint on results is not met, `failed`); each metric with its standard error; `trades`;
/// `error`. Numbers have the fewest digits that read back as the same bits; what is not known is empty.
public struct ResultsTable: Sendable {
  private let trials: TrialList
  private let keys: [String]
  private let places: [Int]
  private let constraints: [ExperimentDesign.Constraint]

  /// Describes the table of an experiment.
  public init(_ trials: TrialList) {
    self.trials = trials
    keys = trials.keys
    let names = trials.design.metrics.flatMap { [$0, "\($0)_se"] } + ["trades"]
    places = names.compactMap { TrialOutcome.columns.firstIndex(of: $0) }
    constraints = trials.design.constraints.filter(\.isAboutResult)
  }

  /// The names of the columns, as a line.
  public var header: String {
    var names = ["trial"] + keys
    if trials.design.walkForward != nil { names += ["window", "part"] }
    names.append("status")
    names += places.map { TrialOutcome.columns[$0] }
    names.append("error")
    return names.map(Self.field).joined(separator: ",") + "\n"
  }

  /// A trial's line.
  public func row(_ trial: Trial, _ outcome: TrialOutcome) -> String {
    var line = String(trial.number)
    // Settings come in the order of the columns.
    for setting in trial.settings {
      line += ","
      line += Self.field(setting.value)
    }
    if let window = trial.window { line += ",\(window.index),\(window.isTest ? "test" : "train")" }
    line += "," + status(trial, outcome).rawValue
    for place in places {
      line += ","
      if let value = outcome.values[place], value.isFinite {
        line += TrialOutcome.columns[place] == "trades" ? String(Int(value)) : value.description
      }
    }
    line += "," + Self.field(outcome.error ?? "") + "\n"
    return line
  }

  /// What became of a trial.
  public enum Status: String, Sendable {
    /// It ran, and its result meets the constraints.
    case ok
    /// It ran, but a constraint on results is not met.
    case infeasible
    /// It failed.
    case failed
  }

  /// What became of a trial.
  public func status(_ trial: Trial, _ outcome: TrialOutcome) -> Status {
    if outcome.error != nil { return .failed }
    if constraints.isEmpty { return .ok }
    let meets = constraints.allSatisfy { constraint in
      constraint.holds { name in
        outcome[name] ?? TrialList.number(name, trial.settings, trials.design.base)
      } ?? false
    }
    return meets ? .ok : .infeasible
  }

  private static func field(_ value: JSONValue) -> String {
    if case .string(let text) = value { return field(text) }
    return field(value.write())
  }

  /// A field by RFC 4180: in quotes when it holds a comma, a quote or the end of a line.
  private static func field(_ text: String) -> String {
    let needsQuotes = text.utf8.contains { $0 == 0x2c || $0 == 0x22 || $0 == 0x0a || $0 == 0x0d }
    guard needsQuotes else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}
