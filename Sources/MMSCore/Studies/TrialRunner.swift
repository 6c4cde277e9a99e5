// SPDX-License-Identifier: Apache-2.0

/// One simulation of an experiment.
public struct Trial: Sendable, Hashable {
  /// Its number in the experiment, from 0.
  public var number: Int
  /// The point of the design it belongs to; trials of one point differ by window and seed only.
  public var point: Int
  /// The window it runs in; nil when the experiment has none.
  public var window: (index: Int, isTest: Bool)?
  /// What it sets in the body, by dotted path, in the order of the results' columns.
  public var settings: [(key: String, value: JSONValue)]
  /// The body: what POST /simulate would be sent.
  public var body: JSONObject

  /// Describes a trial.
  public init(
    number: Int, point: Int, window: (index: Int, isTest: Bool)?, settings: [(key: String, value: JSONValue)],
    body: JSONObject
  ) {
    self.number = number
    self.point = point
    self.window = window
    self.settings = settings
    self.body = body
  }

  /// Equal when number and body are.
  public static func == (a: Trial, b: Trial) -> Bool { a.number == b.number && a.body == b.body }

  /// Hashes what ``==(_:_:)`` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(number)
    hasher.combine(body)
  }
}

/// What came of a trial.
public struct TrialOutcome: Sendable, Hashable {
  /// What ``values`` hold: the metrics, their standard errors, and what a Sharpe ratio is judged by.
  public static let columns =
    ExperimentDesign.metricNames + ExperimentDesign.metricNames.map { "\($0)_se" }
    + ["trades", "observations", "observations_per_year", "skewness", "kurtosis"]

  /// A number or nothing for each of ``columns``.
  public var values: [Double?]
  /// Why it failed; nil when it did not.
  public var error: String?

  /// Records numbers; there is one place for each of ``columns``.
  public init(values: [Double?]) { self.values = values }

  /// Records a failure.
  public init(error: String) {
    values = Array(repeating: nil, count: Self.columns.count)
    self.error = error
  }

  /// The place of a column in ``values``; asking for another name is a programming error.
  public static func place(of column: String) -> Int {
    guard let place = columns.firstIndex(of: column) else {
      preconditionFailure("trials have no column '\(column)'")
    }
    return place
  }

  /// The number of a column.
  public subscript(column: String) -> Double? {
    Self.columns.firstIndex(of: column).flatMap { values.indices.contains($0) ? values[$0] : nil }
  }
}

/// Runs trials; a pure function of the trial, safe to use from several threads.
public protocol TrialRunner: Sendable {
  /// Runs one trial on the thread that asks.
  ///
  /// - Throws: What concerns the whole experiment; what is wrong with a trial is an outcome.
  func run(_ trial: Trial) throws(MMSError) -> TrialOutcome
}

/// Takes outcomes as they come, in any order, from several threads.
public protocol TrialSink: Sendable {
  /// Keeps an outcome; once this returns, it survives the death of the process.
  func keep(_ outcome: TrialOutcome, of trial: Trial) throws(MMSError)
}
