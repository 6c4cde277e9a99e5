// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// What an experiment found, from its outcomes in the order of trials.
///
/// A choice is a setting of the strategy; everything else that is varied (market, scenario, period, seed) is what
/// every choice meets. A choice is judged by its mean over what it met, of the fitted parts when there are windows.
public struct ExperimentFindings: Sendable {
  /// Sums over the trials of one choice.
  private struct Tally {
    var count = 0.0
    var sums = Array(repeating: 0.0, count: ExperimentFindings.averaged.count)
    var isOut = false
    /// The first trial of the choice, which knows its settings.
    let first: Int

    init(first: Int) { self.first = first }

    mutating func add(_ outcome: TrialOutcome, _ places: [Int], isOut: Bool) {
      if isOut { self.isOut = true }
      count += 1
      for (index, place) in places.enumerated() { sums[index] += outcome.values[place] ?? 0 }
    }
  }

  /// Sums of the objective over the two parts of one window.
  private struct WindowTally {
    var fit = (sum: 0.0, count: 0.0)
    var test = (sum: 0.0, count: 0.0)
  }

  fileprivate static let averaged =
    ExperimentDesign.metricNames + ["observations", "observations_per_year", "skewness", "kurtosis"]
  private static let averagedPlaces = averaged.map { TrialOutcome.place(of: $0) }

  private let trials: TrialList
  private let table: ResultsTable
  private let choiceAxes: [Int]
  private let samplesChoose: Bool
  private var tallies: [Int: Tally] = [:]
  private var windows: [[Int: WindowTally]]
  private var spread: [RunningMoments]
  private let metricPlaces: [Int]
  private let objectivePlace: Int
  private var counts: [ResultsTable.Status: Int] = [:]

  /// Starts without outcomes.
  public init(_ trials: TrialList) {
    self.trials = trials
    table = ResultsTable(trials)
    choiceAxes = trials.design.axes.indices.filter { ExperimentDesign.isChoice(trials.design.axes[$0].key) }
    samplesChoose = trials.design.sampling?.dimensions.contains { ExperimentDesign.isChoice($0.key) } ?? false
    metricPlaces = trials.design.metrics.map { TrialOutcome.place(of: $0) }
    objectivePlace = TrialOutcome.place(of: trials.design.objective)
    spread = Array(repeating: RunningMoments(), count: metricPlaces.count)
    windows = Array(repeating: [:], count: trials.design.walkForward?.count ?? 0)
  }

  /// Adds the outcome of the next trial.
  public mutating func add(_ trial: Trial, _ outcome: TrialOutcome) {
    let status = table.status(trial, outcome)
    counts[status, default: 0] += 1
    let choice = trials.choice(trial, axes: choiceAxes, samples: samplesChoose)
    if tallies[choice] == nil { tallies[choice] = Tally(first: trial.number) }
    guard status != .failed else {
      tallies[choice]?.isOut = true
      return
    }
    for (index, place) in metricPlaces.enumerated() {
      if let value = outcome.values[place] { spread[index].add(value) }
    }
    let objective = outcome.values[objectivePlace] ?? 0
    if let window = trial.window {
      var cell = windows[window.index][choice] ?? WindowTally()
      if window.isTest {
        cell.test = (cell.test.sum + objective, cell.test.count + 1)
      } else {
        cell.fit = (cell.fit.sum + objective, cell.fit.count + 1)
      }
      windows[window.index][choice] = cell
      // What the test shows must not choose.
      if window.isTest { return }
    }
    tallies[choice]?.add(outcome, Self.averagedPlaces, isOut: status == .infeasible)
  }

  /// The findings as JSON.
  ///
  /// - Parameter provenance: Where the results came from, put in as it is.
  public func json(provenance: JSONValue) -> JSONValue {
    let design = trials.design
    var object: JSONObject = [
      "experiment": .string(design.name), "version": .integer(Int64(design.version)),
      "summary": .string(design.summary), "digest": .string(design.digest), "provenance": provenance,
      "trials": .integer(Int64(trials.count)), "points": .integer(Int64(trials.points)),
      "excluded_points": .integer(Int64(trials.excluded)),
      "ok": .integer(Int64(counts[.ok] ?? 0)), "infeasible": .integer(Int64(counts[.infeasible] ?? 0)),
      "failed": .integer(Int64(counts[.failed] ?? 0)), "objective": .string(design.objective),
      "maximised": .bool(ExperimentDesign.isMaximised(design.objective)),
    ]
    var metrics = JSONObject()
    for (metric, moments) in zip(design.metrics, spread) {
      metrics[metric] = moments.count > 0 ? moments.json : .null
    }
    object["metrics"] = .object(metrics)
    object["best"] = best.map { json(of: $0) } ?? .null
    object["selection"] = selection
    if design.walkForward != nil { object["walk_forward"] = walkForward }
    object["design"] = design.json
    return .object(object)
  }

  /// Choices in order, those that count.
  private var candidates: [(choice: Int, tally: Tally)] {
    tallies.filter { !$0.value.isOut && $0.value.count > 0 }.sorted { $0.key < $1.key }
      .map { ($0.key, $0.value) }
  }

  private func mean(_ name: String, _ tally: Tally) -> Double {
    guard let place = Self.averaged.firstIndex(of: name), tally.count > 0 else { return 0 }
    return tally.sums[place] / tally.count
  }

  /// The best choice; of equals the first.
  private var best: (choice: Int, tally: Tally)? {
    let objective = trials.design.objective
    let sign = ExperimentDesign.isMaximised(objective) ? 1.0 : -1
    var best: (choice: Int, tally: Tally)?
    for candidate in candidates {
      guard let held = best else {
        best = candidate
        continue
      }
      if sign * mean(objective, candidate.tally) > sign * mean(objective, held.tally) { best = candidate }
    }
    return best
  }

  private func parameters(ofChoiceAt trial: Int) -> JSONValue {
    var object = JSONObject()
    for (key, value) in trials[trial].settings where ExperimentDesign.isChoice(key) { object[key] = value }
    return .object(object)
  }

  private func json(of best: (choice: Int, tally: Tally)) -> JSONValue {
    var metrics = JSONObject()
    for name in ExperimentDesign.metricNames { metrics[name] = .number(mean(name, best.tally)) }
    return [
      "first_trial": .integer(Int64(best.tally.first)),
      "parameters": parameters(ofChoiceAt: best.tally.first),
      "trials": .integer(Int64(best.tally.count)), "mean": .object(metrics),
    ]
  }

  /// What the best Sharpe ratio is worth, given how many choices were tried.
  private var selection: JSONValue {
    guard let best else { return .null }
    var ratios = RunningMoments()
    for candidate in candidates { ratios.add(mean("sharpe_ratio", candidate.tally)) }
    let observations = mean("observations", best.tally)
    let perYear = mean("observations_per_year", best.tally)
    var object: JSONObject = [
      "choices": .integer(Int64(candidates.count)), "sharpe_ratio": .number(mean("sharpe_ratio", best.tally)),
      "sharpe_variance": .number(ratios.variance), "observations": .number(observations),
      "observations_per_year": .number(perYear), "skewness": .number(mean("skewness", best.tally)),
      "kurtosis": .number(mean("kurtosis", best.tally)),
    ]
    let luck = SelectionHonesty.bestByLuck(trials: ratios.count, variance: ratios.variance)
    object["best_by_luck"] = .number(luck)
    guard perYear > 0, observations > 1 else { return .object(object) }
    let scale = perYear.squareRoot()
    func probability(above benchmark: Double) -> JSONValue {
      SelectionHonesty.probabilisticSharpe(
        mean("sharpe_ratio", best.tally) / scale, above: benchmark / scale, observations: observations,
        skewness: mean("skewness", best.tally), kurtosis: mean("kurtosis", best.tally)
      ).map { .number($0) } ?? .null
    }
    object["probabilistic_sharpe"] = probability(above: 0)
    object["deflated_sharpe"] = probability(above: luck)
    return .object(object)
  }

  private var walkForward: JSONValue {
    let sign = ExperimentDesign.isMaximised(trials.design.objective) ? 1.0 : -1
    var rows: [JSONValue] = []
    var fits = 0.0
    var tests = 0.0
    var below = 0.0
    for (index, window) in windows.enumerated() {
      let cells = window.filter { cell in
        cell.value.fit.count > 0 && cell.value.test.count > 0 && !(tallies[cell.key]?.isOut ?? true)
      }.map { cell in
        (
          choice: cell.key, fit: cell.value.fit.sum / cell.value.fit.count,
          test: cell.value.test.sum / cell.value.test.count
        )
      }.sorted { $0.choice < $1.choice }
      guard var chosen = cells.first else { continue }
      for cell in cells where sign * cell.fit > sign * chosen.fit { chosen = cell }
      let worse = cells.filter { sign * $0.test < sign * chosen.test }.count
      let rank = cells.count > 1 ? Double(worse) / Double(cells.count - 1) : 1
      fits += chosen.fit
      tests += chosen.test
      if rank < 0.5 { below += 1 }
      rows.append([
        "window": .integer(Int64(index)),
        "parameters": parameters(ofChoiceAt: tallies[chosen.choice]?.first ?? 0),
        "train": .number(chosen.fit), "test": .number(chosen.test), "test_rank": .number(rank),
      ])
    }
    let count = Double(max(1, rows.count))
    return [
      "windows": .array(rows), "mean_train": .number(fits / count), "mean_test": .number(tests / count),
      "below_median": .number(below / count),
    ]
  }
}

/// Count, mean, spread and bounds of numbers, added one by one in a fixed order (Welford's recurrence).
struct RunningMoments: Sendable {
  private(set) var count = 0.0
  private(set) var mean = 0.0
  private var squares = 0.0
  private(set) var least = Double.infinity
  private(set) var most = -Double.infinity

  /// With divisor n − 1; 0 of fewer than two.
  var variance: Double { count > 1 ? squares / (count - 1) : 0 }

  mutating func add(_ value: Double) {
    count += 1
    let step = value - mean
    mean += step / count
    squares += step * (value - mean)
    least = min(least, value)
    most = max(most, value)
  }

  var json: JSONValue {
    [
      "mean": .number(mean), "deviation": .number(variance.squareRoot()), "least": .number(least),
      "most": .number(most),
    ]
  }
}
