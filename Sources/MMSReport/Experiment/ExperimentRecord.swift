// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSStudy

/// What the page of an experiment shows, from the outcomes there are, added in the order of their numbers.
///
/// Trials may be missing: the record then is of what is done so far. A few numbers are kept of each trial.
public struct ExperimentRecord: Sendable {
  /// A run that has a value of the objective and may choose: no test part of a window.
  struct Run: Sendable {
    let number: Int
    let objective: Double
    let error: Double?
    let isFeasible: Bool
  }

  /// What is known of a choice: see ``ExperimentFindings``.
  struct Choice: Sendable {
    var runs = 0.0
    var sum = 0.0
    var sharpe = 0.0
    var squaredErrors: Double? = 0
    var isOut = false
  }

  /// A run that is shown in full.
  struct Place: Sendable {
    let run: Run
    let outcome: TrialOutcome
  }

  /// How many of the best runs are shown in full.
  static let shown = 20

  let trials: TrialList
  /// How many trials there will be.
  let size: Int
  /// Which part of an experiment it is; nil for the whole.
  let shard: String?
  /// The experiment's file.
  let source: (name: String, text: String)
  /// Digests of what it read.
  let inputs: JSONValue
  let parameters: [ExperimentParameter]
  private let parameterPlaces: [Int]
  private let table: ResultsTable
  private let isMaximised: Bool

  private(set) var findings: ExperimentFindings
  private(set) var done = 0
  private(set) var runs: [Run] = []
  /// Levels and positions of each run's parameters, one run after the other.
  private(set) var levels: [UInt16] = []
  private(set) var positions: [Float] = []
  private(set) var best: [Place] = []
  private(set) var choices: [Int: Choice] = [:]
  private(set) var failures: [(number: Int, error: String)] = []
  private(set) var failed = 0

  /// Begins without outcomes.
  ///
  /// - Parameters:
  ///   - size: How many trials there will be; all of the experiment unless it is a shard.
  ///   - shard: Which part of the experiment it is, such as `1/4`.
  ///   - source: The experiment's file: its name and its text.
  ///   - inputs: Digests of what it read.
  public init(
    _ trials: TrialList, size: Int? = nil, shard: String? = nil, source: (name: String, text: String),
    inputs: JSONValue = .null
  ) {
    self.trials = trials
    self.size = size ?? trials.count
    self.shard = shard
    self.source = source
    self.inputs = inputs
    let all =
      trials.design.axes.map { ExperimentParameter(key: $0.key, law: .choice($0.values)) }
      + (trials.design.sampling?.dimensions.map { ExperimentParameter(key: $0.key, law: $0.law) } ?? [])
    parameterPlaces = all.indices.filter { all[$0].isVaried }
    parameters = all.filter(\.isVaried)
    table = ResultsTable(trials)
    findings = ExperimentFindings(trials)
    isMaximised = ExperimentDesign.isMaximised(trials.design.objective)
  }

  /// The metric that decides.
  var objective: String { trials.design.objective }

  /// Adds the outcome of a trial; call it in the order of numbers.
  public mutating func add(_ trial: Trial, _ outcome: TrialOutcome) {
    done += 1
    findings.add(trial, outcome)
    let status = table.status(trial, outcome)
    let choice = trials.choice(trial)
    guard status != .failed, let value = outcome[objective], value.isFinite else {
      choices[choice, default: Choice()].isOut = true
      failed += 1
      if failures.count < 5 {
        failures.append((trial.number, outcome.error ?? "\(objective) is not a number"))
      }
      return
    }
    // What the test shows must not choose.
    if trial.window?.isTest == true { return }
    let run = Run(
      number: trial.number, objective: value, error: outcome["\(objective)_se"], isFeasible: status == .ok)
    runs.append(run)
    for (parameter, place) in zip(parameters, parameterPlaces) {
      let setting = trial.settings[place].value
      levels.append(UInt16(parameter.level(of: setting)))
      positions.append(Float(parameter.position(of: setting)))
    }
    var held = choices[choice, default: Choice()]
    held.runs += 1
    held.sum += value
    held.sharpe += outcome["sharpe_ratio"] ?? 0
    held.squaredErrors = held.squaredErrors.flatMap { sum in run.error.map { sum + $0 * $0 } }
    if !run.isFeasible { held.isOut = true }
    choices[choice] = held
    if run.isFeasible { place(run, outcome) }
  }

  /// Whether one value of the objective is better than another.
  func isBetter(_ a: Double, than b: Double) -> Bool { isMaximised ? a > b : a < b }

  /// Keeps the best runs, of equals the first.
  private mutating func place(_ run: Run, _ outcome: TrialOutcome) {
    let at = best.firstIndex { isBetter(run.objective, than: $0.run.objective) } ?? best.count
    guard at < Self.shown else { return }
    best.insert(Place(run: run, outcome: outcome), at: at)
    if best.count > Self.shown { best.removeLast() }
  }

  /// Choices that count, in order.
  var candidates: [Choice] {
    choices.filter { !$0.value.isOut && $0.value.runs > 0 }.sorted { $0.key < $1.key }.map(\.value)
  }

  /// The standard error of the best choice's mean, its runs counted as independent; nil when one of them has none.
  var bestError: Double? {
    guard var held = candidates.first else { return nil }
    for choice in candidates.dropFirst()
    where isBetter(choice.sum / choice.runs, than: held.sum / held.runs) { held = choice }
    return held.squaredErrors.map { $0.squareRoot() / held.runs }
  }
}
