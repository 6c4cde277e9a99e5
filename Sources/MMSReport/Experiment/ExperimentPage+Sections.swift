// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSStudy

extension ExperimentPage {
  /// What was asked.
  var request: String {
    let design = record.trials.design
    var rows = design.base.map { member in
      [
        Markup.escape(member.key), Markup.escape(Self.brief(ExperimentParameter.text(member.value))),
        "every trial",
      ]
    }
    for axis in design.axes {
      rows.append([
        Markup.escape(axis.key),
        Markup.escape(Self.brief(axis.values.map { ExperimentParameter.text($0) }.joined(separator: ", "))),
        "grid",
      ])
    }
    for dimension in design.sampling?.dimensions ?? [] {
      let text =
        switch dimension.law {
        case .choice(let values): values.map { ExperimentParameter.text($0) }.joined(separator: ", ")
        case .range(let low, let high, let isLogarithmic, let isWhole):
          "\(ExperimentParameter.short(low, 5)) … \(ExperimentParameter.short(high, 5))"
            + (isLogarithmic ? ", logarithmic" : "") + (isWhole ? ", whole" : "")
        }
      rows.append([
        Markup.escape(dimension.key), Markup.escape(Self.brief(text)),
        "\(design.sampling?.method.rawValue ?? ""), \(Wording.count(design.sampling?.samples ?? 0, "sample"))",
      ])
    }
    if record.trials.seeds.count > 1 {
      rows.append(["seed", Wording.count(record.trials.seeds.count, "seed"), "every point"])
    }
    if let walk = design.walkForward {
      rows.append([
        "walk_forward",
        "\(Wording.count(walk.count, "window")) of \(walk.train.description), then \(walk.test.description), from "
          + "\(Wording.minute(walk.start.description)) to \(Wording.minute(walk.end.description))",
        walk.isAnchored ? "anchored" : "rolling",
      ])
    }
    for constraint in design.constraints {
      rows.append([
        "constraint", "<code>\(Markup.escape(constraint.text))</code>",
        constraint.isAboutResult ? "on results" : "on points",
      ])
    }
    let excluded =
      record.trials.excluded > 0
      ? "; \(Wording.count(record.trials.excluded, "point")) excluded by constraints" : ""
    return Markup.section(
      "request", "What was asked",
      lead: Markup.escape(
        (design.summary.isEmpty ? "" : design.summary + " ") + Wording.count(record.trials.points, "point")
          + " of the design\(excluded)."), Markup.table(["Key", "Values", ""], rows))
  }

  /// A text that fits into a cell.
  private static func brief(_ text: String) -> String {
    text.count > 300 ? "\(text.prefix(300)) …" : text
  }

  /// The best runs, drawn and in full.
  var best: String {
    guard !record.best.isEmpty else {
      return Markup.section("best", "Best runs", lead: "No run is feasible.", "")
    }
    let design = record.trials.design
    let keys = record.trials.keys
    let isWide = keys.count > 6
    let metrics = design.metrics + (design.metrics.contains("sharpe_ratio") ? [] : ["sharpe_ratio"])
    let rows = record.best.enumerated().map { rank, place in
      let trial = record.trials[place.run.number]
      let values = trial.settings.map { Markup.escape(ExperimentParameter.text($0.value)) }
      let settings =
        isWide
        ? [zip(trial.settings, values).map { "\(Self.last($0.key)) = \($1)" }.joined(separator: ", ")]
        : values
      let figures = metrics.map { name in
        let error = place.outcome["\(name)_se"].map { " ± \(MetricWording.figure(name, $0))" } ?? ""
        return MetricWording.figure(name, place.outcome[name]) + error
      }
      return [String(rank + 1), String(trial.number)] + settings + figures
        + [Wording.fixed(place.outcome["trades"] ?? 0, 0)]
    }
    let head =
      ["", "Trial"] + (isWide ? ["Settings"] : keys.map(Self.last)) + metrics.map { MetricWording.title($0) }
      + ["Trades"]
    let first = isWide ? 3 : 2 + keys.count
    let title = MetricWording.titleWithUnit(record.objective)
    return Markup.section(
      "best", "Best runs",
      lead: "The best \(Wording.count(record.best.count, "feasible run")) by "
        + Markup.escape(MetricWording.title(record.objective))
        + ", each with two standard errors where they are known. The choice above is judged by its mean over all it met; "
        + "all runs are in results.csv.",
      Markup.chart("c-best", "\(title) of the best runs")
        + Markup.table(head, rows, numbers: Set([0, 1] + Array(first..<head.count)), isLong: true))
  }

  private static func last(_ key: String) -> String { String(key.split(separator: ".").last ?? "") }

  /// The heat map, and what each parameter explains.
  var parameters: String {
    guard !record.parameters.isEmpty, record.runs.count > 1 else {
      return Markup.section("parameters", "Parameters", lead: "No parameter is varied.", "")
    }
    let title = MetricWording.titleWithUnit(record.objective)
    let names = record.shortNames
    let shown = heatAxes.map { names[$0] }
    let rows = zip(record.parameters, record.explained).enumerated().sorted {
      ($1.element.1, $0.offset) < ($0.element.1, $1.offset)
    }.prefix(Self.explainedRows).map { entry in
      [Markup.escape(entry.element.0.key), Wording.percent(entry.element.1, 1)]
    }
    let note =
      "Blue is better, orange is worse. Pointing at a cell shows its mean and how many runs it holds; empty cells have none."
    return Markup.section(
      "parameters", "Two parameters",
      lead: Markup.escape(
        "\(heatReason) A cell is the mean of all runs in it, whatever their other settings, infeasible ones too."
      ),
      Markup.chart(
        "c-heat", "Mean \(title): \(shown.count > 1 ? "\(shown[1]) against \(shown[0])" : shown[0])",
        heatAxes.count > 1 ? "tall" : "low", note: note)
        + Markup.table(["Parameter", "Variance it explains alone"], Array(rows), numbers: [1]))
  }

  private static let explainedRows = 20

  /// Parallel coordinates.
  var lines: String {
    guard !record.parameters.isEmpty, record.runs.count > 1 else { return "" }
    let names = record.shortNames
    let axes = record.parallelAxes.map { names[$0] } + [MetricWording.title(record.objective)]
    let count = record.runs.count
    let thinned =
      count > ExperimentRecord.lines
      ? "Shown are \(ExperimentRecord.lines) of \(Wording.count(count, "run")): the best \(ExperimentRecord.shown), and others evenly by rank. "
      : ""
    let fewer =
      axes.count - 1 < names.count
      ? "Shown are the \(axes.count - 1) of \(names.count) parameters that explain most. " : ""
    return Markup.section(
      "lines", "All parameters",
      lead: Markup.escape(
        thinned + fewer
          + "Every line is a run; the best tenth is blue, the best run thick. Pointing at a line names its trial."
      ),
      Markup.chart(
        "c-parallel", "Parallel coordinates", "tall",
        note:
          "From left to right: \(axes.enumerated().map { "\($0.offset + 1) \($0.element)" }.joined(separator: ", "))."
      ))
  }

  /// What the best is worth among so many.
  var luck: String {
    let selection = findings["selection"] ?? .null
    guard let choices = selection["choices"]?.integerValue, choices > 1 else {
      return Markup.section(
        "luck", "Luck", lead: "Nothing was selected: no two choices of the strategy count.", "")
    }
    let figure = { (key: String, digits: Int) in
      selection[key]?.doubleValue.map { Wording.fixed($0, digits) } ?? "unknown"
    }
    let rows = [
      ["Choices tried", figure("choices", 0)], ["Trials", Wording.fixed(Double(record.done), 0)],
      ["Sharpe ratio of the best, a year", figure("sharpe_ratio", 3)],
      ["Variance of Sharpe ratios between choices", figure("sharpe_variance", 4)],
      ["Best by luck, a year", figure("best_by_luck", 3)],
      ["Probabilistic Sharpe ratio", figure("probabilistic_sharpe", 4)],
      ["Deflated Sharpe ratio", figure("deflated_sharpe", 4)],
      ["Observations", figure("observations", 0)], ["Skewness", figure("skewness", 2)],
      ["Kurtosis", figure("kurtosis", 2)],
    ]
    return Markup.section(
      "luck", "Luck",
      lead:
        "The best of many looks good by luck alone. The chart shows the Sharpe ratios of all choices; the best one has to "
        + "lie beyond what the best of so many without skill is expected to show.",
      Markup.chart("c-luck", "Sharpe ratios of the choices") + Markup.table(["", ""], rows, numbers: [1]))
  }

  /// What the chart of windows draws.
  var walkData: JSONValue {
    guard let windows = findings["walk_forward"]?["windows"]?.arrayValue, !windows.isEmpty else {
      return .null
    }
    let (factor, _) = MetricWording.scale(record.objective)
    return PageData.rounded(
      .array(
        windows.map { window in
          [
            window["window"] ?? .null, .number(factor * (window["train"]?.doubleValue ?? 0)),
            .number(factor * (window["test"]?.doubleValue ?? 0)),
          ]
        }))
  }

  /// Windows of a walk-forward experiment.
  var walkForward: String {
    guard let walk = findings["walk_forward"], let windows = walk["windows"]?.arrayValue, !windows.isEmpty
    else {
      return ""
    }
    let name = record.objective
    let rows = windows.map { window in
      [
        window["window"]?.write() ?? "", Markup.escape(Self.words(window["parameters"])),
        MetricWording.figure(name, window["train"]?.doubleValue),
        MetricWording.figure(name, window["test"]?.doubleValue),
        Wording.percent(window["test_rank"]?.doubleValue ?? 0, 0),
      ]
    }
    let below = Wording.percent(walk["below_median"]?.doubleValue ?? 0, 0)
    return Markup.section(
      "walk", "Walk forward",
      lead: Markup.escape(
        "Chosen where fitted, judged after it: mean \(MetricWording.figure(name, walk["mean_train"]?.doubleValue)) "
          + "becomes \(MetricWording.figure(name, walk["mean_test"]?.doubleValue)); in \(below) of the windows the choice "
          + "does worse than half of the others."),
      Markup.chart("c-walk", "\(MetricWording.titleWithUnit(name)) of each window's choice")
        + Markup.table(
          ["Window", "Choice", "Fitted", "After it", "Rank after it"], rows, numbers: [0, 2, 3, 4],
          isLong: true))
  }
}
