// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSStudy

/// An experiment, finished or not, as one HTML page that needs nothing else.
///
/// The same outcomes and the same library give the same bytes: neither folder nor clock is shown.
public struct ExperimentPage: Sendable {
  let record: ExperimentRecord
  let findings: JSONValue
  let heatAxes: [Int]
  let isChosen: Bool

  /// Takes what there is of an experiment.
  ///
  /// - Parameter axes: The keys of the heat map's two parameters; nil for the two that explain most variance.
  /// - Throws: ``MMSError/Code/invalidValue`` when the experiment does not vary one of them;
  ///   ``MMSError/Code/invalidData`` when no trial is done.
  public init(_ record: ExperimentRecord, axes: [String]? = nil) throws(MMSError) {
    guard record.done > 0 else {
      throw MMSError(
        .invalidData,
        "no trial of experiment '\(record.trials.design.name)' is done, so there is nothing to show",
        hint: "run it first: mms experiment run \(record.source.name)")
    }
    self.record = record
    findings = record.findings.json(provenance: .null)
    heatAxes = try record.heatAxes(axes)
    isChosen = axes != nil
  }

  /// What the page draws, and what was found.
  public var json: JSONValue {
    [
      "findings": findings, "done": .integer(Int64(record.done)), "size": .integer(Int64(record.size)),
      "charts": data,
    ]
  }

  /// The page.
  public func html(with library: ChartLibrary) -> String {
    let name = record.trials.design.name
    return PageShell.html(
      title: "\(name) · MMS experiment", body: body, data: data, script: PageScript.experiment,
      library: library)
  }

  private var data: JSONValue {
    [
      "title": .string(MetricWording.title(record.objective)),
      "unit": .string(MetricWording.scale(record.objective).unit),
      "maximised": .bool(ExperimentDesign.isMaximised(record.objective)), "best": record.bars,
      "heat": record.heat(heatAxes), "parallel": record.parallel,
      "luck": record.luck(findings["selection"] ?? .null), "walk": walkData,
    ]
  }

  private var body: String {
    header + "<main>\n" + request + best + parameters + lines + luck + walkForward + rebuild + definitions
      + "<footer>Written by MMS. Charts: dygraphs, MIT licence.</footer>\n</main>\n"
  }

  /// Whether trials are missing.
  var isPartial: Bool { record.done < record.size }

  /// A setting of the strategy in words.
  static func words(_ parameters: JSONValue?) -> String {
    (parameters?.objectValue ?? [:]).map {
      "\($0.key.split(separator: ".").last ?? "") = \(ExperimentParameter.text($0.value))"
    }.joined(separator: ", ")
  }

  private var header: String {
    let design = record.trials.design
    var html = "<header class=\"head\">\n<p class=\"kicker\">Experiment</p>\n"
    html += "<h1>\(Markup.escape(sentence))</h1>\n<ul class=\"chips\">"
    for (name, value) in [
      ("", design.name), ("version", String(design.version)),
      ("", Wording.count(record.size, "trial")), ("shard", record.shard ?? ""),
      ("decides:", MetricWording.title(design.objective)),
      ("digest", String(design.digest.prefix(12))),
    ] where !value.isEmpty {
      html += "<li>\(name.isEmpty ? "" : "\(name) ")<b>\(Markup.escape(value))</b></li>"
    }
    return html + "</ul>\n" + tiles + notes + "</header>\n"
  }

  private var sentence: String {
    let title = MetricWording.title(record.objective)
    guard let best = findings["best"], let mean = best["mean"]?[record.objective]?.doubleValue else {
      return "No choice counts \(isPartial ? "yet" : ""): every one failed or is infeasible."
        .replacing(" :", with: ":")
    }
    let error = record.bestError.map { " ± \(MetricWording.figure(record.objective, $0))" } ?? ""
    let figure = MetricWording.figure(record.objective, mean) + error
    let count = Wording.count(Int(best["trials"]?.doubleValue ?? 0), "run")
    let words = Self.words(best["parameters"])
    let so = isPartial ? " so far" : ""
    if words.isEmpty { return "Mean \(title)\(so): \(figure) over \(count)." }
    var text = "Best\(so): \(words), with a mean \(title) of \(figure) over \(count)."
    if let deflated = findings["selection"]?["deflated_sharpe"]?.doubleValue {
      text +=
        deflated >= 0.95
        ? " Luck alone does not explain its Sharpe ratio." : " Luck may explain its Sharpe ratio."
    }
    return text
  }

  private var tiles: String {
    let selection = findings["selection"] ?? .null
    let ratio = { (key: String, digits: Int) in
      selection[key]?.doubleValue.map { Wording.fixed($0, digits) } ?? "unknown"
    }
    let share = 100 * Double(record.done) / Double(max(1, record.size))
    var html = "<div class=\"tiles\">"
    for (name, value, below) in [
      (
        "done", "\(Wording.fixed(share, isPartial ? 1 : 0)) %",
        "\(Wording.fixed(Double(record.done), 0)) of \(Wording.fixed(Double(record.size), 0))"
      ),
      (
        "choices tried", selection["choices"]?.doubleValue.map { Wording.fixed($0, 0) } ?? "0",
        "settings of the strategy"
      ),
      ("Sharpe ratio of the best", ratio("sharpe_ratio", 2), "a year"),
      ("best by luck", ratio("best_by_luck", 2), "of so many without skill"),
      ("probabilistic Sharpe", ratio("probabilistic_sharpe", 3), "true ratio above 0"),
      ("deflated Sharpe", ratio("deflated_sharpe", 3), "true ratio above luck"),
    ] {
      html +=
        "<div class=\"tile\"><span>\(name)</span><b>\(Markup.escape(value))</b><i>\(Markup.escape(below))</i></div>"
    }
    return html + "</div>\n"
  }

  private var notes: String {
    var notes: [String] = []
    if isPartial {
      notes.append(
        "\(Wording.count(record.size - record.done, "trial")) still to run: everything here may change.")
    }
    if let shard = record.shard {
      notes.append("This is shard \(shard) alone; merge all shards before a choice is made.")
    }
    if record.failed > 0 {
      let first = record.failures.first.map { ", such as trial \($0.number): \($0.error)" } ?? ""
      notes.append("\(Wording.count(record.failed, "trial")) failed\(first)")
    }
    if let infeasible = findings["infeasible"]?.doubleValue, infeasible > 0 {
      notes.append(
        "\(Wording.count(Int(infeasible), "trial")) did not meet the constraints; such choices cannot be best."
      )
    }
    if record.best.contains(where: { $0.run.error == nil }) {
      notes.append(
        "Runs of one path have no error bar in return, drawdown and Sharpe ratio unless the experiment says 'errors: bootstrap'."
      )
    }
    if notes.isEmpty { return "" }
    return "<div class=\"notes\"><b>To keep in mind</b><ul>"
      + notes.map { "<li>\(Markup.escape($0))</li>" }.joined() + "</ul></div>\n"
  }

  /// What the heat map says of its choice of parameters.
  var heatReason: String {
    if isChosen { return "The two parameters were asked for." }
    return heatAxes.count < 2
      ? "Only one parameter is varied."
      : "These two explain most of the variance between runs, each alone."
  }
}
