// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSStudy

extension ExperimentPage {
  /// A longer file is cut.
  private static let shownText = 64_000

  /// How to make the page again.
  var rebuild: String {
    let file = String(record.source.name.split(separator: "/").last ?? "experiment.yaml")
    let name = record.trials.design.name
    var commands: [String]
    if let shard = record.shard {
      commands = ["mms experiment run \(file) --shard \(shard) --output \(name)"]
    } else {
      commands = ["mms experiment run \(file) --output \(name)"]
    }
    let axes = isChosen ? axesOption : ""
    commands.append("mms experiment report \(name) --output \(name).html\(axes)")
    let text = record.source.text
    let cut = text.utf8.count > Self.shownText
    let shown = cut ? String(text.prefix(Self.shownText)) + "\n…" : text
    var inputs: [[String]] = [["Experiment", "<code>\(record.trials.design.digest)</code>"]]
    for input in record.inputs.objectValue ?? [:] {
      let value = input.value.stringValue ?? input.value.write()
      inputs.append([Markup.escape(input.key), "<code>\(Markup.escape(String(value.prefix(2_000))))</code>"])
    }
    return Markup.section(
      "provenance", "Provenance",
      lead:
        "The same file with the same inputs gives the same page. This is the command that makes it again:",
      "<pre>\(Markup.escape(commands.joined(separator: "\n")))</pre>\n<h3>\(Markup.escape(file))\(cut ? ", cut" : "")</h3>\n"
        + "<pre>\(Markup.escape(shown))</pre>\n" + Markup.table(["Input", "Digest"], inputs, isLong: true))
  }

  private var axesOption: String {
    let keys = heatAxes.map { record.parameters[$0].key }
    return " --axes \(keys.joined(separator: ","))"
  }

  /// What every number means.
  var definitions: String {
    let selection =
      "Bailey and López de Prado 2012, 2014; from means over what the best choice met, moments of hourly returns of the first path."
    var terms = [
      ("Trial, run", "One simulation of the experiment; its number is that of results.csv."),
      (
        "Choice",
        "A setting of the strategy. Scenario, period, model parameters and seed are what every choice meets; a choice is judged by its mean over that, and is out when a trial of it failed or is infeasible."
      ),
      (
        "± after a mean",
        "√Σ se² ÷ n of the standard errors of the choice's n runs, counted as independent. Runs of one seed share noise, so that the true error may be larger."
      ),
      (
        "± in the table",
        "The run's own standard error, over its paths or by a bootstrap of its one path. Bars in the chart are two of them."
      ),
      (
        "Variance explained",
        "η² = Σ n(l) · (mean(l) − mean)² ÷ Σ (y − mean)² over the levels l of a parameter: what a parameter says about the objective alone. A range is cut into ten levels; more than 30 values share levels."
      ),
      ("Choices tried", "How many choices count: the N that luck is measured with."),
      (
        "Best by luck",
        "√V · ((1 − γ) Φ⁻¹(1 − 1/N) + γ Φ⁻¹(1 − 1/(N e))), with V the variance of Sharpe ratios between choices and γ Euler's constant: the expected best of N choices without skill."
      ),
      ("Probabilistic Sharpe ratio", "Probability that the true ratio is above 0. \(selection)"),
      ("Deflated Sharpe ratio", "Probability that the true ratio is above the best by luck. \(selection)"),
    ]
    let named = Set(record.trials.design.metrics + [record.objective, "sharpe_ratio"])
    terms += Definitions.all.filter { named.contains($0.name) }.map {
      (MetricWording.title($0.name), $0.text)
    }
    if record.trials.design.walkForward != nil {
      terms.append(
        (
          "Rank after it",
          "The share of other choices that do worse in the part after the fitted one: 0 % the worst, 100 % the best."
        ))
    }
    return Markup.section(
      "definitions", "Definitions",
      "<dl>"
        + terms.map { "<dt>\(Markup.escape($0.0))</dt><dd>\(Markup.escape($0.1))</dd>" }.joined(
          separator: "\n")
        + "</dl>\n")
  }
}
