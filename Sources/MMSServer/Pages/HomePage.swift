// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSReport
import MMSStore

/// The first page: how the service is, a form that runs a simulation, recent work, what is registered.
struct HomePage {
  let vocabulary: Vocabulary
  let recent: [StoredSimulation]
  let comparisons: [Study]
  /// Experiments, each with its trials per second while it runs.
  let experiments: [(study: Study, rate: Double?)]
  let status: ServiceStatus
  /// Takes the server's paths out of a text.
  let hide: (String) -> String

  /// The page.
  var html: String {
    let body =
      "<h1>Market microstructure simulation</h1>\n<p>What a strategy would have earned, and what trading "
      + "would have cost, in a market that reacts.</p>\n" + contents + tiles + form + simulations
      + comparisonList + experimentList + scenarioList + modelLists
    return PageFrame.page("MMS", body: body, script: Self.script)
  }

  /// Links to the parts of the page.
  private var contents: String {
    let parts = ["Run", "Simulations", "Comparisons", "Experiments", "Scenarios", "Strategies", "Models"]
    return "<nav class=\"contents\" aria-label=\"Parts of this page\">"
      + parts.map { "<a href=\"#\($0.lowercased())\">\($0)</a>" }.joined() + "</nav>\n"
  }

  private func heading(_ title: String, _ id: String) -> String { "<h2 id=\"\(id)\">\(title)</h2>\n" }

  private var tiles: String {
    func tile(_ title: String, _ value: String, _ style: String = "") -> String {
      "<div class=\"tile\"><b class=\"\(style)\">\(Markup.escape(value))</b><span>\(title)</span></div>"
    }
    let style = status.state == .running ? "good" : "bad"
    return "<div class=\"tiles\">" + tile("state", status.state.rawValue, style)
      + tile("workers", String(status.workers)) + tile("waiting", String(status.queueLength))
      + tile("mean response", "\(PageFrame.figure((status.averageResponseTime * 10).rounded() / 10)) ms")
      + tile("processors", "\(PageFrame.figure((status.cpuUsage * 100).rounded())) %")
      + tile("memory", "\(PageFrame.figure((status.memoryUsage * 100).rounded())) %") + "</div>\n"
  }

  private func options(_ names: [String], selected: String) -> String {
    names.map { name in
      let mark = name == selected ? " selected" : ""
      return "<option\(mark)>\(Markup.escape(name))</option>"
    }.joined()
  }

  private var simulations: String {
    let e = Markup.escape
    let title = heading("Simulations", "simulations")
    if recent.isEmpty { return title + "<p class=\"soft\">None yet.</p>\n" }
    let rows = recent.map { item in
      let state = item.status == "failed" ? "bad" : item.status == "completed" ? "good" : "soft"
      let name =
        item.status == "completed"
        ? "<a href=\"/reports/\(e(item.id))\">\(e(item.id))</a>"
        : "<a href=\"/simulations/\(e(item.id))\">\(e(item.id))</a>"
      return [
        name, e(item.symbol), e(item.period), e(item.scenario), e(item.strategy ?? "–"),
        item.numbers.map { PageFrame.figure($0.totalReturn) } ?? "–",
        "<span class=\"\(state)\">\(e(item.status))</span>",
      ]
    }
    return title
      + Markup.table(
        ["Simulation", "Symbol", "Period", "Scenario", "Strategy", "Total return", "State"], rows,
        numbers: [5])
  }

  private var comparisonList: String {
    let e = Markup.escape
    let title = heading("Comparisons", "comparisons")
    if comparisons.isEmpty {
      return title + "<p class=\"soft\">None yet. <a href=\"/docs#compare\">POST /compare</a> runs one.</p>\n"
    }
    func text(_ value: JSONValue?) -> String {
      value?.doubleValue.map(PageFrame.figure) ?? value?.stringValue.map(e) ?? "–"
    }
    let rows = comparisons.map { study in
      [
        "<a href=\"/reports/\(e(study.id))\">\(e(study.id))</a>", "<code>\(text(study.facts["a"]))</code>",
        "<code>\(text(study.facts["b"]))</code>", text(study.facts["symbol"]), text(study.facts["period"]),
        String(study.size), (study.facts["primary"]?.stringValue ?? "").replacing("_", with: " "),
        text(study.facts["difference"]), "<b>\(text(study.facts["verdict"]))</b>",
      ]
    }
    return title
      + Markup.table(
        ["Comparison", "A", "B", "Symbol", "Period", "Pairs", "Metric", "A − B", "Verdict"], rows,
        numbers: [5, 7])
  }

  private var experimentList: String {
    let e = Markup.escape
    let title = heading("Experiments", "experiments")
    if experiments.isEmpty {
      return title
        + "<p class=\"soft\">None yet. <a href=\"/docs#createExperiment\">POST /experiments</a> runs one.</p>\n"
    }
    let rows = experiments.map { study, rate in
      let style = study.status == .failed ? "bad" : study.status == .completed ? "good" : "soft"
      let name = study.facts["name"]?.stringValue ?? ""
      let bar =
        "<progress max=\"\(max(1, study.size))\" value=\"\(study.done)\"></progress> "
        + "<span class=\"done\">\(study.done) of \(study.size)</span>"
      let left = rate.map { " · \(SimulationService.span(Double(study.size - study.done) / $0)) left" } ?? ""
      let reason = study.error.map { ": \(e(hide($0)))" } ?? ""
      let files =
        study.done == 0 || study.status == .pending
        ? "" : "<a href=\"/experiments/\(e(study.id))/results\">CSV</a>"
      return [
        "<a data-state=\"/experiments/\(e(study.id))\" href=\"/\(study.done > 0 ? "reports" : "experiments")/\(e(study.id))\">"
          + "\(e(study.id))</a>", e(name), bar,
        "<span class=\"state \(style)\">\(study.status.rawValue)\(reason)</span><span class=\"left soft\">\(left)</span>",
        files, best(study),
      ]
    }
    return title + Markup.table(["Experiment", "Name", "Trials", "State", "Results", "Best"], rows)
  }

  /// The best choice of an experiment, and how good it is.
  private func best(_ study: Study) -> String {
    guard let best = study.facts["best"], let objective = study.facts["objective"]?.stringValue,
      let value = best["mean"]?[objective]?.doubleValue
    else { return "–" }
    let words = (best["parameters"]?.objectValue ?? [:]).map { member in
      "\(member.key.replacing("strategy_params.", with: "")) = \(member.value.stringValue ?? member.value.write())"
    }
    let name = objective.replacing("_", with: " ")
    let place = words.isEmpty ? "" : " at <code>\(Markup.escape(words.joined(separator: ", ")))</code>"
    return "\(Markup.escape(name)) \(PageFrame.figure(value))\(place)"
  }
}

#endif
